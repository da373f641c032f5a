// A structured text, read once and never changed: scalars, sequences and mappings, each with its place.
//
// A document is a few flat arrays and a node a handle of two words into them, so reading a large file costs no
// allocation a node. A node that an alias names is shared, not copied: the tree is a graph without cycles.
#pragma once

#include "base/diagnostics.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::document {

class Document;
class DocumentBuilder;
class DocumentEditor;
class ScalarRewriter;
struct Entry;

enum class NodeKind : std::uint8_t { Null, Scalar, Sequence, Mapping };

/// A handle on one node of a document, valid as long as the document. A default-made one is no node: it is false, and
/// nothing else may be asked of it.
class Node {
public:
    Node() = default;

    explicit operator bool() const { return document_ != nullptr; }
    friend bool operator==(const Node&, const Node&) = default;

    [[nodiscard]] NodeKind kind() const;
    [[nodiscard]] bool isNull() const { return kind() == NodeKind::Null; }
    [[nodiscard]] bool isScalar() const { return kind() == NodeKind::Scalar; }
    [[nodiscard]] bool isSequence() const { return kind() == NodeKind::Sequence; }
    [[nodiscard]] bool isMapping() const { return kind() == NodeKind::Mapping; }

    [[nodiscard]] Mark mark() const;

    /// The text of a scalar, a view into the document; empty for other kinds.
    [[nodiscard]] std::string_view text() const;

    /// Whether a scalar was written in quotes or as a block: then it is text, never a number or a boolean.
    [[nodiscard]] bool quoted() const;

    /// How many items or entries; 0 for other kinds.
    [[nodiscard]] std::size_t size() const;

    /// Of a sequence, in order.
    [[nodiscard]] Node item(std::size_t index) const;

    /// Of a mapping, in file order. Keys are scalars, no two alike.
    [[nodiscard]] Entry entry(std::size_t index) const;

    /// The value of a mapping's key; no node when it has no such key or is no mapping.
    [[nodiscard]] Node find(std::string_view key) const;

    [[nodiscard]] auto items() const;
    [[nodiscard]] auto entries() const;

private:
    friend class Document;
    friend class ScalarRewriter;
    Node(const Document* document, std::uint32_t index) : document_{document}, index_{index} {}

    const Document* document_ = nullptr;
    std::uint32_t index_ = 0;
};

/// One key of a mapping with its value.
struct Entry {
    Node key;
    Node value;
};

/// What a file held. Made by a `DocumentBuilder`.
class Document {
public:
    [[nodiscard]] Node root() const { return Node{this, root_}; }

    /// The file.
    [[nodiscard]] const Source& source() const { return *sources_.front(); }

private:
    friend class Node;
    friend class DocumentBuilder;
    friend class DocumentEditor;
    friend class ScalarRewriter;

    /// `first` and `count` are bytes of `text_` for a scalar, else elements of `children_`: items, or keys and values
    /// by turns.
    struct Record {
        std::uint32_t line = 0;
        std::uint32_t column = 0;
        std::uint32_t first = 0;
        std::uint32_t count = 0;
        std::uint16_t source = 0;
        NodeKind kind = NodeKind::Null;
        bool quoted = false;
    };

    [[nodiscard]] const Record& record(std::uint32_t index) const { return records_[index]; }
    [[nodiscard]] Node child(const Record& parent, std::size_t place) const {
        return Node{this, children_[parent.first + place]};
    }

    std::vector<std::shared_ptr<const Source>> sources_;
    std::vector<Record> records_;
    std::vector<std::uint32_t> children_;
    std::string text_;
    std::uint32_t root_ = 0;
};

namespace detail {

/// The items or entries of a node, for a range-based `for`.
template <auto Get>
class NodeRange {
public:
    class Iterator {
    public:
        Iterator(Node node, std::size_t index) : node_{node}, index_{index} {}
        auto operator*() const { return (node_.*Get)(index_); }
        Iterator& operator++() {
            ++index_;
            return *this;
        }
        friend bool operator==(const Iterator& a, const Iterator& b) { return a.index_ == b.index_; }

    private:
        Node node_;
        std::size_t index_;
    };
    NodeRange(Node node, std::size_t size) : node_{node}, size_{size} {}
    [[nodiscard]] Iterator begin() const { return {node_, 0}; }
    [[nodiscard]] Iterator end() const { return {node_, size_}; }
    [[nodiscard]] std::size_t size() const { return size_; }

private:
    Node node_;
    std::size_t size_;
};

} // namespace detail

inline NodeKind Node::kind() const { return document_->record(index_).kind; }

inline Mark Node::mark() const {
    const auto& record = document_->record(index_);
    return {document_->sources_[record.source].get(), record.line, record.column};
}

inline std::string_view Node::text() const {
    const auto& record = document_->record(index_);
    return record.kind == NodeKind::Scalar ? std::string_view{document_->text_}.substr(record.first, record.count)
                                           : std::string_view{};
}

inline bool Node::quoted() const { return document_->record(index_).quoted; }

inline std::size_t Node::size() const {
    const auto& record = document_->record(index_);
    switch (record.kind) {
    case NodeKind::Sequence: return record.count;
    case NodeKind::Mapping: return record.count / 2;
    case NodeKind::Null:
    case NodeKind::Scalar: break;
    }
    return 0;
}

inline Node Node::item(std::size_t index) const { return document_->child(document_->record(index_), index); }

inline Entry Node::entry(std::size_t index) const {
    const auto& record = document_->record(index_);
    return {document_->child(record, 2 * index), document_->child(record, 2 * index + 1)};
}

/// `for (const Node item : node.items())`; nothing for a node that is no sequence.
inline auto Node::items() const { return detail::NodeRange<&Node::item>{*this, isSequence() ? size() : 0}; }

/// `for (const auto [key, value] : node.entries())`; nothing for a node that is no mapping.
inline auto Node::entries() const { return detail::NodeRange<&Node::entry>{*this, isMapping() ? size() : 0}; }

} // namespace cmksim::document
