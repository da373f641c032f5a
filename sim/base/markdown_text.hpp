// Text in Markdown.
#pragma once

#include "base/folders.hpp"

#include <string>
#include <string_view>

namespace cmksim {

/// `raw` as a reader of Markdown sees it, on one line, in a cell of a table too; it calls no one by name, and links to
/// nothing.
std::string markdownText(std::string_view raw);

} // namespace cmksim
