// What the command line changes in a scenario.
#pragma once

#include "document/document.hpp"
#include "scenario/ast.hpp"
#include "scenario/parse.hpp"
#include "scenario/scalars.hpp"

#include <memory>
#include <string_view>

namespace cmksim::scenario {

/// The document with the `--set` values in it; `prefix` is the key under which the estate stands, if it has one.
std::shared_ptr<const Document> withSets(std::shared_ptr<const Document> document, std::string_view prefix,
                                         const ScenarioOverrides& overrides, Diagnostics& diagnostics);

/// Pins the phases that `--phase` names, of resources of the estate and of those that the timeline creates.
void applyPhases(Scenario& scenario, const ScenarioOverrides& overrides, Diagnostics& diagnostics);

/// Adds the versions that `--model` names, in place of what the scenario says of the same services.
void applyModels(Scenario& scenario, const ScenarioOverrides& overrides, Diagnostics& diagnostics);

} // namespace cmksim::scenario
