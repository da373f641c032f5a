// A file's text with one field of its root changed, and not a byte besides.
#pragma once

#include "document/document.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace cmksim::document {

/// The text of the document's file in which the root's field `key`, which is there, holds `value` as a text. It becomes
/// a block of lines where the layout allows one, and a text in quotes elsewhere. All else stays as it is: comments,
/// anchors, quotes and line ends. That is proved: the result is read again, and compared with the document. Nothing
/// when it cannot be done so, as where an alias elsewhere stands for the value.
std::optional<std::string> withRootText(const Document& document, std::string_view key, std::string_view value);

} // namespace cmksim::document
