// Which identities resources use and have, and what of an estate each is.
#include "import/resource_index.hpp"

#include "az/key_parts.hpp"
#include "base/text.hpp"
#include "catalog/fact_reader.hpp"
#include "import/match.hpp"
#include "import/resource_place.hpp"
#include "import/slots.hpp"
#include "scenario/key_reference.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cmksim::import {

JsonArray ResourceIndex::attachedTo(const Joined& resource) {
    std::vector<std::string> names;
    if (!resource.one.ownPrincipal.empty()) {
        names.emplace_back("SystemAssigned");
    }
    for (const PrincipalText& text : resource.one.attached) {
        const std::string known = context_.identities.nameOf(text);
        std::string name = known.empty() ? strange(text, resource, PrincipalIdKind::Unsaid) : known;
        if (std::ranges::find(names, name) == names.end()) {
            names.push_back(std::move(name));
        }
    }
    return {names.begin(), names.end()};
}

/// A template may grant something to an identity of which another source has the id, by referring to the resource.
void ResourceIndex::nameReferred() {
    for (const AzureTerms& terms : context_.catalog.azure()) {
        for (const AzureProperty& property : terms.properties) {
            if (referenceToPrincipal({}, property).empty()) {
                continue;
            }
            const std::string_view name = slotFieldOf(property.field).slot;
            for (const Joined& resource : resources_) {
                const RawResource& one = resource.one;
                const auto slot = std::ranges::find(one.slots, name, &RawSlot::slot);
                if (one.service != terms.service || slot == one.slots.end() || slot->use.identity.empty()) {
                    continue;
                }
                const std::string& text = slot->use.identity;
                const auto own = owners_.find(lowerCase(text));
                std::string known = own != owners_.end()         ? own->second
                                    : IdentityIndex::isOwn(text) ? "system:" + resource.name
                                                                 : context_.identities.nameOf(text);
                if (!known.empty()) {
                    owners_.emplace(lowerCase(referenceToPrincipal(one.id, property)), std::move(known));
                }
            }
        }
    }
}

std::string ResourceIndex::identityOf(const Joined& resource) {
    const RawResource& one = resource.one;
    return one.identity.empty() ? usualIdentityOf(one) : identityNamed(one.identity, resource);
}

/// That of a key which names none.
std::string ResourceIndex::usualIdentityOf(const RawResource& one) const {
    const auto terms = std::ranges::find(context_.catalog.azure(), one.service, &AzureTerms::service);
    const std::string usual = terms != context_.catalog.azure().end() ? terms->identityDefault : std::string{};
    return IdentityIndex::isOwn(usual) && one.ownPrincipal.empty() ? std::string{} : usual;
}

/// Whether the model of its service knows identities that act as an application of another tenant.
bool ResourceIndex::takesFederated(const RawResource& one) {
    const Model* model = context_.catalog.model(one.service, {}, context_.diagnostics);
    return model != nullptr && model->identities.contains(IdentityKind::Federated);
}

std::string ResourceIndex::federatedNamed(const PrincipalText& text, const Joined& user) {
    const auto [identity, application] = IdentityIndex::federatedParts(text);
    const std::string with = identityNamed(identity, user);
    const std::size_t before = context_.identities.all().size();
    std::string name = context_.identities.addFederated(with, application, applications_);
    for (std::size_t i = before; i < context_.identities.all().size(); ++i) {
        context_.ledger.speakOf(ReadKind::Identity, user.one.mark);
    }
    return name;
}

/// As what a service names the identity of a slot, or of its first key.
PrincipalIdKind ResourceIndex::idKindIn(const std::string& service, std::string_view slot) const {
    const auto terms = std::ranges::find(context_.catalog.azure(), service, &AzureTerms::service);
    if (terms == context_.catalog.azure().end()) {
        return PrincipalIdKind::Unsaid;
    }
    const auto said = [&](const std::string& field) {
        const auto found = std::ranges::find_if(terms->properties, [&](const AzureProperty& one) {
            return one.thing == AzureThing::Resource && one.field == field;
        });
        return found != terms->properties.end() ? lowerCase(found->path) : std::string{};
    };
    std::string path = slot.empty() ? std::string{} : said(fmt::format("{}{}.identity", az::slotsPrefix, slot));
    path = path.empty() ? said("identity") : path;
    return path.ends_with("principalid")                                      ? PrincipalIdKind::Principal
           : path.ends_with("clientid")                                       ? PrincipalIdKind::Client
           : !path.empty() && terms->identityForm == IdentityForm::ByClientId ? PrincipalIdKind::Client
                                                                              : PrincipalIdKind::Unsaid;
}

std::string ResourceIndex::identityNamed(const PrincipalText& text, const Joined& user, std::string_view slot) {
    if (IdentityIndex::isFederated(text) && takesFederated(user.one) && user.obstacle.empty()) {
        return federatedNamed(text, user);
    }
    const auto owner = owners_.find(lowerCase(text));
    if (IdentityIndex::isOwn(text) || (owner != owners_.end() && owner->second == "system:" + user.name)) {
        return "SystemAssigned";
    }
    std::string known = context_.identities.nameOf(text);
    if (known.empty() && context_.identities.isShared(text) && user.one.attached.size() == 1) {
        known = context_.identities.nameOf(user.one.attached.front()); // of those that share the id, the one it has
    }
    return known.empty() ? strange(text, user, idKindIn(user.one.service, slot)) : known;
}

/// One that is used and that nothing says more of.
std::string ResourceIndex::strange(std::string_view text, const Joined& user, PrincipalIdKind kind) {
    const std::string name = context_.identities.addUnknown(text, kind);
    context_.ledger.speakOf(ReadKind::Identity, user.one.mark);
    context_.teller.tell(user.one.mark,
                         fmt::format("nothing that was read is the identity {} of {} {}", inQuotes(readable(text)),
                                     user.one.service, inQuotes(readable(user.one.name))),
                         "it stands as one of that name, to which nothing is granted but what names it so");
    return name;
}

} // namespace cmksim::import
