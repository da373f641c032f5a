// A whole scenario at one moment: the world and every resource, as a value that can be copied, acted on, and let go on.
// It steps the rules that a replay unfolds, for whatever has to branch: searches, and people at a prompt.
#pragma once

#include "engine/bases.hpp"
#include "engine/course.hpp"
#include "engine/program.hpp"
#include "engine/slots.hpp"
#include "engine/world.hpp"
#include "engine/world_history.hpp"
#include "trace/record.hpp"

#include <optional>
#include <vector>

namespace cmksim::engine {

/// An instant has its facts, then its actions, then its revalidations (semantics, section 1): `advanceTo` an instant,
/// `act` in it, and `settle` it or advance further. Actions are the program's own, or must outlive the state.
class SimulationState {
public:
    /// The start of a program, before anything happens.
    SimulationState(const Program& program, const Phases& phases);

    [[nodiscard]] Instant now() const { return now_; }
    [[nodiscard]] const World& world() const { return world_; }
    [[nodiscard]] const ResourceState& resource(ResourceId id) const { return resources_[id].state; }
    [[nodiscard]] const IdVector<ResourceId, ResourceProgram>& resources() const { return program_->resources; }

    /// Lets time go on up to the actions of `instant`. Appends what happens; of the records' places only the instant
    /// and the stage mean something.
    void advanceTo(Instant instant, std::vector<Record>& records);

    /// The revalidations of this instant.
    void settle(std::vector<Record>& records);

    /// When something is due next, without further actions: a fact, a lapse, or a revalidation that may find something
    /// new.
    [[nodiscard]] Instant nextDue() const;

    /// Performs an action now, or says why it is refused.
    std::optional<Refusal> act(const Action& action, std::vector<Record>& records);

    /// What stands between a resource and one of its keys, or a version that is retained for it.
    struct KeyAnswer {
        SlotId slot;
        IdentityId identity;
        AccessPath path;
        Wrapping wrapping = Wrapping::unknown();
        Answer answer;
    };
    /// Of each key by itself; nothing for one that is not revalidated.
    [[nodiscard]] std::vector<KeyAnswer> answersByKey(ResourceId id) const;

    /// What a revalidation would answer a resource now, as far as it can see; nothing for one that is not revalidated.
    [[nodiscard]] std::optional<Answer> answer(ResourceId id) const;

    /// The rules by which one of a resource's keys, with its vault, would be refused to a resource like it that asks
    /// for the key now, be it at its creation or later; those of checks aside.
    [[nodiscard]] std::vector<RefusalId> brokenRequirements(ResourceId id, const KeyUse& use) const;

private:
    struct TrackedResource {
        ResourceState state;
        Looks looks;
    };

    [[nodiscard]] Instant nextRevalidation(ResourceId id) const;
    [[nodiscard]] Instant nextRotation(ResourceId id) const;
    [[nodiscard]] Instant nextLook(ResourceId id) const;
    [[nodiscard]] Instant nextFact() const;
    void playFacts(Instant instant, std::vector<Record>& records);
    void elapse(Instant instant, std::vector<Record>& records);
    void bringAbout(ResourceId id, OwnFact last, Instant instant, std::vector<Record>& records);
    [[nodiscard]] SeenTogether seenOf(ResourceId id) const;
    [[nodiscard]] SeenTogether askedOf(ResourceId id) const;
    Step endRecoveryOf(ResourceId id);
    void lookAll(Instant instant, std::vector<Record>& records);
    void dealBases();
    void noteInstant();
    [[nodiscard]] bool carriesOthers(ResourceId base) const;
    [[nodiscard]] bool basesAreEnough(ResourceId id) const;
    [[nodiscard]] Instant nextBases() const;
    void settleAllBases(std::vector<Record>& records);
    void lookNow(ResourceId id, std::vector<Record>& records);
    void lookForNewerVersion(ResourceId id, std::vector<Record>& records);
    void takeNote(Stage stage, std::vector<Record>& records);
    std::optional<Refusal> actOnWorld(const Action& action, std::vector<Record>& records);
    std::optional<Refusal> actOnResource(ResourceId id, const Action& action, std::vector<Record>& records);
    void recordStep(ResourceId id, Stage stage, const Step& step, std::vector<Record>& records) const;
    void record(ResourceId id, Stage stage, const Record::What& what, std::vector<Record>& records) const;

    const Program* program_;
    Phases phases_;
    World world_;
    IdVector<ResourceId, TrackedResource> resources_;
    std::vector<ResourceId> listed_;  // those that came to be, in that order; those of the estate first
    std::vector<ResourceId> dealing_; // the stage of bases; empty where nothing stands on anything
    Instant basesDue_ = never;        // something has happened in this instant
    Deadlines deadlines_;
    WorldChanges changes_;
    Instant now_{};
};

} // namespace cmksim::engine
