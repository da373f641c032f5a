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

/// Quantities of which a ratio each belongs to phases, summed up with their weights.
class WeightedMean {
public:
    /// Values that go in a straight line from `first` to `last`, each with the same share of `weight`.
    void add(Duration first, Duration last, const Ratio& weight) {
        sum_ += weight * Ratio{first.count() + last.count()} / 2;
        weight_ += weight;
    }
    [[nodiscard]] const Ratio& weight() const { return weight_; }
    [[nodiscard]] Ratio mean() const { return sum_ / weight_; }

private:
    Ratio sum_;
    Ratio weight_;
};

} // namespace cmksim
