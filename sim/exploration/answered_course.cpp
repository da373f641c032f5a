#include "exploration/answered_course.hpp"

#include "analysis/objective_intervals.hpp"
#include "base/overloaded.hpp"
#include "engine/action_ids.hpp"
#include "engine/impairment.hpp"
#include "engine/resource.hpp"

#include <algorithm>

namespace cmksim::exploration {

namespace {

/// The best plan for all that are there; where there is none, for those that some plan brings back.
recovery::Steps bestAnswer(const Program& program, const SimulationState& simulation) {
    std::vector<ResourceId> wanted;
    for (const ResourceId id : program.resources.ids()) {
        if (simulation.resource(id).presence == Presence::Present) {
            wanted.push_back(id);
        }
    }
    const World& world = simulation.world();
    const bool pends = !world.pendingGrants().empty() || !world.lastTokens().empty();
    const auto ways = [&](const std::vector<ResourceId>& of) {
        // Where a grant or a last token is on its way, the one that foresees what comes of it.
        auto lasting =
            pends ? recovery::findRecoveries(program, simulation, {of, of}, 1).found : std::vector<recovery::Steps>{};
        return lasting.empty() ? recovery::findRecoveries(program, simulation, {of, {}}, 1).found : lasting;
    };
    std::vector<recovery::Steps> found = ways(wanted);
    if (found.empty() && wanted.size() > 1) {
        std::erase_if(wanted, [&](ResourceId id) { return ways({id}).empty(); });
        found = wanted.empty() ? found : ways(wanted);
    }
    return found.empty() ? recovery::Steps{} : std::move(found.front());
}

} // namespace

void AnswersSeen::include(const Program& program, const Action& step) {
    grants = grants || openTiming(program, step) != nullptr;
    const auto note = Overloaded{[&](IdentityId id) {
                                     identities.insert(id);
                                     return id;
                                 },
                                 [&](VaultId id) {
                                     vaults.insert(id);
                                     return id;
                                 },
                                 [&](KeyId id) {
                                     keys.insert(id);
                                     return id;
                                 },
                                 [&](KeyReferenceId id) {
                                     if (const std::optional<NamedKey>& named = program.keys[id].named) {
                                         vaults.insert(named->vault);
                                         keys.insert(named->key);
                                     }
                                     return id;
                                 }};
    static_cast<void>(IdMapper{note}.mapped(step));
}

void Tally::look(bool isBad, Instant now) {
    if (since != never && exceeded == never && limit - total < now - since) {
        exceeded = since + (limit - total);
    }
    if (isBad && since == never) {
        since = now;
        first = std::min(first, now);
    } else if (!isBad && since != never) {
        const Duration lasted = now - since;
        total += lasted;
        if (lasted > longest) {
            longest = lasted;
            longestFrom = since;
        }
        since = never;
    }
}

bool Tally::dominates(const Tally& other, WorstMeasure measure) const {
    return since <= other.since &&
           (measure == WorstMeasure::Downtime ? total >= other.total : longest >= other.longest);
}

Badness Tally::badness(WorstMeasure measure, Instant now) const {
    const Duration running = since == never ? Duration::zero() : now - since;
    return {since != never, measure == WorstMeasure::Downtime ? total + running : std::max(longest, running)};
}

AnsweredCourse::AnsweredCourse(const CourseRules& rules, const Phases& phases)
    : rules_{&rules}, simulation_{rules.program, phases}, bad_(rules.program.resources.size()) {
    actAsDue();
}

Instant AnsweredCourse::nextDue() const {
    if (!settled_) {
        return now();
    }
    Instant due = std::min(simulation_.nextDue(), answerDue_);
    if (nextEntry_.index() < rules_->program.entries.size()) {
        due = std::min(due, std::max(now(), rules_->program.entries[nextEntry_].at));
    }
    return due;
}

void AnsweredCourse::goTo(Instant instant) {
    while (nextDue() < instant) {
        if (!settled_) {
            endInstant();
            continue;
        }
        simulation_.advanceTo(nextDue(), records_);
        settled_ = false;
        actAsDue();
    }
    if (instant > now()) {
        simulation_.advanceTo(instant, records_);
        settled_ = false;
        actAsDue();
    }
}

bool AnsweredCourse::act(const Action& fault) {
    records_.clear();
    const bool refused = simulation_.act(fault, records_).has_value();
    return !refused || isOnResource(fault);
}

Badness AnsweredCourse::finish(Instant end, Instant patience) {
    goTo(end);
    settle();
    const auto isUnfinished = [&] {
        return answerDue_ != never || tally_.since != never || std::ranges::find(bad_, true) != bad_.end();
    };
    while (isUnfinished() && nextDue() <= patience) {
        goTo(nextDue());
        settle();
    }
    const Instant last = tally_.since != never ? std::max(now(), patience) : now();
    tally_.look(tally_.since != never, last);
    return tally_.badness(rules_->measure, last);
}

void AnsweredCourse::settle() {
    if (!settled_) {
        endInstant();
    }
}

/// The story's actions of this instant, and the responder's.
void AnsweredCourse::actAsDue() {
    const auto& entries = rules_->program.entries;
    for (; nextEntry_.index() < entries.size() && entries[nextEntry_].at <= now();
         nextEntry_ = EntryId{nextEntry_.index() + 1}) {
        if (const Action* action = entries[nextEntry_].action()) {
            tell(CourseStep::By::Story, *action);
            simulation_.act(*action, records_);
        }
    }
    if (answerDue_ <= now()) {
        answerDue_ = never;
        answer();
    }
}

void AnsweredCourse::answer() {
    if (!rest_) {
        const recovery::Steps best = bestAnswer(rules_->program, simulation_);
        for (const auto& step : best) {
            if (rules_->seen != nullptr) {
                rules_->seen->include(rules_->program, step->action);
            }
        }
        answers_.push_back(recovery::countingAt(rules_->program, best, rules_->answers));
        rest_ = 0;
        hasWaited_ = false;
    }
    const recovery::Steps& steps = answers_.back();
    const bool goesOn = *rest_ > 0;
    for (; *rest_ < steps.size(); ++*rest_) {
        const Action& action = steps[*rest_]->action;
        if (const Instant accepted = recovery::whenAccepted(simulation_, action); accepted > now()) {
            answerDue_ = accepted;
            return;
        }
        const bool refused = simulation_.act(action, records_).has_value();
        if (refused && std::holds_alternative<ResourceRevalidate>(action) && !hasWaited_) {
            hasWaited_ = true;
            // What it stands on may come back once all have looked.
            answerDue_ = now() + longestPeriod(rules_->program) + longestRecovery(rules_->program) + Duration{1};
            return;
        }
        tell(CourseStep::By::Responder, action);
    }
    rest_.reset();
    looksAgain_ = goesOn;
}

void AnsweredCourse::tell(CourseStep::By by, const Action& action) {
    if (told_ != nullptr) {
        told_->push_back({by, now(), action});
    }
}

void AnsweredCourse::endInstant() {
    simulation_.settle(records_);
    records_.clear();
    settled_ = true;
    look();
}

void AnsweredCourse::look() {
    bool symptom = false;
    for (const ResourceId id : rules_->program.resources.ids()) {
        const bool was = bad_[id.index()];
        const bool is = isBad(id);
        symptom = symptom || (is && (!was || looksAgain_ || looksNow(id)));
        bad_[id.index()] = is;
    }
    looksAgain_ = false;
    tally_.look(isUnmet(rules_->of), now());
    if (symptom && answerDue_ == never && !rules_->responses.empty()) {
        answerDue_ = now() + rules_->responses[std::min(symptoms_, rules_->responses.size() - 1)];
        ++symptoms_;
    }
}

bool AnsweredCourse::isBad(ResourceId id) const {
    const ResourceState& state = simulation_.resource(id);
    const Model& model = rules_->program.modelOf(id);
    if (rules_->measure == WorstMeasure::Impaired) {
        return state.presence == Presence::Present && isImpaired(model, state);
    }
    return analysis::isOut(model, state.statusAt(now()));
}

bool AnsweredCourse::looksNow(ResourceId id) const {
    const ResourceState& state = simulation_.resource(id);
    const Model& model = rules_->program.modelOf(id);
    if (state.presence != Presence::Present) {
        return false;
    }
    const bool byOwnClock = model.recoveryClock && model.states[state.state].down;
    const Instant first = byOwnClock ? state.firstRecovery : state.firstRevalidation;
    const Duration period = byOwnClock ? model.recoveryClock->nominal : model.revalidation.nominal;
    return period > Duration::zero() && nextLook(first, period, now()) == now();
}

bool AnsweredCourse::isUnmet(const Need& need) const {
    if (const auto* resource = std::get_if<ResourceId>(&need.of)) {
        return bad_[resource->index()];
    }
    const auto& several = std::get<NeedOfSeveral>(need.of);
    const auto unmet = [&](const Need& part) { return isUnmet(part); };
    return several.how == NeedOfSeveral::How::All ? std::ranges::any_of(several.parts, unmet)
                                                  : std::ranges::all_of(several.parts, unmet);
}

} // namespace cmksim::exploration
