#include "document/edit.hpp"

#include "base/text.hpp"
#include "document/builder.hpp"
#include "document/yaml.hpp"

#include <fmt/format.h>

#include <charconv>

namespace cmksim::document {

namespace {

constexpr std::size_t longestPath = 32;

bool isBlank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

} // namespace

/// Works on a copy that is not shared yet: nodes are only added, and the way from the root to a new value is made
/// anew, so shared nodes change in one place alone.
class DocumentEditor {
public:
    DocumentEditor(const Document& base, Diagnostics& diagnostics)
        : document_{std::make_shared<Document>(base)}, diagnostics_{diagnostics} {}

    void apply(const Edit& edit) {
        const std::uint32_t root = document_->root_;
        source_ = static_cast<std::uint16_t>(document_->sources_.size());
        whole_ = {edit.value.get(), 0, 0};
        DocumentBuilder builder{document_, edit.value, diagnostics_};
        if (isBlank(edit.value->text())) {
            builder.null({1, 1});
        } else if (!readYaml(*edit.value, builder, diagnostics_)) {
            document_->root_ = root;
            return;
        }
        if (edit.path.size() > longestPath) {
            diagnostics_.error(whole_, fmt::format("a path has at most {} keys", longestPath));
            document_->root_ = root;
            return;
        }
        const std::uint32_t value = document_->root_;
        const std::optional<std::uint32_t> changed = replaced(root, edit.path, value);
        document_->root_ = changed.value_or(root);
    }

    [[nodiscard]] std::shared_ptr<const Document> finish() { return std::move(document_); }

private:
    using Record = Document::Record;
    using Path = std::span<const std::string>;

    /// The index of what stands in place of `node` once `value` is at `path` in it; nothing when that cannot be.
    std::optional<std::uint32_t> replaced(std::uint32_t node, Path path, std::uint32_t value) {
        if (path.empty()) {
            return value;
        }
        switch (document_->records_[node].kind) {
        case NodeKind::Null:
        case NodeKind::Mapping: return replacedEntry(node, path, value);
        case NodeKind::Sequence: return replacedItem(node, path, value);
        case NodeKind::Scalar: break;
        }
        diagnostics_.error(whole_,
                           fmt::format("there is no {} inside of {}", inQuotes(path.front()), inQuotes(text(node))));
        return std::nullopt;
    }

    std::optional<std::uint32_t> replacedEntry(std::uint32_t node, Path path, std::uint32_t value) {
        std::vector<std::uint32_t> children = childrenOf(node);
        std::size_t at = 0;
        while (at < children.size() && text(children[at]) != path.front()) {
            at += 2;
        }
        if (at == children.size()) {
            children.push_back(addScalar(path.front()));
            children.push_back(add({.line = 1, .column = 1, .source = source_}));
        }
        const std::optional<std::uint32_t> changed = replaced(children[at + 1], path.subspan(1), value);
        if (!changed) {
            return std::nullopt;
        }
        children[at + 1] = *changed;
        return addContainer(document_->records_[node], NodeKind::Mapping, children);
    }

    std::optional<std::uint32_t> replacedItem(std::uint32_t node, Path path, std::uint32_t value) {
        std::vector<std::uint32_t> children = childrenOf(node);
        const std::string& text = path.front();
        std::size_t at = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), at);
        if (error != std::errc{} || end != text.data() + text.size() || at >= children.size()) {
            diagnostics_.error(whole_,
                               fmt::format("there is no item {} in a list of {}", inQuotes(text), children.size()));
            return std::nullopt;
        }
        const std::optional<std::uint32_t> changed = replaced(children[at], path.subspan(1), value);
        if (!changed) {
            return std::nullopt;
        }
        children[at] = *changed;
        return addContainer(document_->records_[node], NodeKind::Sequence, children);
    }

    [[nodiscard]] std::vector<std::uint32_t> childrenOf(std::uint32_t node) const {
        const Record& record = document_->records_[node];
        if (record.kind == NodeKind::Null) {
            return {};
        }
        const auto first = document_->children_.begin() + record.first;
        return {first, first + record.count};
    }

    [[nodiscard]] std::string_view text(std::uint32_t scalar) const {
        const Record& record = document_->records_[scalar];
        return std::string_view{document_->text_}.substr(record.first, record.count);
    }

    std::uint32_t add(const Record& record) {
        document_->records_.push_back(record);
        return static_cast<std::uint32_t>(document_->records_.size() - 1);
    }

    std::uint32_t addScalar(std::string_view text) {
        const auto first = static_cast<std::uint32_t>(document_->text_.size());
        document_->text_.append(text);
        return add({.line = 1,
                    .column = 1,
                    .first = first,
                    .count = static_cast<std::uint32_t>(text.size()),
                    .source = source_,
                    .kind = NodeKind::Scalar,
                    .quoted = true});
    }

    std::uint32_t addContainer(Record record, NodeKind kind, const std::vector<std::uint32_t>& children) {
        record.kind = kind;
        record.first = static_cast<std::uint32_t>(document_->children_.size());
        record.count = static_cast<std::uint32_t>(children.size());
        document_->children_.insert(document_->children_.end(), children.begin(), children.end());
        return add(record);
    }

    std::shared_ptr<Document> document_;
    Diagnostics& diagnostics_;
    Mark whole_;
    std::uint16_t source_ = 0;
};

std::optional<std::vector<std::string>> splitPath(std::string_view path) {
    std::vector<std::string> keys;
    for (bool more = true; more;) {
        const bool closing = path.starts_with('"');
        path.remove_prefix(closing ? 1 : 0);
        const std::size_t end = path.find(closing ? '"' : '.');
        const std::string_view key = path.substr(0, end);
        if (key.empty() || (closing && end == std::string_view::npos)) {
            return std::nullopt;
        }
        keys.emplace_back(key);
        path.remove_prefix(key.size() + (closing ? 1 : 0));
        more = path.starts_with('.');
        if (!more && !path.empty()) {
            return std::nullopt;
        }
        path.remove_prefix(more ? 1 : 0);
    }
    return keys;
}

std::shared_ptr<const Document> edited(const Document& base, std::span<const Edit> edits, Diagnostics& diagnostics) {
    DocumentEditor editor{base, diagnostics};
    for (const Edit& edit : edits) {
        editor.apply(edit);
    }
    return editor.finish();
}

} // namespace cmksim::document
