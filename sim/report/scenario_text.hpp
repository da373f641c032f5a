// A story as a scenario file that can be replayed: what was written of the estate, word for word, with another
// timeline.
#pragma once

#include "document/document.hpp"
#include "engine/program.hpp"
#include "engine/world_history.hpp"

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::report {

/// What stands around the timeline of such a file.
struct ScenarioFrame {
    const Document& written;      // a scenario or an estate
    std::filesystem::path path;   // where it was read from
    std::filesystem::path folder; // where the new file will lie; an estate in a file of its own is named from there
    std::string_view name;        // of the new scenario
    std::string_view comment;     // lines at its head
    std::optional<Phases> phases = {}; // those that are not nominal are written into the estate, if it is in the file
};

/// The actions and attempts of `program` as a timeline of that estate. What was refused in `trace` is expected to be,
/// and `settled` resources to stand at the program's end as they do in it. Nothing for a file that was not written line
/// by line, such as JSON.
std::optional<std::string> scenarioText(const ScenarioFrame& frame, const Program& program, const Trace& trace,
                                        std::span<const ResourceId> settled);

} // namespace cmksim::report
