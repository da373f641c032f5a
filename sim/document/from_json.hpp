// A JSON value as a document, for what is put together here and read as a file is.
#pragma once

#include "base/json_value.hpp"
#include "document/document.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace cmksim::document {

/// Whether what is wrong with a value is shown with the lines that it has as text, which take as much room again.
enum class ShownLines : std::uint8_t { Kept, LeftOut };

/// The value as a document, as if it stood in a file of that name, from a line on: what is wrong with it is told at the
/// lines of the value as text. Nothing where it is too large or has a key twice, as reported. Costs two walks.
std::shared_ptr<const Document> documentOf(const JsonValue& value, std::string name, Diagnostics& diagnostics,
                                           std::uint32_t firstLine = 1, ShownLines lines = ShownLines::Kept);

} // namespace cmksim::document
