// The way back: from the world at some instant, the actions that make resources whole again, proved by replaying them;
// what nothing brings back, why, and since when; and what will be lost unless it is averted.
#pragma once

#include "engine/impairment.hpp"
#include "recovery/proof.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace cmksim::recovery {

/// A resource that is impaired at the moment of a plan, or will be when it has looked; or one that is not there, as its
/// creation was refused.
struct ImpairedResource {
    ResourceId resource;
    StateId state;                   // as it stands; invalid: it is not there
    Impairment impairment;           // as it stands; none where it has not noticed yet
    Reason reason = Reason::None;    // what keeps it from being whole; `None` where the next look makes it so
    std::optional<Instant> dataEnds; // when its data is gone for good, if nothing is done
};

/// A resource that no plan brings back.
struct Loss {
    ResourceId resource;
    Reason reason = Reason::None;    // that it suffers from
    std::optional<Refusal> refusal;  // that its creation would meet now, where it is not there
    bool materialGone = false;       // what wraps its data is in no key and no backup
    bool up = false;                 // its data is available: what is lost is what it denies
    std::optional<Instant> until;    // the last instant at which there was a plan
    std::optional<Record> ended;     // what happened then
    std::optional<Instant> dataEnds; // when its data is gone for good, if nothing is done; not where it is already
};

/// A resource that is whole, or can be, and will not stay so: no step averts what falls due.
struct Risk {
    ResourceId resource;
    Instant due{};
    std::optional<Record> fact; // what falls due then
};

struct PlannedStep {
    std::shared_ptr<const Candidate> step;
    Instant at{};
};

struct RecoveryPlan {
    std::vector<PlannedStep> steps; // in the order of their instants
    Proof proof;
    std::optional<bool> otherwise = {}; // whether it holds however documents are read as well; none: that was not asked
};

/// What steps are for.
enum class RecoveryPurpose : std::uint8_t { WayBack, SetUp };

struct Recovery {
    Program program; // in whose names the steps are told
    Instant at{};
    std::vector<ResourceId> wanted;      // that can be brought back
    std::vector<RecoveryPlan> plans;     // the best first; none where nothing is wanted
    std::optional<RecoveryPlan> inDoubt; // another, with a step of which documents disagree whether it works
    std::vector<Loss> lost;
    std::vector<ImpairedResource> impaired; // of all that are asked for, in the order of the list
    std::vector<Risk> risks;                // of those wanted; only where plans are to last
    std::vector<ResourceId> undecided;      // of those lost, for which not all ways were looked at
    std::size_t compared = 0;               // ways that were timed: those with the fewest steps
    bool everyWay = true;                   // there are no others
    RecoveryPurpose purpose = RecoveryPurpose::WayBack;
    bool partsApart = false;    // each part of the estate was planned for by itself
    bool alikeTogether = false; // what is described alike goes the same way
};

/// Whether a plan of a recovery holds however documents that disagree are read.
using PlanJudge = std::function<bool(const Recovery&, const RecoveryPlan&)>;

struct PlanOptions {
    std::vector<ResourceId> goal; // empty: every resource that is there
    std::size_t alternatives = 1;
    bool lasting = false; // whatever falls due is averted, too, however far off it is
    bool setUp = false;   // what is not there, as its creation was refused, is asked for as well
    OpenTimings open = OpenTimings::All;
    Doubt doubt = Doubt::Avoided; // a plan whose steps work however documents are read comes first; else any does
    StepFilter allowed = {};      // which steps a plan may have; empty: all
    PlanJudge otherwise = {};     // asked where there is a choice: a plan that it takes comes first; empty: none is
};

/// Many resources that are alike are planned for together, and many parts of an estate that ail each by itself: a plan
/// costs what the estate is large.
Recovery planRecovery(const Program& program, Instant at, const PlanOptions& options = {});

} // namespace cmksim::recovery
