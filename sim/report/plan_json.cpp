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
struct PlanContext {
    const Recovery& recovery;
    const AzCommands& commands;

    operator const Program&() const { return recovery.program; }
};

/// A step of a plan, as it is told.
struct ReportedPlanStep {
    const Candidate& step;
    TimelineEntry entry;
    Extent<Duration> wait;
};

std::vector<ReportedPlanStep> reportedPlanSteps(const RecoveryPlan& plan, const PlanContext& context) {
    std::vector<ReportedPlanStep> steps;
    for (std::size_t i = 0; i < plan.steps.size(); ++i) {
        const Candidate& step = *plan.steps[i].step;
        steps.push_back({step, entryOf(context.recovery.program, step.action, plan.steps[i].at),
                         waitAfter(context.recovery, plan, i)});
    }
    return steps;
}

shape::Record<ReportedPlanStep, PlanContext> planStepShape() {
    using Step = ReportedPlanStep;
    return shape::Record<Step, PlanContext>{}
        .field("at", [](const Step& one) { return one.entry.at; })
        .include(entryShape(), &Step::entry)
        .field("az", [](const Step& one,
                        const PlanContext& context) { return joinedCommands(context.commands.of(one.entry)); })
        .field("why",
               [](const Step& one, const PlanContext& context) { return whyOf(context.recovery.program, one.step); })
        .field("wait", &Step::wait)
        .field("sources", [](const Step& one,
                             const PlanContext& context) { return sourcesOf(context.recovery.program, one.step); })
        .optional("role",
                  [](const Step& one, const PlanContext& context) {
                      const RequiredPermission* required = context.commands.requiredPermissionOf(one.entry);
                      return required != nullptr ? &required->role : nullptr;
                  })
        .optional("needs",
                  [](const Step& one, const PlanContext& context) {
                      const RecoveryRule* byHand = ruleByHand(context.recovery.program, one.step.action);
                      return byHand != nullptr ? &byHand->needs : nullptr;
                  })
        .optional("byHand",
                  [](const Step& one, const PlanContext& context) -> std::optional<std::string> {
                      const std::string_view words = wordsWithoutCommand(context.recovery.program, one.step.action);
                      if (words.empty() || !context.commands.of(one.entry).empty()) {
                          return std::nullopt;
                      }
                      return std::string{words};
                  })
        .optional("averts",
                  [](const Step& one) { return one.step.due != never ? std::optional{one.step.due} : std::nullopt; });
}

const shape::Record<PlanContext, PlanContext>& planShape() {
    using shape::list;
    using shape::Record;
    using Context = PlanContext;
    const auto within = [](const RecoveryPlan& plan) { return plan.proof.within; };
    const auto holds = [](const RecoveryPlan& plan) { return plan.proof.holds(); };
    static const auto steps = list(planStepShape().as("step"));
    static const auto other = Record<RecoveryPlan, Context>{}
                                  .field("steps", steps, reportedPlanSteps)
                                  .field("ready", within)
                                  .field("verified", holds);
    static const auto loss =
        Record<Loss, Context>{}
            .field("resource", resourceName(), &Loss::resource)
            .field("because", [](const Loss& one, const Context& context) { return becauseOf(context.recovery, one); })
            .field("until", &Loss::until)
            .optional("atRiskUntil", &Loss::dataEnds);
    static const auto risk =
        Record<Risk, Context>{}
            .field("resource", resourceName(), &Risk::resource)
            .field("because", [](const Risk& one, const Context& context) { return becauseOf(context.recovery, one); })
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
    static const auto best = [](const Context& context) {
        return context.recovery.plans.empty() ? nullptr : &context.recovery.plans.front();
    };
    static const auto all =
        Record<Context, Context>{}
            .field("possible",
                   [](const Context& context) {
                       return context.recovery.lost.empty() && best(context) != nullptr && best(context)->proof.holds();
                   })
            .field("at", [](const Context& context) { return context.recovery.at; })
            .field("steps", steps,
                   [](const Context& context) {
                       return best(context) != nullptr ? reportedPlanSteps(*best(context), context)
                                                       : std::vector<ReportedPlanStep>{};
                   })
            .field("ready",
                   [](const Context& context) {
                       return best(context) != nullptr ? std::optional{best(context)->proof.within} : std::nullopt;
                   })
            .field("verified",
                   [](const Context& context) { return best(context) != nullptr && best(context)->proof.holds(); })
            .optional(
                "timing", shape::word<OpenTimings>(openTimingsNames),
                [](const Context& context) { return best(context) != nullptr ? &best(context)->proof.over : nullptr; })
            .unlessEmpty("lost", list(loss),
                         [](const Context& context) -> const auto& { return context.recovery.lost; })
            .unlessEmpty("atRisk", list(risk),
                         [](const Context& context) -> const auto& { return context.recovery.risks; })
            .unlessEmpty("impaired", list(impaired),
                         [](const Context& context) -> const auto& { return context.recovery.impaired; })
            .unlessEmpty("losses", list(planLossShape()),
                         [](const Context& context) { return lossesBeside(context.recovery); })
            .listedBefore("atRisk")
            .optional("inDoubt", other, [](const Context& context) -> const auto& { return context.recovery.inDoubt; })
            .listedBefore("atRisk")
            .unlessEmpty("alternatives", list(other), [](const Context& context) {
                const auto& plans = context.recovery.plans;
                return std::span{plans}.subspan(std::min<std::size_t>(1, plans.size()));
            });
    return all;
}

} // namespace

shape::Properties planProperties() { return planShape().properties(); }

JsonValue planStepSchema() { return planStepShape().schema(); }

JsonValue planJson(const Recovery& recovery, const std::vector<AzureTerms>& terms) {
    const AzCommands commands = commandsToBeRun(recovery, terms);
    const PlanContext context{recovery, commands};
    return planShape().write(context, context);
}

} // namespace cmksim::report
