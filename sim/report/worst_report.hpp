// The worst that faults can do, told for a person, for programs, and as a scenario.
#pragma once

#include "base/json_value.hpp"
#include "exploration/worst.hpp"
#include "model/azure.hpp"
#include "report/layout.hpp"
#include "report/scope.hpp"

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::report {

/// Its fields, apart from what every result has.
shape::Properties worstProperties();

/// `terms` give each step its command of the Azure CLI.
JsonValue worstJson(const WorstFound& found, const WorstOptions& options, const std::vector<AzureTerms>& terms);

void writeWorstText(const WorstFound& found, const WorstOptions& options, const std::vector<AzureTerms>& terms,
                    std::string_view file, const TextStyle& style, std::ostream& out);

/// The resource of a case, or the journey.
std::string subjectOf(const WorstFound& found, const WorstOptions& options, const WorstCase& worst);

/// `the worst outage of reg: 2h`.
std::string worstText(const WorstFound& found, const WorstOptions& options, const WorstCase& worst);

/// What was searched, and what not.
Scope worstScope(const WorstFound& found, const WorstOptions& options);

} // namespace cmksim::report
