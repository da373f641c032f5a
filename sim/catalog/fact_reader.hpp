// What the files of models/ have in common: facts with their provenance, timings, names out of a known list.
#pragma once

#include "base/diagnostics.hpp"
#include "document/mapping_reader.hpp"
#include "model/model.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::catalog {

/// Whether a time may be none at all.
enum class Zero : std::uint8_t { Taken, Refused };

/// Reads facts from one file. Whatever is wrong is reported at its place, and a value made up in its stead, so that the
/// rest can be read.
class FactReader {
public:
    explicit FactReader(Diagnostics& diagnostics) : diagnostics_{diagnostics} {}

    [[nodiscard]] Diagnostics& diagnostics() const { return diagnostics_; }

    /// Whether `root` says at its top, in the field `name`, that it is in version 1 of its language.
    bool isReadable(MappingReader& fields, std::string_view name);

    /// A field that must be there, with its key; `what` is what the mapping is called.
    std::optional<Entry> requireEntry(MappingReader& fields, std::string_view what, std::string_view name);

    /// Reads a field that must be there and is one fact: `read` takes from a reader of it what it says, and its
    /// provenance is kept.
    template <class Read>
    void section(MappingReader& fields, std::string_view what, std::string_view name, Provenance& provenance,
                 Read read) {
        if (const auto entry = requireEntry(fields, what, name)) {
            const std::string title = "'" + std::string{name} + "'";
            MappingReader inner{entry->value, title, entry->key.mark(), diagnostics_};
            read(inner);
            provenance = this->provenance(inner);
            inner.finish();
        }
    }

    /// Reads `documents`; from now on citations may name them. Their titles, or the ids of those that have none.
    std::vector<std::string> documents(MappingReader& fields);

    /// A text that must be there, and one that need not.
    std::string text(MappingReader& fields, std::string_view name);
    std::string optionalText(MappingReader& fields, std::string_view name);

    /// A boolean that must be there.
    bool boolean(MappingReader& fields, std::string_view name);

    /// `source` and `assumed`, of which one must be there.
    Provenance provenance(MappingReader& fields);

    /// `nominal`, `range`, `meaning` and provenance.
    Timing timing(Node node, std::string_view name, std::string_view what, Mark at);

    /// A time that a rule counts for each resource: one duration, or `nominal` and `range`, which may have a meaning
    /// and a provenance of their own. The second form is of a field that must be there.
    Timing ownClock(const Entry& entry, std::string_view name, Zero zero,
                    std::string_view expected = "a duration such as 60m, or 'nominal' and 'range'");
    Timing ownClock(MappingReader& fields, std::string_view field, std::string_view name, Zero zero);

    /// Takes `not-documented` from the fields of a timing, once its provenance has been read: it is ours then.
    void whetherDocumented(MappingReader& fields, Timing& timing);

    /// A duration that must be there, and one longer than zero.
    Duration duration(MappingReader& fields, std::string_view name);
    Duration positiveDuration(MappingReader& fields, std::string_view name);
    std::optional<Duration> optionalDuration(MappingReader& fields, std::string_view name);

    /// The duration that a node holds; zero, as reported, where it holds none.
    Duration duration(Node node);

    /// An HTTP status; 0 when there is none.
    int status(MappingReader& fields, std::string_view name = "status");

    std::vector<Note> notes(MappingReader& fields);

    /// The node itself, or the items of a list: scalars all of them.
    std::vector<Node> oneOrMore(Node node, std::string_view what);

    /// The items of a list that must be there, as texts, no two alike.
    std::vector<std::string> list(MappingReader& fields, std::string_view name, std::string_view what);

    /// The place of a name among those known; reports `unknown WHAT 'name'` with the nearest one.
    template <class Names>
    std::optional<std::size_t> indexOf(Node node, std::string_view what, const Names& known) {
        std::size_t index = 0;
        for (const auto& name : known) {
            if (name == node.text()) {
                return index;
            }
            ++index;
        }
        reportUnknown(node, what, std::vector<std::string_view>(known.begin(), known.end()));
        return std::nullopt;
    }

    void reportUnknown(Node node, std::string_view what, std::span<const std::string_view> known);

    /// What a service answers: the text of `message`, where there is one, with the placeholders that something fills.
    std::string optionalMessage(MappingReader& fields);

    /// Reports placeholders in a message that nothing fills.
    void checkPlaceholders(Node message);

private:
    /// A document that citations name by its id: what people are shown is its title and its public page.
    struct CitedDocument {
        std::string id;
        std::string title; // empty where the file gives the id alone
        std::string page;  // empty where it is published nowhere
    };

    CitedDocument document(Node node);
    void checkCitation(Node citation);
    /// `PAGE#SECTION` of a document with a page; otherwise its title and the section, or the citation as it is written.
    [[nodiscard]] std::string publicCitation(std::string_view citation) const;
    void rangeOf(MappingReader& fields, Timing& timing);

    Diagnostics& diagnostics_;
    std::vector<CitedDocument> documents_;
};

/// How a list of names is shown in a message: `a, b`.
std::string listed(std::span<const std::string> names);

/// How many errors there are as yet.
std::size_t errorCount(const Diagnostics& diagnostics);

/// ASCII capitals made small.
std::string lowerCase(std::string_view text);

} // namespace cmksim::catalog
