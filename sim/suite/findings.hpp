// What fell short, told so that a newcomer can act on it.
#pragma once

#include "analysis/verify.hpp"
#include "base/diagnostics.hpp"
#include "engine/program.hpp"
#include "report/objective_report.hpp"
#include "suite/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace cmksim::suite {

/// Where the findings of a case stand, and how it is replayed.
struct FindingContext {
    const Program& program;
    const Source& source; // the scenario's file
    std::string caseName;
    std::string command;           // `cmksim run FILE`, with the options that the suite was run with
    std::string suiteCommand = {}; // `cmksim test FILE` likewise
};

/// One finding a shortfall, in the same order.
std::vector<Finding> findingsOf(const FindingContext& context, const std::vector<Shortfall>& shortfalls);

/// An objective that stands at `place` and does not hold in every case: for which phases of its resource, where they
/// decide, and what happened before at the first of these.
Finding objectiveFinding(const FindingContext& context, const Objective& objective, const ObjectiveResult& result,
                         Mark place);

/// What a run came to and what the snapshot at `key` has of an earlier one are not the same.
Finding snapshotFinding(const FindingContext& context, Mark key, std::string_view then, std::string_view now);

} // namespace cmksim::suite
