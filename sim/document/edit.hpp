// A document with some of its values changed.
#pragma once

#include "base/diagnostics.hpp"
#include "document/document.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::document {

/// One value to set: the keys that lead to it from the root, and a source whose text is the value as YAML. An empty
/// text is null.
struct Edit {
    std::vector<std::string> path;
    std::shared_ptr<const Source> value;
};

/// The keys of `vaults.contoso-kv.enablePurgeProtection`; a key that holds a dot stands in double quotes. Nothing when
/// there is none, an empty one, or an open quote.
std::optional<std::vector<std::string>> splitPath(std::string_view path);

/// A copy of `base` with the edits made in their order. Mappings on the way that are missing, or null, are created; a
/// list is entered by the number of an item, from 0. The new values have their marks in their own sources. An edit
/// that cannot be made is reported, at its source, and left out.
std::shared_ptr<const Document> edited(const Document& base, std::span<const Edit> edits, Diagnostics& diagnostics);

} // namespace cmksim::document
