// The JSON Schemas (draft 2020-12) of everything that cmksim reads and prints, made from the tables that it reads with.
// One costs reading every model of the catalog, for the names in it.
#pragma once

#include "base/diagnostics.hpp"
#include "catalog/catalog.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace cmksim::schema {

enum class SchemaKind : std::uint8_t {
    Scenario,
    Estate,
    Model,
    Platform,
    Azure,
    // what commands print as JSON
    Run, // one line of it
    Test,
    Coverage,
    Diff,
    Bounds,  // one line of it
    Sample,  // one line of it
    Plan,    // one line of it
    Blast,   // one line of it
    Explore, // one line of it
    Drill,
    Diagnose, // one line of it
    Lint,     // one line of it
    Gate,
};
inline constexpr std::array<std::string_view, 18> schemaNames{
    "scenario", "estate", "model", "platform", "azure",   "run",   "test",     "coverage", "diff",
    "bounds",   "sample", "plan",  "blast",    "explore", "drill", "diagnose", "lint",     "gate"};

/// The schema of one of them, as a JSON text of several lines. Names of services, states, roles … are those of the
/// catalog. What is wrong with a model of it is reported.
std::string schemaText(SchemaKind kind, Catalog& catalog, Diagnostics& diagnostics);

} // namespace cmksim::schema
