// Makes documents, node by node, from whatever reads a format.
#pragma once

#include "document/document.hpp"

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace cmksim::document {

/// Where a node stands in the source that is being read; line and column count from 1, columns in bytes.
struct Place {
    std::uint32_t line = 0;
    std::uint32_t column = 0;
};

/// How a reader numbers the anchors of its document, from 1; 0 is none.
using Anchor = std::size_t;

/// Takes a document's nodes in the order of the text. The children of a sequence or mapping stand between its begin
/// and its end; those of a mapping are keys and values by turns. Everything that is wrong with the structure is
/// reported: duplicate keys, keys that are no scalars, merge keys, aliases of nothing or of what holds them, and
/// documents that grow too large. Of such entries the first stays, or none.
class DocumentBuilder {
public:
    /// Reports to `diagnostics`, which keeps `source`.
    DocumentBuilder(std::shared_ptr<const Source> source, Diagnostics& diagnostics);

    /// Adds to `document`, whose other nodes stay as they are.
    DocumentBuilder(std::shared_ptr<Document> document, std::shared_ptr<const Source> source, Diagnostics& diagnostics);

    /// From now on the last of several entries of a mapping with one key holds, in the place of the first.
    void letLastDuplicateHold() { lastHolds_ = true; }

    void null(Place place, Anchor anchor = 0);
    void scalar(Place place, std::string_view text, bool quoted, Anchor anchor = 0);
    void beginSequence(Place place, Anchor anchor = 0);
    void endSequence();
    void beginMapping(Place place, Anchor anchor = 0);
    void endMapping();
    void alias(Place place, Anchor anchor);

    /// Begins anew in the memory of the document, at which nothing may look any more.
    void clear();

    /// Whether the document has outgrown its bounds; nothing more is added to it, and there will be none.
    [[nodiscard]] bool overflown() const { return overflown_; }

    /// The document, whose root is the last node that stood in no other. Nothing when there is none or it is too
    /// large.
    std::shared_ptr<const Document> finish();

private:
    struct Open {
        std::uint32_t node = 0;
        std::size_t firstChild = 0; // in pending_
        Anchor anchor = 0;
        std::size_t size = 1; // nodes in it, aliases unfolded
    };
    struct Anchored {
        std::uint32_t node = 0;
        std::size_t size = 0; // 0: still open
    };

    std::uint32_t add(NodeKind kind, Place place);
    void place(std::uint32_t node, std::size_t size, Anchor anchor);
    void remember(Anchor anchor, std::uint32_t node, std::size_t size);
    void end();
    void overflow(Place place, std::string message);
    void dropBadKeys(std::size_t firstChild);
    void dropDuplicates(std::size_t firstChild);
    void findDuplicatesByPairs(std::size_t firstChild, std::size_t entries);
    void findDuplicatesBySorting(std::size_t firstChild, std::size_t entries);
    void repeat(std::size_t firstChild, std::size_t first, std::size_t second);
    void reportDuplicate(std::uint32_t first, std::uint32_t second);
    [[nodiscard]] std::string_view text(std::uint32_t node) const;
    [[nodiscard]] Mark mark(Place place) const;
    [[nodiscard]] Mark mark(std::uint32_t node) const;

    Diagnostics& diagnostics_;
    std::shared_ptr<Document> document_;
    std::vector<Open> open_;
    std::vector<std::uint32_t> pending_; // the children of all open nodes, innermost last
    std::vector<Anchored> anchors_;
    std::vector<std::uint32_t> repeated_; // entries of the mapping in hand whose key an earlier one has
    std::size_t aliased_ = 0;             // nodes that aliases stand for
    std::uint16_t source_ = 0;
    bool complete_ = false;
    bool overflown_ = false;
    bool lastHolds_ = false;
};

} // namespace cmksim::document
