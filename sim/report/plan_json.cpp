#include "report/plan_report.hpp"

#include "engine/wording.hpp"
#include "report/action_fields.hpp"
#include "report/plan_losses.hpp"
#include "report/plan_wording.hpp"
#include "report/shapes.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::report {

namespace {

/// What the fields of a plan are told of.
struct PlanTold {
    const Recovery& recovery;
    const AzCommands& commands;

    operator const Program&() const { return recovery.program; }
};

/// A step of a plan, as it is told.
struct ToldPlanStep {
    const Candidate& step;
    TimelineEntry entry;
    Extent<Duration> wait;
};

std::vector<ToldPlanStep> toldSteps(const RecoveryPlan& plan, const PlanTold& told) {
    std::vector<ToldPlanStep> steps;
    for (std::size_t i = 0; i < plan.steps.size(); ++i) {
        const Candidate& step = *plan.steps[i].step;
        steps.push_back(
            {step, entryOf(told.recovery.program, step.action, plan.steps[i].at), waitAfter(told.recovery, plan, i)});
    }
    return steps;
}

shape::Record<ToldPlanStep, PlanTold> planStepShape() {
    using Step = ToldPlanStep;
    return shape::Record<Step, PlanTold>{}
        .field("at", [](const Step& one) { return one.entry.at; })
        .include(entryShape(), &Step::entry)
        .field("az", [](const Step& one, const PlanTold& told) { return joinedCommands(told.commands.of(one.entry)); })
        .field("why", [](const Step& one, const PlanTold& told) { return whyOf(told.recovery.program, one.step); })
        .field("wait", &Step::wait)
        .field("sources",
               [](const Step& one, const PlanTold& told) { return sourcesOf(told.recovery.program, one.step); })
        .optional("role",
                  [](const Step& one, const PlanTold& told) {
                      const RequiredPermission* required = told.commands.requiredPermissionOf(one.entry);
                      return required != nullptr ? &required->role : nullptr;
                  })
        .optional("needs",
                  [](const Step& one, const PlanTold& told) {
                      const RecoveryRule* byHand = ruleByHand(told.recovery.program, one.step.action);
                      return byHand != nullptr ? &byHand->needs : nullptr;
                  })
        .optional("byHand",
                  [](const Step& one, const PlanTold& told) -> std::optional<std::string> {
                      const std::string_view words = wordsWithoutCommand(told.recovery.program, one.step.action);
                      if (words.empty() || !told.commands.of(one.entry).empty()) {
                          return std::nullopt;
                      }
                      return std::string{words};
                  })
        .optional("averts",
                  [](const Step& one) { return one.step.due != never ? std::optional{one.step.due} : std::nullopt; });
}

const shape::Record<PlanTold, PlanTold>& planShape() {
    using shape::list;
    using shape::Record;
    using Told = PlanTold;
    const auto within = [](const RecoveryPlan& plan) { return plan.proof.within; };
    const auto holds = [](const RecoveryPlan& plan) { return plan.proof.holds(); };
    static const auto steps = list(planStepShape().as("step"));
    static const auto other =
        Record<RecoveryPlan, Told>{}.field("steps", steps, toldSteps).field("ready", within).field("verified", holds);
    static const auto loss =
        Record<Loss, Told>{}
            .field("resource", resourceName(), &Loss::resource)
            .field("because", [](const Loss& one, const Told& told) { return becauseOf(told.recovery, one); })
            .field("until", &Loss::until)
            .optional("atRiskUntil", &Loss::dataEnds);
    static const auto risk =
        Record<Risk, Told>{}
            .field("resource", resourceName(), &Risk::resource)
            .field("because", [](const Risk& one, const Told& told) { return becauseOf(told.recovery, one); })
            .field("until", &Risk::due);
    static const auto impaired =
        Record<ImpairedResource, Program>{}
            .field("resource", resourceName(), &ImpairedResource::resource)
            .field("state",
                   [](const ImpairedResource& one, const Program& of) {
                       return one.state.valid() ? of.modelOf(one.resource).states[one.state].name : "Absent";
                   })
            .field("down", [](const ImpairedResource& one) { return one.impairment.down; })
            .field("reason", [](const ImpairedResource& one) { return nameOf(one.reason); })
            .field("denied", [](const ImpairedResource& one,
                                const Program& of) { return deniedNames(of, one.resource, one.impairment); })
            .field("rotationBlocked", [](const ImpairedResource& one) { return one.impairment.rotationBlocked; })
            .optional("atRiskUntil", &ImpairedResource::dataEnds);
    static const auto best = [](const Told& told) {
        return told.recovery.plans.empty() ? nullptr : &told.recovery.plans.front();
    };
    static const auto all =
        Record<Told, Told>{}
            .field("possible",
                   [](const Told& told) {
                       return told.recovery.lost.empty() && best(told) != nullptr && best(told)->proof.holds();
                   })
            .field("at", [](const Told& told) { return told.recovery.at; })
            .field("steps", steps,
                   [](const Told& told) {
                       return best(told) != nullptr ? toldSteps(*best(told), told) : std::vector<ToldPlanStep>{};
                   })
            .field("ready",
                   [](const Told& told) {
                       return best(told) != nullptr ? std::optional{best(told)->proof.within} : std::nullopt;
                   })
            .field("verified", [](const Told& told) { return best(told) != nullptr && best(told)->proof.holds(); })
            .optional("timing", shape::word<OpenTimings>(openTimingsNames),
                      [](const Told& told) { return best(told) != nullptr ? &best(told)->proof.over : nullptr; })
            .unlessEmpty("lost", list(loss), [](const Told& told) -> const auto& { return told.recovery.lost; })
            .unlessEmpty("atRisk", list(risk), [](const Told& told) -> const auto& { return told.recovery.risks; })
            .unlessEmpty("impaired", list(impaired),
                         [](const Told& told) -> const auto& { return told.recovery.impaired; })
            .unlessEmpty("losses", list(planLossShape()), [](const Told& told) { return lossesBeside(told.recovery); })
            .listedBefore("atRisk")
            .optional("inDoubt", other, [](const Told& told) -> const auto& { return told.recovery.inDoubt; })
            .listedBefore("atRisk")
            .unlessEmpty("alternatives", list(other), [](const Told& told) {
                const auto& plans = told.recovery.plans;
                return std::span{plans}.subspan(std::min<std::size_t>(1, plans.size()));
            });
    return all;
}

} // namespace

shape::Properties planProperties() { return planShape().properties(); }

JsonValue planStepSchema() { return planStepShape().schema(); }

JsonValue planJson(const Recovery& recovery, const std::vector<AzureTerms>& terms) {
    const AzCommands commands = commandsToBeRun(recovery, terms);
    const PlanTold told{recovery, commands};
    return planShape().write(told, told);
}

} // namespace cmksim::report
