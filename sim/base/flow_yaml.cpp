#include "base/flow_yaml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>

namespace cmksim {

namespace {

bool isPlain(std::string_view text) {
    constexpr std::string_view fine = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./+ ";
    constexpr std::string_view words[] = {"true", "false", "null", "yes", "no", "on", "off"};
    // What YAML would take for a number; with two dots or a slash it is none.
    const bool number =
        text.find_first_not_of("0123456789.+-eE_") == std::string_view::npos && std::ranges::count(text, '.') < 2;
    return !text.empty() && !number && text.find_first_not_of(fine) == std::string_view::npos && text.front() != ' ' &&
           text.front() != '-' && text.back() != ' ' && std::ranges::none_of(words, [&](std::string_view word) {
               return std::ranges::equal(word, text, {}, {}, [](char c) { return static_cast<char>(c | 0x20); });
           });
}

std::string flowValue(const JsonValue& value) {
    struct Write {
        std::string operator()(std::nullptr_t) const { return "null"; }
        std::string operator()(bool flag) const { return flag ? "true" : "false"; }
        std::string operator()(std::int64_t number) const { return std::to_string(number); }
        std::string operator()(const JsonNumber& number) const { return number.digits; }
        std::string operator()(const std::string& text) const { return isPlain(text) ? text : jsonString(text); }
        std::string operator()(const JsonArray& items) const {
            std::string out;
            for (const JsonValue& item : items) {
                out.append(out.empty() ? "" : ", ").append(flowValue(item));
            }
            return '[' + out + ']';
        }
        std::string operator()(const JsonObject& fields) const { return '{' + flowYaml(fields) + '}'; }
    };
    return value.visit(Write{});
}

} // namespace

std::string flowYaml(const JsonObject& fields) {
    std::string out;
    for (const auto& [name, value] : fields) {
        out.append(out.empty() ? "" : ", ").append(flowValue(name)).append(": ").append(flowValue(value));
    }
    return out;
}

std::string flowYaml(const JsonValue& value) { return flowValue(value); }

} // namespace cmksim
