#include "exploration/worst.hpp"

#include "analysis/phase_classes.hpp"
#include "base/parallel.hpp"
#include "engine/alike.hpp"
#include "engine/bases.hpp"
#include "engine/part.hpp"
#include "engine/replay.hpp"
#include "engine/timings.hpp"
#include "exploration/canonical.hpp"
#include "exploration/similar.hpp"
#include "exploration/worst_search.hpp"
#include "recovery/repairs.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace cmksim::exploration {

namespace {

/// Beyond it a search over a whole part of the estate, where that comes to less than a resource alone, is cut short.
constexpr std::uint64_t mostStatesOfWhole = 20'000;

/// A resource that is searched, and those that it stands for.
struct Target {
    std::size_t part = 0;
    ResourceId resource; // in the part
    std::vector<ResourceId> alike;
};

struct TargetFound {
    WorstCase worst;
    std::uint64_t states = 0;
    std::uint64_t phaseSets = 0;
    bool complete = true;
    bool everyPhase = true;
    bool everyAnswer = true;
    SearchLimits limits;
};

WorstQuestion questionOf(const WorstOptions& options, Need need) {
    return {options.measure,
            std::move(need),
            options.faults,
            scenarioStart + options.within,
            options.response,
            options.mostStates,
            options.limit.value_or(Duration::zero())};
}

/// With what they stand on, which has looks of its own.
std::vector<ResourceId> withBases(const Program& program, std::vector<ResourceId> resources) {
    for (std::size_t i = 0; i < resources.size(); ++i) {
        const auto& described = program.resources[resources[i]].described;
        for (const ResourceId base : described ? described->on : std::vector<ResourceId>{}) {
            if (std::ranges::find(resources, base) == resources.end()) {
                resources.push_back(base);
            }
        }
    }
    return resources;
}

/// All that are there, those asked for first.
std::vector<ResourceId> withOthers(const Program& program, std::vector<ResourceId> asked) {
    for (const ResourceId id : program.resources.ids()) {
        if (program.resources[id].described && std::ranges::find(asked, id) == asked.end()) {
            asked.push_back(id);
        }
    }
    return asked;
}

bool areAlike(const Program& program, const std::vector<ResourceId>& resources) {
    const auto similar = similarResources(program);
    return similar.size() == 1 && similar.front().size() == resources.size();
}

/// What is asked for alone, and then with all that is in the program.
TargetFound searchAtOneEnd(const Program& program, const WorstQuestion& question, const WorstOptions& options,
                           Progress* progress) {
    const std::vector<ResourceId> asked = withBases(program, resourcesOf(question.of));
    const Program alone = withResources(program, asked);
    WorstSearched searched = searchWorst(alone, question, asked, progress);
    TargetFound found{{},   searched.states, searched.phaseSets, searched.complete, searched.everyPhase,
                      true, searched.limits};
    const Badness limit = searched.worst.badness;
    Badness attained = playStory(program, question, searched.worst);
    const std::vector<ResourceId> all = withOthers(program, asked);
    // An answer that repairs another as well can be another one, and do worse for what is asked for.
    const bool othersCount = question.response && all.size() > asked.size() && !areAlike(program, all);
    WorstQuestion ofWhole = question;
    ofWhole.mostStates = std::min(ofWhole.mostStates, mostStatesOfWhole);
    if (othersCount && all.size() <= mostTogether && question.response->least == question.response->most) {
        WorstQuestion together = ofWhole;
        together.mostStates = std::min(question.mostStates, mostStatesTogether);
        WorstSearched whole = searchWorst(program, together, all, progress);
        found.states += whole.states;
        found.everyAnswer = whole.complete && whole.everyPhase;
        if (whole.worst.badness > attained) {
            searched.worst = std::move(whole.worst);
            attained = searched.worst.badness;
        }
    } else {
        found.everyAnswer = !othersCount;
    }
    if (attained < limit && (!othersCount || !found.everyAnswer)) {
        WorstSearched whole = searchWorst(program, ofWhole, asked, progress);
        found.states += whole.states;
        if (whole.worst.badness > attained) {
            searched.worst = std::move(whole.worst);
            attained = searched.worst.badness;
        }
        if (attained < limit) {
            found.worst.limit = limit;
            found.limits.insert(SearchLimit::Others);
        }
    }
    if (!found.everyAnswer) {
        found.limits.insert(SearchLimit::Together);
    }
    if (!found.everyPhase) {
        found.limits.insert(SearchLimit::Offsets);
    }
    Tally tally;
    tally.limit = options.limit.value_or(tally.limit);
    found.worst.badness = playStory(program, question, searched.worst, &found.worst.steps, &tally);
    found.worst.phases = searched.worst.phases;
    found.worst.exceeded = tally.exceeded;
    found.worst.from = options.measure == WorstMeasure::Downtime ? tally.first
                       : found.worst.badness.open                ? std::min(tally.since, tally.longestFrom)
                                                                 : tally.longestFrom;
    return found;
}

/// The same at each end of what the program leaves open: its story, its clocks.
TargetFound searchIn(const Program& program, const WorstQuestion& question, const WorstOptions& options,
                     Progress* progress) {
    TargetFound found = searchAtOneEnd(program, question, options, progress);
    for (const TimingEnd end : differingEnds(program)) {
        if (end == TimingEnd::Nominal) {
            continue;
        }
        Program other = program;
        setDelays(other, end);
        TargetFound more = searchAtOneEnd(other, question, options, progress);
        more.worst.clocks = end;
        more.states += found.states;
        more.phaseSets = std::max(more.phaseSets, found.phaseSets);
        more.complete = more.complete && found.complete;
        more.everyPhase = more.everyPhase && found.everyPhase;
        more.everyAnswer = more.everyAnswer && found.everyAnswer;
        more.limits.insert(found.limits.begin(), found.limits.end());
        const Badness limit =
            std::max(found.worst.limit.value_or(found.worst.badness), more.worst.limit.value_or(more.worst.badness));
        if (more.worst.badness <= found.worst.badness) {
            more.worst = std::move(found.worst);
        }
        more.worst.limit = limit > more.worst.badness ? std::optional{limit} : std::nullopt;
        found = std::move(more);
    }
    found.worst.timings = takenAt(withTimeline(program, {}, program.until), found.worst.clocks);
    for (const CourseStep& step : found.worst.steps) {
        if (const auto taken = takenBy(program, step.action)) {
            include(found.worst.timings, *taken);
        }
    }
    return found;
}

/// All that decides about what can become of a part, but names.
std::string formOf(const Program& part) {
    const SimulationState start{part, nominalPhases(part)};
    std::string form = canonicalForm(part, start, distinctResources(part));
    for (const ResourceId id : part.resources.ids()) {
        const auto& described = part.resources[id].described;
        const auto written = [](const std::optional<Duration>& phase) {
            return phase ? std::to_string(phase->count()) : std::string{"open"};
        };
        form += '|' + std::to_string(part.resources[id].model.index());
        if (described) {
            form += ' ' + written(described->phase) + ' ' + written(described->recoveryPhase) + ' ' +
                    written(described->rotationPhase);
            for (const ResourceId base : described->on) {
                form += " on " + std::to_string(base.index());
            }
        }
    }
    return form;
}

class Searches {
public:
    Searches(const Program& program, const WorstOptions& options, Progress* progress)
        : program_{program}, options_{options}, progress_{progress},
          parts_{options.during ? std::vector<EstatePart>{} : partsOf(program)} {}

    void run(WorstFound& all) {
        listTargets();
        std::vector<TargetFound> found(targets_.size());
        forEachIndex(targets_.size(), options_.jobs, [&](std::size_t i) {
            const Target& target = targets_[i];
            // A story may tie together what an answer then makes use of.
            const Program& part = options_.during ? program_ : parts_[target.part].program;
            found[i] = searchIn(part, questionOf(options_, Need{target.resource}), options_, progress_);
        });
        for (std::size_t i = 0; i < found.size(); ++i) {
            include(std::move(found[i]), targets_[i], all);
        }
    }

private:
    void listTargets() {
        std::map<std::string, std::size_t> firsts; // the place of the first target of a part of that form
        for (const ResourceId id : program_.resources.ids()) {
            if (options_.during && program_.resources[id].described) {
                targets_.push_back({0, id, {}});
            }
        }
        for (std::size_t i = 0; i < parts_.size(); ++i) {
            const Program& part = parts_[i].program;
            const auto [known, isNew] = firsts.try_emplace(formOf(part), targets_.size());
            if (isNew) {
                addTargets(i, similarResources(part));
                continue;
            }
            // The same resources in the same order.
            const std::size_t like = targets_.size() > known->second ? targets_[known->second].part : i;
            for (Target& target : targets_) {
                if (target.part == like) {
                    std::vector<ResourceId> members{parts_[i].resources[target.resource]};
                    for (const ResourceId id : similarTo(target)) {
                        members.push_back(parts_[i].resources[id]);
                    }
                    target.alike.insert(target.alike.end(), members.begin(), members.end());
                }
            }
        }
    }

    [[nodiscard]] const std::vector<ResourceId>& similarTo(const Target& target) const {
        return similar_.at({target.part, target.resource});
    }

    void addTargets(std::size_t place, const std::vector<std::vector<ResourceId>>& similar) {
        const Program& part = parts_[place].program;
        for (const ResourceId id : part.resources.ids()) {
            const auto group = std::ranges::find_if(
                similar, [&](const std::vector<ResourceId>& one) { return std::ranges::find(one, id) != one.end(); });
            if (!part.resources[id].described || (group != similar.end() && group->front() != id)) {
                continue;
            }
            Target target{place, id, {}};
            std::vector<ResourceId>& others = similar_[{place, id}];
            if (group != similar.end()) {
                others.assign(group->begin() + 1, group->end());
            }
            for (const ResourceId other : others) {
                target.alike.push_back(parts_[place].resources[other]);
            }
            targets_.push_back(std::move(target));
        }
    }

    /// What was found in a part, told in the whole's ids.
    void include(TargetFound found, const Target& target, WorstFound& all) const {
        WorstCase& worst = found.worst;
        if (options_.during) {
            worst.resource = target.resource;
            add(std::move(found), all);
            return;
        }
        const EstatePart& part = parts_[target.part];
        worst.resource = part.resources[target.resource];
        worst.alike = target.alike;
        const Phases ofPart = std::exchange(worst.phases, nominalPhases(program_));
        for (const ResourceId id : part.resources.ids()) {
            worst.phases[part.resources[id]] = ofPart[id];
            worst.phases.setRotation(part.resources[id], ofPart.rotation(id));
            worst.phases.setRecovery(part.resources[id], ofPart.recovery(id));
        }
        for (CourseStep& step : worst.steps) {
            step.action = part.inWhole(std::move(step.action));
        }
        add(std::move(found), all);
    }

public:
    static void add(TargetFound found, WorstFound& all) {
        all.states += found.states;
        all.phaseSets = std::max(all.phaseSets, found.phaseSets);
        all.complete = all.complete && found.complete;
        all.everyPhase = all.everyPhase && found.everyPhase;
        all.everyAnswer = all.everyAnswer && found.everyAnswer;
        all.limits.insert(found.limits.begin(), found.limits.end());
        all.cases.push_back(std::move(found.worst));
    }

private:
    const Program& program_;
    const WorstOptions& options_;
    Progress* progress_;
    std::vector<EstatePart> parts_;
    std::vector<Target> targets_;
    std::map<std::pair<std::size_t, ResourceId>, std::vector<ResourceId>> similar_; // to a target, in its part
};

} // namespace

Program storyOf(const WorstFound& found, const WorstCase& worst, Instant end) {
    std::vector<TimelineEntry> entries;
    for (const CourseStep& step : worst.steps) {
        entries.push_back(entryOf(found.program, step.action, step.at));
    }
    Program estate = withTimeline(found.program, {}, found.program.until);
    setDelays(estate, worst.clocks);
    return withTimeline(estate, std::move(entries), end);
}

WorstFound findWorst(const Program& scenario, const WorstOptions& options, Progress* progress) {
    WorstFound all;
    all.program = recovery::withKeyReferences(
        options.during ? scenario : withTimeline(scenario, {}, scenarioStart + options.within));
    all.program.reactions.clear();
    if (options.journey) {
        Searches::add(searchIn(all.program, questionOf(options, options.journey->of), options, progress), all);
    } else {
        Searches{all.program, options, progress}.run(all);
    }
    all.searched = all.cases.size();
    all.everyClock = !options.response || !hasBases(all.program);
    if (!all.everyClock) {
        all.limits.insert(SearchLimit::Clocks);
    }
    std::ranges::stable_sort(all.cases, std::greater{}, &WorstCase::badness);
    return all;
}

} // namespace cmksim::exploration
