// What one trial comes to for one resource, in numbers.
#pragma once

#include "engine/program.hpp"
#include "engine/world_history.hpp"
#include "trace/record.hpp"

#include <cstdint>
#include <vector>

namespace cmksim::sampling {

struct Outcome {
    Duration downtime{};
    bool down = false;    // at some time
    Instant firstSymptom; // when it first went down; where it did
    Instant lastSymptom;  // when its last outage ended, or the program
    bool dataLost = false;
    bool unexpected = false; // an action on it came out otherwise than the scenario expects
    bool impaired = false;   // at some time: up, and denying something
    Duration impairedFor{};
};

/// Replays one resource at one phase. `records` is room for what happens, used again and again.
Outcome outcomeOf(const Program& program, const WorldHistory& history, ResourceId id, const OpenPhases& phases,
                  std::vector<Record>& records);

/// The outcomes of a resource at every phase of its period in one world, worked out once for each class of phases.
class OutcomeTable {
public:
    OutcomeTable(const Program& program, const WorldHistory& history, ResourceId id);

    [[nodiscard]] Outcome at(Duration phase) const;

private:
    /// Within a class an outcome goes in a straight line; slopes are seconds a second.
    struct Class {
        Duration first{};
        Outcome outcome; // at the first phase
        std::int64_t downtimeSlope = 0;
        std::int64_t firstSlope = 0;
        std::int64_t lastSlope = 0;
        std::int64_t impairedSlope = 0;
    };

    std::vector<Class> classes_;
    std::vector<std::uint16_t> classOf_; // by second of the period; empty where there is but one class
};

} // namespace cmksim::sampling
