// Resources that a source prints within others, as PowerShell does, and rows that do not say what they are.
#include "import/azure_resources.hpp"

#include "az/flag_words.hpp"
#include "az/references.hpp"
#include "base/text.hpp"
#include "import/arm_place.hpp"
#include "import/azure_fields.hpp"
#include "import/json_document.hpp"
#include "import/match.hpp"
#include "import/resource_place.hpp"
#include "scenario/key_reference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace cmksim::import {

namespace {

constexpr std::string_view typeless = "things without a type";

/// Whether it names its provider, and is not said within the type around it.
bool isWholeType(std::string_view type) {
    const std::size_t slash = type.find('/');
    return slash != std::string_view::npos && type.substr(0, slash).find('.') != std::string_view::npos;
}

/// The type of a resource within one of another type: as it says or as its id does, whole; empty where neither does.
std::string typeWithin(Node child, const std::string& outer) {
    const std::string said = firstText(child, {"type", "resourceType"});
    if (isWholeType(said)) {
        return said;
    }
    const auto id = readAzureId(firstText(child, {"id", "resourceId"}));
    if (id && !id->names.empty()) {
        return id->type;
    }
    return said.empty() || outer.empty() ? std::string{} : outer + '/' + said;
}

bool lists(Node list, bool (*holds)(Node)) {
    bool any = false;
    for (std::size_t i = 0; list && list.isSequence() && i < list.size(); ++i) {
        any = any || holds(list.item(i));
    }
    return any;
}

} // namespace

bool hasNestedResources(Node resource) {
    return lists(findField(resource, "resources"), [](Node one) { return one.isMapping(); });
}

/// Those that stand within a resource, each as one of its own. Texts there are ids, of what is described elsewhere.
void AzureResources::nested(Node resource, const std::string& type, const Described& head) {
    const Node list = findField(resource, "resources");
    const std::string around = std::exchange(id_, {}); // it is not theirs
    for (std::size_t i = 0; list && list.isSequence() && i < list.size(); ++i) {
        const Node child = list.item(i);
        if (!child.isMapping()) {
            continue;
        }
        const std::string itsType = typeWithin(child, type);
        if (itsType.empty()) {
            untyped(child);
            continue;
        }
        std::string name = firstText(child, {"name", "resourceName"});
        std::string id = firstText(child, {"id", "resourceId"});
        const bool isPart = lowerCase(itsType).starts_with(lowerCase(type) + '/');
        const std::string bare{isPart ? lastPart(name) : std::string_view{name}};
        if (!isPlace(id)) {
            // Parts of parts say their names whole, or not at all.
            const bool isDirect = isPart && std::ranges::count(itsType, '/') == std::ranges::count(type, '/') + 1;
            id = isDirect                      ? fmt::format("{}/{}/{}", head.id, lastPart(itsType), bare)
                 : isPart || !isPlace(head.id) ? std::string{}
                                               : head.id + providerPath(itsType, name);
        }
        if (isPart && !name.empty() && name.find('/') == std::string::npos) {
            name = head.name + '/' + name;
        }
        JsonValue made = jsonOf(child);
        for (const auto& [field, value] : {std::pair{"type", &itsType}, {"name", &name}, {"id", &id}}) {
            if (!value->empty()) {
                made = withField(made, field, *value);
            }
        }
        if (const auto document = documentOf(made, child.mark(), diagnostics_)) {
            take(document->root(), Telling::Seen);
        }
    }
    id_ = around;
}

/// Of a type whose keys no export has: a key that was not read, where it says that it has one.
void AzureResources::noteKeysApart(Node resource, RawMention& mention) const {
    for (const AzureTerms& terms : terms_) {
        for (const KeysApart& apart : terms.keysApart) {
            if (!mention.keys.empty() || !equalIgnoringCase(apart.type, mention.type)) {
                continue;
            }
            const auto [path, words] = az::flagPathOf(apart.when);
            const std::string said = words ? textAt(resource, path) : std::string{};
            if (words && !said.empty() && (isUnknownText(said) || az::flagOf(*words, said) == true)) {
                mention.keys.push_back({fmt::format("{}{}: {}", unknownMark, path, readable(said)), {}});
            } else {
                mention.apart = apart.meaning;
            }
        }
    }
}

/// What does not say what it is, and is of no shape that is known. What it names is told, and not that it names
/// nothing.
void AzureResources::unrecognised(Node resource) {
    RawMention said;
    mentions_.find(resource, said);
    static_cast<Described&>(said) = {firstText(resource, {"name", "displayName", "id"}), resource.mark(), {}, {}};
    said.type = typeless;
    const std::string own = firstText(resource, {"id", "sid", "kid"});
    if (said.keys.empty() && said.identities.empty() && said.ids.size() == 1 && mentions_.isOfVault(own)) {
        said.isPart = true; // a secret or certificate, which lies in its vault
        raw_.mentions.push_back(std::move(said));
        return;
    }
    std::string named = said.keys.empty() ? std::string{} : readable(said.keys.front().key);
    named = named.empty() && !said.identities.empty() ? readable(said.identities.front()) : named;
    // A principal by its object id alone says nothing of vaults and keys.
    const auto vault = std::ranges::find_if_not(said.ids, az::AzureReferences::isUuid);
    named = named.empty() && vault != said.ids.end() ? readable(*vault) : named;
    if (named.empty()) {
        raw_.other(resource.mark(), typeless);
        return;
    }
    tell(resource, fmt::format("something that does not say its type names {}", inQuotes(named)),
         "it is left out: what uses that is not known; import it as 'az … show' prints it without --query");
    raw_.reportedOf(resource.mark(), typeless);
}

} // namespace cmksim::import
