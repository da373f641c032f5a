#include "report/objective_report.hpp"

#include "analysis/bounds.hpp"
#include "analysis/reaction_worlds.hpp"
#include "report/all_clear.hpp"
#include "report/signs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

namespace cmksim::report {

namespace {

JsonValue resultJson(const JudgedObjectives& judged, const ObjectiveResult& result) {
    const Objective& objective = judged.objectives[result.objective];
    JsonObject fields{{"name", objective.name},
                      {"journey", objective.isJourney()},
                      {"objective", objectiveKindNames[static_cast<std::size_t>(result.kind)]},
                      {"asked", askedText(objective, result.kind)},
                      {"holds", heldNames[static_cast<std::size_t>(result.held)]}};
    fields.emplace_back("probability", result.probability
                                           ? JsonValue{JsonArray{JsonNumber{result.probability->numerator()},
                                                                 JsonNumber{result.probability->denominator()}}}
                                           : JsonValue{nullptr});
    if (result.worst) {
        fields.emplace_back("worst", std::int64_t{result.worst->count()});
        fields.emplace_back("worstIsOpen", result.worstIsOpen);
    }
    if (!objective.isJourney()) {
        JsonArray phases;
        for (const PhaseClass& one : result.holds) {
            phases.emplace_back(
                JsonObject{{"first", std::int64_t{one.first.count()}}, {"last", std::int64_t{one.last.count()}}});
        }
        fields.emplace_back("phases", std::move(phases));
    }
    if (!result.why.empty()) {
        fields.emplace_back("why", result.why);
    }
    return fields;
}

std::string worstText(const ObjectiveResult& result) {
    if (!result.worst) {
        return {};
    }
    return fmt::format(": {} is {}{}",
                       result.kind == ObjectiveKind::Rto ? "the longest outage" : "the most downtime in such a time",
                       result.worstIsOpen ? "at least " : "", formatDuration(*result.worst));
}

} // namespace

bool JudgedObjectives::anyBroken() const {
    return std::ranges::any_of(
        results, [](const ObjectiveResult& one) { return one.held == Held::Sometimes || one.held == Held::Never; });
}

bool JudgedObjectives::anyUnknown() const {
    return std::ranges::any_of(results, [](const ObjectiveResult& one) { return one.held == Held::NotKnown; });
}

JudgedObjectives judgedObjectives(const Program& program, OpenTimings open) {
    JudgedObjectives judged{program.objectives, {}};
    if (judged.objectives.empty()) {
        return judged;
    }
    judged.results = open == OpenTimings::Nominal
                         ? judgeObjectives(withNominalPhases(nominalTimeline(program)), judged.objectives, open)
                         : judgeObjectives(program, judged.objectives, open);
    return judged;
}

std::string heldText(const ObjectiveResult& result) {
    switch (result.held) {
    case Held::Always: return std::string{textOf(AllClear::ObjectiveHolds)} + worstText(result);
    case Held::Never: return "holds in no case" + worstText(result);
    case Held::NotKnown: return "not known: " + result.why;
    case Held::Sometimes: break;
    }
    const std::string likely =
        result.probability ? fmt::format(" ({:.1f} % of the phases keep it)", result.probability->toDouble() * 100)
                           : std::string{};
    return fmt::format("does not hold in every case{}{}", likely, worstText(result));
}

std::string brokenBy(const ObjectiveResult& result) {
    const std::string worst = fmt::format("{}{}", result.worstIsOpen ? "at least " : "",
                                          formatDuration(result.worst.value_or(Duration::zero())));
    switch (result.kind) {
    case ObjectiveKind::Rto: return "an outage of " + worst;
    case ObjectiveKind::Downtime: return "a downtime of " + worst;
    case ObjectiveKind::NoDataLoss: return "a loss of data";
    case ObjectiveKind::NoImpairment: break;
    }
    return "an impairment";
}

namespace {

void writeResult(const Objective& objective, const ObjectiveResult& result, const Signs& signs, Page& page,
                 std::string_view indent) {
    const Paint paint = result.held == Held::Always     ? Paint::Good
                        : result.held == Held::NotKnown ? Paint::Warning
                                                        : Paint::Bad;
    Phrase head{result.held == Held::Always ? signs.held : result.held == Held::NotKnown ? "?" : signs.failed, paint};
    head.add(" ").add(objective.name, Paint::Strong).add(", " + askedText(objective, result.kind) + ": ");
    page.paragraph(Phrase{indent}, head.add(heldText(result)));
}

} // namespace

void writeObjectivesText(const JudgedObjectives& judged, const TextStyle& style, std::ostream& out,
                         std::string_view heading) {
    if (judged.results.empty()) {
        return;
    }
    const Signs& signs = style.unicode ? unicodeSigns : asciiSigns;
    Page page{style, out};
    page.blank();
    page.heading(heading, signs.rule);
    for (const ObjectiveResult& one : judged.results) {
        writeResult(judged.objectives[one.objective], one, signs, page, {});
    }
}

void writeMissedText(std::span<const MissedBy> losses, const TextStyle& style, std::ostream& out) {
    if (losses.empty()) {
        return;
    }
    const Signs& signs = style.unicode ? unicodeSigns : asciiSigns;
    Page page{style, out};
    page.blank();
    page.heading("Objectives, while nothing is done about the loss", signs.rule);
    for (const MissedBy& loss : losses) {
        page.paragraph({}, Phrase{"without "}.add(loss.node, Paint::Strong));
        for (const ObjectiveResult& one : loss.judged.results) {
            writeResult(loss.judged.objectives[one.objective], one, signs, page, "  ");
        }
    }
}

JsonArray missedJson(std::span<const MissedBy> losses) {
    JsonArray list;
    for (const MissedBy& loss : losses) {
        list.push_back(JsonObject{{"node", loss.node}, {"loss", loss.loss}, {"missed", objectivesJson(loss.judged)}});
    }
    return list;
}

JsonArray objectivesJson(const JudgedObjectives& judged, bool allOfThem) {
    JsonArray list;
    for (const ObjectiveResult& one : judged.results) {
        if (allOfThem || one.held != Held::Always) {
            list.push_back(resultJson(judged, one));
        }
    }
    return list;
}

JsonValue withObjectives(JsonValue report, const JudgedObjectives& judged) {
    if (judged.objectives.empty()) {
        return report;
    }
    return report.with("objectives", objectivesJson(judged));
}

} // namespace cmksim::report
