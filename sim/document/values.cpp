#include "document/values.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <charconv>

namespace cmksim::document {

namespace {

bool isPlain(Node node) { return node.isScalar() && !node.quoted(); }

} // namespace

std::optional<bool> asBoolean(Node node) {
    if (!isPlain(node)) {
        return std::nullopt;
    }
    const std::string_view text = node.text();
    if (text == "true" || text == "True" || text == "TRUE") {
        return true;
    }
    if (text == "false" || text == "False" || text == "FALSE") {
        return false;
    }
    return std::nullopt;
}

std::optional<std::int64_t> asInteger(Node node) {
    if (!isPlain(node)) {
        return std::nullopt;
    }
    const std::string_view text = node.text();
    const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
    if (digits.size() > 1 && digits.starts_with('0')) {
        return std::nullopt;
    }
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    return whole ? std::optional{number} : std::nullopt;
}

std::string describe(Node node) {
    switch (node.kind()) {
    case NodeKind::Null: return "nothing";
    case NodeKind::Sequence: return "a list";
    case NodeKind::Mapping: return "a mapping";
    case NodeKind::Scalar: break;
    }
    return node.quoted() ? fmt::format("the text {}", inQuotes(node.text())) : inQuotes(node.text());
}

void reportUnexpected(Node node, std::string_view what, Diagnostics& diagnostics, std::string help) {
    diagnostics.error(node.mark(), fmt::format("expected {}, not {}", what, describe(node)), std::move(help));
}

std::optional<bool> readBoolean(Node node, Diagnostics& diagnostics) {
    const std::optional<bool> value = asBoolean(node);
    if (!value) {
        reportUnexpected(node, "true or false", diagnostics);
    }
    return value;
}

std::optional<std::int64_t> readInteger(Node node, std::int64_t least, std::int64_t most, Diagnostics& diagnostics) {
    const std::optional<std::int64_t> value = asInteger(node);
    if (!value || *value < least || *value > most) {
        reportUnexpected(node, fmt::format("a number from {} to {}", least, most), diagnostics);
        return std::nullopt;
    }
    return value;
}

std::string_view readText(Node node, std::string_view what, Diagnostics& diagnostics) {
    if (!node.isScalar()) {
        reportUnexpected(node, what, diagnostics);
        return {};
    }
    if (node.text().empty()) {
        diagnostics.error(node.mark(), fmt::format("expected {}, not an empty text", what));
    }
    return node.text();
}

} // namespace cmksim::document
