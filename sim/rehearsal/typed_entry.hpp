// What is typed at a prompt, as an entry of a timeline.
#pragma once

#include "base/json_value.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace cmksim::rehearsal {

/// Why a line is no entry.
struct TypedComplaint {
    std::string message;
    std::string help;
};

/// Whether a line is a command of the CLI, or what a shell keeps for one: `NAME=value`, `NAME=$(az …)`.
bool isForShell(std::string_view line);

/// `az …`, `try RESOURCE OPERATION`, or an action such as `key.update contoso-kv/cmk enabled=false` as the fields of an
/// entry of its own instant. Arguments are `name=value`, where a value with commas is a list, and a name with a dot
/// goes into a mapping.
std::variant<JsonObject, TypedComplaint> typedEntry(std::string_view line);

} // namespace cmksim::rehearsal
