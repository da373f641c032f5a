#include "document/rewrite.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <cassert>
#include <map>
#include <vector>

namespace cmksim::document {

/// Works on a copy that is not shared yet. Records keep their places, so what shares a scalar shares its new text.
class ScalarRewriter {
public:
    ScalarRewriter(const Document& base, Diagnostics& diagnostics)
        : base_{base}, document_{std::make_shared<Document>(base)}, diagnostics_{diagnostics},
          changed_(base.records_.size()) {}

    void apply(const Rewrite& change) {
        assert(change.scalar.document_ == &base_ && change.scalar.isScalar());
        Document::Record& record = document_->records_[change.scalar.index_];
        record.first = static_cast<std::uint32_t>(document_->text_.size());
        record.count = static_cast<std::uint32_t>(change.text.size());
        record.quoted = change.quoted;
        document_->text_.append(change.text);
        if (change.null) {
            record.kind = NodeKind::Null;
            record.count = 0;
        }
        changed_[change.scalar.index_] = true;
    }

    std::shared_ptr<const Document> finish() {
        for (Document::Record& record : document_->records_) {
            if (record.kind == NodeKind::Mapping && hasChangedKey(record)) {
                dropDuplicates(record);
            }
        }
        return std::move(document_);
    }

private:
    [[nodiscard]] bool hasChangedKey(const Document::Record& mapping) const {
        for (std::size_t i = 0; i < mapping.count; i += 2) {
            if (changed_[document_->children_[mapping.first + i]]) {
                return true;
            }
        }
        return false;
    }

    void dropDuplicates(Document::Record& mapping) {
        const auto children = document_->children_.begin() + mapping.first;
        std::map<std::string_view, std::uint32_t> keys;
        std::uint32_t kept = 0;
        for (std::uint32_t i = 0; i < mapping.count; i += 2) {
            const std::uint32_t key = children[i];
            const Document::Record& record = document_->records_[key];
            const std::string_view text = std::string_view{document_->text_}.substr(record.first, record.count);
            const auto [first, isNew] = keys.emplace(text, key);
            if (!isNew) {
                diagnostics_.error(Node{document_.get(), key}.mark(), fmt::format("duplicate key {}", inQuotes(text)),
                                   fmt::format("it first stands on line {}", document_->records_[first->second].line));
                continue;
            }
            children[kept++] = key;
            children[kept++] = children[i + 1];
        }
        mapping.count = kept;
    }

    const Document& base_;
    std::shared_ptr<Document> document_;
    Diagnostics& diagnostics_;
    std::vector<bool> changed_; // by record
};

std::shared_ptr<const Document> rewritten(const Document& base, std::span<const Rewrite> changes,
                                          Diagnostics& diagnostics) {
    ScalarRewriter rewriter{base, diagnostics};
    for (const Rewrite& change : changes) {
        rewriter.apply(change);
    }
    return rewriter.finish();
}

} // namespace cmksim::document
