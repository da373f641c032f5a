#include "base/xml_text.hpp"

#include "base/hidden_text.hpp"
#include "base/text.hpp"

namespace cmksim {

namespace {

/// Whether XML 1.0 has the character at all.
bool allowedInXml(char32_t value) {
    return value == 0x9 || value == 0xA || value == 0xD || (value >= 0x20 && value != 0xFFFE && value != 0xFFFF);
}

} // namespace

std::string xmlText(std::string_view raw) {
    const std::string text = printableLines(raw);
    std::string escaped;
    escaped.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const CodePoint point = codePointAt(text, at);
        switch (point.value) {
        case U'&': escaped += "&amp;"; break;
        case U'<': escaped += "&lt;"; break;
        case U'>': escaped += "&gt;"; break;
        case U'"': escaped += "&quot;"; break;
        case U'\n': escaped += "&#10;"; break;
        default:
            if (!point.valid) {
                escaped += "\uFFFD";
            } else if (allowedInXml(point.value)) {
                escaped += text.substr(at, point.bytes);
            }
        }
        at += point.bytes;
    }
    return escaped;
}

} // namespace cmksim
