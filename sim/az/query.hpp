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

/// Fields, indices, `[]`, `[*]`, filters by equality, `[a, b]`, `{a: b}` and pipes. No functions.
class Query {
public:
    /// Nothing when the text is no query, or one that is not known here.
    static std::optional<Query> read(std::string_view text);

    /// What it picks; null where there is nothing.
    [[nodiscard]] JsonValue of(const JsonValue& value) const;

private:
    friend class QueryReader;

    struct Step {
        enum class Kind { Field, Index, Flatten, Each, Filter, List, Fields } kind{};
        std::string name;                                 // Field
        std::ptrdiff_t index = 0;                         // Index; from the end where it is negative
        std::vector<std::pair<std::string, Query>> inner; // List, Fields; Filter: the side that is looked at
        std::vector<JsonValue> literal;                   // Filter: the one that it is compared with
        bool negated = false;                             // Filter: is anything else
    };
    using Path = std::vector<Step>; // between two pipes

    [[nodiscard]] static JsonValue pick(std::span<const Step> path, const JsonValue& value);
    [[nodiscard]] static JsonValue pickEach(std::span<const Step> path, const JsonArray& items);
    [[nodiscard]] static bool holds(const Step& filter, const JsonValue& item);

    std::vector<Path> paths_;
};

} // namespace cmksim::az
