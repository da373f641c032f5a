#include "engine/timings.hpp"

#include <variant>

namespace cmksim::engine {

namespace {

Duration at(const Timing& timing, TimingEnd end) {
    switch (end) {
    case TimingEnd::Nominal: break;
    case TimingEnd::Earliest: return timing.earliest;
    case TimingEnd::Latest: return timing.latest;
    }
    return timing.nominal;
}

} // namespace

void chooseClock(Program& program, ResourceId resource, TimingId clock, Duration chosen) {
    std::vector<Duration>& lengths = program.resources[resource].ownClocks;
    if (lengths.empty()) {
        for (const Timing& timing : program.modelOf(resource).ownClocks) {
            lengths.push_back(timing.nominal);
        }
    }
    lengths[clock.index()] = chosen;
}

const Timing* openTiming(const Program& program, const TimelineEntry& entry) {
    const Action* action = entry.action();
    if (action == nullptr) {
        return nullptr;
    }
    switch (ruleOf(*action).traits.timing) {
    case OpenTiming::None: break;
    case OpenTiming::PolicyEffect: return &program.platform->policyEffect;
    case OpenTiming::RoleEffect: return &program.platform->roleEffect;
    case OpenTiming::TokenLife: return &program.platform->tokenLife;
    case OpenTiming::IdentityLapse: {
        const auto& renewal = program.modelOf(resourceOf(*action)).renewal;
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
    const auto isOpen = [&](const Timing& timing, Instant from) {
        return timing.earliest != timing.latest && from + timing.latest > scenarioStart &&
               from + timing.earliest <= program.until;
    };
    for (const IdentityId id : program.identities) {
        const std::optional<Instant> deleted = program.names.identities[id].deleted;
        if (deleted && isOpen(program.platform->tokenLife, *deleted)) {
            delays.push_back({.entry = {},
                              .from = *deleted,
                              .timing = &program.platform->tokenLife,
                              .resource = {},
                              .identity = id,
                              .vault = {},
                              .until = never});
        }
    }
    for (const EntryId id : program.entries.ids()) {
        const TimelineEntry& entry = program.entries[id];
        const Timing* timing = openTiming(program, entry);
        if (timing == nullptr || !isOpen(*timing, entry.at)) {
            continue;
        }
        const Action& action = *entry.action();
        if (isOnResource(action)) {
            delays.push_back({.entry = id,
                              .from = entry.at,
                              .timing = timing,
                              .resource = resourceOf(action),
                              .identity = {},
                              .vault = {},
                              .until = never});
        } else {
            delays.push_back({.entry = id,
                              .from = entry.at,
                              .timing = timing,
                              .resource = {},
                              .identity = identityOf(action),
                              .vault = vaultOf(action),
                              .until = never});
        }
    }
    for (const ResourceId id : program.resources.ids()) {
        const IdVector<TimingId, Timing>& clocks = program.modelOf(id).ownClocks;
        for (const TimingId clock : clocks.ids()) {
            if (clocks[clock].earliest != clocks[clock].latest) {
                delays.push_back({.entry = {},
                                  .from = scenarioStart,
                                  .timing = &clocks[clock],
                                  .resource = id,
                                  .identity = {},
                                  .vault = {},
                                  .until = never,
                                  .clock = clock});
            }
        }
    }
    return delays;
}

Duration delayOf(const Program& program, const OpenDelay& delay) {
    if (delay.clock.valid()) {
        return program.rulesOf(delay.resource).lengthOf(delay.clock);
    }
    return delay.entry.valid() ? delayOf(program, program.entries[delay.entry])
                               : program.names.identities[delay.identity].tokenLife.value_or(delay.timing->nominal);
}

void setDelay(Program& program, const OpenDelay& delay, Duration chosen) {
    if (delay.clock.valid()) {
        chooseClock(program, delay.resource, delay.clock, chosen);
        return;
    }
    if (delay.entry.valid()) {
        setDelay(program.entries[delay.entry], chosen);
    } else {
        program.names.identities[delay.identity].tokenLife = chosen;
    }
}

void setDelay(TimelineEntry& entry, Duration delay) {
    if (auto* action = std::get_if<Action>(&entry.what)) {
        action::setDelay(*action, delay);
    }
}

void setDelays(Program& program, TimingEnd end) {
    for (const OpenDelay& delay : openDelays(program)) {
        setDelay(program, delay, at(*delay.timing, end));
    }
    for (Reaction& reaction : program.reactions) {
        reaction.delay = end == TimingEnd::Latest ? reaction.most : reaction.least;
        if (const Timing* timing = openTiming(program, reaction.entry)) {
            setDelay(reaction.entry, at(*timing, end));
        }
    }
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
