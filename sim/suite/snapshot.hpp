// What a run came to, as a text that a scenario keeps: the next run must come to the same.
#pragma once

#include "base/diagnostics.hpp"
#include "engine/program.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace cmksim::suite {

/// What happens at the nominal timing, a line each, and how each resource ends.
std::string snapshotOf(const Program& program);

/// The part of a recorded text that belongs to one case. Without a matrix (`label` is empty) that is all of it; else
/// what stands under `[label]`.
std::optional<std::string_view> sectionOf(std::string_view recorded, std::string_view label);

/// One case's part of the text to record.
std::string section(std::string_view label, const std::string& snapshot);

/// The text of a scenario file with `recorded` as the block of its field `snapshot`, whose key stands at `key`;
/// everything else, comments too, stays byte for byte. Nothing when the file is not laid out by lines there.
std::optional<std::string> withSnapshot(const Source& source, Mark key, std::string_view recorded);

} // namespace cmksim::suite
