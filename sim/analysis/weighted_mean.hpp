// Means that are exact, of many quantities.
#pragma once

#include "analysis/exact.hpp"
#include "base/instant.hpp"

#include <cstdint>

namespace cmksim::analysis {

/// So many phases, pairs of phases or members over which a value goes in a straight line.
struct Parts {
    std::int64_t count = 0;
    std::int64_t lean =
        3; // how many sixths the value at the first phase counts in their mean: half, where all are alike
};

/// The mean of quantities, each of which belongs to some of the phases or members. Ratios are slow and whole numbers
/// are not: within one world everything is counted in whole parts, and what weighs the same is weighed together.
class WeightedMean {
public:
    /// Values that go in a straight line from `first` to `last`, over so many parts.
    void add(Duration first, Duration last, const Parts& parts) {
        counted_.sixfold += (first.count() * parts.lean + last.count() * (6 - parts.lean)) * parts.count;
        counted_.parts += parts.count;
    }
    /// Each part that was added since the last call weighs so much.
    void weigh(const Ratio& part);

    /// Whether anything was added and weighed.
    [[nodiscard]] bool weighsAnything() const { return alike_.parts != 0 || !weight_.isZero(); }
    [[nodiscard]] Ratio weight() const;
    [[nodiscard]] Ratio mean() const;

private:
    struct Sum {
        std::int64_t sixfold = 0; // the mean of a line or of half a square is a sixth of whole numbers
        std::int64_t parts = 0;
    };
    [[nodiscard]] bool isAlike(const Ratio& part) const;

    Sum counted_; // what is not weighed yet
    Sum alike_;   // what weighs `part_` each
    Ratio part_;
    Ratio sum_; // all else, weighed
    Ratio weight_;
};

} // namespace cmksim::analysis
