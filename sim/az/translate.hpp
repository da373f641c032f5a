// Commands of the Azure CLI in a timeline become the structured actions that they stand for. The time grows with the
// number of commands; nothing is replayed. A timeline without commands costs a copy of its entries.
#pragma once

#include "catalog/catalog.hpp"
#include "scenario/ast.hpp"

#include <memory>
#include <vector>

namespace cmksim::az {

/// A timeline without commands, with what its texts are views into.
struct TranslatedTimeline {
    std::vector<EntrySpec> entries;
    std::shared_ptr<const TextStore> texts;
};

/// Whether any entry is written as a command.
bool hasCommands(const Scenario& scenario);

/// Every `az` entry as one `do` or `try`, or as several of the same moment where the command names several things. What
/// is wrong with a command is reported at the word that is wrong, and its entry left out.
TranslatedTimeline translateCommands(const Scenario& scenario, Catalog& catalog, Diagnostics& diagnostics);

} // namespace cmksim::az
