// By when a repair must be done: what outages come to, as a function of its instant, exactly.
#pragma once

#include "base/patience.hpp"
#include "deadline/outcome.hpp"

#include <optional>
#include <span>
#include <vector>

namespace cmksim::deadline {

struct RepairQuestion {
    std::vector<TimelineEntry> repair; // steps, at their distances from the first, whose instant is `scenarioStart`
    Extent<Instant> range;             // of the instant of the first step
    std::optional<Duration> rto;       // that no outage is to be longer than
    OpenTimings open = OpenTimings::All;
};

/// Instants between which what comes of them goes in a straight line.
struct CurvePiece {
    Extent<Instant> repair; // both in
    Outcome first;
    Outcome last;
};

/// The first stretch of instants of the repair in which something holds all the time, both ends in. It does not begin
/// with the range where the repair would come before what it repairs, and so be refused or undone.
struct Stretch {
    Extent<Instant> when;
    bool fromTheStart = false; // of the range
    bool toTheEnd = false;     // likewise
};

/// When a repair is in time for a resource. Nothing: at no instant of the range.
struct LatestRepair {
    ResourceId resource;
    std::optional<Stretch> noOutage;     // in every case
    std::optional<Stretch> noOutageHalf; // at half of the phases, all else being nominal
    std::optional<Stretch> within;       // no outage is longer than the objective, in every case
    std::optional<Stretch> withinHalf;   // at half of the phases
    std::optional<Instant> dataLostFrom; // from then on the repair comes too late for its data; none: not in what was
                                         // looked at
    bool mayBeImpaired = false;          // at some instant of the repair
    std::optional<Stretch> noImpairment; // in any case
    bool mayFail = false;                // as it is made, likewise
    std::optional<Stretch> noFailure;
    std::vector<Instant> deletedByStory; // whatever the repair does
};

struct RepairCurve {
    Program program; // without the repair
    std::vector<CurvePiece> pieces;
    std::vector<LatestRepair> latest; // of resources that are down, impaired or failed at some instant of the repair
    std::size_t evaluated = 0;
    bool everyCase = true;
    bool interrupted = false; // else the pieces are the whole range; what is told is of those that there are
};

/// Works it out for a program whose timeline does not have the repair, and that has no reactions. Costs two of
/// `outcomeOf` for each piece; there are a few in each period of the range.
RepairCurve repairCurve(const Program& program, const RepairQuestion& question, const Patience& patience = {});

/// The program with the repair at an instant, up to when everything counts and has been looked at.
Program withRepair(const Program& program, std::span<const TimelineEntry> repair, Instant at);

/// The actions of a timeline but for those that a repair does, however long they take to count.
Program withoutActions(const Program& program, std::span<const TimelineEntry> repair);

} // namespace cmksim::deadline
