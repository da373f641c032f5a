#include "engine/simulation_state.hpp"

#include "engine/check.hpp"
#include "engine/resource.hpp"
#include "engine/step_records.hpp"

#include <algorithm>
#include <utility>

namespace cmksim::engine {

namespace {

/// What an action on a resource reads of the world as it is.
class LiveView : public WorldView {
public:
    LiveView(const Program& program, const World& world, Instant now) : program_{program}, world_{world}, now_{now} {}

    [[nodiscard]] PrincipalId principal(IdentityId identity) const override {
        return world_.identity(identity).principal;
    }

    [[nodiscard]] VaultSetUp vaultOf(KeyReferenceId key) const override {
        return program_.keys[key].malformed ? VaultSetUp{} : setUpOf(world_.vault(program_.keys[key].vault));
    }

    [[nodiscard]] Answer asked(const AccessPath& path, Wrapping wrapping) const override {
        return askedAnswer(world_, program_.keys[path.key], path, wrapping, now_);
    }

private:
    const Program& program_;
    const World& world_;
    Instant now_;
};

} // namespace

SimulationState::SimulationState(const Program& program, const Phases& phases)
    : program_{&program}, phases_{phases}, world_{program.names, *program.platform} {
    for (const IdentityId identity : program.identities) {
        world_.establish(identity);
    }
    world_.establishRootRoles(program.rootRoles);
    for (const NewVault& vault : program.vaults) {
        world_.establish(vault, changes_);
    }
    deadlines_ = std::move(changes_.deadlines);
    changes_.clear();
    for (const ResourceId id : program.resources.ids()) {
        Standing standing;
        if (const auto& described = program.resources[id].described) {
            const PrincipalId principal =
                described->identity.valid() ? world_.principalAtStart(described->identity) : PrincipalId{};
            const Wrapping wrapping =
                described->key.valid() ? wrappingAtStart(world_, program.keys[described->key]) : Wrapping::unknown();
            listed_.push_back(id);
            standing.state = established(program.rulesOf(id), *described, principal, wrapping, phases.of(id));
            lookFrom(standing, id);
        }
        resources_.push_back(standing);
    }
}

void SimulationState::lookFrom(Standing& standing, ResourceId id) const {
    standing.lookFrom = now_;
    if (program_->modelOf(id).rotationClock) {
        standing.rotateFrom = now_;
    }
}

Instant SimulationState::nextRevalidation(ResourceId id) const {
    const Standing& standing = resources_[id];
    const Model& model = program_->modelOf(id);
    if (standing.lookFrom == never || standing.state.stalled || !takesPart(model, standing.state)) {
        return never;
    }
    return engine::nextLook(standing.state.firstRevalidation, model.revalidation.nominal, standing.lookFrom);
}

Instant SimulationState::nextRotation(ResourceId id) const {
    const Standing& standing = resources_[id];
    const Model& model = program_->modelOf(id);
    if (standing.rotateFrom == never || standing.state.stalled || !takesPart(model, standing.state)) {
        return never;
    }
    return engine::nextLook(standing.state.firstRotation, model.rotationClock->nominal, standing.rotateFrom);
}

Instant SimulationState::nextLook(ResourceId id) const { return std::min(nextRevalidation(id), nextRotation(id)); }

Instant SimulationState::nextFact() const {
    Instant next = never;
    for (const WorldChanges::Deadline& deadline : deadlines_) {
        next = std::min(next, deadline.at);
    }
    for (const Standing& standing : resources_) {
        next = std::min(next, standing.state.lapseAt);
    }
    return next;
}

Instant SimulationState::nextDue() const {
    Instant next = nextFact();
    for (const ResourceId id : listed_) {
        next = std::min(next, nextLook(id));
    }
    return next;
}

void SimulationState::advanceTo(Instant instant, std::vector<Record>& records) {
    for (;;) {
        const Instant fact = nextFact();
        Instant look = never;
        for (const ResourceId id : listed_) {
            look = std::min(look, nextLook(id));
        }
        if (fact <= instant && fact <= look) {
            now_ = fact;
            playFacts(fact, records);
        } else if (look < instant) {
            now_ = look;
            lookAll(look, records);
        } else {
            break;
        }
    }
    now_ = instant;
}

void SimulationState::settle(std::vector<Record>& records) { lookAll(now_, records); }

void SimulationState::playFacts(Instant instant, std::vector<Record>& records) {
    elapse(instant, records);
    for (const ResourceId id : listed_) {
        Standing& standing = resources_[id];
        if (standing.state.lapseAt == instant) {
            record(id, Stage::Facts, RecordKind::Fact, records).fact = FactKind::IdentityLapsed;
            recordStep(id, Stage::Facts, lapse(program_->rulesOf(id), standing.state, instant), records);
            lookFrom(standing, id);
        }
    }
}

void SimulationState::elapse(Instant instant, std::vector<Record>& records) {
    std::vector<WorldChanges::Deadline> due;
    std::erase_if(deadlines_, [&](const WorldChanges::Deadline& deadline) {
        if (deadline.at == instant) {
            due.push_back(deadline);
        }
        return deadline.at == instant;
    });
    world_.putInOrder(due);
    std::vector<WorldFact> facts;
    for (const WorldChanges::Deadline& deadline : due) {
        facts.clear();
        world_.elapse(deadline, changes_, facts);
        for (const WorldFact& fact : facts) {
            Record done;
            done.position = {instant, Stage::Facts, 0};
            done.kind = RecordKind::Fact;
            done.fact = fact.kind;
            done.factTarget = fact.target;
            records.push_back(done);
        }
        if (!changes_.isEmpty()) {
            takeNote(Stage::Facts, records);
        }
        changes_.clear();
    }
}

void SimulationState::lookAll(Instant instant, std::vector<Record>& records) {
    for (const ResourceId id : listed_) {
        if (nextRevalidation(id) == instant) {
            lookNow(id, records);
        }
        if (nextRotation(id) == instant) {
            lookForNewerVersion(id, records);
        }
    }
}

void SimulationState::lookNow(ResourceId id, std::vector<Record>& records) {
    Standing& standing = resources_[id];
    const ResourceRules rules = program_->rulesOf(id);
    const AccessPath path = accessPath(rules, standing.state);
    const KeyReference& key = program_->keys[path.key];
    const Answer answer = revalidationAnswer(world_, key, path, standing.state.wrapping, now_);
    const Step step = revalidate(rules, standing.state, answer, wrapsAfter(key, path, answer), now_);
    lookFrom(standing, id);
    standing.lookFrom = looksAgain(step, answer) ? now_ + Duration{1} : never;
    recordStep(id, Stage::Revalidations, step, records);
}

void SimulationState::lookForNewerVersion(ResourceId id, std::vector<Record>& records) {
    Standing& standing = resources_[id];
    const ResourceRules rules = program_->rulesOf(id);
    const AccessPath path = accessPath(rules, standing.state);
    const KeyReference& key = program_->keys[path.key];
    const Answer answer = revalidationAnswer(world_, key, path, standing.state.wrapping, now_);
    standing.rotateFrom = never;
    recordStep(id, Stage::Revalidations, rotate(rules, standing.state, answer, wrapsAfter(key, path, answer)), records);
}

/// Gives the resources what has changed in the world.
void SimulationState::takeNote(Stage stage, std::vector<Record>& records) {
    for (const ResourceId id : listed_) {
        ResourceState& state = resources_[id].state;
        if (state.presence == Presence::Present && !state.dataLost && state.wrapping.known() &&
            std::ranges::find(changes_.gone, state.wrapping.material()) != changes_.gone.end()) {
            state.dataLost = true;
            record(id, stage, RecordKind::DataLost, records);
        }
    }
    for (const WorldChanges::Deadline& deadline : changes_.deadlines) {
        if (deadline.at > now_) {
            deadlines_.push_back(deadline);
        }
    }
    for (const ResourceId id : resources_.ids()) {
        lookFrom(resources_[id], id);
    }
    changes_.clear();
}

std::optional<Refusal> SimulationState::act(const Action& action, std::vector<Record>& records) {
    const ResourceId resource = resourceOf(action);
    return resource.valid() ? actOnResource(resource, action, records) : actOnWorld(action, records);
}

std::optional<Refusal> SimulationState::actOnWorld(const Action& action, std::vector<Record>& records) {
    if (const auto refusal = world_.apply(action, now_, changes_)) {
        changes_.clear();
        return Refusal{Refusal::Origin::Common, *refusal, {}, Reason::None};
    }
    takeNote(Stage::Actions, records);
    return std::nullopt;
}

std::optional<Refusal> SimulationState::actOnResource(ResourceId id, const Action& action,
                                                      std::vector<Record>& records) {
    const IdentityId own = program_->resources[id].ownIdentity;
    Standing& standing = resources_[id];
    // A creation is checked with the identity that it would bring along.
    const NewResource* described = describedBy(action);
    const bool brings = described != nullptr && described->names(own) && !world_.exists(own);
    if (brings) {
        world_.createSystemIdentity(own, changes_);
    }
    const ActionResult result =
        apply(program_->rulesOf(id), standing.state, action, LiveView{*program_, world_, now_}, phases_.of(id), now_);
    changeOwnIdentity(id, result.ownIdentity, brings);
    if (!changes_.principals.empty()) {
        takeNote(Stage::Actions, records);
    }
    lookFrom(standing, id);
    if (standing.state.presence == Presence::Present && std::ranges::find(listed_, id) == listed_.end()) {
        listed_.push_back(id);
    }
    recordStep(id, Stage::Actions, result.step, records);
    return result.refusal;
}

void SimulationState::changeOwnIdentity(ResourceId id, ActionResult::OwnIdentity change, bool brought) {
    const IdentityId own = program_->resources[id].ownIdentity;
    if (brought) {
        if (change != ActionResult::OwnIdentity::Created) {
            world_.endSystemIdentity(own, changes_);
        }
    } else if (change == ActionResult::OwnIdentity::Created) {
        world_.createSystemIdentity(own, changes_);
    } else if (change == ActionResult::OwnIdentity::Ended) {
        world_.endSystemIdentity(own, changes_);
    }
}

std::optional<Answer> SimulationState::answer(ResourceId id) const {
    const ResourceRules rules = program_->rulesOf(id);
    const ResourceState& state = resources_[id].state;
    if (!takesPart(*rules.model, state)) {
        return std::nullopt;
    }
    const AccessPath path = accessPath(rules, state);
    Answer answer = revalidationAnswer(world_, program_->keys[path.key], path, state.wrapping, now_);
    const Blindness& blind = blindnessOf(answer, state.state != rules.model->ready());
    if (blind.reason != Reason::None) {
        answer.reason = blind.reason;
    }
    return answer;
}

Record& SimulationState::record(ResourceId id, Stage stage, RecordKind kind, std::vector<Record>& records) const {
    return records.emplace_back(recordOf(id, resources_[id].state, {now_, stage, 0}, kind));
}

void SimulationState::recordStep(ResourceId id, Stage stage, const Step& step, std::vector<Record>& records) const {
    const bool rotated = step.rotatedTo.valid();
    appendStep(recordOf(id, resources_[id].state, {now_, stage, 0}, {}), program_->modelOf(id), step,
               rotated ? world_.nameOf(step.rotatedFrom) : VersionNameId{},
               rotated ? world_.nameOf(step.rotatedTo) : VersionNameId{}, records);
}

} // namespace cmksim::engine
