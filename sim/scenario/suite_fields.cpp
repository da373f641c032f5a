#include "scenario/suite_fields.hpp"

#include "base/text.hpp"
#include "document/values.hpp"
#include "scenario/scalars.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cmksim::scenario {

namespace {

constexpr std::string_view aReason = "the reason";

std::vector<Name> readTags(Node node, Diagnostics& diagnostics) {
    std::vector<Name> tags;
    for (const Name& tag : readNames(node, "a tag", diagnostics)) {
        if (!isTag(tag.text)) {
            diagnostics.error(tag.mark, fmt::format("a tag cannot be called {}", inQuotes(tag.text)),
                              "it has letters, digits, '-', '_' and '.'");
        } else if (std::ranges::find(tags, tag.text, &Name::text) != tags.end()) {
            diagnostics.error(tag.mark, fmt::format("{} stands twice in the list", inQuotes(tag.text)));
        } else {
            tags.push_back(tag);
        }
    }
    return tags;
}

enum class Expiry : std::uint8_t { None, Possible };

/// A reason alone, or with the day on which the waiver ends.
std::optional<Waiver> readWaiver(const std::optional<Entry>& entry, std::string_view what, Expiry expiry,
                                 Diagnostics& diagnostics) {
    if (!entry) {
        return std::nullopt;
    }
    Waiver waiver;
    waiver.mark = entry->key.mark();
    if (!entry->value.isMapping()) {
        waiver.reason = readText(entry->value, aReason, diagnostics);
        return waiver;
    }
    MappingReader fields{entry->value, what, waiver.mark, diagnostics};
    if (const Node reason = fields.require("reason")) {
        waiver.reason = readText(reason, aReason, diagnostics);
    }
    if (expiry == Expiry::Possible) {
        if (const Node until = fields.take("until")) {
            waiver.until = readDate(until, diagnostics);
        }
    }
    fields.finish();
    return waiver;
}

/// `true`, `false`, or the text that was recorded.
std::optional<Snapshot> readSnapshot(const std::optional<Entry>& entry, Diagnostics& diagnostics) {
    if (!entry) {
        return std::nullopt;
    }
    const auto [key, value] = *entry;
    if (const std::optional<bool> asked = asBoolean(value)) {
        return *asked ? std::optional{Snapshot{std::nullopt, key.mark()}} : std::nullopt;
    }
    if (!value.isScalar() || !value.quoted()) {
        reportUnexpected(value, "true, false or a recorded text", diagnostics);
        return std::nullopt;
    }
    return Snapshot{value.text(), key.mark()};
}

} // namespace

bool isTag(std::string_view text) {
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
               c == '.';
    };
    return !text.empty() && std::ranges::all_of(text, allowed);
}

void readSuiteFields(MappingReader& fields, Scenario& scenario) {
    Diagnostics& diagnostics = fields.diagnostics();
    if (const Node tags = fields.take("tags")) {
        scenario.tags = readTags(tags, diagnostics);
    }
    scenario.skip = readWaiver(fields.takeEntry("skip"), "'skip'", Expiry::None, diagnostics);
    scenario.todo = readWaiver(fields.takeEntry("todo"), "'todo'", Expiry::Possible, diagnostics);
    if (scenario.skip && scenario.todo) {
        diagnostics.error(scenario.todo->mark, "'skip' and 'todo' exclude each other");
    }
    scenario.snapshot = readSnapshot(fields.takeEntry("snapshot"), diagnostics);
}

} // namespace cmksim::scenario
