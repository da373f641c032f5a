// Every timing of a program that documents leave open, besides phases: what analyses cut and what trials draw.
#pragma once

#include "engine/chosen_clocks.hpp"
#include "engine/program.hpp"
#include "engine/timings.hpp"

#include <optional>
#include <variant>
#include <vector>

namespace cmksim::engine {

/// Calls `visit` with what each is of, when it begins, and its range: the last tokens of identities that are deleted
/// before the start, what entries of the timeline do, what rules of models count. Allocates where a model
/// counts time.
template <class Visit>
void forEachTiming(const Program& program, Visit visit) {
    for (const IdentityId id : program.identities) {
        if (const std::optional<Instant> deleted = program.names.identities[id].deleted) {
            visit(OpenDelay::EarlierDeletion{id}, *deleted, program.platform->tokenLife);
        }
    }
    for (const EntryId id : program.entries.ids()) {
        const TimelineEntry& entry = program.entries[id];
        const Timing* timing = openTiming(program, entry);
        if (timing == nullptr) {
            continue;
        }
        const Action& action = *entry.action();
        if (isOnResource(action)) {
            visit(OpenDelay::Lapse{id, resourceOf(action)}, entry.at, *timing);
        } else {
            const VaultId vault = vaultOf(action);
            visit(OpenDelay::Effect{id, identityOf(action), vault.valid() ? std::optional{vault} : std::nullopt},
                  entry.at, *timing);
        }
    }
    for (const ResourceId id : program.resources.ids()) {
        const Model& model = program.modelOf(id);
        const std::vector<const Timing*> clocks = clocksOf(model);
        for (std::size_t i = 0; i < clocks.size(); ++i) {
            if (const TimingId clock{i}; !isOfBases(model, clock) || standsOnAny(program, id)) {
                visit(OpenDelay::OwnClock{id, clock}, scenarioStart, *clocks[i]);
            }
        }
    }
}

} // namespace cmksim::engine
