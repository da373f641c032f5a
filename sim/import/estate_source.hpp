// An estate of the language's own as one more source of an import, so that it is joined with what Azure's tools say.
#pragma once

#include "base/instant.hpp"
#include "document/document.hpp"
#include "import/estate.hpp"
#include "import/raw_import.hpp"
#include "model/azure.hpp"
#include "model/platform.hpp"

#include <vector>

namespace cmksim::import {

/// The estate of a mapping with `vaults`, `identities`, `resources` and `roleAssignments`, as it is written; a role
/// alone stands as a list of one.
ImportedEstate estateAsWritten(Node estate);

/// What it says of vaults, keys, identities, grants and resources, as a source says it. Its durations count from
/// `start`. What only the language knows is not among it: phases, numbers of a fleet, resources without a model.
RawImport rawOf(Node estate, CalendarTime start, const std::vector<AzureTerms>& terms, const Platform& platform);

} // namespace cmksim::import
