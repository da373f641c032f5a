// The parts of a sampling that was divided among several runs, as text between them.
#pragma once

#include "base/diagnostics.hpp"
#include "base/json_value.hpp"
#include "document/document.hpp"
#include "sampling/sample.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::sampling {

/// A tally as one text, and back; nothing for a text that is none.
std::string tallyText(const Tally& tally);
std::optional<Tally> parseTally(std::string_view text, std::size_t resources, Duration until,
                                std::size_t objectives = 0);

/// A part as a JSON object, to be merged with the others.
JsonValue partJson(const Sampled& part);

/// Reads a part back; reports what is wrong with it and returns nothing.
std::optional<Sampled> readPart(const Document& document, Diagnostics& diagnostics);

/// The parts of one sampling as the whole; reports at `marks` what does not fit, or is missing, and returns nothing.
std::optional<Sampled> mergeParts(std::vector<Sampled> parts, const std::vector<Mark>& marks, Diagnostics& diagnostics);

} // namespace cmksim::sampling
