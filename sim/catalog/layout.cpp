#include "catalog/layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

namespace cmksim::catalog {

namespace {

constexpr std::size_t referenceIndent = 9;

/// Columns of a UTF-8 text whose characters are one column wide.
std::size_t columnsOf(std::string_view text) {
    const auto starts =
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
    return static_cast<std::size_t>(starts);
}

/// The place of `text` in `list`, counted from 1; it is added when it is not there.
std::size_t numberOf(const std::string& text, std::vector<std::string>& list) {
    const auto found = std::ranges::find(list, text);
    const auto index = static_cast<std::size_t>(found - list.begin());
    if (found == list.end()) {
        list.push_back(text);
    }
    return index + 1;
}

} // namespace

void printWrapped(std::ostream& out, std::string_view lead, std::string_view text, std::size_t indent) {
    out << lead;
    std::size_t used = columnsOf(lead);
    bool fresh = true; // nothing but the lead or the indent is on the line
    while (!text.empty()) {
        const auto start = text.find_first_not_of(" \n");
        if (start == std::string_view::npos) {
            break;
        }
        const auto end = std::min(text.find_first_of(" \n", start), text.size());
        const std::string_view word = text.substr(start, end - start);
        text.remove_prefix(end);
        const auto width = columnsOf(word);
        if (!fresh && used + 1 + width > pageWidth) {
            out << '\n' << std::string(indent, ' ');
            used = indent;
            fresh = true;
        }
        out << (fresh ? "" : " ") << word;
        used += width + (fresh ? 0 : 1);
        fresh = false;
    }
    out << '\n';
}

std::string column(std::string_view name, std::size_t width) {
    const auto columns = columnsOf(name);
    return std::string{name} + std::string(std::max(width, columns + 2) - columns, ' ');
}

std::string joined(const std::vector<std::string>& names, std::string_view conjunction) {
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i > 0) {
            text += i + 1 < names.size() ? std::string{", "} : fmt::format(" {} ", conjunction);
        }
        text += names[i];
    }
    return text;
}

std::string References::cite(const Provenance& provenance) {
    std::string numbers;
    for (const auto& source : provenance.sources) {
        numbers += fmt::format("{}{}", numbers.empty() ? "" : ",", numberOf(source, sources_));
    }
    if (!provenance.assumed.empty()) {
        numbers += fmt::format("{}A{}", numbers.empty() ? "" : ",", numberOf(provenance.assumed, assumptions_));
    }
    return numbers.empty() ? numbers : fmt::format(" [{}]", numbers);
}

void References::print(std::ostream& out) const {
    if (!sources_.empty()) {
        out << "\nREFERENCES\n";
    }
    for (std::size_t i = 0; i < sources_.size(); ++i) {
        printWrapped(out, column(fmt::format("  [{}]", i + 1), referenceIndent), sources_[i], referenceIndent);
    }
    if (!assumptions_.empty()) {
        out << "\nASSUMED, where the documents are silent or disagree\n";
    }
    for (std::size_t i = 0; i < assumptions_.size(); ++i) {
        printWrapped(out, column(fmt::format("  [A{}]", i + 1), referenceIndent), assumptions_[i], referenceIndent);
    }
}

} // namespace cmksim::catalog
