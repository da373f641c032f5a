#include "page/page.hpp"

#include "base/hidden_text.hpp"
#include "base/text.hpp"
#include "page/page_template.hpp"

#include <cassert>
#include <type_traits>
#include <utility>

namespace cmksim::page {

namespace {

/// Fields that may have several lines: commands and what services print.
bool hasLines(std::string_view field) { return field == "az" || field == "message" || field == "fix"; }

/// The same with every text in it as it is shown: a browser draws nothing for what a person does not see.
JsonValue asShown(const JsonValue& value, bool lines = false) {
    return value.visit([&]<class T>(const T& held) -> JsonValue {
        if constexpr (std::is_same_v<T, std::string>) {
            return lines ? printableLines(held) : printable(held);
        } else if constexpr (std::is_same_v<T, JsonArray>) {
            JsonArray items;
            items.reserve(held.size());
            for (const JsonValue& item : held) {
                items.push_back(asShown(item, lines));
            }
            return items;
        } else if constexpr (std::is_same_v<T, JsonObject>) {
            JsonObject fields;
            fields.reserve(held.size());
            for (const auto& [name, field] : held) {
                fields.emplace_back(printable(name), asShown(field, hasLines(name)));
            }
            return fields;
        } else {
            return held;
        }
    });
}

/// JSON within an element of a page: nothing in it can end the element or begin a comment.
std::string withinScript(const std::string& json) {
    std::string out;
    out.reserve(json.size());
    for (const char c : json) {
        if (c == '<') {
            out += "\\u003c";
        } else if (c == '>') {
            out += "\\u003e";
        } else {
            out += c;
        }
    }
    return out;
}

} // namespace

std::string pageOf(std::vector<JsonValue> stories, const JsonValue& evidence) {
    const std::string_view page = pageTemplate();
    const std::size_t at = page.find(pageMarker);
    assert(at != std::string_view::npos && page.find(pageMarker, at + 1) == std::string_view::npos);
    const std::string data =
        withinScript(asShown(JsonObject{{"stories", std::move(stories)}}).with("evidence", evidence).line());
    std::string out{page.substr(0, at)};
    out += data;
    out += page.substr(at + pageMarker.size());
    return out;
}

std::string_view dataOf(std::string_view page) {
    const std::string_view form = pageTemplate();
    const std::size_t at = form.find(pageMarker);
    const std::string_view after = form.substr(at + pageMarker.size());
    if (page.size() < at + after.size() || page.substr(0, at) != form.substr(0, at) || !page.ends_with(after)) {
        return {};
    }
    return page.substr(at, page.size() - at - after.size());
}

} // namespace cmksim::page
