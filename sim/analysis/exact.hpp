// Exact ratios, as probabilities and means are.
#pragma once

#include "base/time.hpp"

#include <boost/multiprecision/cpp_int.hpp>

#include <cstdint>

namespace cmksim {

/// In lowest terms, of any size.
using Ratio = boost::multiprecision::cpp_rational;

/// One of two whole numbers.
Ratio ratio(std::int64_t numerator, std::int64_t denominator);

/// The mean of quantities, each of which belongs to some of the phases or members. Ratios are slow and whole numbers
/// are not: within one world everything is counted in whole parts, and only then weighed.
class WeightedMean {
public:
    /// Values that go in a straight line from `first` to `last`, over so many parts.
    void add(Duration first, Duration last, std::int64_t parts) {
        doubled_ += (first.count() + last.count()) * parts;
        parts_ += parts;
    }
    /// Each part that was added since the last call weighs so much.
    void weigh(const Ratio& part) {
        if (parts_ > 0) {
            sum_ += part * doubled_ / 2;
            weight_ += part * parts_;
            doubled_ = 0;
            parts_ = 0;
        }
    }
    [[nodiscard]] const Ratio& weight() const { return weight_; }
    [[nodiscard]] Ratio mean() const { return sum_ / weight_; }

private:
    std::int64_t doubled_ = 0; // the sum of what is not weighed yet, twice
    std::int64_t parts_ = 0;
    Ratio sum_;
    Ratio weight_;
};

} // namespace cmksim
