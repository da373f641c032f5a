// A YAML file laid out in the one manner that the project's own files have.
#pragma once

#include "document/document.hpp"

#include <optional>
#include <string>

namespace cmksim::document {

/// The text of the document's file with two blanks for each level, lists two behind their key, one blank after a colon
/// and a comma, none inside brackets and at the end of a line, no two empty lines in a row, and one line end at the
/// end. Comments go with the line below them; nothing else moves. That is proved: the result is read again and says the
/// same, and but for blanks not a byte of it differs. Nothing where that does not come out, as with a blank that a
/// backslash keeps at the end of a line.
std::optional<std::string> laidOut(const Document& document);

} // namespace cmksim::document
