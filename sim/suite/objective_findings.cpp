#include "suite/objective_findings.hpp"

#include "scenario/objectives.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cmksim::suite {

CaseObjectives objectivesOf(const FindingContext& context, const Scenario& scenario,
                            const std::vector<ObjectivesUnder>& under) {
    CaseObjectives found;
    if (under.empty() || under.front().judged.results.empty()) {
        return found;
    }
    // As they stand in the files: in the order of those that were compiled.
    const std::vector<scenario::ObjectiveSpec> written = scenario::objectivesOf(scenario);
    const std::vector<Objective>& objectives = under.front().judged.objectives;
    found.judged = under.front().judged.results.size();
    for (std::size_t i = 0; i < found.judged; ++i) {
        const auto resultOf = [&](const ObjectivesUnder& one) -> const ObjectiveResult& {
            return one.judged.results[i];
        };
        const auto isBroken = [&](const ObjectivesUnder& one) {
            return resultOf(one).held == Held::Sometimes || resultOf(one).held == Held::Never;
        };
        const auto isUnknown = [&](const ObjectivesUnder& one) { return resultOf(one).held == Held::NotKnown; };
        const std::size_t which = resultOf(under.front()).objective;
        const Mark place = which < written.size() ? written[which].name.mark : Mark{};
        if (const auto broken = std::ranges::find_if(under, isBroken); broken != under.end()) {
            found.findings.push_back(objectiveFinding(context, objectives[which], resultOf(*broken), place));
            if (!broken->reading.empty()) {
                found.findings.back().timings.push_back(broken->reading);
            }
        } else if (const auto unknown = std::ranges::find_if(under, isUnknown); unknown != under.end()) {
            found.firstNotKnown = found.notKnown.empty() ? place : found.firstNotKnown;
            found.notKnown.push_back(
                fmt::format("the objective {}, {}: {}{}", objectives[which].name,
                            askedText(objectives[which], resultOf(*unknown).kind), heldText(resultOf(*unknown)),
                            unknown->reading.empty() ? std::string{} : fmt::format(" (where {})", unknown->reading)));
        }
    }
    return found;
}

} // namespace cmksim::suite
