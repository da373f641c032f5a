#include "import/expected.hpp"

#include "base/text.hpp"
#include "document/values.hpp"
#include "import/raw_import.hpp"
#include "scenario/key_reference.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace cmksim::import {

namespace {

std::string_view wordsFor(Expected what) {
    switch (what) {
    case Expected::Mapping: return "a mapping";
    case Expected::List: return "a list";
    case Expected::Collection: return "a list or a mapping";
    case Expected::Scalar: return "a single value";
    case Expected::Words: return "a list of texts";
    case Expected::Flag: return "true or false";
    }
    return {};
}

bool isFlag(Node node) {
    return node.isScalar() && (equalIgnoringCase(node.text(), "true") || equalIgnoringCase(node.text(), "false"));
}

/// Whether it is what PowerShell prints for something that nests too deep: the name of its type, or `@{…}`.
bool isCutOff(Node node) {
    const std::string_view text = node.text();
    return text.starts_with("@{") || text.starts_with("System.") || text.starts_with("Microsoft.");
}

bool areWords(Node node) {
    bool areAll = node.isScalar() || node.isSequence();
    for (const Node item : node.items()) {
        areAll = areAll && (item.isScalar() || item.isNull());
    }
    return areAll;
}

} // namespace

bool isOpen(Node node) { return node && node.isScalar() && isUnknownText(node.text()); }

bool fits(Node node, Expected what) {
    if (isOpen(node)) {
        return true;
    }
    switch (what) {
    case Expected::Mapping: return node.isMapping();
    case Expected::List: return node.isSequence();
    case Expected::Collection: return node.isSequence() || node.isMapping();
    case Expected::Scalar: return node.isScalar();
    case Expected::Words: return areWords(node);
    case Expected::Flag: return isFlag(node);
    }
    return false;
}

void tellUnexpected(Node node, Expected what, std::string_view where, Mark at, Diagnostics& diagnostics) {
    diagnostics.error(at, fmt::format("expected {} for {}, not {}", wordsFor(what), inQuotes(where), describe(node)),
                      isCutOff(node) ? "PowerShell cuts off what nests deeper than 'ConvertTo-Json -Depth'" : "");
}

Node expect(Node node, Expected what, std::string_view where, Diagnostics& diagnostics) {
    if (!node || node.isNull()) {
        return {};
    }
    if (!fits(node, what)) {
        tellUnexpected(node, what, where, node.mark(), diagnostics);
        return {};
    }
    return node;
}

std::optional<std::int64_t> wholeNumberOf(Node node) {
    constexpr double mostExact = 9'007'199'254'740'992; // beyond it a number of JSON is not told from its neighbours
    if (const auto number = asInteger(node)) {
        return number;
    }
    if (!node.isScalar() || node.quoted()) {
        return std::nullopt;
    }
    const std::string_view text = node.text();
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool isWhole = error == std::errc{} && end == text.data() + text.size() && std::abs(number) <= mostExact &&
                         std::trunc(number) == number;
    return isWhole ? std::optional{static_cast<std::int64_t>(number)} : std::nullopt;
}

} // namespace cmksim::import
