#include "base/json_value.hpp"

#include "base/hidden_text.hpp"
#include "base/overloaded.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <iterator>

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
    return std::visit(Overloaded{
                          [](std::nullptr_t) { return std::string{"null"}; },
                          [](bool value) { return std::string{value ? "true" : "false"}; },
                          [](std::int64_t value) { return fmt::format("{}", value); },
                          [](const JsonNumber& value) { return value.digits; },
                          [](const std::string& value) { return jsonString(value); },
                          [](const Array& items) {
                              std::string out = "[";
                              for (const JsonValue& item : items) {
                                  out += (out.size() > 1 ? ", " : "") + item.line();
                              }
                              return out + "]";
                          },
                          [](const Object& fields) {
                              std::string out = "{";
                              for (const auto& [name, value] : fields) {
                                  out += (out.size() > 1 ? ", " : "") + jsonString(name) + ": " + value.line();
                              }
                              return out + "}";
                          },
                      },
                      value_);
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
    std::string out = "\"";
    for (std::size_t at = 0; at < text.size();) {
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
        at += point.bytes;
    }
    out += '"';
    return out;
}

} // namespace cmksim
