#include "recovery/runbook_outcome.hpp"

#include "engine/alike.hpp"
#include "engine/impairment.hpp"
#include "engine/replay.hpp"
#include "engine/timeline_walk.hpp"
#include "recovery/repairs.hpp"
#include "recovery/root_cause.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace cmksim::recovery {

namespace {

/// For more kinds of resources the ways that are left are not searched for: each costs as much as a plan.
constexpr std::size_t mostWaysLeft = 8;

/// The first thing that is worse of a resource in one end than in another.
std::optional<StepHarmKind> worseIn(const Model& model, const ResourceStatus& end, const ResourceStatus& other) {
    if (other.recoverable && !end.recoverable) {
        return StepHarmKind::DataLost;
    }
    if (other.presence != Presence::Present) {
        return std::nullopt;
    }
    if (end.presence != Presence::Present) {
        return StepHarmKind::Gone;
    }
    const Impairment one = impairmentOf(model, end);
    const Impairment two = impairmentOf(model, other);
    if (one.down && !two.down) {
        return StepHarmKind::Down;
    }
    const bool deniesMore = std::ranges::any_of(
        one.denied, [&](OperationId id) { return std::ranges::find(two.denied, id) == two.denied.end(); });
    const bool isImpaired = deniesMore || (one.rotationBlocked && !two.rotationBlocked);
    return isImpaired ? std::optional{StepHarmKind::Impaired} : std::nullopt;
}

bool failsIn(const Proof& proof, ResourceId id) { return std::ranges::find(proof.failing, id) != proof.failing.end(); }

Instant dueIn(const StoryOutcome& outcome, ResourceId id) {
    const auto found = outcome.due.find(id);
    return found != outcome.due.end() ? found->second.due : never;
}

void findWaysLeft(StoryOutcome& outcome, const Program& story, const SimulationState& state,
                  std::span<const ResourceId> wanted) {
    const ResourceClasses classes = alikeResources(story, nominalPhases(story));
    std::map<std::uint32_t, ResourceId> ofKind;
    for (const ResourceId id : wanted) {
        if (isWhole(story, state, id) || !ofKind.try_emplace(classes[id], id).second) {
            continue;
        }
        if (ofKind.size() > mostWaysLeft) {
            outcome.wayKnown = false;
            return;
        }
        const Ways ways = findRecoveries(story, state, {{id}, {}, {}}, 1);
        outcome.wayKnown = outcome.wayKnown && (!ways.found.empty() || !ways.cutShort);
        outcome.way.emplace(id, ways.found.empty()
                                    ? std::nullopt
                                    : std::optional{static_cast<std::uint32_t>(ways.found.front().size())});
    }
}

/// Whether the way that is left of one story is longer than that of another.
bool isLonger(const std::optional<std::uint32_t>& one, const std::optional<std::uint32_t>& other) {
    return other && (!one || *one > *other);
}

} // namespace

std::map<ResourceId, FallingDue> fallingDue(const Program& program, const SimulationState& state,
                                            std::span<const ResourceId> resources) {
    std::vector<ResourceId> whole;
    std::ranges::copy_if(resources, std::back_inserter(whole),
                         [&](ResourceId id) { return isWhole(program, state, id); });
    std::map<ResourceId, FallingDue> found;
    while (const auto decline = declineOf(program, state, whole)) {
        std::erase_if(whole, [&](ResourceId id) {
            const bool declines = id == decline->resource || !isWhole(program, decline->seen, id);
            if (declines) {
                found.emplace(id, FallingDue{decline->due, decline->fact});
            }
            return declines;
        });
    }
    return found;
}

StoryOutcome outcomeOf(const Program& played, Proof proof, std::span<const ResourceId> wanted) {
    const Program story = withKeyReferences(played); // which a way back may use
    StoryOutcome outcome;
    outcome.proof = std::move(proof);
    outcome.ends = IdVector<ResourceId, ResourceStatus>(story.resources.size());
    for (const ResourceEnd& end : replay(story, nominalPhases(story)).ends) {
        outcome.ends[end.resource] = end.status;
    }
    const SimulationState state = stateAt(story, story.until);
    std::vector<ResourceId> all;
    for (const ResourceId id : story.resources.ids()) {
        all.push_back(id);
    }
    outcome.due = fallingDue(story, state, all);
    if (!outcome.proof.holds()) {
        findWaysLeft(outcome, story, state, wanted);
    }
    return outcome;
}

StepDifference differenceOf(const Program& program, const StoryOutcome& with, const StoryOutcome& without) {
    StepDifference difference;
    for (const ResourceId id : program.resources.ids()) {
        const Model& model = program.modelOf(id);
        const auto harm = worseIn(model, with.ends[id], without.ends[id]);
        const bool better = worseIn(model, without.ends[id], with.ends[id]).has_value();
        const bool appears = with.ends[id].presence == Presence::Present &&
                             without.ends[id].presence != Presence::Present && with.ends[id].recoverable;
        difference.better = difference.better || better || appears;
        if (harm) {
            difference.harms.push_back({id, *harm});
            continue;
        }
        if (better) {
            continue;
        }
        if (failsIn(with.proof, id) != failsIn(without.proof, id)) {
            difference.better = difference.better || failsIn(without.proof, id);
            if (failsIn(with.proof, id)) {
                difference.harms.push_back({id, StepHarmKind::AtSomeTiming});
            }
            continue;
        }
        if (const Instant due = dueIn(with, id), other = dueIn(without, id); due != other) {
            difference.better = difference.better || due > other;
            if (due < other) {
                difference.harms.push_back({id, StepHarmKind::FallsDue});
            }
            continue;
        }
        const auto left = with.way.find(id);
        const auto other = without.way.find(id);
        if (left != with.way.end() && other != without.way.end() && left->second != other->second) {
            difference.better = difference.better || isLonger(other->second, left->second);
            if (isLonger(left->second, other->second)) {
                difference.harms.push_back({id, StepHarmKind::FartherBack});
            }
            continue;
        }
        difference.better = difference.better || without.ends[id].downtime > with.ends[id].downtime;
    }
    const bool sooner = with.proof.whole && without.proof.whole && with.proof.within.most < without.proof.within.most;
    difference.better = difference.better || sooner;
    difference.isKnown = with.wayKnown && without.wayKnown;
    return difference;
}

} // namespace cmksim::recovery
