#include "analysis/reaction_worlds.hpp"

#include "analysis/phase_classes.hpp"
#include "engine/draws.hpp"
#include "engine/reactions.hpp"
#include "engine/replay.hpp"

#include <algorithm>

namespace cmksim::analysis {

namespace {

void pin(Program& program, ResourceId id, Duration phase) {
    ResourceProgram& resource = program.resources[id];
    if (resource.described && !resource.described->phase) {
        resource.described->phase = phase;
    }
    const auto pinCreation = [&](TimelineEntry& entry) {
        const auto* creation = entry.action<ResourceCreate>();
        if (creation != nullptr && creation->resource == id && !creation->described->phase) {
            entry.what = withPhase(*creation, phase);
        }
    };
    std::ranges::for_each(program.entries, pinCreation);
    for (Reaction& reaction : program.reactions) {
        pinCreation(reaction.entry);
    }
}

} // namespace

ReactionWorlds::ReactionWorlds(const Program& program, std::uint64_t most) : program_{program} {
    for (const Reaction& reaction : program.reactions) {
        for (const Expectation& one : reaction.trigger) {
            if (hasOpenPhase(program, one.resource) && std::ranges::find(triggers_, one.resource) == triggers_.end()) {
                triggers_.push_back(one.resource);
            }
        }
    }
    for (const ResourceId id : triggers_) {
        const auto period = static_cast<std::uint64_t>(program.modelOf(id).revalidation.nominal.count());
        exact_ = exact_ && count_ <= most / period;
        count_ = exact_ ? count_ * period : most;
    }
}

ReactionWorld ReactionWorlds::world(std::uint64_t index) const {
    ReactionWorld world{program_, {}};
    std::uint64_t rest = index;
    for (const ResourceId id : triggers_) {
        const Duration period = program_.modelOf(id).revalidation.nominal;
        const auto seconds = static_cast<std::uint64_t>(period.count());
        const Duration phase =
            exact_ ? Duration{static_cast<std::int64_t>(rest % seconds)} : Draws{0, index}.phase(id, period);
        rest /= seconds;
        world.pinned.emplace_back(id, phase);
        pin(world.program, id, phase);
    }
    world.program = react(world.program, nominalPhases(world.program)).program;
    return world;
}

Program nominalTimeline(const Program& program) {
    return program.reactions.empty() ? program : react(program, nominalPhases(program)).program;
}

} // namespace cmksim::analysis
