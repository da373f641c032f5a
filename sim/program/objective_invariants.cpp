#include "program/objective_invariants.hpp"

#include "analysis/objectives.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace cmksim::program {

void ObjectiveInvariants::tell(report::Scope& scope) const {
    for (const std::string& one : left) {
        scope.notSearched.push_back("the objective " + one);
    }
}

ObjectiveInvariants invariantsOf(const Program& estate, Duration within, const std::vector<Invariant>& asked) {
    const auto isLookedFor = [&]<class Kind>(Kind) {
        return std::ranges::any_of(asked, [](const Invariant& one) { return one.is<Kind>(); });
    };
    ObjectiveInvariants all;
    for (const AskedThing& thing : askedBy(estate.objectives)) {
        const Objective& objective = estate.objectives[thing.objective];
        std::string text = fmt::format("{}, {}", objective.name, askedText(objective, thing.kind));
        const auto leave = [&](std::string_view why) { all.left.push_back(fmt::format("{}: {}", text, why)); };
        switch (thing.kind) {
        case ObjectiveKind::Rto:
            if (*objective.rto >= within) {
                leave("no outage that is looked at is longer; give more time with '--within'");
            } else {
                all.invariants.push_back({std::move(text), invariant::KeepsWithin{objective.of, *objective.rto}});
            }
            break;
        case ObjectiveKind::Downtime: leave("a search adds no downtimes up"); break;
        case ObjectiveKind::NoDataLoss:
            if (!isLookedFor(invariant::NoDataLoss{})) {
                leave("it is looked at with '--invariant no-data-loss'");
            }
            break;
        case ObjectiveKind::NoImpairment:
            if (!isLookedFor(invariant::NoImpairment{})) {
                leave("it is looked at with '--invariant no-impairment'");
            }
            break;
        }
    }
    return all;
}

} // namespace cmksim::program
