// What the timings that the documents leave open come to in a scenario: the earliest and latest of everything, by the
// classes of phases and other timings that go the same way, and how likely it is for revalidation phases alone
// (semantics, section 5).
#pragma once

#include "analysis/causes.hpp"
#include "analysis/exact.hpp"
#include "analysis/extent.hpp"
#include "analysis/impairment_bounds.hpp"
#include "analysis/phase_classes.hpp"
#include "analysis/state_losses.hpp"
#include "analysis/times_there.hpp"
#include "base/patience.hpp"
#include "engine/program.hpp"

#include <optional>
#include <vector>

namespace cmksim::analysis {

/// A length of time over all timings for which there is one.
struct LengthBounds {
    Extent<Duration> extent;
    Ratio mean; // over revalidation phases, all else being nominal
};

/// What is *the* cause of an outage's beginning, or of its end, at some phases.
struct TurnCause {
    Extent<Instant> at; // when it happened
    EventCause what;
};

/// What begins or ends an outage, and why the resource can see it later.
struct Turn {
    Position interval;       // when it began for the resource's checks, in one of the worlds
    bool atOnce = false;     // a lapse or deletion takes effect at its instant; else the next revalidation sees it
    Extent<Instant> instant; // when it takes effect
    TurnCause cause;         // the earliest of all phases
    std::vector<TurnCause> others;     // those of other phases, in order of time
    std::vector<const Timing*> clocks; // of the model, by which it comes when it does; in the order in which they pass
};

/// What revalidation phases alone leave open of an outage.
struct NarrowOutage {
    Extent<Instant> start;
    Extent<Instant> end;
    Extent<Duration> length;
    friend bool operator==(const NarrowOutage&, const NarrowOutage&) = default;
};

/// A reason for which an outage begins at some phases, and when it does.
struct OutageReason {
    Reason reason = Reason::None;
    Extent<Instant> start;
};

/// One interval of unavailability: outages of different phases that begin and end with the same intervals of the
/// answer.
struct OutageBounds {
    Turn start;
    Turn end;                          // of one that is not over: at the program's end
    bool over = false;                 // before the program's end
    std::vector<OutageReason> reasons; // the first of it at each phase, in order of time; one or more
    Ratio probability; // under a uniform phase; 0: not while all else is nominal, and then there are no means
    LengthBounds length;
    LengthBounds latent;                  // from its cause to its start
    std::optional<NarrowOutage> byPhases; // where phases alone can bring it about, and give something narrower

    /// At the earliest phase.
    [[nodiscard]] Reason reason() const { return reasons.front().reason; }
};

struct ResourceBounds {
    ResourceId resource;
    Duration period{};
    bool open = false;       // its phase is
    bool phasesAlone = true; // no other timing makes a difference to it
    bool weighed = false;    // else there are too many pairs of phases to say how likely anything is
    bool exact = true;       // else extents hold everything that is possible, and may be wider than the truth
    LengthBounds downtime;
    std::optional<Extent<Duration>> downtimeByPhases; // where phases alone give something narrower
    std::vector<OutageBounds> outages;                // in order of time
    std::vector<ImpairmentBounds> impairments;        // while it is up, likewise
    std::vector<StateLoss> losses;                    // by the states that it is in, likewise
    Stretches there;                                  // in some course
    Stretches failed;                                 // in some course, since it was made: it was never up then
    bool alwaysFailed = false;                        // in every course, at some time
    Ratio dataLost;                                   // the probability
    bool mayLoseData = false;                         // at some timing, however likely that is
    std::size_t classes = 0;                          // of phases that were replayed
};

/// The resource whose phase decides whether something holds, and the phases at which it does.
struct DecidingPhases {
    ResourceId resource;
    std::vector<PhaseClass> holds;
};

/// An expectation, and the timings at which it holds.
struct ExpectationBounds {
    EntryId entry;
    std::uint32_t item = 0;
    std::optional<DecidingPhases> decides; // none: it holds at every phase, or no single resource decides
    bool always = false;
    bool alwaysByPhases = false; // with all but phases nominal
    Ratio probability;           // of phases, all else being nominal
    bool byBases = false;        // phases of what its resource stands on decide: how likely it is is not told then
    bool byRotations = false;    // phases of looks for a newer version decide too: `holds` are those that hold with all
    bool weighed = true;         // else there are too many pairs of phases, or phases of others decide what happens to
                                 // the world: not told are likelihood and phases

    /// Whether it holds at no phase, all else being nominal.
    [[nodiscard]] bool neverByPhases() const {
        return weighed && !byBases && !byRotations && !alwaysByPhases && probability == Ratio{0};
    }
};

struct ScenarioBounds {
    std::vector<ResourceBounds> resources; // those that are there at some time, in the order of the list
    std::vector<ExpectationBounds> expectations;
    OpenTimings open{};
    std::uint64_t worlds = 1;    // in which reactions happen at other instants
    bool everyWorld = true;      // else these are a sample of them
    bool everyReaction = true;   // else reactions have more courses than are looked at: extents hold all of them
    bool interrupted = false;    // what was found until then: more is possible, and resources may be missing
    std::size_t simulations = 0; // of the world

    /// Whether every end of an extent is reached by some replay, and none goes beyond.
    [[nodiscard]] bool exact() const;
};

/// The bounds of a program without reactions.
ScenarioBounds boundsOf(const Program& program, OpenTimings open);

/// Those of any program, told in the entries of `shown`, the program as it goes at nominal phases. With reactions every
/// combination of the phases of what they wait for is a world of its own, up to `mostReplays` of them; beyond, so many
/// are drawn. Ends early, with what there is, when patience is over.
ScenarioBounds boundsOf(const Program& program, const Program& shown, OpenTimings open, std::uint64_t mostReplays,
                        const Patience& patience = {});

/// A copy in which every phase that is open is pinned at its nominal value.
Program withNominalPhases(const Program& program);

/// A copy in which no phase is pinned.
Program withFreePhases(const Program& program);

} // namespace cmksim::analysis
