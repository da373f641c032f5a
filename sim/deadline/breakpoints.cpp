#include "deadline/breakpoints.hpp"

#include "engine/replay.hpp"
#include "engine/timings.hpp"
#include "engine/world_history.hpp"

#include <algorithm>
#include <set>

namespace cmksim::deadline {

namespace {

/// When an entry can count, besides when it is done.
std::vector<Duration> delaysOf(const Program& program, const TimelineEntry& entry) {
    std::vector<Duration> delays{Duration::zero(), delayOf(program, entry)};
    if (const Timing* timing = openTiming(program, entry)) {
        delays.push_back(timing->earliest);
        delays.push_back(timing->latest);
    }
    return delays;
}

/// Every instant at which something can happen without the repair.
std::set<Instant> fixedInstants(const Program& program) {
    std::set<Instant> instants{scenarioStart};
    for (const TimelineEntry& entry : program.entries) {
        for (const Duration delay : delaysOf(program, entry)) {
            instants.insert(entry.at + delay);
        }
    }
    const auto world = simulateWorld(program, nominalPhases(program));
    for (const Record& record : world.records()) {
        instants.insert(record.position.at);
    }
    return instants;
}

/// The periods of looks, with the instants at which those fall that are pinned.
struct Looks {
    std::set<Duration> periods;
    std::set<Instant> pinned;
};

Looks looksOf(const Program& program) {
    Looks looks;
    const auto add = [&](const Model& model, const NewResource& described, Instant birth) {
        looks.periods.insert(model.revalidation.nominal);
        looks.pinned.insert(birth + described.phase.value_or(Duration::zero()));
        if (model.rotationClock) {
            looks.periods.insert(model.rotationClock->nominal);
            looks.pinned.insert(birth + described.rotationPhase.value_or(Duration::zero()));
        }
    };
    for (const ResourceId id : program.resources.ids()) {
        if (program.resources[id].described) {
            add(program.modelOf(id), *program.resources[id].described, scenarioStart);
        }
    }
    for (const TimelineEntry& entry : program.entries) {
        if (const auto* creation = entry.creation()) {
            add(program.modelOf(creation->resource), *creation->described, entry.at);
        }
    }
    return looks;
}

} // namespace

std::vector<Instant> breakpoints(const Program& program, std::span<const TimelineEntry> repair,
                                 const Extent<Instant>& range, std::span<const Instant> more) {
    std::set<Duration> moves; // from the repair's instant to what it brings about
    for (const TimelineEntry& step : repair) {
        for (const Duration delay : delaysOf(program, step)) {
            moves.insert(step.at - scenarioStart + delay);
        }
    }
    Looks looks = looksOf(program);
    for (const TimelineEntry& step : repair) {
        if (const auto* creation = step.creation()) { // the looks of what the repair makes move with it
            const Model& model = program.modelOf(creation->resource);
            looks.periods.insert(model.revalidation.nominal);
            moves.insert(step.at - scenarioStart + creation->described->phase.value_or(Duration::zero()));
        }
    }
    std::set<Instant> fixed = fixedInstants(program);
    fixed.insert(looks.pinned.begin(), looks.pinned.end());
    fixed.insert(more.begin(), more.end());
    std::set<Instant> found{range.least};
    const auto cut = [&](Instant at) {
        for (const Instant one : {at, at + Duration{1}}) {
            if (range.least < one && one <= range.most) {
                found.insert(one);
            }
        }
    };
    for (const Instant instant : fixed) {
        for (const Duration move : moves) {
            cut(instant - move);
            for (const Duration period : looks.periods) {
                const Duration behind = (range.least - (instant - move)) % period;
                const Duration first = behind > Duration::zero() ? period - behind : -behind;
                for (Instant at = range.least + first - period; at <= range.most; at += period) {
                    cut(at);
                }
            }
        }
    }
    return {found.begin(), found.end()};
}

} // namespace cmksim::deadline
