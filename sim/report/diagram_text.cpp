#include "report/diagram_text.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

namespace cmksim::report {

namespace {

bool isPlainInMermaid(std::string_view text, std::size_t at) {
    const char c = text[at];
    const bool isLetter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    // At the begin of a text these, with a blank behind, make a list.
    const bool beginsList = text.find_first_not_of("0123456789") == at && text.substr(at + 1).starts_with(' ');
    return isLetter || static_cast<unsigned char>(c) >= 0x80 ||
           (std::string_view{" -./(),'"}.find(c) != std::string_view::npos && !beginsList);
}

} // namespace

std::string mermaidText(std::string_view raw) {
    const std::string text = printable(raw);
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        out += isPlainInMermaid(text, at) ? std::string{text[at]} : fmt::format("#{};", static_cast<int>(text[at]));
    }
    return out;
}

std::string dotText(std::string_view raw) {
    std::string out;
    for (const char c : printable(raw)) {
        switch (c) {
        case '"': out += "\\\""; break;
        case '\\': out += "\\\\"; break;
        case '&': out += "&amp;"; break;
        default: out += c;
        }
    }
    return out;
}

} // namespace cmksim::report
