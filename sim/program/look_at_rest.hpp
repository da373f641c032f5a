// What an imported estate comes to when nothing happens to it.
#pragma once

#include "base/diagnostics.hpp"
#include "base/json_value.hpp"
#include "catalog/catalog.hpp"
#include "scenario/parse.hpp"

#include <string_view>

namespace cmksim::program {

/// Warns of what is down or impaired in an estate, given by its file's fields, though the source says nothing of the
/// kind: it was read wrongly, or is really so. And of vaults that let a service in by a claim about which documents
/// disagree. `when` says of what moment the estate is: `at the start`.
void lookAtRest(JsonValue estate, std::string_view when, FileReader& files, Catalog& catalog, Diagnostics& diagnostics);

} // namespace cmksim::program
