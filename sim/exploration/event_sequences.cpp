#include "exploration/event_sequences.hpp"

#include <algorithm>

namespace cmksim::exploration {

EventSequences::EventSequences(const SimulationState& start) { gone_.push_back({sequences_.push_back({}), start}); }

SequenceId EventSequences::add(SequenceId before, const SequenceStep& step) {
    return sequences_.push_back({before, sequences_[before].length + 1, step});
}

std::vector<SequenceStep> EventSequences::steps(SequenceId id) const {
    std::vector<SequenceStep> steps;
    for (; sequences_[id].before.valid(); id = sequences_[id].before) {
        steps.push_back(sequences_[id].last);
    }
    std::ranges::reverse(steps);
    return steps;
}

const SimulationState& EventSequences::after(SequenceId id) {
    const EventSequence& sequence = sequences_[id];
    if (sequence.length < gone_.size() && gone_[sequence.length].sequence == id) {
        return gone_[sequence.length].simulation;
    }
    const SimulationState& before = after(sequence.before);
    if (sequence.length == gone_.size()) {
        gone_.push_back({id, SimulationState{before}});
    } else {
        gone_[sequence.length].sequence = id;
        gone_[sequence.length].simulation = before; // takes no memory anew
    }
    SimulationState& simulation = gone_[sequence.length].simulation;
    records_.clear();
    simulation.advanceTo(sequence.last.at, records_);
    simulation.act(sequence.last.fault, records_);
    return simulation;
}

} // namespace cmksim::exploration
