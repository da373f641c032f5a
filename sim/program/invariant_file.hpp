// Invariants over how resources stand, written in YAML.
#pragma once

#include "catalog/catalog.hpp"
#include "document/mapping_reader.hpp"
#include "exploration/invariant.hpp"
#include "scenario/ast.hpp"
#include "scenario/parse.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cmksim::program {

/// Reads a list of `always: {registry: Ready}`, `never: {…}`, `eventually: {…}` with `within: 2h`, and
/// `reachable: {…}`, in the light of a scenario. What is wrong is reported.
std::vector<Invariant> readInvariants(const std::string& path, const Scenario& scenario, Catalog& catalog,
                                      FileReader& files, Diagnostics& diagnostics);

/// One such from the fields of a mapping that may have others. Nothing, as reported, where there is none.
std::optional<Invariant> takeInvariant(MappingReader& fields, Node node, const Scenario& scenario, Catalog& catalog,
                                       Diagnostics& diagnostics);

} // namespace cmksim::program
