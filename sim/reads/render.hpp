// A shape filled in with what is to be seen.
#pragma once

#include "reads/read_view.hpp"

#include <optional>
#include <string>

namespace cmksim::reads {

/// The fields of mappings come out by their names. Nothing for a choice that does not hold and has nothing else.
std::optional<JsonValue> render(const ReadShape& shape, const Thing& of, const ReadView& view);

/// A text that is printed as it is; nothing likewise.
std::optional<std::string> renderLine(const ReadShape& shape, const Thing& of, const ReadView& view);

} // namespace cmksim::reads
