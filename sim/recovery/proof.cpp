#include "recovery/proof.hpp"

#include "analysis/worlds.hpp"
#include "engine/impairment.hpp"
#include "engine/resource_replay.hpp"
#include "engine/timings.hpp"

#include <algorithm>
#include <map>

namespace cmksim::recovery {

namespace {

/// What becomes of one resource at one phase.
struct Way {
    std::optional<Duration> after; // the moment of the plan it is whole for good
    bool accepted = true;          // none of its steps is refused
};

Way wayOf(const PossibleWorld& world, ResourceId id, const OpenPhases& phases, Instant at) {
    const Model& model = world.program().modelOf(id);
    const auto isWhole = [&](const ResourceStatus& status) {
        return status.presence == Presence::Present && status.recoverable && !isImpaired(model, status);
    };
    std::vector<Record> records;
    ResourceReplay walk{world.program(), world.history(), id, phases, records};
    bool whole = isWhole(walk.resource().statusAt(scenarioStart));
    walk.finish();
    Way way;
    Duration since{};
    for (const Record& record : records) {
        const bool later = record.position.at > at;
        way.accepted = way.accepted && !(later && record.is<ActionDone>() && record.refused());
        const bool turns = isWhole(record.status) && !whole;
        whole = isWhole(record.status);
        since = turns && later ? record.position.at - at : since;
    }
    if (whole) {
        way.after = since;
    }
    return way;
}

/// What is found of all worlds together.
class Findings {
public:
    Findings(Instant at, std::span<const ResourceId> wanted) : at_{at}, wanted_{wanted} {}

    /// Says whether there is any use in going on.
    bool include(const PossibleWorld& world) {
        for (const Record& record : world.history().records()) {
            const bool refused = record.is<ActionDone>() && record.refused();
            accepted = accepted && !(refused && record.position.at > at_);
        }
        for (const ResourceId id : wanted_) {
            for (const PhaseClass& phases : world.classesOf(id)) {
                include(wayOf(world, id, phases.firstPhases(), at_), id);
                include(wayOf(world, id, phases.lastPhases(), at_), id);
            }
            if (!whole && !accepted) {
                return false; // worse it cannot come
            }
        }
        return true;
    }

    /// The last of all decides: at the least, the greatest of what each takes at the least.
    [[nodiscard]] Extent<Duration> within() const {
        Extent<Duration> all;
        for (const auto& [id, own] : own_) {
            all.least = std::max(all.least, own.least);
            all.most = std::max(all.most, own.most);
        }
        return all;
    }

    bool whole = true;
    bool accepted = true;

private:
    void include(const Way& way, ResourceId id) {
        whole = whole && way.after.has_value();
        accepted = accepted && way.accepted;
        if (way.after) {
            own_.try_emplace(id, Extent<Duration>{*way.after, *way.after}).first->second.include(*way.after);
        }
    }

    Instant at_;
    std::span<const ResourceId> wanted_;
    std::map<ResourceId, Extent<Duration>> own_;
};

Proof proveOver(const Program& program, const ProofQuestion& question) {
    Findings findings{question.at, question.wanted};
    const WorldsVisited visited =
        forEachWorld(program, question.open, [&](const PossibleWorld& world) { return findings.include(world); });
    return {findings.whole, findings.accepted, findings.within(), !visited.cutShort.empty(), question.open};
}

} // namespace

std::vector<TimelineEntry> actionsUpTo(const Program& program, Instant at) {
    std::vector<TimelineEntry> entries;
    for (const TimelineEntry& entry : program.entries) {
        if (entry.at <= at && entry.stage() == Stage::Actions) {
            entries.push_back(entry);
            entries.back().result.reset();
        }
    }
    return entries;
}

Instant settledAfter(const Program& program, Instant at, std::span<const TimelineEntry> steps) {
    Instant last = steps.empty() ? at : steps.back().at;
    const auto include = [&](const TimelineEntry& entry) {
        if (const Timing* timing = openTiming(program, entry); timing != nullptr && !isOnResource(*entry.action())) {
            last = std::max(last, entry.at + timing->latest);
        }
    };
    for (const TimelineEntry& entry : program.entries) {
        if (entry.at <= at && entry.action() != nullptr) {
            include(entry);
        }
    }
    std::ranges::for_each(steps, include);
    return last + 2 * longestPeriod(program) + longestRecovery(program);
}

Proof prove(const Program& original, const ProofQuestion& question, std::span<const TimelineEntry> steps) {
    std::vector<TimelineEntry> entries = actionsUpTo(original, question.at);
    entries.insert(entries.end(), steps.begin(), steps.end());
    Instant until = settledAfter(original, question.at, steps);
    until = std::max(until, question.atLeastUntil.value_or(until));
    until = std::min(until, question.atMostUntil.value_or(until));
    return proveOver(withTimeline(original, std::move(entries), until), question);
}

Proof proveAsFarAsItHolds(const Program& program, const ProofQuestion& question, std::span<const TimelineEntry> steps) {
    const Proof proof = prove(program, question, steps);
    if (proof.holds() || question.open != OpenTimings::All) {
        return proof;
    }
    ProofQuestion narrower = question;
    narrower.open = OpenTimings::Phases;
    return prove(program, narrower, steps);
}

} // namespace cmksim::recovery
