// Keys of resources whose service takes them on to newer versions by itself. An estate that names a version means that
// one, and so they stand there without it.
#include "import/resource_index.hpp"

#include "base/held_value.hpp"
#include "base/text.hpp"
#include "import/match.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cmksim::import {

std::string ResourceIndex::keyInUse(const RawResource& resource, std::string_view field, const std::string& key) {
    std::string whole = keyOf(key, resource.mark);
    const std::string version{keyPartsOf(key).version};
    const auto terms = std::ranges::find(context_.catalog.azure(), resource.service, &AzureTerms::service);
    const bool isFollowed = terms != context_.catalog.azure().end() &&
                            std::ranges::find(terms->followsNewest, field) != terms->followsNewest.end();
    const bool isOn = std::ranges::any_of(resource.properties, [](const auto& property) {
        return property.first == "automaticRotation" && bareText(property.second) == "true";
    });
    if (whole.empty() || version.empty() || !isFollowed || !isOn) {
        return whole;
    }
    if (!isUnknownText(version)) {
        context_.teller.tell(resource.mark,
                             fmt::format("automatic rotation of {} {} is on: it goes on from version {} of its key to "
                                         "newer ones",
                                         resource.service, inQuotes(readable(resource.name)), inQuotes(version)),
                             "the key is taken without the version");
    }
    return keyOf(key.substr(0, key.size() - version.size() - 1), resource.mark);
}

} // namespace cmksim::import
