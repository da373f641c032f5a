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

void setDelay(TimelineEntry& entry, Duration delay) {
    if (auto* action = std::get_if<Action>(&entry.what)) {
        action::setDelay(*action, delay);
    }
}

void setDelays(Program& program, TimingEnd end) {
    for (TimelineEntry& entry : program.entries) {
        if (const Timing* timing = openTiming(program, entry)) {
            setDelay(entry, at(*timing, end));
        }
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
            phases[id] = program.modelOf(id).revalidation.nominal - Duration{1};
        }
    }
    return phases;
}

} // namespace cmksim::engine
