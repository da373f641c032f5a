// SARIF 2.1.0, as far as several reports need it.
#pragma once

#include "base/diagnostics.hpp"
#include "base/json_value.hpp"

#include <span>
#include <string>
#include <string_view>

namespace cmksim::report {

/// A place in a file; the file alone where the mark names no place.
JsonValue sarifLocation(std::string_view file, Mark mark);

/// How a run went: successful where nothing was left undone, each of which is a notification.
JsonValue sarifInvocation(std::span<const std::string> undone);

/// A log of one run. `columnKind` says what columns count, where that is told.
JsonValue sarifLog(JsonArray rules, JsonArray results, std::string_view version, JsonArray invocations = {},
                   std::string_view columnKind = {});

} // namespace cmksim::report
