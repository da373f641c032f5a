#include "document/mapping_reader.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "document/values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <span>

namespace cmksim::document {

MappingReader::MappingReader(Node node, std::string_view what, Mark at, Diagnostics& diagnostics)
    : what_{what}, at_{at}, diagnostics_{diagnostics} {
    readable_ = !node || node.isMapping() || node.isNull();
    if (node && node.isMapping()) {
        node_ = node;
    }
    if (!readable_) {
        reportUnexpected(node, fmt::format("{} (a mapping)", what), diagnostics);
    }
}

std::size_t MappingReader::locate(std::string_view name) {
    assert(knownCount_ < mostFields);
    known_[knownCount_++] = name;
    const std::size_t size = node_ ? node_.size() : 0;
    // Fields are mostly asked for in the order in which they stand.
    const std::size_t next = takenCount_ > 0 ? taken_[takenCount_ - 1] + 1 : 0;
    for (std::size_t step = 0; step < size; ++step) {
        const std::size_t at = next + step < size ? next + step : next + step - size;
        if (node_.entry(at).key.text() == name) {
            taken_[takenCount_++] = at;
            return at;
        }
    }
    return nowhere;
}

Node MappingReader::take(std::string_view name) {
    const std::size_t at = locate(name);
    return at == nowhere ? Node{} : node_.entry(at).value;
}

std::optional<Entry> MappingReader::takeEntry(std::string_view name) {
    const std::size_t at = locate(name);
    return at == nowhere ? std::nullopt : std::optional{node_.entry(at)};
}

Node MappingReader::require(std::string_view name) {
    const Node value = take(name);
    if (!value && readable_) {
        diagnostics_.error(at_, fmt::format("{} needs the field '{}'", what_, name));
    }
    return value;
}

std::optional<bool> MappingReader::boolean(std::string_view name) {
    const Node value = take(name);
    return value ? readBoolean(value, diagnostics_) : std::nullopt;
}

std::optional<std::int64_t> MappingReader::integer(std::string_view name, std::int64_t least, std::int64_t most) {
    const Node value = take(name);
    return value ? readInteger(value, least, most, diagnostics_) : std::nullopt;
}

std::size_t MappingReader::choose(std::string_view name, Words words) {
    const std::span<const std::string_view> known{words.data, words.size};
    const Node value = take(name);
    if (!value) {
        return nowhere;
    }
    const auto word = std::ranges::find(known, value.text());
    if (value.isScalar() && word != known.end()) {
        return static_cast<std::size_t>(word - known.begin());
    }
    reportUnexpected(value, fmt::format("{}", fmt::join(known, " or ")), diagnostics_);
    return nowhere;
}

std::vector<Entry> MappingReader::takeRest() {
    std::vector<Entry> rest;
    const std::span taken{taken_.data(), takenCount_};
    if (!hasRest()) {
        return rest;
    }
    for (std::size_t at = 0; at < node_.size(); ++at) {
        if (std::ranges::find(taken, at) == taken.end()) {
            rest.push_back(node_.entry(at));
        }
    }
    takenCount_ = 0;
    node_ = {};
    return rest;
}

void MappingReader::finish() {
    if (!hasRest()) {
        return;
    }
    for (const Entry& entry : takeRest()) {
        const std::string_view name = entry.key.text();
        diagnostics_.error(entry.key.mark(), fmt::format("{} has no field {}", what_, inQuotes(name)),
                           suggestionOrAll(name, {known_.data(), knownCount_}));
    }
}

} // namespace cmksim::document
