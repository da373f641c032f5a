// What differs, as our own JSON: one object, a line a case. Times and durations are seconds.

#include "base/shape.hpp"
#include "model/reason.hpp"
#include "suite/broken_json.hpp"
#include "suite/report_diff.hpp"
#include "suite/report_shared.hpp"

#include <array>
#include <functional>
#include <ostream>
#include <string_view>
#include <utility>

namespace cmksim::suite {

namespace {

using shape::list;
using shape::Record;

/// Whether something holds on a side, and what came there.
struct PrintedSide {
    bool holds;
    const std::string& actual;
};

Record<PrintedSide> sideShape() {
    return Record<PrintedSide>{}.field("holds", &PrintedSide::holds).unlessEmpty("actual", [](const PrintedSide& one) {
        return one.actual;
    });
}

const Record<DifferingPhases>& differingPhasesShape() {
    static const auto interval =
        Record<PhaseClass>{}.field("first", &PhaseClass::first).field("last", &PhaseClass::last);
    static const auto pairs = Record<DifferingPairs>{}
                                  .field("differing", &DifferingPairs::differing)
                                  .field("all", &DifferingPairs::all)
                                  .field("rotationPeriod", &DifferingPairs::period)
                                  .field("shownRotationPhase", &DifferingPairs::shown);
    static const auto phases = Record<DifferingPhases>{}
                                   .field("phases", list(interval), &DifferingPhases::phases)
                                   .field("period", &DifferingPhases::period)
                                   .field("shownPhase", &DifferingPhases::shown)
                                   .optional("pairs", pairs, &DifferingPhases::pairs);
    static const auto all = Record<DifferingPhases>{}.include(
        phases, [](const DifferingPhases& one) { return one.phases.empty() && !one.pairs ? nullptr : &one; });
    return all;
}

const Record<SideOutcome>& sideOutcomeShape() {
    static const auto reason =
        shape::Shape<std::string>{shape::wordSchema({reasonNames.begin(), reasonNames.end()}),
                                  [](const std::string& name, const shape::Free&) { return JsonValue{name}; }};
    static const auto there = Record<SideOutcome>{}
                                  .field("state", &SideOutcome::state)
                                  .field("reason", reason, &SideOutcome::reason)
                                  .field("recoverable", &SideOutcome::recoverable)
                                  .field("outages", &SideOutcome::outages)
                                  .field("leastOutages", &SideOutcome::leastOutages)
                                  .field("mostOutages", &SideOutcome::mostOutages)
                                  .field("downtime", &SideOutcome::downtime)
                                  .field("leastDowntime", &SideOutcome::leastDowntime)
                                  .field("mostDowntime", &SideOutcome::mostDowntime);
    static const auto all =
        Record<SideOutcome>{}.field("exists", &SideOutcome::exists).include(there, [](const SideOutcome& one) {
            return one.exists ? &one : nullptr;
        });
    return all;
}

std::vector<std::size_t> whatDiffers(const ResourceDifference& difference) {
    std::vector<std::size_t> differs;
    for (const auto& [differ, aspect] :
         {std::pair{difference.end, 0U}, std::pair{difference.outages, 1U}, std::pair{difference.downtime, 2U}}) {
        if (differ) {
            differs.push_back(aspect);
        }
    }
    return differs;
}

const shape::Shape<DifferingCase>& differingCaseShape() {
    static constexpr std::array<std::string_view, 3> aspects{"end", "outages", "downtime"};
    static constexpr std::array<std::string_view, 2> checkKinds{"expectation", "unexpected-refusal"};
    static const auto outcome = sideOutcomeShape().as("standing");
    static const auto resource = Record<ResourceDifference>{}
                                     .field("name", &ResourceDifference::name)
                                     .field("differs", list(shape::word<std::size_t>(aspects)), whatDiffers)
                                     .field("a", outcome, &ResourceDifference::a)
                                     .field("b", outcome, &ResourceDifference::b)
                                     .include(differingPhasesShape(), &ResourceDifference::where);
    using Check = CheckDifference;
    static const auto check =
        Record<Check, DifferingCase>{}
            .field("kind", shape::word<Check::Kind>(checkKinds), &Check::kind)
            .field("t", &Check::at)
            .field("subject", &Check::subject)
            .field("file", [](const Check&, const DifferingCase& of) { return slashedPath(of.file); })
            .field("line", shape::line<std::uint32_t>(), [](const Check& one) { return one.place.line; })
            .field("column", [](const Check& one) { return one.place.column; })
            .field("expected", &Check::expected)
            .listedBefore("file")
            .field("a", sideShape(),
                   [](const Check& one) {
                       return PrintedSide{one.holdsInA, one.a};
                   })
            .listedBefore("file")
            .field("b", sideShape(),
                   [](const Check& one) {
                       return PrintedSide{one.holdsInB, one.b};
                   })
            .listedBefore("file")
            .unlessEmpty("resource", [](const Check& one) { return one.where.resource; })
            .include(differingPhasesShape(), &Check::where);
    using Objective = ObjectiveDifference;
    static const auto objective = Record<Objective>{}
                                      .field("name", &Objective::name)
                                      .field("asked", &Objective::asked)
                                      .field("a", sideShape(),
                                             [](const Objective& one) {
                                                 return PrintedSide{one.holdsInA, one.a};
                                             })
                                      .field("b", sideShape(), [](const Objective& one) {
                                          return PrintedSide{one.holdsInB, one.b};
                                      });
    using Phase = std::pair<std::string, Duration>;
    static const auto phase = Record<Phase>{}.field("resource", &Phase::first).field("phase", &Phase::second);
    static const auto parting = Record<Parting>{}
                                    .field("t", &Parting::at)
                                    .field("a", &Parting::a)
                                    .field("b", &Parting::b)
                                    .field("phases", list(phase), &Parting::phases)
                                    .unlessEmpty("rotations", list(phase), &Parting::rotations);
    static const auto all =
        Record<DifferingCase, DifferingCase>{}
            .field("scenario", &DifferingCase::scenario)
            .field("file", [](const DifferingCase& one) { return slashedPath(one.file); })
            .field("case", &DifferingCase::name)
            .field("resources", list(resource),
                   [](const DifferingCase& one) -> const auto& { return one.comparison.resources; })
            .field("expectations", list(check),
                   [](const DifferingCase& one) -> const auto& { return one.comparison.checks; })
            .unlessEmpty("objectives", list(objective), &DifferingCase::objectives)
            .optional("first", parting, [](const DifferingCase& one) -> const auto& { return one.comparison.first; })
            .listedBefore("objectives");
    static const shape::Shape<DifferingCase> ofItself{
        all.schema(), [](const DifferingCase& one, const shape::Free&) { return all.write(one, one); }};
    return ofItself;
}

const Record<DiffResult>& diffShape() {
    static const auto all = Record<DiffResult>{}
                                .field("cmksim", shape::constant(1), std::identity{})
                                .field("a", &DiffResult::a)
                                .field("b", &DiffResult::b)
                                .field("cases", &DiffResult::cases)
                                .field("differences", list(differingCaseShape()), &DiffResult::differences)
                                .field("complete", [](const DiffResult& result) { return notCompared(result).empty(); })
                                .unlessEmpty("notSearched", notCompared);
    return all;
}

} // namespace

shape::Properties diffProperties() { return diffShape().properties(); }

shape::Properties diffDefinitions() { return {{"standing", sideOutcomeShape().schema()}}; }

void writeDiffJson(const DiffResult& result, const JsonValue& evidence, std::ostream& out) {
    writeBroken(diffShape().write(result), 2, out, {{"evidence", evidence}});
    out << '\n';
}

} // namespace cmksim::suite
