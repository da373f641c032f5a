#include "report/lint_report.hpp"

#include "engine/wording.hpp"
#include "report/all_clear.hpp"
#include "report/clock.hpp"
#include "report/run_view.hpp"
#include "report/sarif.hpp"
#include "report/signs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

namespace cmksim::report {

namespace {

/// What happened in a world that bears on the finding, a line each.
std::vector<std::string> storyOf(const LintFinding& finding, const LintWorld& world) {
    std::vector<std::string> lines;
    const auto add = [&](const Record& record, std::string_view text) {
        lines.push_back(fmt::format("{} {}", Clock::sinceStart(record.position.at), text));
    };
    for (const Record& record : world.trace.records) {
        const Model* harmed = record.on && std::ranges::binary_search(finding.harmed, record.on->resource)
                                  ? &world.program.modelOf(record.on->resource)
                                  : nullptr;
        if (record.isCause()) {
            add(record, eventName(world.program, record) + (record.refused() ? ": refused" : ""));
        } else if (record.is<DataLost>()) {
            add(record, fmt::format("{}: data lost for good", subjectName(world.program, record)));
        } else if (const auto* change = record.asIf<ConditionChanged>(); change != nullptr && harmed != nullptr) {
            add(record, fmt::format("{}: {}{}", subjectName(world.program, record), change->raised ? "" : "no longer ",
                                    harmed->conditions[change->condition].name));
        } else if (const auto* moved = record.asIf<Transition>(); moved != nullptr && harmed != nullptr) {
            add(record, fmt::format("{}: {}{}{}", subjectName(world.program, record), harmed->states[moved->to].name,
                                    moved->reason == Reason::None ? "" : ", ",
                                    moved->reason == Reason::None ? "" : nameOf(moved->reason)));
        }
    }
    if (lines.empty()) {
        lines.emplace_back("nothing happens");
    }
    return lines;
}

std::vector<std::string> namesOfHarmed(const LintFinding& finding) {
    std::vector<std::string> names;
    for (const ResourceId id : finding.harmed) {
        names.push_back(finding.asIs->program.resources[id].name);
    }
    return names;
}

std::string harmedNames(const LintFinding& finding) {
    std::string names;
    constexpr std::size_t mostNamed = 5;
    for (std::size_t i = 0; i < std::min(mostNamed, finding.harmed.size()); ++i) {
        names += (i == 0 ? "" : ", ") + finding.asIs->program.resources[finding.harmed[i]].name;
    }
    if (finding.harmed.size() > mostNamed) {
        names += fmt::format(" and {} more", finding.harmed.size() - mostNamed);
    }
    return names;
}

std::string_view levelOf(const LintFinding& finding) {
    return lintLevelNames[static_cast<std::size_t>(textOf(finding).level)];
}

std::string messageOf(const LintFinding& finding) {
    const LintRuleText& rule = textOf(finding);
    std::string text = fmt::format("{}: {}", finding.subject, rule.title);
    if (!finding.detail.empty()) {
        text += fmt::format(" ({})", finding.detail);
    }
    return text;
}

JsonValue codeFlow(const LintView& view, Mark mark, const std::vector<std::string>& lines) {
    JsonArray steps;
    for (const std::string& line : lines) {
        JsonObject at = sarifLocation(view.file, mark).fields();
        at.emplace_back("message", JsonObject{{"text", line}});
        steps.push_back(JsonObject{{"location", std::move(at)}});
    }
    return JsonObject{{"threadFlows", JsonArray{JsonObject{{"locations", std::move(steps)}}}}};
}

/// Where the rule of a finding stands among those that are listed.
std::int64_t placeOf(const LintFinding& finding, const std::vector<const LintRuleText*>& rules) {
    return std::ranges::find(rules, &textOf(finding)) - rules.begin();
}

JsonValue sarifResult(const LintView& view, const LintFinding& finding, const std::vector<const LintRuleText*>& rules) {
    const LintRuleText& rule = textOf(finding);
    const LintAdvice advice = adviceOf(finding);
    const Mark mark = view.placeOf(finding.subject);
    const std::string_view level = rule.level == LintLevel::Error     ? "error"
                                   : rule.level == LintLevel::Warning ? "warning"
                                                                      : "note";
    JsonObject result{
        {"ruleId", fmt::format("cmksim-lint/{}", rule.id)},
        {"ruleIndex", placeOf(finding, rules)},
        {"level", level},
        {"message", JsonObject{{"text", fmt::format("{}. {} {}.", messageOf(finding), advice.why, advice.repair)}}},
        {"locations", JsonArray{sarifLocation(view.file, mark)}},
        {"partialFingerprints",
         JsonObject{{"subject/v1", fmt::format("{}:{}:{}", rule.id, finding.subject, finding.detail)}}}};
    if (finding.asIs) {
        result.emplace_back("codeFlows", JsonArray{codeFlow(view, mark, storyOf(finding, *finding.asIs))});
    }
    return result;
}

std::optional<int> lineOf(const LintFinding& finding, const LintView& view) {
    const Mark mark = view.placeOf(finding.subject);
    return mark.line > 0 ? std::optional{static_cast<int>(mark.line)} : std::nullopt;
}

const shape::Record<LintView, LintView>& lintShape() {
    using shape::list;
    using shape::Record;
    using Finding = LintFinding;
    static const auto finding =
        Record<Finding, LintView>{}
            .field("rule", [](const Finding& one) { return textOf(one).id; })
            .field("level", levelOf)
            .field("subject", &Finding::subject)
            .field("line", shape::orNull(shape::line<int>()), lineOf)
            .field("message", messageOf)
            .field("why", [](const Finding& one) { return adviceOf(one).why; })
            .field("mend", [](const Finding& one) { return adviceOf(one).repair; })
            .field("source", [](const Finding& one) { return textOf(one).source; })
            .optional("harmed",
                      [](const Finding& one) { return one.asIs ? std::optional{namesOfHarmed(one)} : std::nullopt; })
            .optional(
                "asIs",
                [](const Finding& one) { return one.asIs ? std::optional{storyOf(one, *one.asIs)} : std::nullopt; })
            .optional("mended", [](const Finding& one) {
                return one.repaired ? std::optional{storyOf(one, *one.repaired)} : std::nullopt;
            });
    static const auto left = Record<LeftFinding>{}
                                 .field("rule", [](const LeftFinding& one) { return textOf(one.finding).id; })
                                 .field("subject", [](const LeftFinding& one) { return one.finding.subject; })
                                 .field("reason", &LeftFinding::reason);
    static const auto all =
        Record<LintView, LintView>{}
            .field("scenario", &LintView::name)
            .field("file", &LintView::file)
            .field("findings", list(finding), [](const LintView& view) -> const auto& { return view.findings; })
            .field("left", list(left), [](const LintView& view) -> const auto& { return view.left; });
    return all;
}

} // namespace

void writeLintText(const LintView& view, const TextStyle& style, std::ostream& out) {
    const Signs& signs = style.unicode ? unicodeSigns : asciiSigns;
    Page page{style, out};
    page.paragraph({}, Phrase{view.name, Paint::Strong});
    page.paragraph({}, Phrase{view.file, Paint::Quiet});
    const auto fact = [&](std::string_view label, const Phrase& body) {
        page.paragraph(Phrase{"  "}.add(label, Paint::Quiet).padTo(12), body);
    };
    const auto story = [&](std::string_view label, const LintFinding& finding, const LintWorld& world, Paint paint) {
        for (const std::string& line : storyOf(finding, world)) {
            fact(label, Phrase{line, paint});
            label = "";
        }
    };
    for (const LintFinding& finding : view.findings) {
        const LintRuleText& rule = textOf(finding);
        const LintAdvice advice = adviceOf(finding);
        const Paint paint = rule.level == LintLevel::Error     ? Paint::Bad
                            : rule.level == LintLevel::Warning ? Paint::Warning
                                                               : Paint::Quiet;
        const Mark mark = view.placeOf(finding.subject);
        page.blank();
        Phrase lead{levelOf(finding), paint};
        lead.padTo(7);
        page.paragraph(lead,
                       Phrase{messageOf(finding), Paint::Strong}.add(
                           fmt::format("  {}{}", rule.id, mark.line > 0 ? fmt::format(", line {}", mark.line) : ""),
                           Paint::Quiet));
        fact("why", Phrase{advice.why});
        if (finding.asIs) {
            story("as it is", finding, *finding.asIs, Paint::Plain);
        }
        if (finding.repaired) {
            story("repaired", finding, *finding.repaired, Paint::Good);
            fact("spares", Phrase{harmedNames(finding)});
        }
        if (!advice.repair.empty()) {
            fact("repair", Phrase{advice.repair});
        }
        if (!rule.source.empty()) {
            fact("source", Phrase{rule.source, Paint::Quiet});
        }
    }
    page.blank();
    for (const LeftFinding& one : view.left) {
        page.paragraph(Phrase{"left   ", Paint::Quiet},
                       Phrase{fmt::format("{}  {}: {}", messageOf(one.finding), textOf(one.finding).id, one.reason),
                              Paint::Quiet});
    }
    page.blank();
    std::array<std::size_t, lintLevelNames.size()> counts{};
    for (const LintFinding& finding : view.findings) {
        ++counts[static_cast<std::size_t>(textOf(finding).level)];
    }
    page.paragraph(
        {}, view.findings.empty()
                ? Phrase{fmt::format("{} {}", signs.held, textOf(AllClear::NoFinding)), Paint::Good}
                : Phrase{fmt::format("found: {} error{}, {} warning{}, {} advice", counts[2], counts[2] == 1 ? "" : "s",
                                     counts[1], counts[1] == 1 ? "" : "s", counts[0])});
}

shape::Properties lintProperties() { return lintShape().properties(); }

JsonValue lintJson(const LintView& view) { return lintShape().write(view, view); }

JsonValue lintSarif(const std::vector<LintView>& views, std::string_view version, std::span<const std::string> undone) {
    std::vector<const LintRuleText*> texts;
    for (std::size_t i = 0; i < lintRuleCount; ++i) {
        texts.push_back(&textOf(static_cast<LintRule>(i)));
    }
    const auto note = [&](const LintFinding& finding) {
        if (std::ranges::find(texts, &textOf(finding)) == texts.end()) {
            texts.push_back(&textOf(finding));
        }
    };
    for (const LintView& view : views) {
        std::ranges::for_each(view.findings, note);
        std::ranges::for_each(view.left, note, &LeftFinding::finding);
    }
    JsonArray rules;
    for (const LintRuleText* rule : texts) {
        rules.push_back(JsonObject{{"id", fmt::format("cmksim-lint/{}", rule->id)},
                                   {"shortDescription", JsonObject{{"text", fmt::format("{}.", rule->title)}}},
                                   {"fullDescription", JsonObject{{"text", rule->why}}},
                                   {"help", JsonObject{{"text", fmt::format("{}. {}", rule->repair, rule->source)}}}});
    }
    JsonArray results;
    for (const LintView& view : views) {
        for (const LintFinding& finding : view.findings) {
            results.push_back(sarifResult(view, finding, texts));
        }
        for (const LeftFinding& one : view.left) {
            JsonObject result = sarifResult(view, one.finding, texts).fields();
            result.emplace_back("suppressions",
                                JsonArray{JsonObject{{"kind", "external"}, {"justification", one.reason}}});
            results.push_back(std::move(result));
        }
    }
    return sarifLog(std::move(rules), std::move(results), version, {sarifInvocation(undone)});
}

} // namespace cmksim::report
