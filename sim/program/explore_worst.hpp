// `cmksim explore --worst`: how bad it can get, where no limit is asked about.
#pragma once

#include "base/instant.hpp"
#include "program/command.hpp"
#include "program/output.hpp"

#include <cstdint>

namespace cmksim::program {

inline constexpr OptionRule worstOption{
    "worst", "MEASURE",
    "print the worst there is instead of testing invariants: downtime, outage, impaired or journey:NAME"};
inline constexpr OptionRule responseOption{
    "response", "DURATION", "with --worst: a responder answers each symptom after so long, such as 30m or 10m..1h"};
inline constexpr OptionRule duringOption{"during", "",
                                         "with --worst: the file's own timeline goes on beside the faults"};

/// What `explore` was given besides.
struct WorstRequest {
    unsigned faults = 1;
    Duration within{};
    std::uint64_t mostStates = 0;
    unsigned jobs = 1;
};

/// Of a command line that has `--worst`.
ExitCode runWorst(const Arguments& arguments, const Streams& streams, const WorstRequest& request);

} // namespace cmksim::program
