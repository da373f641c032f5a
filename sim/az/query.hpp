// What `--query` picks of an output: the part of JMESPath that people type at a prompt.
#pragma once

#include "base/json_value.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace cmksim::az {

/// Fields, indices, `[]`, `[*]`, filters, comparisons, `&&`, `||`, `!`, `[a, b]`, `{a: b}`, pipes, and the functions
/// that people use on lists and texts.
class Query {
public:
    /// Nothing when the text is no query, or one that is not known here.
    static std::optional<Query> read(std::string_view text);

    /// What it picks; null where there is nothing.
    [[nodiscard]] JsonValue of(const JsonValue& value) const;

private:
    friend class QueryReader;

    struct Field {
        std::string name;
    };
    struct Index {
        std::ptrdiff_t index = 0; // from the end where it is negative
    };
    struct Flatten {};
    struct Each {};
    struct Filter {
        std::vector<Query> holds; // one
    };
    struct List {
        std::vector<Query> items;
    };
    struct Fields {
        std::vector<std::pair<std::string, Query>> fields;
    };
    struct Literal {
        JsonValue value;
    };
    struct Either {
        bool both = false;        // `&&`, else `||`
        std::vector<Query> sides; // two
    };
    struct Not {
        std::vector<Query> what; // one
    };
    struct Compare {
        std::string sign;
        std::vector<Query> sides; // two
    };
    struct Call {
        std::string function;
        std::vector<Query> arguments;
    };
    using Step = std::variant<Field, Index, Flatten, Each, Filter, List, Fields, Literal, Either, Not, Compare, Call>;
    using Path = std::vector<Step>; // between two pipes

    [[nodiscard]] static JsonValue pick(std::span<const Step> path, const JsonValue& value);
    [[nodiscard]] static JsonValue pickEach(std::span<const Step> path, const JsonArray& items);
    [[nodiscard]] static JsonValue picked(const Step& step, const JsonValue& value);
    [[nodiscard]] static JsonValue compared(const Compare& compare, const JsonValue& value);
    [[nodiscard]] static JsonValue called(const Call& call, const JsonValue& value);

    std::vector<Path> paths_;
};

} // namespace cmksim::az
