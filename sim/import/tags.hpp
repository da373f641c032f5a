// Tags of resources: as sources have them, put together, and as an estate has them.
#pragma once

#include "base/json_value.hpp"
#include "document/document.hpp"
#include "import/raw_import.hpp"
#include "import/teller.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace cmksim::import {

/// What is said of tags that are not known. They change nothing that happens: a change is no less known without them.
inline constexpr std::string_view tagsAreLeftOut = "what is not known of its tags is left out";

/// The tags in a field of that name: texts by name, whatever they look like. A text in place of all of them says that
/// they are not known.
std::vector<RawTag> tagsIn(Node tags);

/// Puts together what two descriptions say, tag by tag: what the later one says holds, where it is not known to be
/// older (`stays`), and nothing that is known is lost to what is not. `owner` is the resource: `acr 'registry'`.
void mergeTags(const std::vector<RawTag>& found, bool stays, std::string_view owner, std::vector<RawTag>& known,
               Teller& teller);

/// Adds those that are known as the field of a resource, and tells of those that are not.
void addTags(const std::vector<RawTag>& tags, std::string_view owner, Teller& teller, JsonObject& fields);

} // namespace cmksim::import
