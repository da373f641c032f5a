// Reads YAML. The one place that knows the library which does.
#pragma once

#include "base/diagnostics.hpp"
#include "document/builder.hpp"
#include "document/document.hpp"

#include <cstddef>
#include <memory>

namespace cmksim::document {

/// No larger file is read.
inline constexpr std::size_t largestFile = std::size_t{256} * 1024 * 1024;

/// Reads a file that holds one YAML document, or JSON where its name ends in `.json`. Every finding carries its place.
/// Nothing when it is not YAML, empty, or beyond a bound (size, depth, what aliases stand for); a document with lesser
/// faults, such as duplicate keys, is returned without what is at fault, so that its reader can report the rest. Reads
/// any input in bounded time and memory: about 0.3 µs and 50 bytes a byte at worst.
std::shared_ptr<const Document> parseDocument(std::shared_ptr<const Source> source, Diagnostics& diagnostics);

/// Adds the one document of `source` to `builder`, which works on that source. False when that failed, as reported.
bool readYaml(const Source& source, DocumentBuilder& builder, Diagnostics& diagnostics);

} // namespace cmksim::document
