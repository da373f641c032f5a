// The JSON Schemas (draft 2020-12) of everything that cmksim reads, made from the tables that it reads with. What a
// command prints it describes itself, among its `results`. One costs reading every model of the catalog, for the names
// in it.
#pragma once

#include "base/diagnostics.hpp"
#include "catalog/catalog.hpp"
#include "schema/kind.hpp"

#include <span>
#include <string>

namespace cmksim::schema {

/// The files that it reads.
std::span<const Kind> fileKinds();

/// The schema of a kind, as a JSON text of several lines. Names of services, states, roles … are those of the
/// catalog. What is wrong with a model of it is reported.
std::string schemaText(const Kind& kind, Catalog& catalog, Diagnostics& diagnostics);

} // namespace cmksim::schema
