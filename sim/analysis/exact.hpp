// Exact ratios, as probabilities and means are.
#pragma once

#include <boost/multiprecision/cpp_int.hpp>

#include <cstdint>

namespace cmksim::analysis {

/// In lowest terms, of any size.
using Ratio = boost::multiprecision::cpp_rational;

/// One of two whole numbers.
Ratio ratio(std::int64_t numerator, std::int64_t denominator);

} // namespace cmksim::analysis
