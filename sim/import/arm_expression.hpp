// The expression language of ARM templates: `[concat(parameters('name'), '-kv')]`.
#pragma once

#include "base/json_value.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::import {

/// A part of an expression: a literal, a call, or something taken out of another part.
struct ArmExpression {
    enum class Kind : std::uint8_t { Literal, Call, Part } kind{};
    JsonValue literal{nullptr};
    std::string name;                     // of a call, in lower case, with its namespace: `contoso.name`
    std::vector<ArmExpression> arguments; // of a call; of a member: what it is taken of, and which
    bool safe = false;                    // a member that need not be there: `.?name`
};

/// Whether a text is an expression; `[[` begins a text that is none.
bool isArmExpression(std::string_view text);

/// Reads a text that is an expression. Nothing when it is broken or nests too deep.
std::optional<ArmExpression> parseArmExpression(std::string_view text);

} // namespace cmksim::import
