// Reads a mapping whose fields are known, and reports the ones that are not.
#pragma once

#include "base/diagnostics.hpp"
#include "document/document.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace cmksim::document {

/// One pass over a mapping: every field is asked for by name, then `finish` reports those that were not asked for, with
/// the nearest one that was. Null, and no node at all, count as a mapping without fields.
class MappingReader {
public:
    /// More fields than any one mapping of ours knows.
    static constexpr std::size_t mostFields = 32;

    /// Reads `node`. `what` ("a vault") is what messages call it, and must outlive the reader; `at` is where a missing
    /// field is reported: the name that leads to the mapping, or the mapping itself. Reports at once when `node` is no
    /// mapping.
    MappingReader(Node node, std::string_view what, Mark at, Diagnostics& diagnostics);
    MappingReader(Node node, std::string_view what, Diagnostics& diagnostics)
        : MappingReader{node, what, node.mark(), diagnostics} {}

    /// Whether there is anything to read: false for what is no mapping.
    [[nodiscard]] bool readable() const { return readable_; }
    [[nodiscard]] Mark mark() const { return at_; }
    [[nodiscard]] Diagnostics& diagnostics() const { return diagnostics_; }

    /// The value of a field, or no node. From now on the field is known. `name` must outlive the reader.
    Node take(std::string_view name);

    /// The same, with its key.
    std::optional<Entry> takeEntry(std::string_view name);

    /// The same; reports when it is missing.
    Node require(std::string_view name);

    /// A field of a type; nothing when it is absent or, as reported, of another type.
    std::optional<bool> boolean(std::string_view name);
    std::optional<std::int64_t> integer(std::string_view name, std::int64_t least, std::int64_t most);

    /// A field that takes one of a few words.
    template <class T, std::size_t N>
    std::optional<T> choice(std::string_view name, const std::array<std::pair<std::string_view, T>, N>& words) {
        std::array<std::string_view, N> known{};
        for (std::size_t i = 0; i < N; ++i) {
            known[i] = words[i].first;
        }
        const std::size_t chosen = choose(name, {known.data(), N});
        return chosen < N ? std::optional{words[chosen].second} : std::nullopt;
    }

    /// Whether there are entries that have not been asked for yet.
    [[nodiscard]] bool hasRest() const { return node_ && node_.size() > takenCount_; }

    /// The entries that have not been asked for yet; they count as known from now on.
    std::vector<Entry> takeRest();

    /// Reports every field that was not asked for.
    void finish();

private:
    struct Words {
        const std::string_view* data;
        std::size_t size;
    };
    static constexpr std::size_t nowhere = ~std::size_t{0};

    std::size_t locate(std::string_view name);
    std::size_t choose(std::string_view name, Words words);

    Node node_;
    std::string_view what_;
    Mark at_;
    Diagnostics& diagnostics_;
    bool readable_ = false;
    std::array<std::string_view, mostFields> known_{};
    std::size_t knownCount_ = 0;
    std::array<std::size_t, mostFields> taken_{}; // entries
    std::size_t takenCount_ = 0;
};

} // namespace cmksim::document
