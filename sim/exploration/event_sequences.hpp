// Which faults led to which state, for searches that reach too many states to keep them all.
#pragma once

#include "engine/simulation_state.hpp"
#include "exploration/faults.hpp"

#include <cstdint>
#include <vector>

namespace cmksim::exploration {

using SequenceId = Id<struct SequenceTag>;

/// A fault, and when.
struct SequenceStep {
    Instant at{};
    Action fault;
};

/// Sequences in the order in which they were found. A state takes more room than it takes time to go its sequence once
/// more, so sequences alone are kept, and what several have in common only once.
class EventSequences {
public:
    /// Begins with the sequence of no step.
    explicit EventSequences(const SimulationState& start);

    [[nodiscard]] std::size_t size() const { return sequences_.size(); }

    /// A sequence that is one step longer.
    SequenceId add(SequenceId before, const SequenceStep& step);

    [[nodiscard]] std::vector<SequenceStep> steps(SequenceId sequence) const;

    /// The state at the end of a sequence, right after its last fault; the reference is good until another is asked
    /// for. What the sequence has in common with the one asked for before is not gone again.
    const SimulationState& after(SequenceId sequence);

private:
    struct EventSequence {
        SequenceId before; // invalid: this is the start
        std::uint32_t length = 0;
        SequenceStep last;
    };
    /// A sequence that was gone, up to its end.
    struct Gone {
        SequenceId sequence;
        SimulationState simulation;
    };

    IdVector<SequenceId, EventSequence> sequences_;
    std::vector<Gone> gone_; // by length, each the beginning of the next
    std::vector<Record> records_;
};

} // namespace cmksim::exploration
