// A recovery as a runbook, for people and programs.
#pragma once

#include "base/json_value.hpp"
#include "model/azure.hpp"
#include "recovery/plan.hpp"
#include "report/layout.hpp"

#include <iosfwd>
#include <string_view>
#include <vector>

namespace cmksim::report {

/// `terms` give each step its command of the Azure CLI, and who may do it.
JsonValue planJson(const Recovery& recovery, const std::vector<AzureTerms>& terms);

void writePlanText(const Recovery& recovery, const std::vector<AzureTerms>& terms, std::string_view file,
                   const TextStyle& style, std::ostream& out);

} // namespace cmksim::report
