#include "analysis/reaction_worlds.hpp"

#include "analysis/phase_classes.hpp"
#include "engine/bases.hpp"
#include "engine/draws.hpp"
#include "engine/reactions.hpp"
#include "engine/replay.hpp"

#include <algorithm>
#include <optional>

namespace cmksim::analysis {

void pinPhases(Program& program, const IdVector<ResourceId, std::optional<Duration>>& phases) {
    for (const ResourceId id : program.resources.ids()) {
        auto& described = program.resources[id].described;
        if (phases[id] && described && !described->phase) {
            described->phase = phases[id];
        }
    }
    for (TimelineEntry& entry : program.entries) {
        const auto* creation = entry.creation();
        if (creation != nullptr && phases[creation->resource] && !creation->described->phase) {
            entry.what = withPhase(*entry.action(), *phases[creation->resource]);
        }
    }
}

std::vector<ResourceId> openTriggers(const Program& program) {
    std::vector<ResourceId> triggers;
    std::vector<bool> known(program.resources.size());
    for (const Reaction& reaction : program.reactions) {
        for (const Expectation& one : reaction.trigger) {
            if (hasOpenPhase(program, one.resource) && !known[one.resource.index()]) {
                known[one.resource.index()] = true;
                triggers.push_back(one.resource);
            }
        }
    }
    return triggers;
}

namespace {

/// Of their phases, where they are no more than `most`.
std::optional<std::uint64_t> combinations(const Program& program, const std::vector<ResourceId>& triggers,
                                          std::uint64_t most) {
    std::uint64_t count = 1;
    for (const ResourceId id : triggers) {
        const auto period = static_cast<std::uint64_t>(program.modelOf(id).revalidation.nominal.count());
        if (count > most / period) {
            return std::nullopt;
        }
        count *= period;
    }
    return count;
}

/// Whether some action makes a version of a key.
bool makesVersions(const Program& program) {
    const auto makes = [](const Action& action) {
        return std::holds_alternative<action::KeyRotate>(action) || std::holds_alternative<action::KeyCreate>(action);
    };
    return std::ranges::any_of(
               program.entries,
               [&](const TimelineEntry& entry) { return entry.action() != nullptr && makes(*entry.action()); }) ||
           std::ranges::any_of(program.reactions, [&](const Reaction& reaction) {
               return reaction.entry.action() != nullptr && makes(*reaction.entry.action());
           });
}

} // namespace

bool waitsForOpenClocks(const Program& program) {
    const bool hasVersions = makesVersions(program);
    const auto isOpen = [&](const Expectation& one) {
        const auto lives = livesOf(program, one.resource);
        const Model& model = program.modelOf(one.resource);
        return std::ranges::any_of(lives, [&](const NewResource* life) {
            return (hasVersions && model.rotationClock && !life->rotationPhase) ||
                   (model.recoveryClock && !life->recoveryPhase);
        });
    };
    return std::ranges::any_of(program.reactions,
                               [&](const Reaction& reaction) { return std::ranges::any_of(reaction.trigger, isOpen); });
}

std::uint64_t usualReactionWorlds(const Program& program) {
    constexpr std::uint64_t most = 10'000;
    constexpr std::uint64_t mostWork = 50'000;
    constexpr std::uint64_t least = 20;
    if (combinations(program, openTriggers(program), most)) {
        return most;
    }
    const std::uint64_t size = program.resources.size() + program.entries.size() + program.reactions.size();
    return std::clamp(mostWork / size, least, most);
}

ReactionWorlds::ReactionWorlds(const Program& program, std::uint64_t most)
    : program_{program}, reactor_{program}, triggers_{openTriggers(program)} {
    const std::optional<std::uint64_t> all = combinations(program, triggers_, most);
    exact_ = all.has_value();
    count_ = all.value_or(most);
}

ReactionWorld ReactionWorlds::world(std::uint64_t index) const {
    ReactionWorld world;
    Phases phases = nominalPhases(program_);
    IdVector<ResourceId, std::optional<Duration>> pinned(program_.resources.size());
    std::uint64_t rest = index;
    for (const ResourceId id : triggers_) {
        const Duration period = program_.modelOf(id).revalidation.nominal;
        const auto seconds = static_cast<std::uint64_t>(period.count());
        phases[id] = exact_ ? Duration{static_cast<std::int64_t>(rest % seconds)} : Draws{0, index}.phase(id, period);
        pinned[id] = phases[id];
        rest /= seconds;
        world.pinned.emplace_back(id, phases[id]);
    }
    world.program = reactor_.at(program_, phases).program;
    pinPhases(world.program, pinned);
    return world;
}

Program nominalTimeline(const Program& program) {
    return program.reactions.empty() ? program : react(program, nominalPhases(program)).program;
}

} // namespace cmksim::analysis
