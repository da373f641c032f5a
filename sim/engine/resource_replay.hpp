// One resource alone on its way through the world's history: the first revalidation after each change of its answer,
// and its own actions. Nothing is spent on revalidations that find nothing new.
#pragma once

#include "engine/bases.hpp"
#include "engine/course.hpp"
#include "engine/program.hpp"
#include "engine/resource.hpp"
#include "engine/slots.hpp"
#include "engine/world_history.hpp"
#include "trace/record.hpp"

#include <cstddef>
#include <limits>
#include <vector>

namespace cmksim::engine {

/// Reads the history as far as it goes, and can go on when it has grown.
class ResourceReplay {
public:
    /// Appends to `records` what happens to the resource, in its own order; the places of resources in the list are
    /// left to the caller that merges.
    ResourceReplay(const Program& program, const WorldHistory& history, ResourceId resource, const OpenPhases& phases,
                   std::vector<Record>& records);

    /// Plays everything before `moment`.
    void advanceTo(MomentId moment);

    /// Plays an entry of its own at its moment, which must be the next; returns what an action came to.
    ActionResult play(OwnEntry own);

    /// Plays everything up to the program's end.
    void finish();

    [[nodiscard]] const ResourceState& resource() const { return state_; }

    /// The moment at which the resource first came to be: the beginning for one of the estate, invalid for one that
    /// never did.
    [[nodiscard]] MomentId appeared() const { return appeared_; }

    /// Whether every expectation held, and nothing was refused unexpectedly.
    [[nodiscard]] bool passed() const { return passed_; }

private:
    static constexpr std::size_t notLookedUp = std::numeric_limits<std::size_t>::max();

    struct NextChange {
        MomentId moment;
        bool segment = false;
    };

    /// A path that is followed, at the segment that holds now.
    struct Followed {
        PathId path;
        std::size_t segment = 0;
        Wrapping wrapping = Wrapping::unknown();
    };

    void beginLife(Instant birth);
    [[nodiscard]] bool basesAreEnough(const Position& position) const;
    [[nodiscard]] Instant nextBases() const;
    void lookAtBases(Instant now);
    void enterPath(MomentId moment);
    void followFurther(MomentId moment);
    void wrappingMayChange();
    [[nodiscard]] const Cell& cell() const;
    [[nodiscard]] const Cell& cellOf(const Followed& followed) const;
    [[nodiscard]] SeenTogether together(bool asked) const;
    [[nodiscard]] MomentId lossAt() const;
    [[nodiscard]] NextChange nextChange() const;
    void settleBefore(const Position& position);
    [[nodiscard]] Instant nextRevalidation() const;
    [[nodiscard]] Instant nextRotation() const;
    [[nodiscard]] DueFact nextFact() const;
    void passSegments(MomentId moment);
    void look(Instant now);
    void lookSeeing(const Look& look, Instant now);
    void lookForNewerVersion(Instant now);
    void bringAbout(const DueFact& fact);
    Step endRecoveryAt(const Position& position);
    void loseData(MomentId moment);
    [[nodiscard]] bool checksFail() const;
    void noteInterval(const Position& position);

    ActionResult act(OwnEntry own, const Action& action);
    void attemptNow(OwnEntry own, const Attempt& attempt);
    void expectNow(OwnEntry own, const Expectation& expectation);

    void judge(const Record& done);

    /// What happens to the resource, which stands as it does after it.
    const Record& record(const Position& position, const Record::What& what);
    void recordStep(const Position& position, const Step& step);

    const Program& program_;
    const WorldHistory& history_;
    ResourceId id_;
    OpenPhases phases_;
    std::vector<Record>& records_;
    ResourceRules rules_;
    ResourceState state_;
    PathId path_;
    std::size_t segment_ = 0;
    mutable std::size_t cell_ = notLookedUp; // of the segment, for the wrapping; until either changes
    std::vector<Followed> further_;          // of the other keys, then of versions that are retained
    std::size_t nextEntry_ = 0;
    Looks looks_;
    const BaseCourse* course_ = nullptr; // of what it stands on; null: of nothing
    std::size_t nextTurn_ = 0;           // of the course
    Instant basesFrom_ = never;          // of the life, until the stage of bases of that instant has been played
    AnswerInterval interval_;
    AnswerInterval intervalBefore_; // which goes on where the present one comes to nothing
    bool intervalMet_ = true;       // something has come of the present one, or none was before it
    MomentId now_;                  // the last moment that was played
    MomentId appeared_;
    bool passed_ = true;
};

} // namespace cmksim::engine
