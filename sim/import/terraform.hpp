// States and plans as `terraform show -json` prints them.
#pragma once

#include "document/document.hpp"
#include "import/raw_import.hpp"
#include "import/terraform_instances.hpp"
#include "import/terraform_replacements.hpp"
#include "model/azure.hpp"
#include "model/platform.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cmksim::import {

/// A plan has the estate before and after it; a state has one, before.
struct TerraformReading {
    RawImport before;
    RawImport after;
    std::vector<TerraformReplacement> replaced;
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::string> addresses; // by the line and column of a resource
    TerraformDependencies dependencies;
    std::vector<std::string> leftOutBefore; // what of each was told and is not in it
    std::vector<std::string> leftOutAfter;
    std::vector<std::string> incomplete; // why the plan does not say all that applying it does
    bool isPlan = false;
};

/// Reads a whole file. What an attribute of a plan will be that only Azure knows is followed through the configuration
/// to the resource that it is an attribute of. Nothing, as reported, when it is neither state nor plan.
std::optional<TerraformReading> readTerraform(Node root, const std::vector<AzureTerms>& terms, const Platform& platform,
                                              Diagnostics& diagnostics);

} // namespace cmksim::import
