// What `--query` picks of an output: the part of JMESPath that people type at a prompt.
#pragma once

#include "base/json_value.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cmksim::az {

/// Fields, indices, `[]`, `[*]`, filters, comparisons, `&&`, `||`, `!`, `[a, b]`, `{a: b}`, pipes, and the functions that
/// people use on lists and texts.
class Query {
public:
    /// Nothing when the text is no query, or one that is not known here.
    static std::optional<Query> read(std::string_view text);

    /// What it picks; null where there is nothing.
    [[nodiscard]] JsonValue of(const JsonValue& value) const;

private:
    friend class QueryReader;

    struct Step {
        enum class Kind { Field, Index, Flatten, Each, Filter, List, Fields, Literal, And, Or, Not, Compare, Call } kind{};
        std::string name;                                 // Field; Compare: its sign; Call: the function
        std::ptrdiff_t index = 0;                         // Index; from the end where it is negative
        std::vector<std::pair<std::string, Query>> inner; // List, Fields; Filter: what must hold; others: their parts
        std::vector<JsonValue> literal;                   // Literal: the one
    };
    using Path = std::vector<Step>; // between two pipes

    [[nodiscard]] static JsonValue pick(std::span<const Step> path, const JsonValue& value);
    [[nodiscard]] static JsonValue pickEach(std::span<const Step> path, const JsonArray& items);
    [[nodiscard]] static JsonValue compared(const Step& step, const JsonValue& value);
    [[nodiscard]] static JsonValue called(const Step& step, const JsonValue& value);

    std::vector<Path> paths_;
};

} // namespace cmksim::az
