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

/// The shapes in the files of `terms`, which are read for them when some command prints: most runs need none.
CommandShapes readCommandShapes(const std::vector<AzureTerms>& terms);

} // namespace cmksim::catalog
