// Why a search leaves something open that it was asked about.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>

namespace cmksim::exploration {

enum class SearchLimit : std::uint8_t {
    States,      // as many were looked at as were asked for
    Interrupted, // it was told to stop
    PhaseSets,   // not every phase that makes a difference was begun with
    Offsets,     // nor every one that makes a difference to a responder
    WaysBack,    // no way back was found for some state, and not all ways were looked at
    Instants,    // a course has more instants at which a fault can come
    Responses,   // there are more combinations of how long answers take
    Together,    // an answer repairs others as well, and not all that can come of that was looked at
    Others,      // others can show a responder sooner that something is wrong, at phases that were not tried
    Clocks,      // what rules count while answers repair what stands on others has further lengths
};
using SearchLimits = std::set<SearchLimit>;

/// So many instants of one course at which a fault can come are tried, and combinations of how long answers take.
inline constexpr std::size_t mostInstants = 64;
inline constexpr std::size_t mostResponses = 256;

/// So many resources are searched together at most where answers repair several, and in so many states.
inline constexpr std::size_t mostTogether = 3;
inline constexpr std::uint64_t mostStatesTogether = 2'000;

} // namespace cmksim::exploration
