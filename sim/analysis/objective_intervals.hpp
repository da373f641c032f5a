// When resources are down over a class of phases, and what a journey makes of several of them: the arithmetic of
// objectives.
#pragma once

#include "analysis/extent.hpp"
#include "base/instant.hpp"
#include "engine/objective.hpp"
#include "model/model.hpp"
#include "trace/record.hpp"

#include <cstdint>
#include <map>
#include <span>
#include <vector>

namespace cmksim::analysis {

/// Whether it was made and failed: it is there, was never up, and no downtime counts.
bool hasFailed(const Model& model, const ResourceStatus& status);

/// Whether a resource is not there for those that need it: down, deleted, or made and failed.
bool isOut(const Model& model, const ResourceStatus& status);

/// A time without data.
struct DownTime {
    Instant from{};
    Instant to{};
    bool over = false; // else it goes on to the program's end, and may go on behind it
    friend bool operator==(const DownTime&, const DownTime&) = default;
};

/// What one replay of a resource comes to, as far as objectives ask.
struct ObjectiveCourse {
    std::vector<DownTime> down;
    bool keyIsGone = false; // with which its data is lost
    bool losesData = false; // in whichever way
    bool impaired = false;
};

/// Of the records of a resource that stands so at the start.
ObjectiveCourse courseOf(const Model& model, const ResourceStatus& start, std::span<const Record> records,
                         Instant until);

/// What one class of phases of a resource goes through: its down times at its first phase and at its last; between
/// them every instant moves in a straight line.
struct ClassDown {
    std::vector<DownTime> first;
    std::vector<DownTime> last;
    std::int64_t width = 1; // phases

    [[nodiscard]] std::vector<DownTime> at(std::int64_t phase) const;
    /// Whether every phase has the same lengths.
    [[nodiscard]] bool isRigid() const;
    friend bool operator==(const ClassDown&, const ClassDown&) = default;
};

/// The longest of them, and the most downtime in any stretch of a length. `open` says that one of those that matter
/// goes on to the program's end, so that the value may be larger.
struct Measured {
    Duration value{};
    bool open = false;
};
Measured longestOf(std::span<const DownTime> down);
Measured mostWithin(std::span<const DownTime> down, Duration window);

/// When a need is not met, by the down times of its resources.
std::vector<DownTime> unmet(const Need& need, const std::map<ResourceId, std::vector<DownTime>>& down);

/// One class of each resource of a need.
using ClassChoice = std::map<ResourceId, const ClassDown*>;

/// Phases of the classes at which the longest or shortest of everything that a need comes to is reached: each instant
/// of one resource meets one of another, or the end of its class. Empty where there are more than `most`.
std::vector<std::map<ResourceId, std::int64_t>> turningPhases(const ClassChoice& choice, Duration window,
                                                              std::size_t most);

} // namespace cmksim::analysis
