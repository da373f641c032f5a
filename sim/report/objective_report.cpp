#include "report/objective_report.hpp"

#include "analysis/bounds.hpp"
#include "analysis/reaction_worlds.hpp"
#include "base/time.hpp"
#include "report/all_clear.hpp"
#include "report/shapes.hpp"
#include "report/signs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

namespace cmksim::report {

namespace {

const shape::List<shape::Record<ObjectiveResult, JudgedObjectives>>& resultsShape() {
    using Judged = JudgedObjectives;
    using Result = ObjectiveResult;
    using shape::list;
    static const auto objectiveOf = [](const Result& one, const Judged& of) -> const Objective& {
        return of.objectives[one.objective];
    };
    static const auto phases =
        shape::Record<PhaseClass>{}.field("first", &PhaseClass::first).field("last", &PhaseClass::last);
    static const auto all =
        list(shape::Record<Result, Judged>{}
                 .field("name", [](const Result& one, const Judged& of) { return objectiveOf(one, of).name; })
                 .field("journey", [](const Result& one, const Judged& of) { return objectiveOf(one, of).isJourney(); })
                 .field("objective", shape::word<ObjectiveKind>(objectiveKindNames), &Result::kind)
                 .field("asked",
                        [](const Result& one, const Judged& of) { return askedText(objectiveOf(one, of), one.kind); })
                 .field("holds", shape::word<Held>(heldNames), &Result::held)
                 .field("probability", &Result::probability)
                 .optional("worst", &Result::worst)
                 .optional("worstIsOpen",
                           [](const Result& one) { return one.worst ? std::optional{one.worstIsOpen} : std::nullopt; })
                 .optional("phases", list(phases),
                           [](const Result& one, const Judged& of) {
                               return objectiveOf(one, of).isJourney() ? nullptr : &one.holds;
                           })
                 .unlessEmpty("why", &Result::why));
    return all;
}

const shape::List<shape::Record<MissedBy>>& missedShape() {
    static const auto all =
        shape::list(shape::Record<MissedBy>{}
                        .field("node", &MissedBy::node)
                        .field("loss", &MissedBy::loss)
                        .field("missed",
                               shape::Shape<JudgedObjectives>{resultsShape().schema<std::vector<ObjectiveResult>>(),
                                                              [](const JudgedObjectives& judged, const shape::Free&) {
                                                                  return JsonValue{objectivesJson(judged)};
                                                              }},
                               &MissedBy::judged));
    return all;
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

JsonValue missedJson(std::span<const MissedBy> losses) { return missedShape().write(losses, shape::Free{}); }

JsonValue objectivesJson(const JudgedObjectives& judged) { return resultsShape().write(judged.results, judged); }

shape::Properties objectivesProperties() {
    return {{"objectives", resultsShape().schema<std::vector<ObjectiveResult>>(), false}};
}

shape::Properties missedProperties() { return {{"objectives", missedShape().schema<std::vector<MissedBy>>(), false}}; }

JsonValue withObjectives(JsonValue report, const JudgedObjectives& judged) {
    if (judged.objectives.empty()) {
        return report;
    }
    return report.with("objectives", objectivesJson(judged));
}

} // namespace cmksim::report
