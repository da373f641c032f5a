#include "analysis/exact.hpp"

namespace cmksim::analysis {

// In a file of its own: where g++ 12 inlines this, it takes the library's numbers for uninitialised.
Ratio ratio(std::int64_t numerator, std::int64_t denominator) { return {numerator, denominator}; }

} // namespace cmksim::analysis
