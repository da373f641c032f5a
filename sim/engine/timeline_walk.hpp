// A live state on its way through the timeline of its program.
#pragma once

#include "engine/program.hpp"
#include "engine/simulation_state.hpp"
#include "trace/record.hpp"

#include <optional>
#include <vector>

namespace cmksim::engine {

class TimelineWalk {
public:
    /// At the start, before anything happens. `program` must outlive this.
    TimelineWalk(const Program& program, const Phases& phases);

    [[nodiscard]] const SimulationState& state() const { return state_; }

    /// When an action comes next, or something is due by itself.
    [[nodiscard]] Instant next() const;

    /// Plays everything up to `instant`, its revalidations with it; says whether there was an action.
    bool advanceTo(Instant instant, std::vector<Record>& records);

    /// Plays everything up to an entry, itself last; says why it was refused. Entries are asked for in order.
    std::optional<Refusal> playTo(EntryId entry, std::vector<Record>& records);

private:
    std::optional<Refusal> playNext(std::vector<Record>& records);
    [[nodiscard]] std::size_t nextAction(std::size_t place) const;

    const Program& program_;
    SimulationState state_;
    std::size_t next_; // the next action of the timeline
};

/// How things stand at an instant, its revalidations with it, at nominal phases.
SimulationState stateAt(const Program& program, Instant at);

} // namespace cmksim::engine
