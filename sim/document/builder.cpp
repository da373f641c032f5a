#include "document/builder.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <limits>
#include <numeric>

namespace cmksim::document {

namespace {

/// Enough for an estate of a million resources; beyond it memory would be the next thing to go.
constexpr std::size_t mostNodes = 32'000'000;

/// How much aliases may add to what is written out.
constexpr std::size_t mostAliased = 1'000'000;

/// Mappings of up to this many entries are searched for duplicates pair by pair.
constexpr std::size_t smallMapping = 20;

} // namespace

DocumentBuilder::DocumentBuilder(std::shared_ptr<const Source> source, Diagnostics& diagnostics)
    : DocumentBuilder{std::make_shared<Document>(), std::move(source), diagnostics} {}

DocumentBuilder::DocumentBuilder(std::shared_ptr<Document> document, std::shared_ptr<const Source> source,
                                 Diagnostics& diagnostics)
    : diagnostics_{diagnostics}, document_{std::move(document)},
      source_{static_cast<std::uint16_t>(document_->sources_.size())} {
    assert(document_->sources_.size() <= std::numeric_limits<std::uint16_t>::max());
    diagnostics_.keep(source);
    document_->sources_.push_back(std::move(source));
}

void DocumentBuilder::clear() {
    document_->records_.clear();
    document_->children_.clear();
    document_->text_.clear();
    open_.clear();
    pending_.clear();
    anchors_.clear();
    aliased_ = 0;
    complete_ = false;
}

void DocumentBuilder::null(Place at, Anchor anchor) { place(add(NodeKind::Null, at), 1, anchor); }

void DocumentBuilder::scalar(Place at, std::string_view text, bool quoted, Anchor anchor) {
    const std::uint32_t node = add(NodeKind::Scalar, at);
    Document::Record& record = document_->records_[node];
    record.first = static_cast<std::uint32_t>(document_->text_.size());
    record.count = static_cast<std::uint32_t>(text.size());
    record.quoted = quoted;
    document_->text_.append(text);
    place(node, 1, anchor);
}

void DocumentBuilder::beginSequence(Place at, Anchor anchor) {
    const std::uint32_t node = add(NodeKind::Sequence, at);
    open_.push_back({node, pending_.size(), anchor, 1});
    remember(anchor, node, 0);
}

void DocumentBuilder::beginMapping(Place at, Anchor anchor) {
    const std::uint32_t node = add(NodeKind::Mapping, at);
    open_.push_back({node, pending_.size(), anchor, 1});
    remember(anchor, node, 0);
}

void DocumentBuilder::endSequence() { end(); }

void DocumentBuilder::endMapping() {
    const std::size_t firstChild = open_.back().firstChild;
    assert((pending_.size() - firstChild) % 2 == 0);
    dropBadKeys(firstChild);
    dropDuplicates(firstChild);
    end();
}

void DocumentBuilder::alias(Place at, Anchor anchor) {
    assert(anchor < anchors_.size());
    const Anchored& target = anchors_[anchor];
    if (target.size == 0) {
        diagnostics_.error(mark(at), "an alias must not stand inside of what it names");
        null(at);
        return;
    }
    aliased_ += target.size;
    if (aliased_ > mostAliased) {
        overflow(at, fmt::format("aliases stand for more than {} values in this file", mostAliased));
    }
    place(target.node, target.size, 0);
}

std::shared_ptr<const Document> DocumentBuilder::finish() {
    assert(open_.empty());
    return complete_ && !overflown_ ? document_ : nullptr;
}

std::uint32_t DocumentBuilder::add(NodeKind kind, Place at) {
    auto& records = document_->records_;
    if (records.size() >= mostNodes && !overflown_) {
        overflow(at, fmt::format("the file holds more than {} values", mostNodes));
    }
    records.push_back({.line = at.line, .column = at.column, .source = source_, .kind = kind});
    return static_cast<std::uint32_t>(records.size() - 1);
}

/// Puts a whole node of `size` nodes into the innermost open one.
void DocumentBuilder::place(std::uint32_t node, std::size_t size, Anchor anchor) {
    remember(anchor, node, size);
    if (open_.empty()) {
        document_->root_ = node;
        complete_ = true;
        return;
    }
    pending_.push_back(node);
    open_.back().size += size;
}

void DocumentBuilder::remember(Anchor anchor, std::uint32_t node, std::size_t size) {
    if (anchor == 0) {
        return;
    }
    if (anchors_.size() <= anchor) {
        anchors_.resize(anchor + 1);
    }
    anchors_[anchor] = {node, size};
}

void DocumentBuilder::end() {
    const Open closed = open_.back();
    open_.pop_back();
    auto& children = document_->children_;
    Document::Record& record = document_->records_[closed.node];
    record.first = static_cast<std::uint32_t>(children.size());
    record.count = static_cast<std::uint32_t>(pending_.size() - closed.firstChild);
    const auto first = pending_.begin() + static_cast<std::ptrdiff_t>(closed.firstChild);
    children.insert(children.end(), first, pending_.end());
    pending_.erase(first, pending_.end());
    place(closed.node, closed.size, closed.anchor);
}

void DocumentBuilder::overflow(Place at, std::string message) {
    if (!overflown_) {
        diagnostics_.error(mark(at), std::move(message));
    }
    overflown_ = true;
}

void DocumentBuilder::dropBadKeys(std::size_t firstChild) {
    const auto good = [&](std::uint32_t key) {
        const Document::Record& record = document_->records_[key];
        if (record.kind != NodeKind::Scalar) {
            diagnostics_.error(mark(key), "a key must be a text");
            return false;
        }
        if (!record.quoted && text(key) == "<<") {
            diagnostics_.error(mark(key), "merge keys ('<<') are not supported", "write the fields out");
            return false;
        }
        return true;
    };
    std::size_t kept = firstChild;
    for (std::size_t i = firstChild; i < pending_.size(); i += 2) {
        if (good(pending_[i])) {
            pending_[kept++] = pending_[i];
            pending_[kept++] = pending_[i + 1];
        }
    }
    pending_.resize(kept);
}

void DocumentBuilder::dropDuplicates(std::size_t firstChild) {
    const std::size_t entries = (pending_.size() - firstChild) / 2;
    repeated_.clear();
    if (entries <= smallMapping) {
        findDuplicatesByPairs(firstChild, entries);
    } else {
        findDuplicatesBySorting(firstChild, entries);
    }
    if (repeated_.empty()) {
        return;
    }
    std::size_t kept = firstChild;
    auto next = repeated_.begin();
    for (std::size_t entry = 0; entry < entries; ++entry) {
        if (next != repeated_.end() && *next == entry) {
            ++next;
            continue;
        }
        pending_[kept++] = pending_[firstChild + 2 * entry];
        pending_[kept++] = pending_[firstChild + 2 * entry + 1];
    }
    pending_.resize(kept);
}

void DocumentBuilder::findDuplicatesByPairs(std::size_t firstChild, std::size_t entries) {
    const auto key = [&](std::size_t entry) { return pending_[firstChild + 2 * entry]; };
    for (std::size_t second = 1; second < entries; ++second) {
        for (std::size_t first = 0; first < second; ++first) {
            if (text(key(first)) == text(key(second))) {
                repeat(firstChild, first, second);
                break;
            }
        }
    }
}

void DocumentBuilder::findDuplicatesBySorting(std::size_t firstChild, std::size_t entries) {
    const auto key = [&](std::size_t entry) { return pending_[firstChild + 2 * entry]; };
    bool rising = true;
    for (std::size_t i = 1; i < entries && rising; ++i) {
        rising = text(key(i - 1)) < text(key(i));
    }
    if (rising) {
        return;
    }
    std::vector<std::uint32_t> sorted(entries);
    std::iota(sorted.begin(), sorted.end(), 0u);
    std::ranges::stable_sort(sorted, {}, [&](std::uint32_t entry) { return text(key(entry)); });
    std::uint32_t first = sorted.front();
    for (std::size_t i = 1; i < entries; ++i) {
        if (text(key(sorted[i])) == text(key(first))) {
            repeat(firstChild, first, sorted[i]);
        } else {
            first = sorted[i];
        }
    }
    std::ranges::sort(repeated_);
}

/// An entry has the key of an earlier one.
void DocumentBuilder::repeat(std::size_t firstChild, std::size_t first, std::size_t second) {
    if (lastHolds_) {
        pending_[firstChild + 2 * first + 1] = pending_[firstChild + 2 * second + 1];
    } else {
        reportDuplicate(pending_[firstChild + 2 * first], pending_[firstChild + 2 * second]);
    }
    repeated_.push_back(static_cast<std::uint32_t>(second));
}

void DocumentBuilder::reportDuplicate(std::uint32_t first, std::uint32_t second) {
    diagnostics_.error(mark(second), fmt::format("duplicate key {}", inQuotes(text(second))),
                       fmt::format("it first stands on line {}", mark(first).line));
}

std::string_view DocumentBuilder::text(std::uint32_t node) const {
    const Document::Record& record = document_->records_[node];
    return std::string_view{document_->text_}.substr(record.first, record.count);
}

Mark DocumentBuilder::mark(Place at) const { return {document_->sources_[source_].get(), at.line, at.column}; }

Mark DocumentBuilder::mark(std::uint32_t node) const {
    const Document::Record& record = document_->records_[node];
    return {document_->sources_[record.source].get(), record.line, record.column};
}

} // namespace cmksim::document
