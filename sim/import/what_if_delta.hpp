// What a what-if result lists as changed, held against how it describes the resource.
#pragma once

#include "document/document.hpp"

#include <optional>
#include <string>

namespace cmksim::import {

/// Whether two things are described alike, whatever the order of their fields.
bool areDescribedAlike(Node one, Node other);

/// Whether a list of changed properties has any that changes something and is no tag.
bool changesAnything(Node delta);

/// The first property of the list of which the description afterwards does not tell what the list says of it; nothing
/// where it tells all. `before` is the resource as it was, and may be none.
std::optional<std::string> untoldProperty(Node delta, Node before, Node after);

} // namespace cmksim::import
