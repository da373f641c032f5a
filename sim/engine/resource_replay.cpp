#include "engine/resource_replay.hpp"

#include "engine/expectation.hpp"
#include "engine/step_records.hpp"

#include <algorithm>
#include <cassert>

namespace cmksim::engine {

namespace {

/// What the history says of one moment.
class HistoryView : public WorldView {
public:
    HistoryView(const WorldHistory& history, EntryId entry, bool basesAreEnough)
        : history_{history}, entry_{entry}, basesAreEnough_{basesAreEnough} {}

    [[nodiscard]] PrincipalId principal(IdentityId identity) const override {
        for (const auto& [seen, principal] : history_.view(entry_).principals) {
            if (seen == identity) {
                return principal;
            }
        }
        return {};
    }

    [[nodiscard]] VaultSetUp vaultOf(KeyReferenceId key) const override {
        const EntryView::NamedKey* named = history_.view(entry_).keyNamed(key);
        return named != nullptr ? named->vault : VaultSetUp{};
    }
    [[nodiscard]] KeySetUp keyOf(KeyReferenceId key) const override {
        const EntryView::NamedKey* named = history_.view(entry_).keyNamed(key);
        return named != nullptr ? named->key : KeySetUp{};
    }

    [[nodiscard]] FeatureSet features() const override { return history_.view(entry_).features; }
    [[nodiscard]] bool carriesOthers() const override { return history_.view(entry_).carriesOthers; }
    [[nodiscard]] bool basesAreEnough() const override { return basesAreEnough_; }

    [[nodiscard]] Answer asked(const AccessPath& path, Wrapping wrapping) const override {
        const PathTimeline& timeline = history_.timeline(history_.find(path));
        return timeline.cell(timeline.segments[timeline.segmentAt(history_.momentOf(entry_))], wrapping).asked;
    }

    [[nodiscard]] KeyCheck look(const AccessPath& path, Wrapping wrapping) const override {
        const PathTimeline& timeline = history_.timeline(history_.find(path));
        const Cell& cell = timeline.cell(timeline.segments[timeline.segmentAt(history_.momentOf(entry_))], wrapping);
        return {cell.revalidation, cell.wrapsNext};
    }

private:
    const WorldHistory& history_;
    EntryId entry_;
    bool basesAreEnough_;
};

/// Facts and actions of an instant come before its revalidations, observations after them.
bool revalidatesBefore(Instant revalidation, const Position& position) {
    return revalidation < position.at || (revalidation == position.at && position.stage == Stage::Observations);
}

/// Facts of resources come after all those of the world.
bool factBefore(Instant fact, const Position& position) {
    return fact < position.at || (fact == position.at && position.stage != Stage::Facts);
}

} // namespace

ResourceReplay::ResourceReplay(const Program& program, const WorldHistory& history, ResourceId resource,
                               const OpenPhases& phases, std::vector<Record>& records)
    : program_{program}, history_{history}, id_{resource}, phases_{phases}, records_{records},
      rules_{program.rulesOf(resource)}, state_{history.born(resource)}, now_{WorldHistory::beginning} {
    if (state_.presence == Presence::Present) {
        placeLooks(state_, phases, scenarioStart);
        appeared_ = WorldHistory::beginning;
        enterPath(WorldHistory::beginning);
        looks_.from(*rules_.model, scenarioStart);
        beginLife(scenarioStart);
    }
    interval_.since = history_.position(now_);
    interval_.fails = checksFail();
}

void ResourceReplay::enterPath(MomentId moment) {
    path_ = takesPart(*rules_.model, state_) ? history_.find(accessPath(rules_, state_)) : PathId{};
    if (path_.valid()) {
        segment_ = history_.timeline(path_).segmentAt(moment);
    }
    cell_ = notLookedUp;
    if (!further_.empty() || !isSeenAtOnce(state_)) {
        followFurther(moment);
    }
}

/// The paths of the other keys, and of the versions that are retained, as they are from `moment` on.
void ResourceReplay::followFurther(MomentId moment) {
    further_.clear();
    if (!path_.valid()) {
        return;
    }
    const auto follow = [&](const AccessPath& path, Wrapping wrapping) {
        const PathId id = history_.find(path);
        further_.push_back({id, history_.timeline(id).segmentAt(moment), wrapping});
    };
    for (const SlotState& slot : state_.otherSlots) {
        follow(accessPath(rules_, state_, slot), slot.wrapping);
    }
    state_.eachSlot([&](const SlotState& slot) {
        for (const RetainedVersion& retained : slot.retained) {
            follow(accessPath(rules_, state_, slot, retained), Wrapping::by(retained.material));
        }
    });
}

/// What is called where a key may be wrapped by something else than before.
void ResourceReplay::wrappingMayChange() {
    cell_ = notLookedUp;
    if (!further_.empty() || !isSeenAtOnce(state_)) {
        followFurther(now_);
    }
}

const Cell& ResourceReplay::cellOf(const Followed& followed) const {
    const PathTimeline& timeline = history_.timeline(followed.path);
    return timeline.cell(timeline.segments[followed.segment], followed.wrapping);
}

/// What a look sees of all keys now, or a check that is asked for says.
SeenTogether ResourceReplay::together(bool asked) const {
    std::size_t key = 0;
    std::size_t retained = state_.otherSlots.size();
    return seenTogether(
        *rules_.model, state_,
        [&](const SlotState&) {
            const Cell& own = key == 0 ? cell() : cellOf(further_[key - 1]);
            ++key;
            return KeyCheck{asked ? own.asked : own.revalidation, own.wrapsNext};
        },
        [&](const SlotState&, const RetainedVersion&) { return cellOf(further_[retained++]).revalidation.reason; });
}

/// The answers on the path as it is now, to which an interval and the look that ends it both turn.
const Cell& ResourceReplay::cell() const {
    const PathTimeline& timeline = history_.timeline(path_);
    if (cell_ == notLookedUp) {
        cell_ = timeline.placeOf(timeline.segments[segment_], state_.wrapping);
    }
    return timeline.cells[cell_];
}

ResourceReplay::NextChange ResourceReplay::nextChange() const {
    NextChange next;
    if (path_.valid()) {
        const PathTimeline& timeline = history_.timeline(path_);
        if (segment_ + 1 < timeline.segments.size()) {
            next = {timeline.segments[segment_ + 1].since, true};
        }
    }
    for (const Followed& followed : further_) {
        const std::vector<Segment>& segments = history_.timeline(followed.path).segments;
        if (followed.segment + 1 < segments.size() &&
            (!next.moment.valid() || segments[followed.segment + 1].since < next.moment)) {
            next = {segments[followed.segment + 1].since, true};
        }
    }
    if (!state_.dataLost && state_.presence == Presence::Present) {
        const MomentId gone = lossAt();
        if (gone.valid() && (!next.moment.valid() || gone <= next.moment)) {
            next = {gone, false};
        }
    }
    return next;
}

/// When the resource's data is lost with what wraps it now; invalid: never.
MomentId ResourceReplay::lossAt() const {
    if (!rules_.model->keys) {
        return state_.wrapping.known() ? history_.goneAt(state_.wrapping.material()) : MomentId{};
    }
    MomentId last;
    const auto isGone = [&](MaterialId material) {
        const MomentId at = history_.goneAt(material);
        return at.valid() && last.valid() && at <= last;
    };
    MomentId loss;
    state_.eachSlot([&](const SlotState& slot) {
        last = slot.wrapping.known() ? history_.goneAt(slot.wrapping.material()) : MomentId{};
        if (last.valid() && (!loss.valid() || last < loss) && isLost(rules_, state_, isGone)) {
            loss = last;
        }
    });
    return loss;
}

void ResourceReplay::advanceTo(MomentId moment) {
    for (NextChange next = nextChange(); next.moment.valid() && next.moment < moment; next = nextChange()) {
        settleBefore(history_.position(next.moment));
        now_ = next.moment;
        // What was settled may have wrapped the key anew: look again whether the change still means something.
        if (next.segment) {
            passSegments(next.moment);
            noteInterval(history_.position(next.moment));
            looks_.from(*rules_.model, history_.position(next.moment).at);
        } else if (lossAt() == next.moment) {
            loseData(next.moment);
        }
    }
    settleBefore(history_.position(moment));
    now_ = moment;
}

/// Each path on which the answers turn at `moment` goes on to its next segment.
void ResourceReplay::passSegments(MomentId moment) {
    if (!path_.valid()) {
        return; // time has ended its looks before that
    }
    const std::vector<Segment>& own = history_.timeline(path_).segments;
    if (segment_ + 1 < own.size() && own[segment_ + 1].since == moment) {
        ++segment_;
        cell_ = notLookedUp;
    }
    for (Followed& followed : further_) {
        const std::vector<Segment>& segments = history_.timeline(followed.path).segments;
        if (followed.segment + 1 < segments.size() && segments[followed.segment + 1].since == moment) {
            ++followed.segment;
        }
    }
}

bool ResourceReplay::checksFail() const {
    if (state_.credential == Credential::Lapsed || !path_.valid()) {
        return state_.credential == Credential::Lapsed;
    }
    const bool down = rules_.model->states[state_.state].down;
    if (!further_.empty()) {
        const SeenTogether seen = together(false);
        return seen.answer().reason != Reason::None || (down && seen.answer().blindDown.reason != Reason::None);
    }
    const Answer& answer = cell().revalidation;
    return answer.reason != Reason::None || (down && answer.blindDown.reason != Reason::None);
}

/// Begins a new interval where checks fail after they passed, or pass after they failed; takes up the one before where
/// the present one has lasted no time and nothing has come of it.
void ResourceReplay::noteInterval(const Position& position) {
    if (checksFail() == interval_.fails) {
        return;
    }
    if (position.at == interval_.since.at && !intervalMet_) {
        interval_ = intervalBefore_;
        intervalMet_ = true;
    } else {
        intervalBefore_ = interval_;
        interval_ = {position, !interval_.fails};
        intervalMet_ = false;
    }
}

Instant ResourceReplay::nextRevalidation() const {
    return path_.valid() ? looks_.nextRevalidation(*rules_.model, state_) : never;
}

Instant ResourceReplay::nextRotation() const {
    return path_.valid() ? looks_.nextRotation(*rules_.model, state_) : never;
}

DueFact ResourceReplay::nextFact() const {
    return rules_.model->countsTime() ? nextOwnFact(rules_, state_) : DueFact{state_.lapseAt, OwnFact::Lapse};
}

void ResourceReplay::beginLife(Instant birth) {
    if (rules_.model->standsOn) {
        course_ = history_.bases().of(state_.described);
        nextTurn_ = 0;
        basesFrom_ = course_ != nullptr ? birth : never;
    }
}

/// Whether its bases are enough right before something that happens at `position`. What time alone brings about comes
/// resource by resource, in the order of the list.
bool ResourceReplay::basesAreEnough(const Position& position) const {
    const auto hasTurned = [&](const BaseTurn& turn) {
        if (turn.at != position.at || !turn.base.valid()) {
            return turn.at < position.at;
        }
        const bool together = turn.change.position.stage == Stage::OwnFacts && position.stage == Stage::OwnFacts;
        return together ? turn.base < id_ : turn.change.position < position;
    };
    bool enough = true;
    for (std::size_t i = 0; course_ != nullptr && i < course_->size(); ++i) {
        const BaseTurn& turn = (*course_)[i];
        if (i > 0 && !hasTurned(turn)) {
            break;
        }
        enough = turn.enough;
    }
    return enough;
}

/// When the stage of bases may bring something about next.
Instant ResourceReplay::nextBases() const {
    if (course_ == nullptr || state_.presence != Presence::Present) {
        return never;
    }
    if (basesFrom_ != never) {
        return basesFrom_;
    }
    return std::min(nextTurn_ < course_->size() ? (*course_)[nextTurn_].at : never, state_.basesTurn);
}

void ResourceReplay::lookAtBases(Instant now) {
    basesFrom_ = never;
    while (nextTurn_ < course_->size() && (*course_)[nextTurn_].at <= now) {
        ++nextTurn_;
    }
    const BaseTurn& turn = (*course_)[nextTurn_ - 1];
    const Step step = settleBases(rules_, state_, turn.enough, now);
    const std::size_t first = records_.size();
    recordStep({now, Stage::Bases, 0}, step);
    for (std::size_t i = first; i < records_.size(); ++i) {
        records_[i].on->interval = turn.interval;
    }
    if (step.moved || isHealing(*rules_.model, state_)) {
        looks_.from(*rules_.model, now + Duration{1}); // those of this instant are over
    }
}

void ResourceReplay::settleBefore(const Position& position) {
    for (DueFact fact = nextFact(); looks_.mayFind() || fact.at != never || course_ != nullptr; fact = nextFact()) {
        const Instant look = nextRevalidation();
        const Instant rotation = nextRotation();
        const Instant first = std::min(look, rotation);
        const Instant bases = nextBases();
        if (bases < std::min(first, fact.at)) {
            if (!revalidatesBefore(bases, position)) {
                return;
            }
            lookAtBases(bases);
        } else if (fact.at <= first && factBefore(fact.at, position)) {
            bringAbout(fact);
        } else if (first == never || !revalidatesBefore(first, position)) {
            return;
        } else if (look <= rotation) {
            this->look(look);
        } else {
            lookForNewerVersion(rotation);
        }
    }
}

void ResourceReplay::look(Instant now) {
    if (!further_.empty()) {
        const SeenTogether seen = together(false);
        lookSeeing(seen.look(), now);
        return;
    }
    const Cell& known = cell();
    lookSeeing({known.revalidation, known.wrapsNext}, now);
}

void ResourceReplay::lookSeeing(const Look& look, Instant now) {
    const Wrapping before = state_.wrapping;
    const Step step = revalidate(rules_, state_, look, now);
    if (state_.wrapping != before || !isSeenAtOnce(state_)) { // most looks leave the place of the answers as it is
        wrappingMayChange();
    }
    looks_.revalidated(*rules_.model, step, look.answer, now);
    recordStep({now, Stage::Revalidations, 0}, step);
}

void ResourceReplay::lookForNewerVersion(Instant now) {
    Step step;
    if (!further_.empty()) {
        const SeenTogether seen = together(false);
        step = rotate(rules_, state_, seen.look(), now);
    } else {
        const Cell& known = cell();
        step = rotate(rules_, state_, {known.revalidation, known.wrapsNext}, now);
    }
    looks_.rotated(state_, step, now);
    wrappingMayChange();
    recordStep({now, Stage::Revalidations, 0}, step);
}

void ResourceReplay::bringAbout(const DueFact& fact) {
    const Position position{fact.at, stageOf(fact.what), 0};
    if (fact.what == OwnFact::Lapse) {
        record(position, FactHappened{FactKind::IdentityLapsed, {}});
    }
    const Step step = fact.what == OwnFact::RecoveryEnd ? endRecoveryAt(position) : happen(rules_, state_, fact);
    if (!takesPart(*rules_.model, state_)) {
        path_ = PathId{};
    }
    wrappingMayChange();
    noteInterval(position);
    recordStep(position, step);
    looks_.from(*rules_.model, position.at);
}

/// Of a healing as a look at its keys answers; by hand as a check of them answers that is asked for, and its bases
/// after that.
Step ResourceReplay::endRecoveryAt(const Position& position) {
    if (isHealing(*rules_.model, state_)) {
        const SeenTogether seen = together(false);
        return endOfHealing(rules_, state_, seen.look(), position.at);
    }
    SeenTogether asked = path_.valid() ? together(true) : SeenTogether::ofNone(*rules_.model);
    if (asked.answer().reason == Reason::None && !basesAreEnough(position)) {
        asked.setReason(Reason::BaseUnavailable);
    }
    return endRecovery(rules_, state_, asked.look(), position.at);
}

void ResourceReplay::loseData(MomentId moment) {
    state_.dataLost = true;
    record(history_.position(moment), DataLost{});
}

ActionResult ResourceReplay::play(OwnEntry own) {
    const auto& what = program_.entries[own.entry].what;
    ++nextEntry_;
    if (const auto* action = std::get_if<Action>(&what)) {
        return act(own, *action);
    }
    if (const auto* operation = std::get_if<Attempt>(&what)) {
        attemptNow(own, *operation);
    } else {
        expectNow(own, std::get<std::vector<Expectation>>(what)[own.item]);
    }
    return {};
}

ActionResult ResourceReplay::act(OwnEntry own, const Action& action) {
    const Position position = history_.position(history_.momentOf(own.entry));
    const MomentId moment = history_.momentOf(own.entry);
    const Presence before = state_.presence;
    const ActionResult result = engine::apply(
        rules_, state_, action, HistoryView{history_, own.entry, basesAreEnough(position)}, phases_, position.at);
    if (!appeared_.valid() && state_.presence == Presence::Present) {
        appeared_ = moment;
    }
    enterPath(moment);
    noteInterval(position);
    looks_.from(*rules_.model, position.at);
    if (before != Presence::Present && state_.presence == Presence::Present) {
        beginLife(position.at);
    }

    const Record done = record(position, ActionDone{own.entry, result.refusal});
    tellPresence(before, state_.presence, [&](const Record::What& what) { record(position, what); });
    recordStep(position, result.step);
    judge(done);
    return result;
}

void ResourceReplay::attemptNow(OwnEntry own, const Attempt& attempt) {
    const OperationResult result = engine::attempt(*rules_.model, state_, attempt.operation);
    const Position position = history_.position(history_.momentOf(own.entry));
    const Record done = record(position, OperationTried{own.entry, result.blockedBy, result.denied});
    judge(done);
}

void ResourceReplay::judge(const Record& done) {
    const Judgement judgement = engine::judge(program_, done);
    passed_ = passed_ && judgement != Judgement::Failed && judgement != Judgement::FailedUnsaid;
    if (judgement == Judgement::Held || judgement == Judgement::Failed) {
        records_.push_back(verdictOn(done, judgement));
    }
}

void ResourceReplay::expectNow(OwnEntry own, const Expectation& expectation) {
    const Position position = history_.position(history_.momentOf(own.entry));
    const bool held = holds(*rules_.model, expectation, state_.statusAt(position.at));
    record(position, Verdict{held, StatusChecked{own.entry, own.item}});
    passed_ = passed_ && held;
}

void ResourceReplay::finish() {
    const std::vector<OwnEntry>& entries = program_.resources[id_].entries;
    while (nextEntry_ < entries.size()) {
        const OwnEntry own = entries[nextEntry_];
        advanceTo(history_.momentOf(own.entry));
        play(own);
    }
    advanceTo(history_.end());
}

const Record& ResourceReplay::record(const Position& position, const Record::What& what) {
    Record& record = records_.emplace_back();
    tellResource(record, id_, state_, position);
    record.on->interval = interval_;
    record.what = what;
    tellSlot(record, state_);
    return record;
}

void ResourceReplay::recordStep(const Position& position, const Step& step) {
    if (!step.didAnything()) {
        return;
    }
    tellStep(
        *rules_.model, state_, step, [this](MaterialId material) { return history_.nameOf(material); },
        [&](const Record::What& what) { record(position, what); });
    intervalMet_ = true;
}

} // namespace cmksim::engine
