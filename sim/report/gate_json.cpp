#include "base/flow_yaml.hpp"
#include "report/action_fields.hpp"
#include "report/extent.hpp"
#include "report/gate_report.hpp"
#include "report/sarif.hpp"
#include "report/state_losses.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cmksim::report {

namespace {

void addPlace(const GateView& view, std::size_t step, JsonObject& fields) {
    const GateStep& at = view.steps[step];
    if (!at.address.empty()) {
        fields.emplace_back("address", at.address);
    }
    if (at.mark.line > 0) {
        fields.emplace_back("line", std::int64_t{at.mark.line});
        fields.emplace_back("column", std::int64_t{at.mark.column});
    }
}

JsonValue stepJson(const GateView& view, std::size_t step) {
    const Program& program = view.judgement.program;
    const TimelineEntry& entry = program.entries[EntryId{step}];
    JsonObject fields{{"step", static_cast<std::int64_t>(step + 1)},
                      {"t", seconds(entry.at)},
                      {"action", entry.name},
                      {"target", entry.target},
                      {"with", argumentsOf(program, entry)}};
    addPlace(view, step, fields);
    return fields;
}

JsonValue findingJson(const GateView& view, const GateFinding& finding) {
    JsonObject fields{{"id", finding.id},
                      {"kind", finding.kind},
                      {"level", gateLevelNames[static_cast<std::size_t>(finding.level)]},
                      {"subject", finding.subject},
                      {"message", finding.message},
                      {"counts", finding.holdsUp()}};
    if (view.hasBaseline) {
        fields.emplace_back("new", finding.isNew);
    }
    if (finding.step != GateFinding::noStep) {
        fields.emplace_back("step", static_cast<std::int64_t>(finding.step + 1));
        addPlace(view, finding.step, fields);
    }
    if (finding.judged) {
        const Harm& harm = finding.judged->harm;
        fields.emplace_back("always", harm.always);
        fields.emplace_back("start", extent(harm.start));
        if (harm.length) {
            fields.emplace_back("length", extent(*harm.length));
        }
        if (!harm.exact) {
            fields.emplace_back("exact", false);
        }
        if (!harm.losses.empty()) {
            JsonArray losses;
            for (const StateLoss& one : harm.losses) {
                JsonObject lost = lossFields(view.judgement.program, one);
                lost.emplace_back("start", extent(one.at));
                losses.emplace_back(std::move(lost));
            }
            fields.emplace_back("losses", std::move(losses));
        }
        if (const auto* outage = std::get_if<OutageHarm>(&harm.what)) {
            fields.emplace_back("reason", nameOf(outage->reason));
        }
        JsonObject how{{"kind", nameOf(finding.judged->undo)}};
        if (const auto* limited = std::get_if<undo::Until>(&finding.judged->undo)) {
            how.emplace_back("until", seconds(limited->last));
        }
        if (finding.judged->stepsUntil) {
            how.emplace_back("stepsUntil", seconds(*finding.judged->stepsUntil));
        }
        fields.emplace_back("undo", std::move(how));
    }
    if (finding.allowed) {
        fields.emplace_back("allowed",
                            JsonObject{{"reason", finding.allowed->reason}, {"until", finding.allowed->until}});
    } else if (!finding.expired.empty()) {
        fields.emplace_back("allowanceEnded", finding.expired);
    }
    return fields;
}

JsonValue orderJson(const GateView& view) {
    const OrderSearch& search = view.judgement.order;
    const std::vector<std::string> keep = view.swapHints();
    JsonObject fields{{"tried", static_cast<std::int64_t>(search.tried)},
                      {"all", search.all},
                      {"keep", JsonArray(keep.begin(), keep.end())}};
    if (search.better) {
        JsonArray steps;
        for (const EntryId id : search.better->steps) {
            steps.emplace_back(static_cast<std::int64_t>(id.index() + 1));
        }
        const std::vector<std::string> hints = view.orderHints();
        fields.emplace_back("better", std::move(steps));
        fields.emplace_back("pause", seconds(search.better->pause));
        fields.emplace_back("left", static_cast<std::int64_t>(search.better->left.size()));
        fields.emplace_back("hints", JsonArray(hints.begin(), hints.end()));
    }
    return fields;
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

JsonValue gateJson(const GateView& view) {
    JsonArray steps;
    for (std::size_t i = 0; i < view.steps.size(); ++i) {
        steps.push_back(stepJson(view, i));
    }
    JsonArray findings;
    for (const GateFinding& one : view.findings) {
        findings.push_back(findingJson(view, one));
    }
    JsonArray undo;
    for (const auto& [at, command] : undoCommands(view)) {
        undo.push_back(JsonObject{{"at", seconds(at)}, {"az", command}});
    }
    JsonObject whole{{"gate", view.file},
                     {"kind", view.kind},
                     {"verdict", gateVerdictNames[static_cast<std::size_t>(view.verdict())]},
                     {"start", formatTimestamp(view.judgement.program.start)}};
    if (!view.estate.empty()) {
        whole.emplace_back("estate", view.estate);
    }
    if (view.rto) {
        whole.emplace_back("rto", seconds(*view.rto));
    }
    whole.emplace_back("exact", view.judgement.exact);
    whole.emplace_back("steps", std::move(steps));
    whole.emplace_back("findings", std::move(findings));
    whole.emplace_back("undo", std::move(undo));
    whole.emplace_back("order", orderJson(view));
    return withScope(JsonValue{std::move(whole)}, view.scope);
}

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
