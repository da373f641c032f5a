// A resource at each phase of its clocks, one by one: for periods of seconds.
#pragma once

#include "engine/resource_replay.hpp"
#include "engine/world_history.hpp"

#include <optional>
#include <vector>

namespace cmksim::test {

inline Duration periodOf(const std::optional<Timing>& clock) { return clock ? clock->nominal : Duration{1}; }

/// Calls `visit(replay, records)` when each replay is over.
template <class Visit>
void atEveryPhase(const Program& program, const WorldHistory& history, ResourceId id, Visit visit) {
    const Model& model = program.modelOf(id);
    std::vector<Record> records;
    for (Duration phase{}; phase < model.revalidation.nominal; ++phase) {
        for (Duration recovery{}; recovery < periodOf(model.recoveryClock); ++recovery) {
            for (Duration rotation{}; rotation < periodOf(model.rotationClock); ++rotation) {
                records.clear();
                engine::ResourceReplay walk{program, history, id, {phase, rotation, recovery}, records};
                walk.finish();
                visit(walk, records);
            }
        }
    }
}

} // namespace cmksim::test
