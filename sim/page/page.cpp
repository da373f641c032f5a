#include "page/page.hpp"

#include "page/page_template.hpp"

#include <cassert>

namespace cmksim::page {

namespace {

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

std::string pageOf(std::vector<JsonValue> stories) {
    const std::string_view page = pageTemplate();
    const std::size_t at = page.find(pageMarker);
    assert(at != std::string_view::npos && page.find(pageMarker, at + 1) == std::string_view::npos);
    const std::string data = withinScript(JsonValue{JsonObject{{"stories", std::move(stories)}}}.line());
    std::string out{page.substr(0, at)};
    out += data;
    out += page.substr(at + pageMarker.size());
    return out;
}

} // namespace cmksim::page
