// What a change makes of things that are not simulated and matter only where something else holds: ways to vaults,
// which take nothing away where vaults admit without them, and tiers of vaults, which matter to keys in hardware.
#pragma once

#include "base/diagnostics.hpp"
#include "import/estate.hpp"
#include "import/estate_change.hpp"
#include "model/azure.hpp"

#include <string_view>
#include <vector>

namespace cmksim::import {

/// Whether things of a type of Azure are such ways.
bool isWay(std::string_view type, const std::vector<AzureTerms>& terms);

/// Judges the ways that a change tells of afterwards and not before. One to no vault, one that leads where the estate
/// has it lead already, and one that the estate does not have to vaults that admit what is simulated without it, change
/// nothing that is played; the last two are told with what is not looked at. The others of a template are not known.
void settleWays(const ImportedEstate& known, const std::vector<AzureTerms>& terms, ReportedChange& reported,
                Diagnostics& diagnostics);

/// Adds to what is not known where a template makes a vault something that is not simulated of one with keys in
/// hardware; where the estate does not say what keys the vault has, that is told.
void settleTiers(const ImportedEstate& known, const std::vector<AzureTerms>& terms, ReportedChange& reported,
                 Diagnostics& diagnostics);

} // namespace cmksim::import
