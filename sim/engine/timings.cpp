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
    if (const auto* action = std::get_if<WorldAction>(&entry.what)) {
        switch (action->kind) {
        case WorldActionKind::PolicySet:
        case WorldActionKind::PolicyDelete: return &program.platform->policyEffect;
        case WorldActionKind::RoleAssign:
        case WorldActionKind::RoleRemove: return &program.platform->roleEffect;
        case WorldActionKind::IdentityDelete: return &program.platform->tokenLife;
        default: return nullptr;
        }
    }
    const auto* action = std::get_if<ResourceAction>(&entry.what);
    if (action == nullptr || action->kind != ResourceActionKind::RemoveIdentity) {
        return nullptr;
    }
    const auto& renewal = program.modelOf(action->resource).renewal;
    return renewal ? &renewal->lapse : nullptr;
}

Duration delayOf(const Program& program, const TimelineEntry& entry) {
    const Timing* timing = openTiming(program, entry);
    if (timing == nullptr) {
        return Duration::zero();
    }
    const auto* action = std::get_if<WorldAction>(&entry.what);
    const std::optional<Duration> chosen =
        action != nullptr ? action->delay : std::get<ResourceAction>(entry.what).delay;
    return chosen.value_or(timing->nominal);
}

std::vector<OpenDelay> openDelays(const Program& program) {
    std::vector<OpenDelay> delays;
    for (const EntryId id : program.entries.ids()) {
        const TimelineEntry& entry = program.entries[id];
        const Timing* timing = openTiming(program, entry);
        if (timing == nullptr || timing->earliest == timing->latest || entry.at + timing->earliest > program.until) {
            continue;
        }
        if (const auto* own = std::get_if<ResourceAction>(&entry.what)) {
            delays.push_back({id, timing, own->resource, {}, {}, never});
        } else {
            const auto& action = std::get<WorldAction>(entry.what);
            delays.push_back({id, timing, {}, action.identity, action.vault, never});
        }
    }
    return delays;
}

void setDelay(TimelineEntry& entry, Duration delay) {
    if (auto* action = std::get_if<WorldAction>(&entry.what)) {
        action->delay = delay;
    } else if (auto* own = std::get_if<ResourceAction>(&entry.what)) {
        own->delay = delay;
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
            const Model& model = program.modelOf(id);
            phases[id] = model.revalidation.nominal - Duration{1};
            if (model.rotationClock) {
                phases.setRotation(id, model.rotationClock->nominal - Duration{1});
            }
        }
    }
    return phases;
}

} // namespace cmksim::engine
