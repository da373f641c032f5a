#include "exploration/worst_search.hpp"

#include "engine/action_ids.hpp"
#include "engine/replay.hpp"
#include "engine/resource.hpp"
#include "exploration/canonical.hpp"
#include "exploration/fault_timings.hpp"
#include "exploration/faults.hpp"
#include "exploration/phase_offsets.hpp"

#include <tsl/robin_map.h>

#include <algorithm>
#include <array>
#include <deque>
#include <set>
#include <tuple>

namespace cmksim::exploration {

namespace {

/// Which faults can touch what some resources need.
class Relevance {
public:
    Relevance(const Program& program, bool all) : all_{all} {
        for (const ResourceProgram& resource : program.resources) {
            if (!resource.described) {
                continue;
            }
            const NewResource& described = *resource.described;
            identities_.insert({described.identity, resource.ownIdentity});
            described.eachIdentity([&](IdentityId identity) {
                const IdentityName& name = program.names.identities[identity];
                identities_.insert({identity, name.with, name.app});
            });
            identities_.insert(resource.attachable.begin(), resource.attachable.end());
            described.eachKey([&](const KeyUse& use) {
                if (const std::optional<NamedKey>& key = program.keys[use.key].named) {
                    vaults_.insert(key->vault);
                    keys_.insert(key->key);
                }
            });
        }
        for (const ResourceId id : program.resources.ids()) {
            if (program.resources[id].described) {
                resources_.insert(id);
            }
        }
    }

    /// What answers have come to make use of can be touched by a fault after them. Whether that is more than before.
    bool include(const AnswersSeen& answers) {
        const std::size_t before = vaults_.size() + keys_.size() + identities_.size();
        vaults_.insert(answers.vaults.begin(), answers.vaults.end());
        keys_.insert(answers.keys.begin(), answers.keys.end());
        identities_.insert(answers.identities.begin(), answers.identities.end());
        return !all_ && vaults_.size() + keys_.size() + identities_.size() > before;
    }

    [[nodiscard]] bool holds(const Action& fault) const {
        if (all_) {
            return true;
        }
        bool relevant = true;
        const auto look = [&](auto id) {
            relevant = relevant && isOfThese(id);
            return id;
        };
        static_cast<void>(IdMapper{look}.mapped(fault));
        return relevant;
    }

private:
    [[nodiscard]] bool isOfThese(VaultId id) const { return vaults_.contains(id); }
    [[nodiscard]] bool isOfThese(KeyId id) const { return keys_.contains(id); }
    [[nodiscard]] bool isOfThese(IdentityId id) const { return identities_.contains(id); }
    [[nodiscard]] bool isOfThese(ResourceId id) const { return resources_.contains(id); }
    template <class Tag>
    [[nodiscard]] bool isOfThese(Id<Tag> /*other*/) const {
        return true;
    }

    bool all_;
    std::set<VaultId> vaults_;
    std::set<KeyId> keys_;
    std::set<IdentityId> identities_;
    std::set<ResourceId> resources_;
};

/// All that decides how a course goes on.
struct Situation {
    StateHash state;
    Instant answerDue{};
    std::size_t symptoms = 0;
    unsigned faultsLeft = 0;

    friend bool operator==(const Situation&, const Situation&) = default;

    struct Hasher {
        std::size_t operator()(const Situation& one) const noexcept {
            return one.state.low ^
                   (static_cast<std::size_t>(one.answerDue.time_since_epoch().count()) * 0x9E3779B97F4A7C15U) ^
                   (one.symptoms << 8U) ^ one.faultsLeft;
        }
    };
};

std::vector<Duration> periodsOf(const Program& program) {
    std::set<Duration> periods;
    for (const ResourceId id : program.resources.ids()) {
        if (program.resources[id].described) {
            const Model& model = program.modelOf(id);
            periods.insert(model.revalidation.nominal);
            periods.insert(model.recoveryClock ? model.recoveryClock->nominal : model.revalidation.nominal);
        }
    }
    periods.erase(Duration::zero());
    return {periods.begin(), periods.end()};
}

/// How long answers may take: at least and at most, and just after each look that may come between.
std::vector<Duration> responsesOf(const Program& program, const ResponseTime& response) {
    constexpr Duration least{1}; // what is seen in an instant is answered after it
    std::set<Duration> all{std::max(response.most, least), std::max(response.least, least)};
    for (const Duration period : periodsOf(program)) {
        for (Duration look = period; look < response.most; look += period) {
            if (look >= response.least) {
                all.insert(look + Duration{1});
            }
        }
    }
    return {all.rbegin(), all.rend()};
}

class Search {
public:
    Search(const Program& program, const WorstQuestion& question, const std::vector<ResourceId>& asked,
           Progress* progress)
        : program_{program}, question_{question}, asked_{asked}, progress_{progress},
          relevance_{program, !program.entries.empty()}, patience_{patienceOf(program, question)},
          classes_{distinctResources(program)} {}

    WorstSearched run() {
        if (question_.response) {
            responses_ = responsesOf(program_, *question_.response);
            std::set<Duration> counted; // until what an answer grants counts
            for (const Duration response : responses_) {
                for (const Duration length : lengthsOfAnswers(program_)) {
                    counted.insert(response + length);
                }
            }
            meetings_.responses = {counted.begin(), counted.end()};
        }
        noteInstants();
        const OffsetPhases phases = offsetPhases(program_, asked_, meetings_);
        found_.phaseSets = phases.sets.size();
        found_.everyPhase = phases.complete;
        const std::vector<std::vector<Duration>> strategies = allStrategies();
        do {
            for (const Phases& set : phases.sets) {
                phases_ = &set;
                for (const std::vector<Duration>& strategy : strategies) {
                    if (!found_.worst.phases.empty() && isToStop()) {
                        return std::move(found_);
                    }
                    searchAtEnds(strategy);
                }
            }
        } while (relevance_.include(seenAnswers_) && !isToStop());
        return std::move(found_);
    }

private:
    /// What answers take after the first symptom, the second, …
    [[nodiscard]] std::vector<std::vector<Duration>> allStrategies() {
        std::vector<std::vector<Duration>> all(1);
        if (responses_.empty()) {
            return all;
        }
        for (unsigned symptom = 0; symptom < std::max(question_.faults, 1U); ++symptom) {
            if (all.size() * responses_.size() > mostResponses) {
                cut(SearchLimit::Responses);
                break;
            }
            std::vector<std::vector<Duration>> longer;
            for (const std::vector<Duration>& strategy : all) {
                for (const Duration response : responses_) {
                    longer.push_back(strategy);
                    longer.back().push_back(response);
                }
            }
            all = std::move(longer);
            if (responses_.size() == 1) {
                break;
            }
        }
        if (responses_.size() > 1) {
            for (std::vector<Duration>& strategy : all) {
                strategy.push_back(responses_.front());
            }
        }
        return all;
    }

    /// The instants of the story, of what time alone brings about, and how long after a fault time brings something.
    void noteInstants() {
        for (const TimelineEntry& entry : program_.entries) {
            meetings_.instants.push_back(entry.at);
        }
        const Program quiet = withTimeline(program_, {}, question_.end);
        const SimulationState start{quiet, nominalPhases(quiet)};
        for (const Instant at : factsAfter(start)) {
            meetings_.instants.push_back(at);
        }
        if (showsAtOnce()) {
            meetings_.instants.push_back(scenarioStart);
        }
        for (const Action& fault : faultsIn(quiet, start)) {
            SimulationState after = start;
            std::vector<Record> ignored;
            after.act(fault, ignored);
            for (const Instant at : factsAfter(after)) {
                delays_.insert(at - scenarioStart);
            }
        }
        delays_.erase(Duration::zero());
        std::ranges::sort(meetings_.instants);
        const auto twice = std::ranges::unique(meetings_.instants);
        meetings_.instants.erase(twice.begin(), twice.end());
    }

    /// Whether the responder sees something wrong before any fault.
    [[nodiscard]] bool showsAtOnce() const {
        const CourseRules rules{program_, question_.measure, question_.of, responses_};
        AnsweredCourse course{rules, nominalPhases(program_)};
        course.settle();
        return course.answerDue() != never;
    }

    [[nodiscard]] std::vector<Instant> factsAfter(SimulationState state) const {
        std::vector<Record> records;
        state.advanceTo(question_.end, records);
        std::vector<Instant> facts;
        for (const Record& record : records) {
            if (isFact(record.position.stage) && record.position.at > scenarioStart) {
                facts.push_back(record.position.at);
            }
        }
        return facts;
    }

    /// What answers grant counts nominally, and at each end where that differs and some answer grants something.
    void searchAtEnds(const std::vector<Duration>& strategy) {
        seenAnswers_.grants = false;
        searchWith(strategy, TimingEnd::Nominal);
        const bool grants = seenAnswers_.grants;
        for (const TimingEnd end : {TimingEnd::Latest, TimingEnd::Earliest}) {
            const bool differs =
                std::ranges::any_of(std::array{&program_.platform->roleEffect, &program_.platform->policyEffect},
                                    [&](const Timing* timing) { return lengthAt(*timing, end) != timing->nominal; });
            if (grants && differs) {
                searchWith(strategy, end);
            }
        }
    }

    void searchWith(const std::vector<Duration>& strategy, TimingEnd answers) {
        const CourseRules rules{program_, question_.measure, question_.of, strategy, answers, &seenAnswers_};
        answers_ = answers;
        strategy_ = &strategy;
        seen_.clear();
        goOn(AnsweredCourse{rules, *phases_}, question_.faults);
    }

    bool isToStop() {
        if (progress_ != nullptr && progress_->cancelled()) {
            cut(SearchLimit::Interrupted);
            return true;
        }
        if (found_.states >= question_.mostStates) {
            cut(SearchLimit::States);
            return true;
        }
        return false;
    }

    void cut(SearchLimit by) {
        found_.complete = false;
        found_.limits.insert(by);
    }

    void goOn(const AnsweredCourse& from, unsigned left) {
        ++found_.states;
        if (progress_ != nullptr) {
            progress_->advance(1);
        }
        AnsweredCourse end{from};
        consider(end.finish(question_.end, patience_));
        if (left == 0) {
            return;
        }
        std::vector<Action> faults;
        for (const Instant at : instantsAfter(from)) {
            AnsweredCourse then{from};
            then.goTo(at);
            listFaults(program_, then.simulation(), faults);
            addOtherEnds(program_, then.simulation(), question_.end, faults);
            for (const Action& fault : faults) {
                if (isToStop()) {
                    return;
                }
                if (relevance_.holds(fault)) {
                    path_.push_back({CourseStep::By::Fault, at, fault});
                    AnsweredCourse after{then};
                    if (after.act(path_.back().action) && isNew(after, left - 1)) {
                        goOn(after, left - 1);
                    }
                    path_.pop_back();
                }
            }
        }
    }

    void consider(const Badness& badness) {
        const bool isFirst = found_.worst.phases.empty();
        const auto isBetter = [&] {
            if (badness != found_.worst.badness) {
                return badness > found_.worst.badness;
            }
            return path_.size() < found_.worst.faults.size();
        };
        if (isFirst || isBetter()) {
            found_.worst.badness = badness;
            found_.worst.phases = *phases_;
            found_.worst.responses = *strategy_;
            found_.worst.answers = answers_;
            found_.worst.faults.assign(path_.begin(), path_.end());
        }
    }

    /// Whether nothing that went the same way from here on was at least as bad before.
    bool isNew(const AnsweredCourse& course, unsigned left) {
        if (course.isHalfAnswered()) {
            return true;
        }
        const Situation situation{stateHash(program_, course.simulation(), classes_, form_), course.answerDue(),
                                  strategy_->size() > 1 ? course.symptoms() : 0, left};
        std::vector<Tally>& known = seen_[situation];
        if (std::ranges::any_of(known,
                                [&](const Tally& one) { return one.dominates(course.tally(), question_.measure); })) {
            return false;
        }
        std::erase_if(known, [&](const Tally& one) { return course.tally().dominates(one, question_.measure); });
        known.push_back(course.tally());
        return true;
    }

    /// At once; at and after each look that comes next after something has happened, before what time brings about
    /// would be noticed by it; and on either side of what happens by itself.
    [[nodiscard]] std::vector<Instant> instantsAfter(const AnsweredCourse& from) {
        std::set<Instant> anchors{from.now()};
        AnsweredCourse later{from};
        later.settle();
        for (Instant due = later.nextDue(); due <= question_.end; due = later.nextDue()) {
            if (anchors.size() >= mostInstants) {
                cut(SearchLimit::Instants);
                break;
            }
            anchors.insert({due, due - Duration{1}});
            later.goTo(due);
            later.settle();
        }
        for (const Instant at : meetings_.instants) {
            for (const Duration period : periodsOf(program_)) {
                anchors.insert({at, at - Duration{1}, at - period});
                for (const Duration response : meetings_.responses) {
                    anchors.insert({at - response, at - response - period});
                }
            }
        }
        std::set<Instant> instants;
        const auto add = [&](Instant at) {
            if (at >= from.now() && at <= question_.end) {
                instants.insert(at);
            }
        };
        for (const Instant anchor : anchors) {
            add(anchor);
            if (anchor >= from.now()) {
                forEachLookAfter(anchor, from.simulation(), [&](Instant look) {
                    add(look);
                    add(look + Duration{1});
                    for (const Duration delay : delays_) {
                        add(look - delay);
                    }
                });
            }
        }
        return {instants.begin(), instants.end()};
    }

    template <class Visit>
    void forEachLookAfter(Instant anchor, const SimulationState& state, Visit visit) const {
        for (const ResourceId id : program_.resources.ids()) {
            const ResourceState& resource = state.resource(id);
            const Model& model = program_.modelOf(id);
            if (resource.presence != Presence::Present) {
                continue;
            }
            const auto visitClock = [&](Instant first, Duration period) {
                if (period > Duration::zero()) {
                    const Instant look = nextLook(first, period, anchor);
                    visit(look);
                    visit(look + period);
                }
            };
            visitClock(resource.firstRevalidation, model.revalidation.nominal);
            if (model.recoveryClock) {
                visitClock(resource.firstRecovery, model.recoveryClock->nominal);
            }
        }
    }

    const Program& program_;
    const WorstQuestion& question_;
    const std::vector<ResourceId>& asked_;
    Progress* progress_;
    Relevance relevance_;
    Instant patience_;
    ResourceClasses classes_;
    Meetings meetings_;
    std::vector<Duration> responses_; // how long an answer may take
    std::set<Duration> delays_;       // between a fault and what time makes of it
    const Phases* phases_ = nullptr;
    const std::vector<Duration>* strategy_ = nullptr;
    TimingEnd answers_ = TimingEnd::Nominal;
    AnswersSeen seenAnswers_;
    std::deque<CourseStep> path_;
    tsl::robin_map<Situation, std::vector<Tally>, Situation::Hasher> seen_;
    CanonicalForm form_;
    WorstSearched found_;
};

} // namespace

Instant patienceOf(const Program& program, const WorstQuestion& question) {
    Instant last = question.end;
    for (const TimelineEntry& entry : program.entries) {
        last = std::max(last, entry.at);
    }
    if (!question.response) {
        return program.entries.empty() ? last : last + 2 * longestPeriod(program);
    }
    const Duration counts = std::max(program.platform->roleEffect.latest, program.platform->policyEffect.latest);
    return last + 2 * (question.response->most + counts) + 4 * longestPeriod(program) + 2 * longestRecovery(program) +
           question.longer;
}

WorstSearched searchWorst(const Program& program, const WorstQuestion& question, const std::vector<ResourceId>& asked,
                          Progress* progress) {
    return Search{program, question, asked, progress}.run();
}

Badness playStory(const Program& program, const WorstQuestion& question, const WorstStory& story,
                  std::vector<CourseStep>* steps, Tally* tally) {
    const CourseRules rules{program, question.measure, question.of, story.responses, story.answers};
    AnsweredCourse course{rules, story.phases};
    course.tellTo(steps);
    if (tally != nullptr) {
        course.limit(tally->limit);
    }
    for (const CourseStep& fault : story.faults) {
        course.goTo(fault.at);
        if (steps != nullptr) {
            steps->push_back(fault);
        }
        course.act(fault.action);
    }
    const Badness badness = course.finish(question.end, patienceOf(program, question));
    if (tally != nullptr) {
        *tally = course.tally();
    }
    return badness;
}

} // namespace cmksim::exploration
