#include "base/json_value.hpp"

#include "base/hidden_text.hpp"
#include "base/overloaded.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <iterator>
#include <utility>

namespace cmksim {

namespace {

constexpr std::size_t longestLine = 120;
constexpr std::size_t indentation = 2;

/// The elements of a list or object on their lines, between brackets.
template <class Elements, class Print>
void printBlock(std::string& out, const Elements& elements, std::string_view brackets, std::size_t indent,
                Print printElement) {
    out += brackets.front();
    bool first = true;
    for (const auto& element : elements) {
        out += first ? "\n" : ",\n";
        first = false;
        out.append(indent + indentation, ' ');
        printElement(element);
    }
    out += '\n';
    out.append(indent, ' ');
    out += brackets.back();
}

/// Whether a character stands in a JSON string as it is, and is one byte.
bool isPlain(char c) { return ' ' <= c && c < 0x7F && c != '"' && c != '\\'; }

/// One character that is no plain one; how many bytes of the text it takes.
std::size_t appendEscaped(std::string& out, std::string_view text, std::size_t at) {
    const CodePoint point = codePointAt(text, at);
    if (!point.valid) {
        out += "\uFFFD";
    } else if (point.value == '"' || point.value == '\\') {
        out.append({'\\', static_cast<char>(point.value)});
    } else if (point.value == '\n') {
        out += "\\n";
    } else if (isHidden(point.value)) {
        const auto value = static_cast<std::uint32_t>(point.value);
        if (value < 0x10000) {
            fmt::format_to(std::back_inserter(out), "\\u{:04x}", value);
        } else { // two units of UTF-16
            fmt::format_to(std::back_inserter(out), "\\u{:04x}\\u{:04x}", 0xD7C0 + (value >> 10),
                           0xDC00 + (value & 0x3FF));
        }
    } else {
        out += text.substr(at, point.bytes);
    }
    return point.bytes;
}

void appendString(std::string& out, std::string_view text) {
    out += '"';
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at;
        while (end < text.size() && isPlain(text[end])) {
            ++end;
        }
        out += text.substr(at, end - at);
        at = end < text.size() ? end + appendEscaped(out, text, end) : end;
    }
    out += '"';
}

void appendLine(std::string& out, const JsonValue& value) {
    value.visit(Overloaded{
        [&](std::nullptr_t) { out += "null"; },
        [&](bool flag) { out += flag ? "true" : "false"; },
        [&](std::int64_t number) { fmt::format_to(std::back_inserter(out), "{}", number); },
        [&](const JsonNumber& number) { out += number.digits; },
        [&](const std::string& text) { appendString(out, text); },
        [&](const JsonArray& items) {
            out += '[';
            for (bool first = true; const JsonValue& item : items) {
                out += std::exchange(first, false) ? "" : ", ";
                appendLine(out, item);
            }
            out += ']';
        },
        [&](const JsonObject& fields) {
            out += '{';
            for (bool first = true; const auto& [name, inner] : fields) {
                out += std::exchange(first, false) ? "" : ", ";
                appendString(out, name);
                out += ": ";
                appendLine(out, inner);
            }
            out += '}';
        },
    });
}

} // namespace

JsonValue JsonValue::with(std::string_view name, JsonValue value) const {
    assert(std::holds_alternative<Object>(value_));
    Object fields = std::get<Object>(value_);
    const auto known = std::ranges::find(fields, name, &Field::first);
    if (known == fields.end()) {
        fields.emplace_back(name, std::move(value));
    } else {
        known->second = std::move(value);
    }
    return fields;
}

std::string JsonValue::print() const {
    std::string out;
    printTo(out, 0, 0);
    return out;
}

std::string JsonValue::line() const {
    std::string out;
    appendLine(out, *this);
    return out;
}

/// `column` is where the value begins on its line.
void JsonValue::printTo(std::string& out, std::size_t indent, std::size_t column) const {
    if (const std::string whole = line(); column + whole.size() < longestLine) {
        out += whole;
        return;
    }
    const std::size_t inner = indent + indentation;
    if (const auto* items = std::get_if<Array>(&value_)) {
        printBlock(out, *items, "[]", indent, [&](const JsonValue& item) { item.printTo(out, inner, inner); });
    } else if (const auto* fields = std::get_if<Object>(&value_)) {
        printBlock(out, *fields, "{}", indent, [&](const Field& field) {
            const std::string name = jsonString(field.first) + ": ";
            out += name;
            field.second.printTo(out, inner, inner + name.size());
        });
    } else {
        out += line();
    }
}

std::string jsonString(std::string_view text) {
    std::string out;
    out.reserve(text.size() + 2);
    appendString(out, text);
    return out;
}

} // namespace cmksim
