// JSON as it is written, from the outside in.
#pragma once

#include "base/json_value.hpp"

#include <concepts>
#include <cstddef>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::suite {

/// Writes one JSON value. Objects and lists that lie less than `brokenDepth` deep have a line for each of their
/// members, the others stand on one line. Inside an object everything has a name, inside a list nothing has.
class JsonWriter {
public:
    JsonWriter(std::ostream& out, std::size_t brokenDepth) : out_{out}, brokenDepth_{brokenDepth} {}

    JsonWriter& object(std::string_view name = {}) { return open(name, '{', '}'); }
    JsonWriter& list(std::string_view name = {}) { return open(name, '[', ']'); }
    /// Ends what was opened last.
    JsonWriter& end();

    JsonWriter& field(std::string_view name, std::string_view value);
    JsonWriter& field(std::string_view name, const char* value) { return field(name, std::string_view{value}); }
    JsonWriter& field(std::string_view name, bool value) { return written(name, value ? "true" : "false"); }
    template <std::integral Number>
    JsonWriter& field(std::string_view name, Number value) {
        return written(name, std::to_string(value));
    }
    /// Nothing where there is nothing to say.
    JsonWriter& fieldUnlessEmpty(std::string_view name, std::string_view value) {
        return value.empty() ? *this : field(name, value);
    }
    /// Whatever it is, on one line.
    JsonWriter& value(std::string_view name, const JsonValue& value) { return written(name, value.line()); }
    /// The same as if it were written piece by piece.
    JsonWriter& tree(std::string_view name, const JsonValue& value);
    /// The fields of an object, without it.
    JsonWriter& members(const JsonValue& object);
    /// A list of strings; nothing where it is empty.
    JsonWriter& strings(std::string_view name, const std::vector<std::string>& values);
    JsonWriter& item(std::string_view value);

private:
    struct Level {
        char close;
        bool empty = true;
    };

    JsonWriter& open(std::string_view name, char begin, char close);
    JsonWriter& written(std::string_view name, std::string_view value);
    void begin(std::string_view name);
    void breakLine();

    std::ostream& out_;
    std::size_t brokenDepth_;
    std::vector<Level> levels_;
};

} // namespace cmksim::suite
