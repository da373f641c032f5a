// The shapes of what commands print, out of the files of terms.
#pragma once

#include "catalog/command_shapes.hpp"
#include "catalog/fact_reader.hpp"

#include <string_view>
#include <utility>
#include <vector>

namespace cmksim::catalog {

/// Reads one shape: `{each keys: …}`, `{all attached identities: …}`, `{if keyed: …, else: …}`, a mapping, a list, or a
/// scalar. What is wrong is reported at its place. In a file `ofService`, names that are not known are taken for
/// properties of its models.
ReadShape readShape(Node node, bool ofService, FactReader& facts);

/// `prints`, `columns` and `lines` of a command; nothing for one that has none of them.
std::optional<CommandShape> readCommandShape(Node command, bool ofService, FactReader& facts);

/// `resource-manager` of a file: what Resource Manager returns of each kind of thing.
std::vector<std::pair<AzureThing, ReadShape>> readManagedShapes(Node node, std::string_view service, FactReader& facts);

} // namespace cmksim::catalog
