// No order of a plan's steps and no waits between them are sooner than the plan, whatever the timing: all of them
// tried, on random worlds.
#include "recovery/plan.hpp"

#include "analysis/reaction_worlds.hpp"
#include "base/time.hpp"
#include "catalog/catalog.hpp"
#include "compile/compile.hpp"
#include "property/generator.hpp"
#include "property/harness.hpp"
#include "support/compiled.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <numeric>
#include <vector>

namespace cmksim::waits_test {

using namespace cmksim;
using namespace cmksim::compile;
using namespace cmksim::recovery;
using namespace std::chrono_literals;

namespace {

#ifdef NDEBUG
constexpr std::uint64_t worlds = 600;
#else
constexpr std::uint64_t worlds = 5;
#endif

constexpr std::size_t mostSteps = 3;

/// Before a step: not at all; until what was granted counts; until all have looked; both.
constexpr std::array<Duration, 4> waits{0s, 10min, 1h, 1h + 10min};

/// Calls `visit` with the steps in every order and with every wait before each.
template <class Visit>
void forEachCourse(const std::vector<PlannedStep>& steps, Instant first, Visit visit) {
    std::vector<std::size_t> order(steps.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    do {
        std::size_t choices = 1;
        for (std::size_t i = 0; i < steps.size(); ++i) {
            choices *= waits.size();
        }
        for (std::size_t choice = 0; choice < choices; ++choice) {
            std::vector<PlannedStep> course;
            Instant at = first;
            std::size_t rest = choice;
            for (const std::size_t step : order) {
                at += waits[rest % waits.size()];
                rest /= waits.size();
                course.push_back({steps[step].step, at});
            }
            visit(course);
        }
    } while (std::ranges::next_permutation(order).found);
}

std::string told(const Program& program, const std::vector<PlannedStep>& steps) {
    std::string text;
    for (const PlannedStep& step : steps) {
        const TimelineEntry entry = entryOf(program, step.step->action, step.at);
        text += formatDuration(step.at - scenarioStart) + ' ' + entry.name + ' ' + entry.target + '\n';
    }
    return text;
}

/// Checks the plan at the end of a world; returns whether it had steps that were looked at.
bool checkPlan(std::uint64_t seed, OpenTimings open) {
    const std::string yaml = property::toYaml(property::randomWorld(seed));
    Catalog catalog;
    const Program compiled = test::soundProgram(yaml, catalog);
    const Program program = analysis::nominalTimeline(compiled);
    PlanOptions options;
    options.open = open;
    const Recovery recovery = planRecovery(program, program.until, options);
    if (recovery.plans.empty() || recovery.plans.front().steps.empty()) {
        return false;
    }
    const RecoveryPlan& plan = recovery.plans.front();
    CAPTURE(seed, yaml, told(recovery.program, plan.steps), formatDuration(plan.proof.within.most));
    CHECK(plan.steps.front().at >= recovery.at + firstStepAfter);
    if (plan.steps.size() > mostSteps) {
        return false;
    }
    const ProofQuestion question{recovery.at, recovery.wanted, open, {}, {}};
    forEachCourse(plan.steps, recovery.at + firstStepAfter, [&](const std::vector<PlannedStep>& course) {
        std::vector<TimelineEntry> entries;
        for (const PlannedStep& step : course) {
            entries.push_back(entryOf(recovery.program, step.step->action, step.at));
        }
        const Proof proof = prove(recovery.program, question, entries);
        const bool sooner = proof.holds() && (!plan.proof.holds() || plan.proof.over != open ||
                                              proof.within.most < plan.proof.within.most);
        if (sooner) {
            FAIL_CHECK("sooner, after " << formatDuration(proof.within.most) << ":\n"
                                        << told(recovery.program, course));
        }
    });
    return true;
}

} // namespace

TEST_CASE("no order of a plan's steps and no waits between them are sooner, over phases") {
    std::uint64_t looked = 0;
    for (std::uint64_t seed = 1; seed <= worlds; ++seed) {
        looked += checkPlan(seed, OpenTimings::Phases) ? 1U : 0U;
    }
    CHECK(looked > worlds / 10);
}

TEST_CASE("no order of a plan's steps and no waits between them are sooner, over all timings") {
    std::uint64_t looked = 0;
    for (std::uint64_t seed = 1'001; seed <= 1'000 + worlds / 3; ++seed) {
        looked += checkPlan(seed, OpenTimings::All) ? 1U : 0U;
    }
    CHECK(looked > worlds / 30);
}

} // namespace cmksim::waits_test
