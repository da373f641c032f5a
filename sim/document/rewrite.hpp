// A document with some of its scalars changed, each at its own place.
#pragma once

#include "base/diagnostics.hpp"
#include "document/document.hpp"

#include <memory>
#include <span>
#include <string>

namespace cmksim::document {

/// A scalar of a document, key or value, and what stands in its place.
struct Rewrite {
    Node scalar;
    std::string text;
    bool quoted = false;
    bool null = false; // nothing stands there; not for a key
};

/// A copy of `base` with the scalars changed; all marks stay. Reports keys that have become the same as another one of
/// their mapping, and leaves them out.
std::shared_ptr<const Document> rewritten(const Document& base, std::span<const Rewrite> changes,
                                          Diagnostics& diagnostics);

} // namespace cmksim::document
