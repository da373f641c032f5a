// The sentences of a plan that both its text and its JSON tell.
#pragma once

#include "recovery/plan.hpp"

#include <string>
#include <vector>

namespace cmksim::report {

/// What falls due, as a report names it: `KeyExpired kv/cmk`.
std::string factText(const Program& program, const Record& fact);

/// Why a step helps: what its resource suffers from, or will, and the documented way back.
std::string whyOf(const Program& program, const Candidate& step);

std::vector<std::string> sourcesOf(const Program& program, const Candidate& step);

std::string becauseOf(const Recovery& recovery, const Loss& loss);

std::string becauseOf(const Recovery& recovery, const Risk& risk);

/// Up to the next step, and after the last one up to the goal.
Extent<Duration> waitAfter(const Recovery& recovery, const RecoveryPlan& plan, std::size_t step);

} // namespace cmksim::report
