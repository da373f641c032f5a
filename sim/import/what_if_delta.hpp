// What a what-if result lists as changed, held against how it describes the resource.
#pragma once

#include "document/document.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace cmksim::import {

/// Whether two things are described alike, whatever the order of their fields.
bool areDescribedAlike(Node one, Node other);

/// Whether a field holds the tags of a thing, at Azure or at Terraform.
bool areTags(std::string_view field);

/// Whether two descriptions of a thing differ in its tags at most.
bool areAlikeButForTags(Node one, Node other);

/// Whether a list of changed properties has any that changes something and is no tag.
bool changesAnything(Node delta);

/// The first property of the list of which the description afterwards does not tell what the list says of it; nothing
/// where it tells all. `before` is the resource as it was, and may be none.
std::optional<std::string> unreportedProperty(Node delta, Node before, Node after);

} // namespace cmksim::import
