// JSON for programs that people look into: its outer parts over lines, its inner ones on one each.
#pragma once

#include "base/json_value.hpp"

#include <cstddef>
#include <iosfwd>

namespace cmksim::suite {

/// What lies less than `levels` deep has a line for each of its members, one blank further in than its own; the rest
/// stands on one line. `more` are fields behind those of an object, each on one line.
void writeBroken(const JsonValue& value, std::size_t levels, std::ostream& out, const JsonObject& more = {});

} // namespace cmksim::suite
