#include "recovery/proof.hpp"

#include "analysis/world_variants.hpp"
#include "engine/walk.hpp"

#include <algorithm>

namespace cmksim {

namespace {

/// The timeline up to `at` without what only looks, and the steps behind it.
Program played(const Program& program, Instant at, Instant when, const Steps& steps) {
    std::vector<TimelineEntry> entries;
    for (const TimelineEntry& entry : program.entries) {
        if (entry.at <= at && entry.stage() == Stage::Actions) {
            entries.push_back(entry);
            entries.back().result.reset();
        }
    }
    for (const auto& step : steps) {
        entries.push_back(entryOf(program, *step, when));
    }
    return withTimeline(program, std::move(entries), when + 2 * longestPeriod(program));
}

/// How long after `at` a resource is `Ready` for good; nothing when it is not.
std::optional<Duration> readyAfter(const Program& program, const History& history, ResourceId id, Duration phase,
                                   Instant at) {
    std::vector<Record> records;
    Walk walk{program, history, id, phase, records};
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

} // namespace

Duration longestPeriod(const Program& program) {
    Duration longest{};
    for (const ResourceId id : program.resources.ids()) {
        longest = std::max(longest, program.modelOf(id).revalidation.nominal);
    }
    return longest;
}

Proof prove(const Program& original, Instant at, Instant when, const Steps& steps, std::span<const ResourceId> wanted) {
    const Program program = played(original, at, when, steps);
    Proof proof{true, {}};
    for (const WorldVariant& variant : worldVariants(program)) {
        const History history = unfold(program, variant.phases);
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

} // namespace cmksim
