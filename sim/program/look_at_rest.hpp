// What an imported estate comes to when nothing happens to it.
#pragma once

#include "base/diagnostics.hpp"
#include "catalog/catalog.hpp"

#include <string>

namespace cmksim::program {

/// Replays an estate file until every resource has looked at its key once. What is down then, although the source says
/// nothing of the kind, is told: it was read wrongly, or is really down.
void lookAtRest(const std::string& estate, Catalog& catalog, Diagnostics& diagnostics);

} // namespace cmksim::program
