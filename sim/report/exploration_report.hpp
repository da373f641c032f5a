// What an exploration found: counterexamples, and what was searched.
#pragma once

#include "base/json_value.hpp"
#include "exploration/explore.hpp"
#include "model/azure.hpp"
#include "report/layout.hpp"
#include "report/scope.hpp"

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::report {

/// What something that the documents leave open is taken to be: `an access policy's way into effect: 10m`.
std::string takenText(const TakenTiming& taken);
JsonValue takenJson(const std::vector<TakenTiming>& timings);

/// `terms` give each step its command of the Azure CLI.
JsonValue explorationJson(const Exploration& found, const ExplorationOptions& options,
                          const std::vector<AzureTerms>& terms);

void writeExplorationText(const Exploration& found, const ExplorationOptions& options,
                          const std::vector<AzureTerms>& terms, std::string_view file, const TextStyle& style,
                          std::ostream& out);

/// What was searched, and what not.
Scope explorationScope(const Exploration& found, const ExplorationOptions& options);

} // namespace cmksim::report
