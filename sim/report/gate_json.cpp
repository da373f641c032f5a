#include "base/time.hpp"
#include "report/action_fields.hpp"
#include "report/gate_report.hpp"
#include "report/sarif.hpp"
#include "report/shapes.hpp"
#include "report/state_losses.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

namespace cmksim::report {

namespace {

/// A step of the change, and the places of it and of what is found of it.
struct ReportedGateStep {
    std::size_t index = 0;
    const TimelineEntry* entry = nullptr;
    const GateStep* at = nullptr;

    [[nodiscard]] std::int64_t number() const { return static_cast<std::int64_t>(index + 1); }
};

ReportedGateStep reportedStep(const GateView& view, std::size_t step) {
    return {step, &view.judgement.program.entries[EntryId{step}], &view.steps[step]};
}

std::vector<ReportedGateStep> reportedSteps(const GateView& view) {
    std::vector<ReportedGateStep> steps;
    for (std::size_t i = 0; i < view.steps.size(); ++i) {
        steps.push_back(reportedStep(view, i));
    }
    return steps;
}

/// What an input calls a step, and where it stands in it; none of it has to be known.
shape::Record<GateStep> gatePlaceShape() {
    const auto isPlaced = [](const GateStep& step) { return step.mark.line > 0; };
    return shape::Record<GateStep>{}
        .unlessEmpty("address", &GateStep::address)
        .optional("line", shape::line<std::size_t>(),
                  [isPlaced](const GateStep& step) { return isPlaced(step) ? &step.mark.line : nullptr; })
        .optional("column", shape::line<std::size_t>(),
                  [isPlaced](const GateStep& step) { return isPlaced(step) ? &step.mark.column : nullptr; });
}

std::optional<ReportedGateStep> stepOf(const GateFinding& finding, const GateView& view) {
    return finding.step != GateFinding::noStep ? std::optional{reportedStep(view, finding.step)} : std::nullopt;
}

/// What is told of a finding that is a harm.
const shape::Record<JudgedHarm, GateView>& judgedShape() {
    using shape::Record;
    static const auto loss =
        Record<StateLoss, GateView>{}.include(lossShape(), std::identity{}).field("start", &StateLoss::at);
    static const auto undo = Record<JudgedHarm>{}
                                 .field("kind", shape::word<std::size_t>(gate::undoNames),
                                        [](const JudgedHarm& one) { return one.undo.index(); })
                                 .optional("until",
                                           [](const JudgedHarm& one) {
                                               const auto* limited = std::get_if<undo::Until>(&one.undo);
                                               return limited != nullptr ? &limited->last : nullptr;
                                           })
                                 .optional("stepsUntil", &JudgedHarm::stepsUntil);
    static const auto all =
        Record<JudgedHarm, GateView>{}
            .field("always", [](const JudgedHarm& one) { return one.harm.always; })
            .field("start", [](const JudgedHarm& one) { return one.harm.start; })
            .optional("length", [](const JudgedHarm& one) -> const auto& { return one.harm.length; })
            .optional("exact", [](const JudgedHarm& one) { return one.harm.exact ? nullptr : &one.harm.exact; })
            .unlessEmpty("losses", shape::list(loss),
                         [](const JudgedHarm& one) -> const auto& { return one.harm.losses; })
            .optional("reason", shape::word<Reason>(reasonNames),
                      [](const JudgedHarm& one) {
                          const auto* outage = std::get_if<OutageHarm>(&one.harm.what);
                          return outage != nullptr ? &outage->reason : nullptr;
                      })
            .listedBefore("losses")
            .field("undo", undo, std::identity{})
            .listedBefore("losses");
    return all;
}

const shape::Record<GateFinding, GateView>& gateFindingShape() {
    using Finding = GateFinding;
    static const auto allowance =
        shape::Record<GateAllowance>{}.field("reason", &GateAllowance::reason).field("until", &GateAllowance::until);
    static const auto all =
        shape::Record<Finding, GateView>{}
            .field("id", &Finding::id)
            .field("kind", &Finding::kind)
            .field("level", shape::word<GateLevel>(gateLevelNames), &Finding::level)
            .field("subject", &Finding::subject)
            .field("message", &Finding::message)
            .field("counts", &Finding::holdsUp)
            .optional("new",
                      [](const Finding& one, const GateView& view) { return view.hasBaseline ? &one.isNew : nullptr; })
            .optional("step", shape::line<std::int64_t>(),
                      [](const Finding& one, const GateView& view) {
                          const auto step = stepOf(one, view);
                          return step ? std::optional{step->number()} : std::nullopt;
                      })
            .include(gatePlaceShape(),
                     [](const Finding& one, const GateView& view) {
                         const auto step = stepOf(one, view);
                         return step ? step->at : nullptr;
                     })
            .include(judgedShape(), [](const Finding& one) { return one.judged ? &*one.judged : nullptr; })
            .listedBefore("address")
            .optional("allowed", allowance, &Finding::allowed)
            .listedBefore("address")
            .optional("allowanceEnded",
                      [](const Finding& one) { return one.allowed || one.expired.empty() ? nullptr : &one.expired; })
            .listedBefore("address");
    return all;
}

const shape::Record<GateView>& orderShape() {
    const auto better = [](const GateView& view) -> const auto& { return view.judgement.order.better; };
    static const auto all =
        shape::Record<GateView>{}
            .field("tried", [](const GateView& view) { return view.judgement.order.tried; })
            .field("all", [](const GateView& view) { return view.judgement.order.all; })
            .field("keep", &GateView::swapHints)
            .optional("better", shape::list(shape::line<std::size_t>()),
                      [better](const GateView& view) {
                          std::optional<std::vector<std::size_t>> steps;
                          if (better(view)) {
                              steps.emplace();
                              for (const EntryId id : better(view)->steps) {
                                  steps->push_back(id.index() + 1);
                              }
                          }
                          return steps;
                      })
            .optional("pause", [better](const GateView& view) { return better(view) ? &better(view)->pause : nullptr; })
            .optional("left",
                      [better](const GateView& view) {
                          return better(view) ? std::optional{better(view)->left.size()} : std::nullopt;
                      })
            .optional("hints", [better](const GateView& view) {
                return better(view) ? std::optional{view.orderHints()} : std::nullopt;
            });
    return all;
}

const shape::Record<GateView, GateView>& gateShape() {
    using shape::list;
    using shape::Record;
    using Undo = std::pair<Instant, std::string>;
    static const auto entry = [](const ReportedGateStep& one) -> const TimelineEntry& { return *one.entry; };
    static const auto step = Record<ReportedGateStep, GateView>{}
                                 .field("step", shape::line<std::int64_t>(), &ReportedGateStep::number)
                                 .field("t", [](const ReportedGateStep& one) { return one.entry->at; })
                                 .include(entryShape(), entry)
                                 .include(gatePlaceShape(), &ReportedGateStep::at);
    static const auto undo = Record<Undo>{}.field("at", &Undo::first).field("az", &Undo::second);
    static const auto all =
        Record<GateView, GateView>{}
            .field("gate", &GateView::file)
            .field("kind", &GateView::kind)
            .field("verdict", shape::word<GateVerdict>(gateVerdictNames), &GateView::verdict)
            .field("start", timestampShape(),
                   [](const GateView& view) { return formatTimestamp(view.judgement.program.start); })
            .unlessEmpty("estate", &GateView::estate)
            .optional("rto", &GateView::rto)
            .field("exact", [](const GateView& view) { return view.judgement.exact; })
            .field("steps", list(step), reportedSteps)
            .field("findings", list(gateFindingShape()), &GateView::findings)
            .field("undo", list(undo), undoCommands)
            .field("order", orderShape(), std::identity{});
    return all;
}

struct RuleText {
    std::string_view kind;
    std::string_view title;
    std::string_view why;
};
constexpr std::array ruleTexts{
    RuleText{"data-loss", "Data is lost for good", "The key material that wraps a resource's data is gone."},
    RuleText{"deletion", "A resource is deleted", "Its data goes with it; a replacement deletes, too."},
    RuleText{"outage", "A resource goes down", "It cannot use its key at one of its next revalidations."},
    RuleText{"impairment", "A resource is impaired", "It denies some operations, or its key does not rotate."},
    RuleText{"refusal", "A step is refused", "A change that stops half-way leaves things as they are then."},
    RuleText{"objective", "An objective is missed", "What is asked of a resource or a journey does not hold."},
    RuleText{"unknown", "Something is not known", "What was not read or has no model cannot be told to be safe."},
};

} // namespace

shape::Properties gateProperties() { return gateShape().properties(); }

JsonValue gateJson(const GateView& view) { return withScope(gateShape().write(view, view), view.scope); }

JsonValue gateSarif(const GateView& view, std::string_view version) {
    JsonArray rules;
    for (const RuleText& rule : ruleTexts) {
        rules.push_back(JsonObject{{"id", fmt::format("cmksim-gate/{}", rule.kind)},
                                   {"shortDescription", JsonObject{{"text", fmt::format("{}.", rule.title)}}},
                                   {"fullDescription", JsonObject{{"text", rule.why}}}});
    }
    JsonArray results;
    for (const GateFinding& one : view.findings) {
        const auto rule = std::ranges::find(ruleTexts, one.kind, &RuleText::kind);
        const bool hasStep = one.step != GateFinding::noStep;
        Mark mark = hasStep ? view.steps[one.step].mark : Mark{};
        mark = mark.line == 0 && view.placeOf ? view.placeOf(one) : mark;
        JsonObject location = sarifLocation(view.file, mark).fields();
        if (hasStep) {
            const GateStep& step = view.steps[one.step];
            location.emplace_back(
                "logicalLocations",
                JsonArray{JsonObject{{"fullyQualifiedName", step.address.empty() ? step.text : step.address},
                                     {"kind", "resource"}}});
        }
        std::string text = one.message + '.';
        const std::string loses = one.loses.empty() ? "" : "it loses " + one.loses;
        for (const std::string& more : {one.soon, loses, one.undo}) {
            text += more.empty() ? ""
                                 : fmt::format(" {}{}.", static_cast<char>(std::toupper(more.front())), more.substr(1));
        }
        JsonObject result{{"ruleId", fmt::format("cmksim-gate/{}", one.kind)},
                          {"ruleIndex", static_cast<std::int64_t>(rule - ruleTexts.begin())},
                          {"level", one.level == GateLevel::Error     ? "error"
                                    : one.level == GateLevel::Unknown ? "warning"
                                                                      : "note"},
                          {"message", JsonObject{{"text", std::move(text)}}},
                          {"locations", JsonArray{std::move(location)}},
                          {"partialFingerprints", JsonObject{{"finding/v1", one.id}}}};
        if (view.hasBaseline) {
            result.emplace_back("baselineState", one.isNew ? "new" : "unchanged");
        }
        if (one.allowed) {
            result.emplace_back("suppressions",
                                JsonArray{JsonObject{{"kind", "external"}, {"justification", one.allowed->reason}}});
        }
        results.push_back(std::move(result));
    }
    return sarifLog(std::move(rules), std::move(results), version);
}

} // namespace cmksim::report
