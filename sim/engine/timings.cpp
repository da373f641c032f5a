#include "engine/timings.hpp"

#include "base/overloaded.hpp"
#include "engine/chosen_clocks.hpp"
#include "engine/every_timing.hpp"

#include <algorithm>
#include <type_traits>
#include <variant>

namespace cmksim::engine {

Duration lengthAt(const Timing& timing, TimingEnd end) {
    switch (end) {
    case TimingEnd::Nominal: break;
    case TimingEnd::Earliest: return timing.earliest;
    case TimingEnd::Latest: return timing.latest;
    }
    return timing.nominal;
}

void chooseClock(Program& program, ResourceId resource, TimingId clock, Duration chosen) {
    std::vector<Duration>& lengths = program.resources[resource].ownClocks;
    if (lengths.empty()) {
        for (const Timing* timing : clocksOf(program.modelOf(resource))) {
            lengths.push_back(timing->nominal);
        }
    }
    lengths[clock.index()] = chosen;
}

const Timing* openTiming(const Program& program, const TimelineEntry& entry) {
    return entry.action() != nullptr ? openTiming(program, *entry.action()) : nullptr;
}

const Timing* openTiming(const Program& program, const Action& action) {
    switch (ruleOf(action).traits.timing) {
    case OpenTiming::None: break;
    case OpenTiming::PolicyEffect: return &program.platform->policyEffect;
    case OpenTiming::RoleEffect: return &program.platform->roleEffect;
    case OpenTiming::TokenLife: return &program.platform->tokenLife;
    case OpenTiming::IdentityLapse: {
        const auto& renewal = program.modelOf(resourceOf(action)).renewal;
        return renewal ? &renewal->lapse : nullptr;
    }
    }
    return nullptr;
}

Duration delayOf(const Program& program, const TimelineEntry& entry) {
    const Timing* timing = openTiming(program, entry);
    return timing != nullptr ? action::delayOf(*entry.action()).value_or(timing->nominal) : Duration::zero();
}

std::vector<OpenDelay> openDelays(const Program& program) {
    std::vector<OpenDelay> delays;
    forEachTiming(program, [&](const auto& of, Instant from, const Timing& timing) {
        // A rule counts from whatever comes, so that what it takes matters at any time.
        const bool inTime = std::is_same_v<std::decay_t<decltype(of)>, OpenDelay::OwnClock> ||
                            (from + timing.latest > scenarioStart && from + timing.earliest <= program.until);
        if (timing.earliest != timing.latest && inTime) {
            delays.push_back({of, from, &timing});
        }
    });
    return delays;
}

bool hasOpenReactions(const Program& program) {
    const auto isOpen = [&](const Reaction& reaction) {
        const Timing* timing = openTiming(program, reaction.entry);
        return reaction.least != reaction.most || (timing != nullptr && timing->earliest != timing->latest);
    };
    return !program.reactions.empty() &&
           (std::ranges::any_of(program.reactions, isOpen) || !openDelays(program).empty());
}

Duration delayOf(const Program& program, const OpenDelay& delay) {
    return std::visit(
        Overloaded{[&](const OpenDelay::EarlierDeletion& one) {
                       const auto& chosen = program.names.identities[one.identity].tokenLife;
                       return chosen.value_or(delay.timing->nominal);
                   },
                   [&](const OpenDelay::OwnClock& one) { return lengthOf(program.rulesOf(one.resource), one.clock); },
                   [&](const auto& one) { return delayOf(program, program.entries[one.entry]); }},
        delay.of);
}

void setDelay(Program& program, const OpenDelay& delay, Duration chosen) {
    std::visit(
        Overloaded{
            [&](const OpenDelay::EarlierDeletion& one) { program.names.identities[one.identity].tokenLife = chosen; },
            [&](const OpenDelay::OwnClock& one) { chooseClock(program, one.resource, one.clock, chosen); },
            [&](const auto& one) { setDelay(program.entries[one.entry], chosen); }},
        delay.of);
}

void setDelay(TimelineEntry& entry, Duration delay) {
    if (auto* action = std::get_if<Action>(&entry.what)) {
        action::setDelay(*action, delay);
    }
}

void setDelays(Program& program, TimingEnd end) {
    for (const OpenDelay& delay : openDelays(program)) {
        setDelay(program, delay, lengthAt(*delay.timing, end));
    }
    for (Reaction& reaction : program.reactions) {
        reaction.delay = end == TimingEnd::Latest ? reaction.most : reaction.least;
        if (const Timing* timing = openTiming(program, reaction.entry)) {
            setDelay(reaction.entry, lengthAt(*timing, end));
        }
    }
}

std::vector<TimingEnd> differingEnds(const Program& program) {
    const std::vector<OpenDelay> open = openDelays(program);
    std::vector<TimingEnd> ends{TimingEnd::Nominal};
    for (const TimingEnd end : {TimingEnd::Earliest, TimingEnd::Latest}) {
        if (std::ranges::any_of(
                open, [&](const OpenDelay& delay) { return lengthAt(*delay.timing, end) != delay.timing->nominal; })) {
            ends.push_back(end);
        }
    }
    return ends;
}

Phases phasesAt(const Program& program, TimingEnd end) {
    Phases phases(program.resources.size(), Duration::zero());
    for (const ResourceId id : program.resources.ids()) {
        if (end == TimingEnd::Latest) {
            const Model& model = program.modelOf(id);
            phases[id] = model.revalidation.nominal - Duration{1};
            if (model.recoveryClock) {
                phases.setRecovery(id, model.recoveryClock->nominal - Duration{1});
            }
            if (model.rotationClock) {
                phases.setRotation(id, model.rotationClock->nominal - Duration{1});
            }
        }
    }
    return phases;
}

} // namespace cmksim::engine
