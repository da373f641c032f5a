// From a file of models/ that says how Azure's tools write a service; the language is described in models/README.md.
#pragma once

#include "base/diagnostics.hpp"
#include "document/document.hpp"
#include "model/azure.hpp"

#include <optional>

namespace cmksim::catalog {

/// Reads such a file. Reports all that is wrong with it, and returns nothing then.
std::optional<AzureTerms> readAzureTerms(const Document& document, Diagnostics& diagnostics);

} // namespace cmksim::catalog
