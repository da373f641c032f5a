#include "deadline/breakpoints.hpp"

#include "analysis/clock_offsets.hpp"
#include "base/time.hpp"
#include "engine/replay.hpp"
#include "engine/timings.hpp"
#include "engine/world_history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>

namespace cmksim::deadline {

namespace {

constexpr std::int64_t mostPeriods = 100'000;

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

bool isByHand(const TimelineEntry& entry) { return entry.action<ResourceRevalidate>() != nullptr; }

/// The periods of looks, with how far from a look something can come about, and the instants at which looks fall that
/// are pinned.
struct Looks {
    bool byHand = false;                            // whether anything is revalidated by hand
    std::map<Duration, std::set<Duration>> offsets; // by period
    std::set<Instant> pinned;

    /// Those of a life; `birth` is none where the repair begins it.
    void add(const Program& program, ResourceId id, const NewResource& life, std::optional<Instant> birth) {
        const Model& model = program.modelOf(id);
        const std::vector<Duration> own = analysis::clockOffsetsAtEnds(program, id, byHand);
        const auto addClock = [&](const Timing& clock, const std::optional<Duration>& phase) {
            offsets[clock.nominal].insert(own.begin(), own.end());
            if (birth) {
                pinned.insert(*birth + phase.value_or(Duration::zero()));
            }
        };
        addClock(model.revalidation, life.phase);
        if (model.rotationClock) {
            addClock(*model.rotationClock, life.rotationPhase);
        }
        if (model.recoveryClock) {
            addClock(*model.recoveryClock, life.recoveryPhase);
        }
    }
};

Looks looksOf(const Program& program, std::span<const TimelineEntry> repair) {
    Looks looks{.byHand = std::ranges::any_of(program.entries, isByHand) || std::ranges::any_of(repair, isByHand),
                .offsets = {},
                .pinned = {}};
    for (const ResourceId id : program.resources.ids()) {
        if (program.resources[id].described) {
            looks.add(program, id, *program.resources[id].described, scenarioStart);
        }
    }
    for (const TimelineEntry& entry : program.entries) {
        if (const auto* creation = entry.creation()) {
            looks.add(program, creation->resource, *creation->described, entry.at);
        }
    }
    return looks;
}

std::set<Duration> differencesOf(const std::set<Duration>& some) {
    std::set<Duration> differences;
    for (const Duration one : some) {
        for (const Duration other : some) {
            differences.insert(one - other);
        }
    }
    return differences;
}

/// Where in its period a duration of either sign falls.
Duration within(Duration period, Duration duration) {
    const Duration rest = duration % period;
    return rest < Duration::zero() ? rest + period : rest;
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
    Looks looks = looksOf(program, repair);
    for (const TimelineEntry& step : repair) {
        if (const auto* creation = step.creation()) { // the looks of what the repair makes move with it
            looks.add(program, creation->resource, *creation->described, {});
            moves.insert(step.at - scenarioStart + creation->described->phase.value_or(Duration::zero()));
        }
    }
    std::set<Instant> fixed = fixedInstants(program);
    fixed.insert(looks.pinned.begin(), looks.pinned.end());
    fixed.insert(more.begin(), more.end());
    std::set<Instant> found{range.least};
    std::set<Duration> counted{Duration::zero()};
    for (const auto& [period, offsets] : looks.offsets) {
        counted.insert(offsets.begin(), offsets.end());
    }
    // Phases are cut at a second and just after. What is counted from the last phase of a class comes a second before
    // what is counted from a cut, and a class of phases between two cuts is empty before they are two seconds apart.
    const bool anyCounted = counted.size() > 1;
    const Duration before{anyCounted ? -1 : 0};
    const Duration after{anyCounted ? 2 : 1};
    const auto cut = [&](Instant at) {
        for (Duration apart = before; apart <= after; ++apart) {
            if (range.least < at + apart && at + apart <= range.most) {
                found.insert(at + apart);
            }
        }
    };
    // Either of two cuts of phases that meet is of an instant, with what is counted from it, less what is counted from
    // a look: they meet at a difference of differences.
    std::map<Duration, std::set<Duration>> met;
    for (const auto& [period, offsets] : looks.offsets) {
        for (const Duration far : differencesOf(differencesOf(offsets))) {
            met[period].insert(within(period, far));
        }
    }
    std::map<Duration, std::set<Duration>> places; // of a repair at which cuts meet, from the range's begin
    for (const Instant instant : fixed) {
        for (const Duration move : moves) {
            for (const Duration far : differencesOf(counted)) {
                cut(instant - move + far);
            }
            for (const auto& [period, offsets] : met) {
                for (const Duration far : offsets) {
                    places[period].insert(within(period, instant - move - range.least + far));
                }
            }
        }
    }
    for (const auto& [period, ends] : places) {
        for (const Duration place : ends) {
            for (Instant at = range.least + place - period; at <= range.most - before; at += period) {
                cut(at);
            }
        }
    }
    return {found.begin(), found.end()};
}

std::string piecesText(std::size_t pieces) { return fmt::format("{} piece{}", pieces, pieces == 1 ? "" : "s"); }

bool isTooLong(const Program& program, const Extent<Instant>& range) {
    const Looks looks = looksOf(program, {});
    return !looks.offsets.empty() && (range.most - range.least) / looks.offsets.begin()->first > mostPeriods;
}

std::string tooLongText(const Extent<Instant>& range) {
    return fmt::format(
        "the range from {} to {} has more than 100,000 periods of looks, and each is worked out; ask for a "
        "shorter one",
        formatDuration(range.least - scenarioStart), formatDuration(range.most - scenarioStart));
}

} // namespace cmksim::deadline
