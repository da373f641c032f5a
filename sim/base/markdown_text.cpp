#include "base/markdown_text.hpp"

#include "base/text.hpp"

namespace cmksim {

std::string markdownText(std::string_view raw) {
    std::string text;
    for (const char c : printable(raw)) {
        switch (c) {
        case '&': text += "&amp;"; break;
        case '<': text += "&lt;"; break;
        case '>': text += "&gt;"; break;
        case '@': text += "&#64;"; break;
        case ':': text += "&#58;"; break;
        default: text += std::string_view{"\\`*_[]|~#!$"}.find(c) != std::string_view::npos ? "\\" : ""; text += c;
        }
    }
    return text;
}

} // namespace cmksim
