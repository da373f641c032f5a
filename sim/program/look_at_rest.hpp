// What an imported estate comes to when nothing happens to it.
#pragma once

#include "base/diagnostics.hpp"
#include "catalog/catalog.hpp"

#include <string>

namespace cmksim::program {

/// Warns of what is down or impaired in an estate file in JSON, though the source says nothing of the kind: it was read
/// wrongly, or is really so. And of vaults that let a service in by a claim about which documents disagree.
void lookAtRest(std::string estate, Catalog& catalog, Diagnostics& diagnostics);

} // namespace cmksim::program
