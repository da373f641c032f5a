// The expression language of ARM templates: `[concat(parameters('name'), '-kv')]`.
#pragma once

#include "base/json_value.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace cmksim::import {

struct ArmExpression;

struct ArmCall {
    std::string name; // in lower case, with its namespace: `contoso.name`
    std::vector<ArmExpression> arguments;
};

/// Something taken out of another part.
struct ArmMember {
    std::unique_ptr<ArmExpression> whole;
    std::unique_ptr<ArmExpression> which;
    bool safe = false; // it need not be there: `.?name`
};

/// A part of an expression: a literal, a call or a member.
struct ArmExpression {
    std::variant<JsonValue, ArmCall, ArmMember> what{JsonValue{nullptr}};
};

/// Whether a text is an expression; `[[` begins a text that is none.
bool isArmExpression(std::string_view text);

/// Reads a text that is an expression. Nothing when it is broken or nests too deep.
std::optional<ArmExpression> parseArmExpression(std::string_view text);

} // namespace cmksim::import
