#include "catalog/fact_reader.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "document/values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace cmksim::catalog {

namespace {

constexpr int languageVersion = 1;
constexpr int leastStatus = 100;
constexpr int mostStatus = 599;

/// What the engine can fill into a refusal's message.
constexpr std::array<std::string_view, 8> placeholders{"resource", "identity", "present-identity", "key",
                                                       "key-name", "vault",    "reason",           "state"};

/// Whether what stands in braces is meant as a placeholder: a word, unlike what JSON in a message holds.
bool isWord(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || c == '-';
    });
}

/// Reads `45d..90d` into the ends of a timing's range. False when it is none, or ends before it begins.
bool parseRange(std::string_view text, Timing& timing) {
    const auto dots = text.find("..");
    if (dots == std::string_view::npos) {
        return false;
    }
    const auto earliest = parseDuration(text.substr(0, dots));
    const auto latest = parseDuration(text.substr(dots + 2));
    if (!earliest || !latest || *latest < *earliest) {
        return false;
    }
    timing.earliest = *earliest;
    timing.latest = *latest;
    return true;
}

bool isPublicPage(std::string_view citation) { return citation.starts_with("https://"); }

} // namespace

bool FactReader::isReadable(MappingReader& fields, std::string_view name) {
    const Node version = fields.require(name);
    if (!version) {
        return false;
    }
    if (asInteger(version) == languageVersion) {
        return true;
    }
    reportUnexpected(version, fmt::format("{}, the version of this language", languageVersion), diagnostics_);
    return false;
}

std::optional<Entry> FactReader::requireEntry(MappingReader& fields, std::string_view what, std::string_view name) {
    const auto entry = fields.takeEntry(name);
    if (!entry && fields.readable()) {
        diagnostics_.error(fields.mark(), fmt::format("{} needs the field '{}'", what, name));
    }
    return entry;
}

std::vector<std::string> FactReader::documents(MappingReader& fields) {
    if (const Node node = fields.take("documents")) {
        if (!node.isSequence()) {
            documents_.push_back(document(node));
        }
        for (const Node one : node.items()) {
            documents_.push_back(document(one));
        }
    }
    std::vector<std::string> names;
    for (const CitedDocument& one : documents_) {
        names.push_back(one.title.empty() ? one.id : one.title);
    }
    return names;
}

FactReader::CitedDocument FactReader::document(Node node) {
    if (!node.isMapping()) {
        return {std::string{readText(node, "a document", diagnostics_)}, {}, {}};
    }
    MappingReader fields{node, "a document", diagnostics_};
    CitedDocument document{text(fields, "id"), text(fields, "title"), {}};
    if (const Node page = fields.take("page")) {
        document.page = readText(page, "an address", diagnostics_);
        if (!isPublicPage(document.page)) {
            reportUnexpected(page, "an address that begins with https://", diagnostics_);
        }
    }
    fields.finish();
    return document;
}

std::string FactReader::text(MappingReader& fields, std::string_view name) {
    const Node node = fields.require(name);
    return node ? std::string{readText(node, "a text", diagnostics_)} : std::string{};
}

std::string FactReader::optionalText(MappingReader& fields, std::string_view name) {
    const Node node = fields.take(name);
    return node ? std::string{readText(node, "a text", diagnostics_)} : std::string{};
}

std::string FactReader::optionalMessage(MappingReader& fields) {
    const Node node = fields.take("message");
    if (node) {
        checkPlaceholders(node);
    }
    return node ? std::string{readText(node, "a text", diagnostics_)} : std::string{};
}

bool FactReader::boolean(MappingReader& fields, std::string_view name) {
    const Node node = fields.require(name);
    return node && readBoolean(node, diagnostics_).value_or(false);
}

Provenance FactReader::provenance(MappingReader& fields) {
    Provenance provenance;
    const Node source = fields.take("source");
    if (source) {
        for (const Node citation : oneOrMore(source, "a citation")) {
            checkCitation(citation);
            provenance.sources.push_back(publicCitation(citation.text()));
        }
    }
    const Node assumed = fields.take("assumed");
    if (assumed) {
        provenance.assumed = readText(assumed, "the reason for an assumption", diagnostics_);
    }
    if (fields.readable() && !source && !assumed) {
        diagnostics_.error(fields.mark(), "nothing says where this comes from",
                           "cite a document in 'source', or say why in 'assumed'");
    }
    return provenance;
}

void FactReader::checkCitation(Node citation) {
    const std::string_view text = citation.text();
    if (isPublicPage(text)) {
        return;
    }
    const auto section = text.find('#');
    const std::string_view document = text.substr(0, section);
    if (std::ranges::find(documents_, document, &CitedDocument::id) == documents_.end()) {
        std::vector<std::string_view> ids;
        for (const CitedDocument& one : documents_) {
            ids.push_back(one.id);
        }
        diagnostics_.error(citation.mark(),
                           fmt::format("{} is not among the documents of this file", inQuotes(document)),
                           suggestion(document, ids));
    } else if (section == std::string_view::npos || section + 1 == text.size()) {
        diagnostics_.error(citation.mark(), fmt::format("{} names no section", inQuotes(text)),
                           fmt::format("write '{}#SECTION'", document));
    }
}

std::string FactReader::publicCitation(std::string_view citation) const {
    const auto hash = citation.find('#');
    const auto found = std::ranges::find(documents_, citation.substr(0, hash), &CitedDocument::id);
    if (hash == std::string_view::npos || found == documents_.end() || found->title.empty()) {
        return std::string{citation};
    }
    return found->page.empty() ? fmt::format("{}, section {}", found->title, inQuotes(citation.substr(hash + 1)))
                               : found->page + std::string{citation.substr(hash)};
}

Duration FactReader::duration(Node node) {
    if (const auto duration = node.isScalar() ? parseDuration(node.text()) : std::nullopt) {
        return *duration;
    }
    reportUnexpected(node, "a duration such as 60m or 90d", diagnostics_);
    return Duration{1};
}

Duration FactReader::duration(MappingReader& fields, std::string_view name) {
    const Node node = fields.require(name);
    return node ? duration(node) : Duration{};
}

Duration FactReader::positiveDuration(MappingReader& fields, std::string_view name) {
    const Node node = fields.require(name);
    const Duration value = node ? duration(node) : Duration{1};
    if (value == Duration::zero()) {
        diagnostics_.error(node.mark(), fmt::format("'{}' must be longer than 0s", name));
    }
    return value;
}

std::optional<Duration> FactReader::optionalDuration(MappingReader& fields, std::string_view name) {
    const Node node = fields.take(name);
    if (!node) {
        return std::nullopt;
    }
    const Duration value = duration(node);
    if (value == Duration::zero()) {
        diagnostics_.error(node.mark(), fmt::format("'{}' must be longer than 0s", name));
        return std::nullopt;
    }
    return value;
}

Timing FactReader::timing(Node node, std::string_view name, std::string_view what, Mark at) {
    Timing timing;
    timing.name = name;
    MappingReader fields{node, what, at, diagnostics_};
    rangeOf(fields, timing);
    timing.meaning = text(fields, "meaning");
    timing.provenance = provenance(fields);
    whetherDocumented(fields, timing);
    fields.finish();
    return timing;
}

void FactReader::whetherDocumented(MappingReader& fields, Timing& timing) {
    const Node node = fields.take("not-documented");
    timing.notDocumented = node && readBoolean(node, diagnostics_).value_or(false);
    if (timing.notDocumented && timing.provenance.assumed.empty()) {
        diagnostics_.error(node.mark(), "what is not documented is assumed", "say in 'assumed' why it is taken so");
    }
}

/// `nominal` and `range`.
void FactReader::rangeOf(MappingReader& fields, Timing& timing) {
    const Node nominal = fields.require("nominal");
    if (nominal) {
        timing.nominal = duration(nominal);
    }
    if (const Node range = fields.require("range")) {
        if (!parseRange(range.text(), timing)) {
            reportUnexpected(range, "a range such as 45d..90d", diagnostics_);
        } else if (nominal && (timing.nominal < timing.earliest || timing.latest < timing.nominal)) {
            diagnostics_.error(nominal.mark(), fmt::format("the nominal value {} is not in the range {}",
                                                           inQuotes(nominal.text()), inQuotes(range.text())));
        }
    }
}

Timing FactReader::ownClock(const Entry& entry, std::string_view name, Zero zero, std::string_view expected) {
    const auto [key, node] = entry;
    Timing timing;
    timing.name = name;
    if (node.isMapping()) {
        MappingReader fields{node, key.text(), key.mark(), diagnostics_};
        rangeOf(fields, timing);
        timing.meaning = optionalText(fields, "meaning");
        if (node.find("source") || node.find("assumed")) {
            timing.provenance = provenance(fields);
        }
        whetherDocumented(fields, timing);
        fields.finish();
    } else if (const auto length = node.isScalar() ? parseDuration(node.text()) : std::nullopt) {
        timing.nominal = timing.earliest = timing.latest = *length;
    } else {
        reportUnexpected(node, expected, diagnostics_);
        timing.nominal = timing.earliest = timing.latest = Duration{1};
    }
    if (zero == Zero::Refused && timing.earliest == Duration::zero()) {
        diagnostics_.error(node.mark(), fmt::format("'{}' must be longer than 0s", key.text()));
    }
    return timing;
}

Timing FactReader::ownClock(MappingReader& fields, std::string_view field, std::string_view name, Zero zero) {
    if (const auto entry = fields.takeEntry(field)) {
        return ownClock(*entry, name, zero);
    }
    fields.require(field);
    return {};
}

int FactReader::status(MappingReader& fields, std::string_view name) {
    return static_cast<int>(fields.integer(name, leastStatus, mostStatus).value_or(0));
}

std::vector<Note> FactReader::notes(MappingReader& fields) {
    std::vector<Note> notes;
    const Node node = fields.take("notes");
    if (node && !node.isSequence()) {
        reportUnexpected(node, "a list of notes", diagnostics_);
    }
    if (!node) {
        return notes;
    }
    for (const Node item : node.items()) {
        MappingReader note{item, "a note", diagnostics_};
        notes.push_back({.text = text(note, "text"), .provenance = provenance(note)});
        note.finish();
    }
    return notes;
}

std::vector<Node> FactReader::oneOrMore(Node node, std::string_view what) {
    std::vector<Node> scalars;
    const auto add = [&](Node item) {
        if (!readText(item, what, diagnostics_).empty()) {
            scalars.push_back(item);
        }
    };
    if (node.isSequence()) {
        for (const Node item : node.items()) {
            add(item);
        }
    } else {
        add(node);
    }
    return scalars;
}

std::vector<std::string> FactReader::list(MappingReader& fields, std::string_view name, std::string_view what) {
    std::vector<std::string> texts;
    const Node node = fields.require(name);
    if (node && !node.isSequence()) {
        reportUnexpected(node, "a list", diagnostics_);
    }
    if (!node || !node.isSequence()) {
        return texts;
    }
    for (const Node item : oneOrMore(node, what)) {
        if (std::ranges::find(texts, item.text()) != texts.end()) {
            diagnostics_.error(item.mark(), fmt::format("{} stands twice in the list", inQuotes(item.text())));
        } else {
            texts.emplace_back(item.text());
        }
    }
    return texts;
}

void FactReader::reportUnknown(Node node, std::string_view what, std::span<const std::string_view> known) {
    diagnostics_.error(node.mark(), fmt::format("unknown {} {}", what, inQuotes(node.text())),
                       suggestion(node.text(), known));
}

void FactReader::checkPlaceholders(Node message) {
    const std::string_view text = message.text();
    for (auto open = text.find('{'); open != std::string_view::npos; open = text.find('{', open + 1)) {
        const auto close = text.find('}', open);
        if (close == std::string_view::npos) {
            return;
        }
        const std::string_view name = text.substr(open + 1, close - open - 1);
        if (isWord(name) && std::ranges::find(placeholders, name) == placeholders.end()) {
            diagnostics_.error(message.mark(), fmt::format("nothing fills the placeholder {}", inQuotes(name)),
                               suggestion(name, placeholders));
        }
    }
}

std::string listed(std::span<const std::string> names) { return fmt::format("{}", fmt::join(names, ", ")); }

std::size_t errorCount(const Diagnostics& diagnostics) {
    return static_cast<std::size_t>(std::ranges::count(diagnostics.all(), Severity::Error, &Diagnostic::severity));
}

std::string lowerCase(std::string_view text) {
    std::string lower{text};
    for (char& c : lower) {
        c = 'A' <= c && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return lower;
}

} // namespace cmksim::catalog
