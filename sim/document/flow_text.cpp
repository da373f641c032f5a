#include "document/flow_text.hpp"

#include "base/text.hpp"

#include <string_view>

namespace cmksim::document {

namespace {

constexpr std::size_t longestText = 200;

void appendScalar(std::string& text, Node node) {
    const std::string shown = printable(node.text().substr(0, longestText));
    if (!node.quoted()) {
        text += shown;
        return;
    }
    text += '"';
    for (const char c : shown) {
        if (c == '"') {
            text += '\\';
        }
        text += c;
    }
    text += '"';
}

void append(std::string& text, Node node) {
    if (text.size() > longestText) {
        return;
    }
    std::string_view separator;
    switch (node.kind()) {
    case NodeKind::Null: text += "null"; break;
    case NodeKind::Scalar: appendScalar(text, node); break;
    case NodeKind::Sequence:
        text += '[';
        for (const Node item : node.items()) {
            if (text.size() > longestText) {
                return;
            }
            text += separator;
            append(text, item);
            separator = ", ";
        }
        text += ']';
        break;
    case NodeKind::Mapping:
        text += '{';
        for (const auto [key, value] : node.entries()) {
            if (text.size() > longestText) {
                return;
            }
            text += separator;
            append(text, key);
            text += ": ";
            append(text, value);
            separator = ", ";
        }
        text += '}';
        break;
    }
}

} // namespace

std::string flowText(Node node) {
    std::string text;
    append(text, node);
    if (text.size() > longestText) {
        std::size_t end = longestText;
        while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0u) == 0x80u) {
            --end;
        }
        text.resize(end);
        text += "…";
    }
    return text;
}

} // namespace cmksim::document
