// What a replay comes to for a fleet: its classes of phases with how many members fall in each, never the members one
// by one until they are asked for.
#pragma once

#include "analysis/phase_classes.hpp"
#include "engine/program.hpp"
#include "engine/world_history.hpp"
#include "trace/record.hpp"

#include <cstdint>
#include <vector>

namespace cmksim::analysis {

/// Something that happens in the same way to consecutive members: to all at one instant, or to each as much later as
/// its phase is.
struct MemberSpan {
    Record record; // as it happens to the first of them
    PhaseClass phases;
    Member first = 0;
    std::uint32_t count = 0;
    std::uint32_t memberClass = 0; // in `FleetRun::classes`
    bool shifted = false;
};

/// Members whose phases go the same way, and how the first and the last of them ended.
struct MemberClass {
    PhaseClass phases;
    Member first = 0;
    std::uint32_t count = 0;
    ResourceStatus firstEnd;
    ResourceStatus lastEnd;

    /// How a member of that phase ended.
    [[nodiscard]] ResourceStatus endAt(Duration phase) const;
};

struct FleetRun {
    [[nodiscard]] std::uint32_t downAtStart() const { return start.down ? members : 0; }

    ResourceId fleet;
    MomentId appeared;
    std::uint32_t members = 0;
    ResourceStatus start; // of every member
    bool passed = true;
    std::vector<MemberClass> classes; // by phase
    std::vector<MemberSpan> spans;    // class by class, each in its own order
};

/// Replays a fleet in a world's history. `phase`: that of all its members, where it is not said how they spread.
FleetRun runFleet(const Program& program, const WorldHistory& history, ResourceId id, Duration phase);

/// The same as records of the fleet as a whole: neighbours to which the same happens are one, and an action on the
/// fleet is one event.
std::vector<Record> joined(const Program& program, const FleetRun& run);

/// What happened to one member, as a place in `FleetRun::spans`.
struct MemberEvent {
    Instant at{};
    Member member = 0;
    std::uint32_t span = 0;
};

/// Everything that happened to every member, in the order in which it took effect.
std::vector<MemberEvent> listed(const Program& program, const FleetRun& run);

/// The record of such an event.
Record recordOf(const FleetRun& run, const MemberEvent& event);

enum class FleetDetail : std::uint8_t { Joined, Listed };

/// The fleets of a replay.
struct FleetRuns {
    FleetDetail detail = FleetDetail::Joined;
    std::vector<FleetRun> runs;

    /// Null for a resource that is no fleet.
    [[nodiscard]] const FleetRun* of(ResourceId resource) const;
};

/// A whole replay, with the fleets in it as wholes, or member by member.
struct ReplayWithFleets {
    Trace trace; // a fleet ends as its first member does
    FleetRuns fleets;
};
ReplayWithFleets replayWithFleets(const Program& program, const Phases& phases, FleetDetail detail);

} // namespace cmksim::analysis
