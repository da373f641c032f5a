#include "sampling/trials.hpp"

#include "analysis/lost_bases.hpp"
#include "analysis/worlds.hpp"
#include "base/patience.hpp"
#include "engine/bases.hpp"
#include "engine/draws.hpp"
#include "engine/every_timing.hpp"
#include "engine/reactions.hpp"
#include "engine/replay.hpp"
#include "engine/timings.hpp"

#include <algorithm>

namespace cmksim::sampling {

namespace {

/// Whether something else is open than revalidation phases, each of which decides for its own resource alone.
bool dependsOnTimings(const Program& program) {
    bool drawn = false;
    forEachTiming(program, [&](const auto&, Instant, const Timing&) { drawn = true; });
    const bool hasOtherClocks = std::ranges::any_of(program.models, [](const Model* model) {
        return model != nullptr && (model->rotationClock.has_value() || model->recoveryClock.has_value());
    });
    return drawn || hasOtherClocks || hasBases(program) || !program.reactions.empty() || worldDependsOnPhases(program);
}

/// The phase of a resource in one trial; of a fleet, that of a member, each as likely as any other. A member brings the
/// phase of its looks for a newer version with it, where it has one of its own.
Duration drawPhase(const Program& program, const Draws& draws, ResourceId id) {
    const auto& fleet = program.resources[id].fleet;
    if (fleet && fleet->phases) {
        return fleet->phases->phaseOf(static_cast<Member>(draws.member(id, fleet->members)));
    }
    return draws.phase(id, program.modelOf(id).revalidation.nominal);
}

ObjectiveCourse courseIn(const Program& program, const WorldHistory& history, ResourceId id,
                         const std::vector<Record>& records) {
    return courseOf(program.modelOf(id), history.born(id).statusAt(scenarioStart), records, program.until);
}

/// One trial on its way into a tally.
class TrialCount {
public:
    explicit TrialCount(Tally& tally) : tally_{tally} {}
    TrialCount(const TrialCount&) = delete;
    TrialCount& operator=(const TrialCount&) = delete;
    ~TrialCount() {
        ++tally_.trials;
        tally_.outages += down_ ? 1 : 0;
        tally_.losses += lost_ ? 1 : 0;
        tally_.impaired += impaired_ ? 1 : 0;
    }

    void add(ResourceId id, const Outcome& outcome) {
        tally_.resources[id.index()].add(outcome);
        down_ = down_ || outcome.down;
        lost_ = lost_ || outcome.dataLost;
        impaired_ = impaired_ || outcome.impaired;
    }

private:
    Tally& tally_;
    bool down_ = false;
    bool lost_ = false;
    bool impaired_ = false;
};

} // namespace

TrialPlan::TrialPlan(const Program& program) : program_{&program} {
    if (dependsOnTimings(program)) {
        return;
    }
    WorldHistory history = simulateWorld(program, nominalPhases(program));
    for (const ResourceId id : program.resources.ids()) {
        tables_.emplace_back(program, history, id);
    }
    if (!program.objectives.empty()) {
        history_.emplace(std::move(history));
    }
}

TrialRunner::TrialRunner(const TrialPlan& plan, std::uint64_t seed)
    : plan_{plan}, seed_{seed}, program_{plan.worldIsFixed() ? Program{} : plan.program()},
      phases_{nominalPhases(plan.program())}, objectives_{plan.program()} {
    if (!program_.reactions.empty()) {
        reactor_.emplace(program_);
    }
}

void TrialRunner::run(std::uint64_t first, std::uint64_t last, Tally& tally, const Progress* progress) {
    if (plan_.worldIsFixed()) {
        for (std::uint64_t trial = first; trial < last; ++trial) {
            tryFixed(trial, tally);
        }
        return;
    }
    const Patience patience{{}, progress};
    for (std::uint64_t trial = first; trial < last && !patience.isOver(); ++trial) {
        tryDrawn(trial, tally);
    }
}

void TrialRunner::tryFixed(std::uint64_t trial, Tally& tally) {
    const Draws draws{seed_, trial};
    const Program& program = plan_.program();
    TrialCount count{tally};
    for (const ResourceId id : program.resources.ids()) {
        const Duration phase = drawPhase(program, draws, id);
        const Outcome outcome = plan_.table(id).at(phase);
        count.add(id, outcome);
        if (objectives_.isAbout(id)) {
            outcomeOf(program, plan_.history(), id, phase, records_); // for its records
            objectives_.note(id, courseIn(program, plan_.history(), id, records_), outcome.dataLost);
        }
    }
    objectives_.count(tally.objectives);
}

void TrialRunner::tryDrawn(std::uint64_t trial, Tally& tally) {
    const Draws draws{seed_, trial};
    drawDelays(draws, program_);
    drawPhases(draws, program_, phases_);
    for (const ResourceId id : program_.resources.ids()) {
        phases_[id] = drawPhase(program_, draws, id);
        if (const auto& fleet = program_.resources[id].fleet;
            fleet && fleet->phases && fleet->phases->haveRotations()) {
            phases_.setRotation(id, fleet->phases->rotationOf(static_cast<Member>(draws.member(id, fleet->members))));
        }
    }
    if (program_.reactions.empty()) {
        play(program_, tally);
    } else {
        play(reactor_->at(program_, phases_).program, tally);
    }
}

void TrialRunner::play(const Program& program, Tally& tally) {
    const WorldHistory history = simulateWorld(program, phases_);
    TrialCount count{tally};
    outcomes_.clear();
    lost_.clear();
    for (const ResourceId id : program.resources.ids()) {
        outcomes_.push_back(outcomeOf(program, history, id, phases_.of(id), records_));
        if (objectives_.isAbout(id)) {
            courses_[id] = courseIn(program, history, id, records_);
        }
        if (outcomes_.back().dataLost) {
            lost_.push_back(id);
        }
    }
    if (!lost_.empty() && hasBases(program)) {
        for (const ResourceId id : analysis::withWhatStandsOn(program, lost_)) {
            outcomes_[id.index()].dataLost = true;
        }
    }
    for (const ResourceId id : program.resources.ids()) {
        count.add(id, outcomes_[id.index()]);
        if (objectives_.isAbout(id)) {
            objectives_.note(id, std::move(courses_[id]), outcomes_[id.index()].dataLost);
        }
    }
    objectives_.count(tally.objectives);
}

} // namespace cmksim::sampling
