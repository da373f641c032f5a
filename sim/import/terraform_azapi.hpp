// Resources of Terraform's provider that takes what Azure's own interface does.
#pragma once

#include "import/raw_import.hpp"
#include "import/terraform_instances.hpp"
#include "model/azure.hpp"
#include "model/platform.hpp"

#include <optional>
#include <vector>

namespace cmksim::import {

/// Whether an instance changes something that is there, and neither makes nor destroys it.
bool isAzapiUpdate(const TerraformInstance& instance);

/// What an instance of `azapi` sends to Azure, read as that. Nothing for one of another provider, or one that does not
/// say what it sends.
std::optional<RawImport> readAzapi(const TerraformInstance& instance, const TerraformInstances& instances,
                                   const std::vector<AzureTerms>& terms, const Platform& platform,
                                   Diagnostics& diagnostics);

} // namespace cmksim::import
