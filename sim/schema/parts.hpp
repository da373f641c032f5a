// The pieces that every schema is made of.
#pragma once

#include "base/json_value.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::schema {

/// Whether `${name}` may stand in the place of any scalar, as in a scenario with a `matrix`.
enum class Parameters : std::uint8_t { None, Anywhere };

/// HTTP statuses.
inline constexpr int leastStatus = 100;
inline constexpr int mostStatus = 599;

/// Makes schemas of one file's language. What they accept beyond what the program does is only what cannot be judged
/// without the rest of the file; what the program accepts they do.
class SchemaParts {
public:
    explicit SchemaParts(Parameters parameters) : parameters_{parameters} {}

    /// A reference to `$defs/NAME`.
    [[nodiscard]] static JsonValue ref(std::string_view name);

    /// A scalar that `schema` describes, or a parameter.
    [[nodiscard]] JsonValue scalar(JsonObject schema) const;

    /// A text of this form; and a name of this form, which may look like a number or a boolean.
    [[nodiscard]] JsonValue pattern(std::string_view expression) const;
    [[nodiscard]] JsonValue namePattern(std::string_view expression) const;
    [[nodiscard]] JsonValue boolean() const;
    [[nodiscard]] JsonValue integer(std::int64_t least, std::int64_t most) const;
    [[nodiscard]] JsonValue constant(int value) const;

    /// One of the words; `true`, `false` and numbers also as such.
    template <class Words>
    [[nodiscard]] JsonValue oneOf(const Words& words) const {
        std::vector<std::string> list;
        for (const auto& word : words) {
            list.emplace_back(word);
        }
        return wordOf(list);
    }

    /// A list; nothing is an empty one.
    [[nodiscard]] static JsonValue list(JsonValue item);
    [[nodiscard]] static JsonValue nonEmptyList(JsonValue item);
    [[nodiscard]] static JsonValue oneOrMore(const JsonValue& item);
    [[nodiscard]] static JsonValue orNull(const JsonValue& schema);

    /// A mapping with these fields and no others. Nothing is a mapping without fields where none is required.
    [[nodiscard]] JsonValue record(JsonObject fields, const std::vector<std::string>& required = {}) const;

    /// A mapping of names that `key` describes; nothing is an empty one.
    [[nodiscard]] JsonValue named(const JsonValue& key, JsonValue value) const;

    /// The `$defs` that the parts refer to.
    [[nodiscard]] JsonObject definitions() const;

private:
    [[nodiscard]] JsonValue wordOf(const std::vector<std::string>& words) const;

    Parameters parameters_;
};

/// `schema` with what an editor shows beside it.
JsonValue described(const JsonValue& schema, std::string_view description);

/// The head of a schema, and its body.
JsonValue document(std::string_view title, const JsonValue& body, JsonObject definitions);

/// An array of strings.
JsonValue texts(const std::vector<std::string>& values);

/// `{"if": …, "then": …}` for the value of a field.
JsonValue whenField(std::string_view field, std::string_view value, JsonValue then);

inline JsonValue ref(std::string_view name) { return SchemaParts::ref(name); }

} // namespace cmksim::schema
