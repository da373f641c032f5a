// The result of Azure's what-if: what a deployment finds, and what it leads to.
#pragma once

#include "document/document.hpp"
#include "import/estate_change.hpp"
#include "model/azure.hpp"
#include "model/platform.hpp"

#include <optional>

namespace cmksim::import {

/// Whether a document is one, as `az deployment … what-if --no-pretty-print` prints it or as the REST interface does.
bool isWhatIf(Node root);

/// Reads it. What Azure could not foresee is told in `leftOutAfter`. Nothing, as reported, where it is none, or where
/// what-if itself failed.
std::optional<ReportedChange> readWhatIf(Node root, const std::vector<AzureTerms>& terms, const Platform& platform,
                                         Diagnostics& diagnostics);

} // namespace cmksim::import
