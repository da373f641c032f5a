// Whether a text is one that can be read at all.
#pragma once

#include "base/diagnostics.hpp"

#include <cstddef>
#include <string_view>

namespace cmksim::document {

/// The text without a UTF-8 byte order mark. Lines and columns count from what follows it.
std::string_view withoutByteOrderMark(std::string_view text);

/// The place of byte `at` of the text after its byte order mark.
Mark markAt(const Source& source, std::size_t at);

/// Reports the first thing in a source that no UTF-8 text file holds: UTF-16, bytes that are no UTF-8, control
/// characters other than tabs and line ends. True when there is none.
bool checkEncoding(const Source& source, Diagnostics& diagnostics);

} // namespace cmksim::document
