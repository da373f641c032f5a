// Whether a case keeps the objectives of its scenario and estate.
#pragma once

#include "catalog/readings.hpp"
#include "engine/program.hpp"
#include "report/objective_report.hpp"
#include "scenario/ast.hpp"
#include "suite/findings.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace cmksim::suite {

/// What its objectives come to under one reading of what documents disagree about.
struct ObjectivesUnder {
    std::string reading; // `trusted-by-bypass is not-listed`; empty: the nominal ones
    JudgedObjectives judged;
};

/// What was found of the objectives of a case.
struct CaseObjectives {
    std::vector<Finding> findings;     // of those that are broken, each once: under the first reading that breaks it
    std::vector<std::string> notKnown; // `the objective images, rto 1h: not known: …`
    Mark firstNotKnown;                // where it stands
    std::size_t judged = 0;            // how many
};

/// `under` has the same objectives in each.
CaseObjectives objectivesOf(const FindingContext& context, const Scenario& scenario,
                            const std::vector<ObjectivesUnder>& under);

} // namespace cmksim::suite
