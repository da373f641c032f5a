#include "import/terraform_mentions.hpp"

#include "az/references.hpp"
#include "catalog/fact_reader.hpp"
#include "import/azure_fields.hpp"
#include "import/match.hpp"
#include "import/resource_place.hpp"
#include "import/unread_changes.hpp"
#include "import/ways.hpp"

#include <algorithm>
#include <utility>

namespace cmksim::import {

TerraformMentions::TerraformMentions(const TerraformInstances& instances, const TerraformNames& names,
                                     const std::vector<AzureTerms>& terms, const Platform& platform)
    : instances_{instances}, names_{names}, terms_{terms}, finder_{terms, platform}, keyFields_{terms} {}

RawMention TerraformMentions::of(const TerraformInstance& instance) const {
    RawMention mention;
    mention.mark = instance.mark;
    mention.type = instance.typeName;
    const std::string name = terraformText(instance.values, "name");
    mention.name = name.empty() ? instance.local : name;
    mention.id = terraformText(instance.values, "id");
    // The provider joins the id of what something is put on and its own name with a bar.
    const std::size_t bar = std::min(mention.id.find('|'), mention.id.size());
    if (bar < mention.id.size() && isPlace(mention.id)) {
        mention.id = mention.id.substr(0, bar) + "/providers/" + instance.address;
        mention.isPart = true;
    } else if (const auto id = readAzureId(mention.id); id && !id->names.empty() && placeOf(mention.id)) {
        mention.type = id->type;
        mention.name = id->names.back();
        mention.detail = terraformText(instance.values, "lock_level");
        markPart(mention, !mention.detail.empty());
    } else {
        mention.id = "terraform " + instance.address;
    }
    for (const auto [field, value] : instance.values.entries()) {
        if (field.text() != "id" && field.text() != "tags" && field.text() != "identity") {
            finder_.find(value, mention);
        }
    }
    // A vault's id beside the name of a key in it.
    RawMention whole;
    finder_.find(instance.values, whole);
    for (RawKeyUse& use : whole.keys) {
        if (std::ranges::find(mention.keys, use.key, &RawKeyUse::key) == mention.keys.end()) {
            mention.keys.push_back(use);
        }
    }
    if (const Node block = terraformPath(instance.values, "identity.0")) {
        finder_.find(block, mention);
        if (lowerCase(terraformText(block, "type")).find("systemassigned") != std::string::npos) {
            const std::string known = terraformText(block, "principal_id");
            mention.ownPrincipal =
                known.empty() ? TerraformInstances::symbol(instance.address, "identity.0.principal_id") : known;
        }
    }
    for (const TerraformReference& one : instances_.references().ofAll(instance.module, instance.local)) {
        referTo(one, mention);
    }
    addUnknownKeys(instance, mention);
    if (isFarReaching(instance.typeName, terms_)) {
        mention.words = wordsIn(instance.values);
    }
    mention.tags = instances_.tagsOf(instance);
    if (liesInVault(instance)) { // and does not use it
        mention.isPart = true;
        mention.keys.clear();
        mention.identities.clear();
        mention.ids.resize(std::min<std::size_t>(mention.ids.size(), 1));
    }
    for (RawKeyUse& use : mention.keys) {
        if (use.identity.empty() && mention.identities.size() == 1) {
            use.identity = mention.identities.front();
        } else if (use.identity.empty() && !mention.ownPrincipal.empty()) {
            use.identity = "SystemAssigned";
        }
    }
    return mention;
}

void TerraformMentions::addTo(RawImport& raw, const TerraformInstance& instance) const {
    raw.mentions.push_back(of(instance));
    if (!isWay(instance.typeName, terms_)) {
        return;
    }
    const RawMention& mention = raw.mentions.back();
    RawWay way;
    static_cast<Described&>(way) = mention;
    way.type = instance.typeName;
    for (const AzureTerms& one : terms_) {
        for (const auto& [type, path] : one.farReaching.ways) {
            if (type == instance.typeName) {
                forEachAt(instance.values, path, [&](const Looked& looked) {
                    way.leadsTo.push_back(looked.value ? textOf(looked.value) : std::string{unknownMark});
                });
            }
        }
    }
    for (const std::string& id : mention.ids) { // of a vault that the plan makes the name alone is known
        addNew(way.leadsTo, isPlace(id) ? id : resourceIdOf({}, {}, azureTypeOf(terms_, AzureThing::Vault).name, id));
    }
    raw.ways.push_back(std::move(way));
}

/// Types of what lies in vaults have the name of the vaults' type before their own.
bool TerraformMentions::liesInVault(const TerraformInstance& instance) const {
    return std::ranges::any_of(terms_, [&](const AzureTerms& terms) {
        return std::ranges::any_of(terms.terraform, [&](const TerraformType& type) {
            return type.thing == TerraformThing::Vault && instance.typeName.starts_with(type.name + '_');
        });
    });
}

/// A thing of the plan that the configuration of one without a meaning refers to.
void TerraformMentions::referTo(const TerraformReference& reference, RawMention& mention) const {
    const TerraformInstance* target = instances_.find(reference.address);
    if (target == nullptr || target->type == nullptr) {
        return;
    }
    if (target->type->thing == TerraformThing::Key) {
        const auto uri = names_.keys.find(TerraformInstances::ownText(*target, "versionless"));
        if (uri != names_.keys.end() && std::ranges::none_of(mention.keys, [&](const RawKeyUse& use) {
                return use.key.starts_with(uri->second);
            })) {
            mention.keys.push_back({uri->second, {}});
        }
    } else if (target->type->thing == TerraformThing::Identity) {
        const std::string id = TerraformInstances::ownText(*target, "id");
        if (std::ranges::find(mention.identities, id) == mention.identities.end()) {
            mention.identities.push_back(id);
        }
    } else if (target->type->thing == TerraformThing::Vault) {
        mention.ids.push_back(vaultNameOf(*target));
    }
}

/// What is unknown because the provider chooses it is no key: an attribute that the configuration, which has all of
/// them but those in dynamic blocks, does not set.
void TerraformMentions::addUnknownKeys(const TerraformInstance& instance, RawMention& mention) const {
    const Node unknowns = instances_.unknownsOf(instance);
    if (const Node body = terraformPath(unknowns, "body"); body && body.isScalar() && body.text() == "true") {
        addUnknownBody(instance, mention);
    }
    if (!keyFields_.isOfProvider(instance.typeName)) {
        return;
    }
    const TerraformReferences& references = instances_.references();
    for (const std::string& path : keyFields_.unknownIn(unknowns)) {
        const bool isAttribute = !keyFields_.isBlock(path) && path.find('.') == std::string::npos;
        const bool isChosen = isAttribute && references.has(instance.module, instance.local) &&
                              !references.sets(instance.module, instance.local, path);
        if (!isChosen && !leadsToKeys(instance, path)) {
            mention.keys.push_back({TerraformInstances::symbol(instance.address, path), {}});
        }
    }
}

/// Of what is sent to Azure and not known at all, a resource of that type may have a key.
void TerraformMentions::addUnknownBody(const TerraformInstance& instance, RawMention& mention) const {
    const std::string type = terraformText(instance.values, "type");
    const bool canHaveKey = findAzureType(terms_, type.substr(0, type.find('@'))).is(AzureThing::Resource);
    if (canHaveKey && mention.keys.empty()) {
        mention.keys.push_back({TerraformInstances::symbol(instance.address, "body"), {}});
    }
}

/// Whether all that the configuration refers to there is known to be keys that were read.
bool TerraformMentions::leadsToKeys(const TerraformInstance& instance, std::string_view path) const {
    std::size_t known = 0;
    for (const TerraformReference& one : instances_.references().of(instance.module, instance.local, path)) {
        const std::string text = instances_.textOf(one, instance, "id");
        const bool isKey = names_.keys.contains(text);
        known += isKey ? 1U : 0U;
        if (!isKey && (!one.address.empty() || !keyPartsOf(text).key.empty())) {
            return false;
        }
    }
    return known > 0;
}

std::string TerraformMentions::vaultNameOf(const TerraformInstance& instance) const {
    const auto known = names_.vaults.find(lowerCase(TerraformInstances::ownText(instance, "id")));
    return known != names_.vaults.end() ? known->second.name : std::string{};
}

} // namespace cmksim::import
