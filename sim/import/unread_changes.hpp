// What a plan, a what-if result or a template changes that nothing here plays, and that can reach what is played.
#pragma once

#include "document/document.hpp"
#include "model/azure.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace cmksim::import {

/// Whether things of a type of Azure or Terraform run commands of their own, deploy others, or forbid actions.
bool isFarReaching(std::string_view type, const std::vector<AzureTerms>& terms);

/// Whether an alteration of things of a type, where they are there already, can take access from others.
bool takesWhereAltered(std::string_view type, const std::vector<AzureTerms>& terms);

/// Where two descriptions of a vault differ, as a tool gives them, of the paths at which a change is not played.
std::vector<std::string_view> unplayedFields(Node before, Node after, const std::vector<AzureTerms>& terms);

/// Of a Terraform plan: what is destroyed without being simulated, as a group takes with it all that is in it; what is
/// far-reaching; what changes in a field that is not played; what runs provisioners; and what is destroyed of which the
/// plan does not hold the prior state.
std::vector<std::string> unreadChanges(Node plan, const std::vector<AzureTerms>& terms);

/// Of a template: its resources of far-reaching types, and of what it sets of others that is not simulated, wherever
/// they stand.
std::vector<std::string> farReachingIn(Node arm, const std::vector<AzureTerms>& terms);

} // namespace cmksim::import
