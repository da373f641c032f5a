#include "recovery/proof.hpp"

#include "analysis/worlds.hpp"
#include "engine/resource_replay.hpp"
#include "engine/timings.hpp"

#include <algorithm>
#include <map>
#include <variant>

namespace cmksim::recovery {

namespace {

/// How long after `at` a resource is `Ready` for good; nothing when it is not.
std::optional<Duration> readyAfter(const Program& program, const WorldHistory& history, ResourceId id,
                                   const OpenPhases& phases, Instant at) {
    std::vector<Record> records;
    ResourceReplay walk{program, history, id, phases, records};
    walk.finish();
    const StateId ready = program.modelOf(id).ready();
    if (walk.resource().presence != Presence::Present || walk.resource().state != ready) {
        return std::nullopt;
    }
    Duration after{};
    for (const Record& record : records) {
        if (record.is<Transition>() && record.as<Transition>().to == ready && record.position.at > at) {
            after = record.position.at - at;
        }
    }
    return after;
}

/// Widens what a resource takes by how long it is at one phase; says whether it is `Ready` there at all.
bool includeReady(const PossibleWorld& world, ResourceId id, const OpenPhases& phases, Instant at,
                  std::map<ResourceId, Extent<Duration>>& own) {
    const auto after = readyAfter(world.program(), world.history(), id, phases, at);
    if (after) {
        own.try_emplace(id, Extent<Duration>{*after, *after}).first->second.include(*after);
    }
    return after.has_value();
}

Proof proveOver(OpenTimings open, const Program& program, Instant at, std::span<const ResourceId> wanted) {
    std::map<ResourceId, Extent<Duration>> own;
    const WorldsVisited visited = forEachWorld(program, open, [&](const PossibleWorld& world) {
        return std::ranges::all_of(wanted, [&](ResourceId id) {
            return std::ranges::all_of(world.classesOf(id), [&](const PhaseClass& phases) {
                return includeReady(world, id, {phases.first, phases.rotation}, at, own) &&
                       includeReady(world, id, {phases.last, phases.rotation}, at, own);
            });
        });
    });
    // The last of all decides: at the least, the greatest of what each takes at the least.
    Proof proof{!visited.stopped, {}, open};
    for (const auto& [id, within] : own) {
        proof.within.least = std::max(proof.within.least, within.least);
        proof.within.most = std::max(proof.within.most, within.most);
    }
    return proof;
}

/// When grants have come to count and last tokens have ended, at the latest.
Instant settled(const Program& program, const std::vector<TimelineEntry>& entries, Instant last) {
    for (const TimelineEntry& entry : entries) {
        if (const Timing* timing = openTiming(program, entry); timing != nullptr && !isOnResource(*entry.action())) {
            last = std::max(last, entry.at + timing->latest);
        }
    }
    return last;
}

/// Plays the entries and, after `last`, time enough for everything to count and every resource to look twice. Where a
/// step needs that an earlier one counts, no more can be proven than that it works when that is at once.
Proof proveFrom(const Program& original, Instant at, std::vector<TimelineEntry> entries, Instant last,
                std::span<const ResourceId> wanted) {
    const Instant until = settled(original, entries, last) + 2 * longestPeriod(original);
    const Program program = withTimeline(original, std::move(entries), until);
    const Proof proof = proveOver(OpenTimings::All, program, at, wanted);
    return proof.ready ? proof : proveOver(OpenTimings::Phases, program, at, wanted);
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

Proof prove(const Program& program, Instant at, Instant when, const Steps& steps, std::span<const ResourceId> wanted) {
    std::vector<TimelineEntry> entries;
    for (const auto& step : steps) {
        entries.push_back(entryOf(program, step->action, when));
    }
    if (entries.empty()) { // what is waited for is that time passes
        return proveFrom(program, at, actionsUpTo(program, at), when, wanted);
    }
    return prove(program, at, entries, wanted);
}

Proof prove(const Program& program, Instant at, std::span<const TimelineEntry> steps,
            std::span<const ResourceId> wanted) {
    std::vector<TimelineEntry> entries = actionsUpTo(program, at);
    entries.insert(entries.end(), steps.begin(), steps.end());
    return proveFrom(program, at, std::move(entries), steps.empty() ? at : steps.back().at, wanted);
}

} // namespace cmksim::recovery
