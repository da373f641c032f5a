#include "analysis/objectives.hpp"

#include "analysis/deadlines.hpp"
#include "analysis/journey_odds.hpp"
#include "analysis/lost_bases.hpp"
#include "analysis/objective_intervals.hpp"
#include "analysis/worlds.hpp"
#include "base/time.hpp"
#include "engine/bases.hpp"
#include "engine/resource_replay.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace cmksim::analysis {

namespace {

/// Combinations of phases that are tried for one journey.
constexpr std::size_t mostPhases = 20'000;
constexpr std::size_t mostEvaluated = 500'000;

/// One class of phases of one resource, in one of the worlds.
struct ClassCourse {
    PhaseClass phases;
    ClassDown down;
    bool keyIsGone = false; // with which its data is lost
    bool losesData = false; // in whichever way
    bool impaired = false;
    bool absent = false;  // it is not there at any time
    bool nominal = false; // all but phases is
    std::size_t world = 0;
    std::optional<Ratio> part; // of one phase or pair of phases, where it is nominal and its likelihood is known
};

/// What cases came to.
struct Cases {
    bool holds = false;
    bool breaks = false;
    bool unknown = false;
    Duration worst{};
    bool worstIsOpen = false;

    void add(const Measured& measured, Duration limit) {
        holds = holds || (measured.value <= limit && !measured.open);
        breaks = breaks || measured.value > limit;
        unknown = unknown || (measured.value <= limit && measured.open);
        worst = std::max(worst, measured.value);
        worstIsOpen = worstIsOpen || measured.open;
    }
    void add(bool held) { (held ? holds : breaks) = true; }

    [[nodiscard]] Held held() const {
        if (breaks) {
            return holds || unknown ? Held::Sometimes : Held::Never;
        }
        return unknown || !holds ? Held::NotKnown : Held::Always;
    }
};

/// Replays the resources that objectives name, in every world.
class Courses {
public:
    Courses(const Program& program, std::span<const Objective> objectives, OpenTimings open)
        : program_{program}, baseGraph_{program} {
        for (const Objective& one : objectives) {
            for (const ResourceId id : resourcesOf(one.of)) {
                courses_[id];
                for (const ResourceId base : one.noDataLoss ? baseGraph_.allBasesOf(id) : std::vector<ResourceId>{}) {
                    courses_[base];
                }
            }
        }
        const WorldsVisited visited = forEachWorld(program, open, [&](const PossibleWorld& world) {
            include(world);
            ++worlds_;
            return true;
        });
        cutShort_ = visited.cutShort;
    }

    [[nodiscard]] const std::vector<ClassCourse>& of(ResourceId id) const { return courses_.at(id); }
    /// What a resource loses its data with.
    [[nodiscard]] LeantOn leantOn(ResourceId id) const { return analysis::leantOn(program_, baseGraph_, id); }
    [[nodiscard]] std::size_t worlds() const { return worlds_; }
    /// The classes of resources at nominal timings, each with how likely each of its phases is; nothing where the phase
    /// of one resource tells of another's, or other clocks than that of revalidations count.
    [[nodiscard]] std::optional<std::map<ResourceId, std::vector<LikelyClass>>> likely(
        std::span<const ResourceId> resources) const {
        if (nominalWorlds_ != 1 || hasBases(program_)) {
            return std::nullopt;
        }
        std::map<ResourceId, std::vector<LikelyClass>> all;
        for (const ResourceId id : resources) {
            Ratio sum;
            for (const ClassCourse& one : courses_.at(id)) {
                if (one.nominal && one.part && pairsIn(one.phases) == one.down.width) {
                    sum += *one.part * Ratio{one.down.width};
                    all[id].push_back({one.down, *one.part});
                }
            }
            if (!(sum == Ratio{1})) {
                return std::nullopt;
            }
        }
        return all;
    }
    [[nodiscard]] bool mayBeAbsent(ResourceId id) const {
        return std::ranges::any_of(courses_.at(id), &ClassCourse::absent);
    }
    [[nodiscard]] bool isWhole(ResourceId id) const { return std::ranges::find(cutShort_, id) == cutShort_.end(); }

private:
    void include(const PossibleWorld& world) {
        nominalWorlds_ += world.isNominal() ? 1U : 0U;
        for (auto& [id, courses] : courses_) {
            const bool byPairs = world.goesByPairs(id) && world.isOfPhases();
            const auto& fleet = program_.resources[id].fleet;
            const std::optional<std::int64_t> ways = fleet && fleet->phases ? std::nullopt : world.waysOf(id);
            for (const PhaseClass& phases : world.classesOf(id)) {
                ClassCourse course = courseOf(world, id, phases);
                course.nominal = world.isNominal() || byPairs;
                // Its pairs belong to the nominal world, which has none of them.
                course.world = byPairs && nominalWorlds_ == 1 ? 0 : worlds_;
                if (ways) {
                    course.part = world.shareBesides(id) * Ratio{1, *ways};
                }
                courses.push_back(std::move(course));
            }
        }
    }

    [[nodiscard]] ClassCourse courseOf(const PossibleWorld& world, ResourceId id, const PhaseClass& phases) const {
        ClassCourse course;
        course.phases = phases;
        course.down.width = phases.width().count();
        course.down.first = downTimes(world, id, phases.firstPhases(), course);
        course.down.last = downTimes(world, id, phases.lastPhases(), course);
        return course;
    }

    [[nodiscard]] std::vector<DownTime> downTimes(const PossibleWorld& world, ResourceId id, const OpenPhases& phases,
                                                  ClassCourse& course) const {
        std::vector<Record> records;
        ResourceReplay walk{world.program(), world.history(), id, phases, records};
        const ResourceStatus start = world.history().born(id).statusAt(scenarioStart);
        walk.finish();
        course.absent = course.absent || !walk.appeared().valid();
        const Model& model = program_.modelOf(id);
        ObjectiveCourse one = analysis::courseOf(model, start, records, program_.until);
        course.keyIsGone = course.keyIsGone || one.keyIsGone;
        course.losesData = course.losesData || one.losesData;
        course.impaired = course.impaired || one.impaired;
        return std::move(one.down);
    }

    const Program& program_;
    BaseGraph baseGraph_;
    std::map<ResourceId, std::vector<ClassCourse>> courses_;
    std::vector<ResourceId> cutShort_;
    std::size_t worlds_ = 0;
    std::size_t nominalWorlds_ = 0; // they come first
};

/// What is asked of down times: none longer than the limit, or no more of them in a stretch of time.
struct DownRule {
    Duration limit{};
    Duration window{}; // zero: none longer

    [[nodiscard]] Measured measure(std::span<const DownTime> down) const {
        return window > Duration::zero() ? mostWithin(down, window) : longestOf(down);
    }
};

/// One resource, over its classes.
class ResourceJudge {
public:
    ResourceJudge(const Courses& courses, ResourceId id) : courses_{courses}, id_{id} {}

    void judge(const DownRule& rule, ObjectiveResult& result) {
        Cases cases;
        Ratio likely;
        bool weighs = true;
        for (const ClassCourse& course : courses_.of(id_)) {
            std::int64_t held = 0;
            if (course.down.first.size() != course.down.last.size()) {
                cases.unknown = true; // no class has such ends
            }
            const std::int64_t step = course.down.isRigid() ? course.down.width : 1;
            for (std::int64_t phase = 0; phase < course.down.width; phase += step) {
                const Measured measured = rule.measure(course.down.at(phase));
                cases.add(measured, rule.limit);
                const bool holds = measured.value <= rule.limit && !measured.open;
                held += holds ? pairsAt(course, phase, step) : 0;
                note(course, phase, step, holds, result);
            }
            weigh(course, held, likely, weighs);
        }
        finish(cases, likely, weighs, result);
        result.worst = cases.worst;
        result.worstIsOpen = cases.worstIsOpen;
    }

    void judge(bool ClassCourse::*broken, ObjectiveResult& result) {
        Cases cases;
        Ratio likely;
        bool weighs = true;
        for (const ClassCourse& course : courses_.of(id_)) {
            const bool held = !(course.*broken);
            cases.add(held);
            note(course, 0, course.down.width, held, result);
            weigh(course, held ? pairsIn(course.phases) : 0, likely, weighs);
        }
        finish(cases, likely, weighs, result);
    }

private:
    void note(const ClassCourse& course, std::int64_t from, std::int64_t count, bool holds, ObjectiveResult& result) {
        if (course.nominal) {
            (holds ? result.holds : breaks_)
                .push_back({course.phases.first + Duration{from}, course.phases.first + Duration{from + count - 1}});
        }
    }

    static std::int64_t pairsAt(const ClassCourse& course, std::int64_t from, std::int64_t count) {
        const Duration first = course.phases.first + Duration{from};
        std::int64_t pairs = 0;
        for (const PhaseClass& part : within(course.phases, first, first + Duration{count - 1})) {
            pairs += pairsIn(part);
        }
        return pairs;
    }

    static void weigh(const ClassCourse& course, std::int64_t held, Ratio& likely, bool& weighs) {
        if (course.part) {
            likely += *course.part * Ratio{held};
        } else if (course.nominal) {
            weighs = false;
        }
    }

    void finish(const Cases& cases, const Ratio& likely, bool weighs, ObjectiveResult& result) {
        result.held = cases.held();
        if (weighs && !cases.unknown) {
            result.probability = likely;
        }
        merge(result.holds);
        merge(breaks_); // at some phase of looks for a newer version
        result.holds = without(result.holds, breaks_);
        if (result.held == Held::NotKnown) {
            result.why = "an outage is not over when the scenario ends";
        }
        if (!courses_.isWhole(id_) && !cases.breaks) {
            result.held = Held::NotKnown;
            result.why = "there are more cases than are looked at";
        }
    }

    const Courses& courses_;
    ResourceId id_;
    std::vector<PhaseClass> breaks_; // revalidation phases at which it does, all else being nominal
};

/// A journey, over the product of the classes of its resources.
class JourneyJudge {
public:
    JourneyJudge(const Courses& courses, const Need& need)
        : courses_{courses}, need_{need}, resources_{resourcesOf(need)} {
        std::ranges::sort(resources_); // as in a choice
    }

    void judge(const DownRule& rule, ObjectiveResult& result) {
        rule_ = rule;
        Cases phases; // all else being nominal: these happen
        bool everyWorldIsPhases = true;
        std::size_t nominalWorlds = 0;
        for (std::size_t world = 0; world < courses_.worlds(); ++world) {
            const auto lists = classesIn([&](const ClassCourse& one) { return one.nominal && one.world == world; });
            const bool isWhole = std::ranges::none_of(lists, [](const auto& list) { return list.empty(); });
            const bool isNone = std::ranges::all_of(lists, [](const auto& list) { return list.empty(); });
            everyWorldIsPhases = everyWorldIsPhases && isWhole;
            nominalWorlds += isNone ? 0 : 1;
            if (isWhole) {
                add(lists, phases);
            }
        }
        Cases all = phases;
        if (!everyWorldIsPhases || nominalWorlds != courses_.worlds()) {
            // Timings that several resources share are taken as if each had its own: that holds all that is possible.
            Cases wider;
            add(classesIn([](const ClassCourse&) { return true; }), wider);
            all.unknown = wider.unknown || (wider.breaks && !phases.breaks) || (!wider.holds && !wider.breaks);
            all.holds = all.holds || (wider.holds && !wider.breaks && !wider.unknown);
            all.worst = std::max(all.worst, wider.worst);
            all.worstIsOpen = all.worstIsOpen || wider.worstIsOpen;
        }
        result.held = all.held();
        result.worst = all.worst;
        result.worstIsOpen = all.worstIsOpen;
        if (const auto likely = courses_.likely(resources_); likely && rule.window == Duration::zero()) {
            result.probability = result.held == Held::Always  ? std::optional{Ratio{1}}
                                 : result.held == Held::Never ? std::optional{Ratio{0}}
                                                              : likelihoodWithin(need_, *likely, rule.limit);
        }
        const bool isWhole = std::ranges::all_of(resources_, [&](ResourceId id) { return courses_.isWhole(id); });
        if (!all.breaks && (tooMany_ || !isWhole)) {
            result.why = "there are more cases than are looked at";
            result.held = all.held() == Held::Always && isWhole ? Held::Always : Held::NotKnown;
        } else if (result.held == Held::NotKnown) {
            result.why = all.worst > rule.limit ? "it holds at every phase; with every timing open it may not"
                                                : "an outage is not over when the scenario ends";
        }
    }

private:
    using Lists = std::vector<std::vector<const ClassDown*>>;

    template <class Wanted>
    Lists classesIn(Wanted wanted) const {
        Lists lists;
        for (const ResourceId id : resources_) {
            std::vector<const ClassDown*> list;
            for (const ClassCourse& course : courses_.of(id)) {
                const auto isSame = [&](const ClassDown* one) { return *one == course.down; };
                if (wanted(course) && std::ranges::none_of(list, isSame)) {
                    list.push_back(&course.down);
                }
            }
            lists.push_back(std::move(list));
        }
        return lists;
    }

    void add(const Lists& lists, Cases& cases) {
        std::size_t count = 1;
        for (const auto& list : lists) {
            count = list.empty() ? 0 : std::min(count * list.size(), mostPhases + 1);
        }
        if (count == 0) {
            cases.unknown = true;
            return;
        }
        if (count > mostPhases) {
            addAtOnce(lists, cases);
            return;
        }
        std::vector<std::size_t> at(lists.size(), 0);
        do {
            ClassChoice choice;
            for (std::size_t i = 0; i < lists.size(); ++i) {
                choice[resources_[i]] = lists[i][at[i]];
            }
            add(choice, cases);
        } while (next(lists, at));
    }

    static bool next(const Lists& lists, std::vector<std::size_t>& at) {
        for (std::size_t i = 0; i < at.size(); ++i) {
            if (++at[i] < lists[i].size()) {
                return true;
            }
            at[i] = 0;
        }
        return false;
    }

    void add(const ClassChoice& choice, Cases& cases) {
        const auto phases = evaluated_ < mostEvaluated ? turningPhases(choice, rule_.window, mostPhases)
                                                       : std::vector<std::map<ResourceId, std::int64_t>>{};
        if (phases.empty()) {
            Lists lists;
            for (const auto& [id, one] : choice) {
                lists.push_back({one});
            }
            addAtOnce(lists, cases);
            return;
        }
        evaluated_ += phases.size();
        for (const auto& combination : phases) {
            std::map<ResourceId, std::vector<DownTime>> down;
            for (const auto& [id, one] : choice) {
                down[id] = one->at(combination.at(id));
            }
            cases.add(rule_.measure(unmet(need_, down)), rule_.limit);
        }
    }

    /// All that may be down at some time is taken to be down then: where that holds, everything does; else it is not
    /// known.
    void addAtOnce(const Lists& lists, Cases& cases) {
        tooMany_ = true;
        std::map<ResourceId, std::vector<DownTime>> down;
        for (std::size_t i = 0; i < lists.size(); ++i) {
            for (const ClassDown* one : lists[i]) {
                for (std::size_t k = 0; k < std::min(one->first.size(), one->last.size()); ++k) {
                    down[resources_[i]].push_back(
                        {one->first[k].from, one->last[k].to, one->first[k].over && one->last[k].over});
                }
            }
        }
        Cases widest;
        widest.add(rule_.measure(unmet(need_, down)), rule_.limit);
        cases.holds = cases.holds || widest.holds;
        cases.unknown = cases.unknown || widest.breaks || widest.unknown;
        cases.worst = std::max(cases.worst, widest.worst);
        cases.worstIsOpen = cases.worstIsOpen || widest.worstIsOpen;
    }

    const Courses& courses_;
    const Need& need_;
    std::vector<ResourceId> resources_;
    DownRule rule_;
    std::size_t evaluated_ = 0;
    bool tooMany_ = false;
};

class ObjectivesJudge {
public:
    ObjectivesJudge(const Program& program, std::span<const Objective> objectives, OpenTimings open)
        : objectives_{objectives}, courses_{program, objectives, open}, deadlines_{deadlines(program)} {}

    std::vector<ObjectiveResult> judge() {
        for (const auto& [i, kind] : askedBy(objectives_)) {
            const Objective& one = objectives_[i];
            switch (kind) {
            case ObjectiveKind::Rto: judgeDown(i, kind, {*one.rto, {}}); break;
            case ObjectiveKind::Downtime: judgeDown(i, kind, {one.downtime->most, one.downtime->per}); break;
            case ObjectiveKind::NoDataLoss:
                judgeFlag(i, kind, &ClassCourse::losesData);
                lookBelow();
                lookAhead();
                break;
            case ObjectiveKind::NoImpairment: judgeFlag(i, kind, &ClassCourse::impaired); break;
            }
            tellAbsence(one);
        }
        return std::move(results_);
    }

private:
    /// What is not there keeps nothing.
    void tellAbsence(const Objective& one) {
        const std::vector<ResourceId> resources = resourcesOf(one.of);
        const auto absent = std::ranges::find_if(resources, [&](ResourceId id) { return courses_.mayBeAbsent(id); });
        ObjectiveResult& result = results_.back();
        if (absent != resources.end() && result.held == Held::Always) {
            result.held = Held::NotKnown;
            result.probability.reset();
            result.why = "it is not made at every timing";
        }
    }

    ObjectiveResult& start(std::size_t objective, ObjectiveKind kind) {
        results_.push_back({});
        results_.back().objective = objective;
        results_.back().kind = kind;
        return results_.back();
    }

    void judgeDown(std::size_t objective, ObjectiveKind kind, const DownRule& rule) {
        const Need& need = objectives_[objective].of;
        ObjectiveResult& result = start(objective, kind);
        if (const auto* resource = std::get_if<ResourceId>(&need.of)) {
            ResourceJudge{courses_, *resource}.judge(rule, result);
        } else {
            JourneyJudge{courses_, need}.judge(rule, result);
        }
    }

    /// Of a journey, of all its resources.
    void judgeFlag(std::size_t objective, ObjectiveKind kind, bool ClassCourse::*broken) {
        const Need& need = objectives_[objective].of;
        ObjectiveResult& result = start(objective, kind);
        if (const auto* resource = std::get_if<ResourceId>(&need.of)) {
            ResourceJudge{courses_, *resource}.judge(broken, result);
            return;
        }
        result.held = Held::Always;
        const std::vector<ResourceId> resources = resourcesOf(need);
        std::optional<Ratio> likely; // none of them breaks it
        if (courses_.likely(resources)) {
            likely = Ratio{1};
        }
        for (const ResourceId id : resources) {
            ObjectiveResult one;
            ResourceJudge{courses_, id}.judge(broken, one);
            worsen(result, one);
            likely = likely && one.probability ? std::optional{*likely * *one.probability} : std::nullopt;
        }
        result.probability = likely;
    }

    static int badness(const ObjectiveResult& one) {
        constexpr std::array ofHeld{0, 2, 3, 1};
        return ofHeld.at(static_cast<std::size_t>(one.held));
    }

    static void worsen(ObjectiveResult& result, const ObjectiveResult& by) {
        if (badness(by) > badness(result)) {
            result.held = by.held;
            result.why = by.why;
            result.probability.reset();
            result.holds.clear();
        }
    }

    /// Data that what it stands on loses is lost.
    void lookBelow() {
        ObjectiveResult& result = results_.back();
        for (const ResourceId id : resourcesOf(objectives_[result.objective].of)) {
            if (const auto below = heldBelow(id)) {
                worsen(result, *below);
            }
        }
    }

    /// What becomes of the data that a resource stands on; nothing where it stands on none.
    std::optional<ObjectiveResult> heldBelow(ResourceId id) {
        const LeantOn leant = courses_.leantOn(id);
        std::optional<ObjectiveResult> all;
        for (const ResourceId base : leant.bases) {
            ObjectiveResult one;
            ResourceJudge{courses_, base}.judge(&ClassCourse::keyIsGone, one);
            if (const auto lower = heldBelow(base)) {
                worsen(one, *lower);
            }
            if (!all || (leant.all ? badness(one) > badness(*all) : badness(one) < badness(*all))) {
                all = one;
            }
        }
        return all;
    }

    /// What is lost later, unless something is done, is not kept.
    void lookAhead() {
        ObjectiveResult& result = results_.back();
        const std::vector<ResourceId> resources = resourcesOf(objectives_[result.objective].of);
        for (const Deadline& one : deadlines_) {
            const bool loses = std::ranges::any_of(
                resources, [&](ResourceId id) { return std::ranges::find(one.loses, id) != one.loses.end(); });
            if (loses && !one.averted && std::holds_alternative<RetentionEnd>(one.ending) &&
                result.held == Held::Always) {
                result.held = Held::NotKnown;
                result.why = fmt::format("the data goes at +{} unless something is done before",
                                         formatDuration(one.at - scenarioStart));
            }
        }
    }

    std::span<const Objective> objectives_;
    Courses courses_;
    std::vector<Deadline> deadlines_;
    std::vector<ObjectiveResult> results_;
};

} // namespace

std::vector<ObjectiveResult> judgeObjectives(const Program& program, std::span<const Objective> objectives,
                                             OpenTimings open) {
    if (objectives.empty()) {
        return {};
    }
    if (program.reactions.empty()) {
        return ObjectivesJudge{program, objectives, open}.judge();
    }
    std::vector<ObjectiveResult> results;
    Program still = program;
    still.reactions.clear();
    for (ObjectiveResult& one : ObjectivesJudge{still, objectives, OpenTimings::Nominal}.judge()) {
        ObjectiveResult result;
        result.objective = one.objective;
        result.kind = one.kind;
        result.why = "the scenario has reactions, over which objectives are not judged";
        results.push_back(std::move(result));
    }
    return results;
}

} // namespace cmksim::analysis
