// What commands print that read: the shapes of their outputs.
#pragma once

#include "model/azure.hpp"
#include "model/read_shape.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cmksim::catalog {

/// What one command prints.
struct CommandShape {
    std::optional<ReadShape> prints;                          // nothing: it prints lines alone
    std::vector<std::pair<std::string, std::string>> columns; // of a table, with the queries that fill them; none: all
    std::vector<ReadShape> lines;                             // texts that it prints, whatever the format
};

/// By the words of the command (`keyvault key show`); a command whose output is not simulated has none.
using CommandShapes = std::map<std::string, CommandShape, std::less<>>;

/// What Resource Manager returns of things, by the service whose file says it (none: what lies under every service) and
/// the kind of thing.
using ManagedShapes = std::map<std::pair<std::string, AzureThing>, ReadShape>;

struct ReadShapes {
    CommandShapes commands;
    ManagedShapes managed;
};

/// The shapes in the files of `terms`, which are read for them when some command prints: most runs need none.
ReadShapes readShapes(const std::vector<AzureTerms>& terms);

} // namespace cmksim::catalog
