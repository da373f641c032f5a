#include "engine/simulation_state.hpp"

#include "engine/check.hpp"
#include "engine/request.hpp"
#include "engine/resource.hpp"
#include "engine/step_records.hpp"

#include <algorithm>
#include <utility>

namespace cmksim::engine {

namespace {

/// What an action on a resource reads of the world as it is.
class LiveView : public WorldView {
public:
    LiveView(const Program& program, const World& world, bool carriesOthers, bool basesAreEnough, Instant now)
        : program_{program}, world_{world}, carriesOthers_{carriesOthers}, basesAreEnough_{basesAreEnough}, now_{now} {}

    [[nodiscard]] PrincipalId principal(IdentityId identity) const override {
        return world_.identity(identity).principal;
    }

    [[nodiscard]] VaultSetUp vaultOf(KeyReferenceId key) const override {
        const std::optional<NamedKey>& named = program_.keys[key].named;
        return named ? setUpOf(world_.vault(named->vault)) : VaultSetUp{};
    }

    [[nodiscard]] FeatureSet features() const override { return world_.features(); }
    [[nodiscard]] bool carriesOthers() const override { return carriesOthers_; }
    [[nodiscard]] bool basesAreEnough() const override { return basesAreEnough_; }

    [[nodiscard]] KeySetUp keyOf(KeyReferenceId key) const override { return setUpOf(world_, program_.keys[key]); }

    [[nodiscard]] Answer asked(const AccessPath& path, Wrapping wrapping) const override {
        return askedAnswer(world_, program_.keys[path.key], path, wrapping, now_);
    }

    [[nodiscard]] KeyCheck look(const AccessPath& path, Wrapping wrapping) const override {
        const KeyReference& key = program_.keys[path.key];
        const Answer answer = revalidationAnswer(world_, key, path, wrapping, now_);
        return {answer, wrapsAfter(key, path, answer)};
    }

private:
    const Program& program_;
    const World& world_;
    bool carriesOthers_;
    bool basesAreEnough_;
    Instant now_;
};

} // namespace

SimulationState::SimulationState(const Program& program, const Phases& phases)
    : program_{&program}, phases_{phases}, world_{program.names, *program.platform} {
    establishWorld(program, world_, changes_);
    deadlines_.add(changes_, now_);
    changes_.clear();
    for (const ResourceId id : program.resources.ids()) {
        TrackedResource tracked;
        if (program.resources[id].described) {
            listed_.push_back(id);
            tracked.state = establishedResource(program, world_, id, phases.of(id));
            tracked.looks.from(program.modelOf(id), now_);
        }
        resources_.push_back(tracked);
    }
    dealBases();
    basesDue_ = dealing_.empty() ? never : now_;
}

/// The order of the stage of bases, as resources stand on one another now.
void SimulationState::dealBases() {
    if (!hasBases(*program_)) {
        return;
    }
    PresentLives lives{resources_.size()};
    for (const ResourceId id : listed_) {
        const ResourceState& state = resources_[id].state;
        lives[id] = state.presence == Presence::Present ? state.described : nullptr;
    }
    dealing_ = dealing(listed_, lives);
}

Instant SimulationState::nextBases() const {
    Instant next = basesDue_;
    for (const ResourceId id : dealing_) {
        next = std::min(next, resources_[id].state.basesTurn);
    }
    return next;
}

void SimulationState::settleAllBases(std::vector<Record>& records) {
    basesDue_ = never;
    for (const ResourceId id : dealing_) {
        TrackedResource& tracked = resources_[id];
        const Model& model = program_->modelOf(id);
        if (!model.standsOn || tracked.state.presence != Presence::Present || tracked.state.described->on.empty()) {
            continue;
        }
        const Step step = settleBases(program_->rulesOf(id), tracked.state, basesAreEnough(id), now_);
        if (step.moved || isHealing(model, tracked.state)) {
            tracked.looks.from(model, now_ + Duration{1}); // those of this instant are over
        }
        recordStep(id, Stage::Bases, step, records);
    }
}

Instant SimulationState::nextRevalidation(ResourceId id) const {
    const TrackedResource& tracked = resources_[id];
    const Model& model = program_->modelOf(id);
    return takesPart(model, tracked.state) ? tracked.looks.nextRevalidation(model, tracked.state) : never;
}

Instant SimulationState::nextRotation(ResourceId id) const {
    const TrackedResource& tracked = resources_[id];
    const Model& model = program_->modelOf(id);
    return takesPart(model, tracked.state) ? tracked.looks.nextRotation(model, tracked.state) : never;
}

Instant SimulationState::nextLook(ResourceId id) const { return std::min(nextRevalidation(id), nextRotation(id)); }

Instant SimulationState::nextFact() const {
    Instant next = deadlines_.next();
    for (const ResourceId id : listed_) {
        next = std::min(next, nextOwnFact(program_->rulesOf(id), resources_[id].state).at);
    }
    return next;
}

Instant SimulationState::nextDue() const {
    Instant next = std::min(nextFact(), nextBases());
    for (const ResourceId id : listed_) {
        next = std::min(next, nextLook(id));
    }
    return next;
}

void SimulationState::advanceTo(Instant instant, std::vector<Record>& records) {
    for (;;) {
        const Instant fact = nextFact();
        Instant look = nextBases();
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
    noteInstant();
    elapse(instant, records);
    for (const ResourceId id : listed_) {
        bringAbout(id, OwnFact::Then, instant, records);
    }
    for (const ResourceId id : listed_) {
        bringAbout(id, OwnFact::Lapse, instant, records);
    }
}

/// What a check of its present keys answers that is asked for.
SeenTogether SimulationState::askedOf(ResourceId id) const {
    const ResourceState& state = resources_[id].state;
    const ResourceRules rules = program_->rulesOf(id);
    SeenTogether asked = state.key.valid() ? askedTogether(rules, state, LiveView{*program_, world_, false, true, now_})
                                           : SeenTogether::ofNone(*rules.model);
    if (asked.answer().reason == Reason::None && !basesAreEnough(id)) {
        asked.setReason(Reason::BaseUnavailable);
    }
    return asked;
}

/// Of a healing as a look answers; by hand as a check that is asked for.
Step SimulationState::endRecoveryOf(ResourceId id) {
    const ResourceRules rules = program_->rulesOf(id);
    ResourceState& state = resources_[id].state;
    return isHealing(*rules.model, state) ? endOfHealing(rules, state, seenOf(id).look(), now_)
                                          : endRecovery(rules, state, askedOf(id).look(), now_);
}

/// What is due for a resource at an instant, up to `last`.
void SimulationState::bringAbout(ResourceId id, OwnFact last, Instant instant, std::vector<Record>& records) {
    TrackedResource& tracked = resources_[id];
    const ResourceRules rules = program_->rulesOf(id);
    for (DueFact fact = nextOwnFact(rules, tracked.state); fact.at == instant && fact.what <= last;
         fact = nextOwnFact(rules, tracked.state)) {
        if (fact.what == OwnFact::Lapse) {
            record(id, Stage::Lapses, FactHappened{FactKind::IdentityLapsed, {}}, records);
        }
        const Step step = fact.what == OwnFact::RecoveryEnd ? endRecoveryOf(id) : happen(rules, tracked.state, fact);
        recordStep(id, stageOf(fact.what), step, records);
        tracked.looks.from(*rules.model, now_);
    }
}

void SimulationState::elapse(Instant instant, std::vector<Record>& records) {
    if (deadlines_.next() != instant) {
        return;
    }
    std::vector<WorldChanges::Deadline> due;
    deadlines_.takeNext(world_, due);
    std::vector<WorldFact> facts;
    for (const WorldChanges::Deadline& deadline : due) {
        facts.clear();
        world_.elapse(deadline, changes_, facts);
        for (const WorldFact& fact : facts) {
            records.push_back(recordOf(fact, {instant, Stage::Facts, 0}));
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
    if (!dealing_.empty()) {
        settleAllBases(records);
    }
}

/// What a look sees now, of a resource that has a key.
SeenTogether SimulationState::seenOf(ResourceId id) const {
    return seenTogether(program_->rulesOf(id), resources_[id].state, LiveView{*program_, world_, false, true, now_});
}

std::vector<RefusalId> SimulationState::brokenRequirements(ResourceId id, const KeyUse& use) const {
    const std::optional<NewResource>& described = program_->resources[id].described;
    if (!described) {
        return {};
    }
    const ResourceRules rules = program_->rulesOf(id);
    const ResourceState blank{}; // it is another one that asks
    const LiveView view{*program_, world_, false, true, now_};
    std::vector<RefusalId> all;
    for (const RefusableAction action : {RefusableAction::Create, RefusableAction::EnableEncryption}) {
        const Named named{use.identity, use.key, described->properties};
        const std::vector<RefusalId> broken =
            Request{rules, blank, blank, *described, view, named, action}.brokenRequirements();
        all.insert(all.end(), broken.begin(), broken.end());
    }
    return all;
}

void SimulationState::lookNow(ResourceId id, std::vector<Record>& records) {
    TrackedResource& tracked = resources_[id];
    const ResourceRules rules = program_->rulesOf(id);
    const SeenTogether seen = seenOf(id);
    const Step step = revalidate(rules, tracked.state, seen.look(), now_);
    tracked.looks.revalidated(*rules.model, step, seen.answer(), now_);
    recordStep(id, Stage::Revalidations, step, records);
}

void SimulationState::lookForNewerVersion(ResourceId id, std::vector<Record>& records) {
    TrackedResource& tracked = resources_[id];
    const ResourceRules rules = program_->rulesOf(id);
    const SeenTogether seen = seenOf(id);
    const Step step = rotate(rules, tracked.state, seen.look(), now_);
    tracked.looks.rotated(tracked.state, step, now_);
    recordStep(id, Stage::Revalidations, step, records);
}

/// Gives the resources what has changed in the world.
void SimulationState::takeNote(Stage stage, std::vector<Record>& records) {
    const auto isGone = [&](MaterialId material) { return world_.isGone(material); };
    for (const ResourceId id : listed_) {
        ResourceState& state = resources_[id].state;
        if (!changes_.gone.empty() && state.presence == Presence::Present && !state.dataLost &&
            isLost(program_->rulesOf(id), state, isGone)) {
            state.dataLost = true;
            record(id, stage, DataLost{}, records);
        }
    }
    deadlines_.add(changes_, now_);
    for (const ResourceId id : resources_.ids()) {
        resources_[id].looks.from(program_->modelOf(id), now_);
    }
    changes_.clear();
}

/// Something happens in this instant: its stage of bases may bring something about.
void SimulationState::noteInstant() { basesDue_ = dealing_.empty() ? never : now_; }

std::optional<Refusal> SimulationState::act(const Action& action, std::vector<Record>& records) {
    noteInstant();
    const ResourceId resource = resourceOf(action);
    return resource.valid() ? actOnResource(resource, action, records) : actOnWorld(action, records);
}

std::optional<Refusal> SimulationState::actOnWorld(const Action& action, std::vector<Record>& records) {
    if (const auto refusal = world_.apply(action, now_, changes_)) {
        changes_.clear();
        return *refusal;
    }
    takeNote(Stage::Actions, records);
    return std::nullopt;
}

bool SimulationState::basesAreEnough(ResourceId id) const {
    const ResourceState& state = resources_[id].state;
    return dealing_.empty() || state.presence != Presence::Present ||
           areEnough(program_->modelOf(id), *state.described,
                     [&](ResourceId base) { return carries(program_->modelOf(base), resources_[base].state); });
}

/// Whether something that is not deleted stands on it.
bool SimulationState::carriesOthers(ResourceId base) const {
    return std::ranges::any_of(dealing_, [&](ResourceId id) {
        const ResourceState& state = resources_[id].state;
        return state.presence == Presence::Present &&
               std::ranges::find(state.described->on, base) != state.described->on.end();
    });
}

std::optional<Refusal> SimulationState::actOnResource(ResourceId id, const Action& action,
                                                      std::vector<Record>& records) {
    const IdentityId own = program_->resources[id].ownIdentity;
    TrackedResource& tracked = resources_[id];
    const bool brings = bringsOwnIdentity(*program_, world_, action);
    if (brings) {
        world_.createSystemIdentity(own, changes_);
    }
    const Presence before = tracked.state.presence;
    const ActionResult result =
        apply(program_->rulesOf(id), tracked.state, action,
              LiveView{*program_, world_, carriesOthers(id), basesAreEnough(id), now_}, phases_.of(id), now_);
    changeOwnIdentity(world_, own, result.ownIdentity, brings, changes_);
    if (!changes_.principals.empty()) {
        takeNote(Stage::Actions, records);
    }
    tracked.looks.from(program_->modelOf(id), now_);
    if (tracked.state.presence != before) {
        if (std::ranges::find(listed_, id) == listed_.end()) {
            listed_.push_back(id);
        }
        dealBases();
        noteInstant();
    }
    tellPresence(before, tracked.state.presence,
                 [&](const Record::What& what) { record(id, Stage::Actions, what, records); });
    recordStep(id, Stage::Actions, result.step, records);
    return result.refusal;
}

std::optional<Answer> SimulationState::answer(ResourceId id) const {
    const ResourceRules rules = program_->rulesOf(id);
    const ResourceState& state = resources_[id].state;
    if (!takesPart(*rules.model, state)) {
        return std::nullopt;
    }
    Answer answer = seenOf(id).answer();
    const Blindness& blind = blindnessOf(answer, rules.model->states[state.state].down);
    if (blind.reason != Reason::None) {
        answer.reason = blind.reason;
    } else if (answer.reason == Reason::None && state.basesShort) {
        answer.reason = Reason::BaseUnavailable;
    }
    return answer;
}

std::vector<SimulationState::KeyAnswer> SimulationState::answersByKey(ResourceId id) const {
    const ResourceRules rules = program_->rulesOf(id);
    const ResourceState& state = resources_[id].state;
    std::vector<KeyAnswer> answers;
    if (!takesPart(*rules.model, state)) {
        return answers;
    }
    const auto add = [&](const SlotState& slot, const AccessPath& path, Wrapping wrapping) {
        Answer answer = revalidationAnswer(world_, program_->keys[path.key], path, wrapping, now_);
        if (const Blindness& blind = blindnessOf(answer, isDown(state)); blind.reason != Reason::None) {
            answer.reason = blind.reason;
        }
        answers.push_back({slot.slot, slot.identity, path, wrapping, answer});
    };
    state.eachSlot([&](const SlotState& slot) {
        add(slot, accessPath(rules, state, slot), slot.wrapping);
        for (const RetainedVersion& one : slot.retained) {
            add(slot, accessPath(rules, state, slot, one), Wrapping::by(one.material));
        }
    });
    return answers;
}

void SimulationState::record(ResourceId id, Stage stage, const Record::What& what, std::vector<Record>& records) const {
    Record& record = records.emplace_back();
    tellResource(record, id, resources_[id].state, {now_, stage, 0});
    record.what = what;
    tellSlot(record, resources_[id].state);
}

void SimulationState::recordStep(ResourceId id, Stage stage, const Step& step, std::vector<Record>& records) const {
    tellStep(
        program_->modelOf(id), resources_[id].state, step,
        [this](MaterialId material) { return world_.nameOf(material); },
        [&](const Record::What& what) { record(id, stage, what, records); });
}

} // namespace cmksim::engine
