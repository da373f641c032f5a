#include "recovery/proof.hpp"

#include "analysis/world_variants.hpp"
#include "engine/resource_replay.hpp"

#include <algorithm>

namespace cmksim::recovery {

namespace {

/// How long after `at` a resource is `Ready` for good; nothing when it is not.
std::optional<Duration> readyAfter(const Program& program, const WorldHistory& history, ResourceId id, Duration phase,
                                   Instant at) {
    std::vector<Record> records;
    ResourceReplay walk{program, history, id, phase, records};
    walk.finish();
    const StateId ready = program.modelOf(id).ready();
    if (walk.resource().presence != Presence::Present || walk.resource().state != ready) {
        return std::nullopt;
    }
    Duration after{};
    for (const Record& record : records) {
        if (record.kind == RecordKind::Transition && record.to == ready && record.position.at > at) {
            after = record.position.at - at;
        }
    }
    return after;
}

/// Plays the entries and, after `last`, time enough for every resource to look twice.
Proof proveFrom(const Program& original, Instant at, std::vector<TimelineEntry> entries, Instant last,
                std::span<const ResourceId> wanted) {
    const Program program = withTimeline(original, std::move(entries), last + 2 * longestPeriod(original));
    Proof proof{true, {}};
    for (const WorldVariant& variant : worldVariants(program)) {
        const WorldHistory history = simulateWorld(program, variant.phases);
        // The last of all decides: at the least, the greatest of what each takes at the least.
        for (const ResourceId id : wanted) {
            std::optional<Extent<Duration>> own;
            for (const PhaseClass& phases : variant.classesOf(program, history, id)) {
                for (const Duration phase : {phases.first, phases.last}) {
                    const auto after = readyAfter(program, history, id, phase, at);
                    if (!after) {
                        proof.ready = false;
                        return proof;
                    }
                    own = own.value_or(Extent<Duration>{*after, *after});
                    own->include(*after);
                }
            }
            if (own) {
                proof.within.least = std::max(proof.within.least, own->least);
                proof.within.most = std::max(proof.within.most, own->most);
            }
        }
    }
    return proof;
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
