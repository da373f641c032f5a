// Means that are exact, of many quantities.
#pragma once

#include "analysis/exact.hpp"
#include "base/time.hpp"

#include <cstdint>

namespace cmksim::analysis {

/// The mean of quantities, each of which belongs to some of the phases or members. Ratios are slow and whole numbers
/// are not: within one world everything is counted in whole parts, and what weighs the same is weighed together.
class WeightedMean {
public:
    /// Values that go in a straight line from `first` to `last`, over so many parts.
    void add(Duration first, Duration last, std::int64_t parts) {
        counted_.doubled += (first.count() + last.count()) * parts;
        counted_.parts += parts;
    }
    /// Each part that was added since the last call weighs so much.
    void weigh(const Ratio& part);

    /// Whether anything was added and weighed.
    [[nodiscard]] bool weighsAnything() const { return alike_.parts != 0 || !weight_.isZero(); }
    [[nodiscard]] Ratio weight() const;
    [[nodiscard]] Ratio mean() const;

private:
    struct Sum {
        std::int64_t doubled = 0; // twice, as the middle of a line may lie between two whole numbers
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
