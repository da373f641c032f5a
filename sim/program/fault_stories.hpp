// Stories that nobody wrote: every sequence of a few faults that an estate allows, as timelines of its scenario.
#pragma once

#include "catalog/catalog.hpp"
#include "engine/program.hpp"
#include "scenario/ast.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cmksim::program {

/// One fault after the other, as entries of a timeline, and in words.
struct FaultStory {
    std::vector<std::string> entries; // `{at: 1h, do: key.delete, target: contoso-kv/cmk}`
    std::string name;                 // `key.delete contoso-kv/cmk, then key.purge contoso-kv/cmk`
};

/// Those of exactly `faults` faults (1 or 2): the first an hour after the start, the second a minute or three hours
/// later. None for a scenario that does not compile.
std::vector<FaultStory> faultStories(const Scenario& scenario, Catalog& catalog, unsigned faults);

/// The scenario's estate with that story alone, long enough for every retention to end. Nothing where the estate has no
/// name for something in it.
std::optional<Program> withStory(const Scenario& scenario, const FaultStory& story, Catalog& catalog);

} // namespace cmksim::program
