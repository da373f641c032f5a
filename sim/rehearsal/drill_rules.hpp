// What a drill asks for and forbids, held against what was played.
#pragma once

#include "base/diagnostics.hpp"
#include "compile/drill.hpp"
#include "engine/replay.hpp"
#include "recovery/search.hpp"
#include "rehearsal/best_course.hpp"
#include "scenario/ast.hpp"

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace cmksim::rehearsal {

/// A session that has been played to its end.
struct PlayedSession {
    const Program& program; // with everything that was done, without reactions
    const Phases& phases;
    const Trace& trace;
    Instant began{};                                          // with the first symptom
    std::span<const ResourceId> kept;                         // whose data the best course keeps
    std::function<bool(const TimelineEntry&)> isDoneByPlayer; // and not by the story
};

/// A rule that was broken, by what, and when.
struct BrokenRule {
    std::string rule;
    std::string action; // `vault.update contoso-kv`
    Instant at{};

    friend bool operator==(const BrokenRule&, const BrokenRule&) = default;
};

/// All that a player did against the rules, in order of the rules and of time. An action that was refused breaks none.
std::vector<BrokenRule> brokenRules(const PlayedSession& session, std::span<const DrillForbidden> forbidden);

/// The steps that break none of them, for plans in the names of `program`, which must outlive it.
StepFilter stepsWithin(const Program& program, std::span<const DrillForbidden> forbidden);

/// What must be and was not, as the drill puts it. What falls due after the end is looked at there.
std::vector<std::string> missedGoals(const PlayedSession& session, std::span<const DrillMust> must);

/// Reports, at its place in the file, what must be and is not though the best course is taken; whether there was any.
/// `written` is the drill that `must` was made of.
bool reportOutOfReach(const BestCourse& course, const Phases& phases, Instant began, const DrillSpec& written,
                      std::span<const DrillMust> must, Diagnostics& diagnostics);

/// Resources that the best course keeps, and whose data is lost: they, or all that opens it, were deleted for good.
std::vector<ResourceId> lostResources(const PlayedSession& session);

} // namespace cmksim::rehearsal
