// The values of things, by the names that shapes have for them.

#include "base/overloaded.hpp"
#include "engine/resource.hpp"
#include "engine/wording.hpp"
#include "reads/read_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace cmksim::reads {

namespace {

constexpr std::string_view subscription = "/subscriptions/SUBSCRIPTION";

std::string addressText(const AddressBlock& block) {
    const std::uint32_t a = block.address;
    return fmt::format("{}.{}.{}.{}/{}", a >> 24, (a >> 16) & 0xFF, (a >> 8) & 0xFF, a & 0xFF, block.prefixLength);
}

} // namespace

bool ReadView::holds(const Thing& of, ReadTest test) const {
    const auto* resourceId = std::get_if<ResourceId>(&of);
    const auto* used = std::get_if<SeenKey>(&of);
    if (resourceId == nullptr && used == nullptr) {
        return false;
    }
    const SeenKey seen = used != nullptr ? *used : SeenKey{*resourceId};
    const ResourceState& resource = state_.resource(seen.resource);
    const SlotState& slot = slotOf(seen);
    const auto uses = [&](IdentityKind kind) {
        return slot.identity.valid() && program_.names.identities[slot.identity].kind == kind;
    };
    switch (test) {
    case ReadTest::Keyed: return slot.key.valid();
    case ReadTest::Ready: return resource.state == program_.modelOf(seen.resource).ready();
    case ReadTest::Automatic:
        return slot.key.valid() && resource.automaticRotation && program_.keys[slot.key].named &&
               !program_.keys[slot.key].named->version.valid();
    case ReadTest::IdentityLost:
        return slot.key.valid() && slot.identity.valid() &&
               (!isAttachedTo(seen.resource, attachedOf(program_.names.identities, slot.identity)) ||
                world_.identity(slot.identity).principal != slot.principal);
    case ReadTest::OwnIdentity: return uses(IdentityKind::SystemAssigned);
    case ReadTest::UserIdentity: return uses(IdentityKind::UserAssigned) || uses(IdentityKind::Federated);
    }
    return false;
}

JsonValue ReadView::value(const Thing& of, std::string_view name) const {
    const auto known = std::ranges::find(readValueNames, name);
    if (known == readValueNames.end()) {
        const auto* resource = std::get_if<ResourceId>(&of);
        return resource != nullptr ? property(*resource, name) : JsonValue{nullptr};
    }
    const auto value = static_cast<ReadValue>(known - readValueNames.begin());
    return std::visit([&](const auto& one) { return valueOf(one, value); }, of);
}

JsonValue ReadView::common(const Thing& of, ReadValue value) const {
    std::string text;
    switch (value) {
    case ReadValue::Name: text = nameOf(of); break;
    case ReadValue::Id: text = idOf(of); break;
    case ReadValue::Type: text = typeOf(of); break;
    default: break;
    }
    return text.empty() ? JsonValue{nullptr} : JsonValue{std::move(text)};
}

JsonValue ReadView::valueOf(Everything, ReadValue) const { return nullptr; }

JsonValue ReadView::valueOf(VaultId id, ReadValue value) const {
    const Vault& vault = world_.vault(id);
    switch (value) {
    case ReadValue::Vault: return program_.names.vaults[id].text;
    case ReadValue::VaultUri: return hostOf(id);
    case ReadValue::EnableRbacAuthorization: return vault.rbac;
    case ReadValue::EnableSoftDelete: return vault.softDelete;
    case ReadValue::SoftDeleteRetentionInDays:
        return std::int64_t{std::chrono::duration_cast<std::chrono::days>(vault.retention).count()};
    case ReadValue::EnablePurgeProtection: return vault.purgeProtection ? JsonValue{true} : JsonValue{nullptr};
    case ReadValue::PublicNetworkAccess:
        return vault.perimeter ? "SecuredByPerimeter" : vault.publicAccess ? "Enabled" : "Disabled";
    case ReadValue::DefaultAction: return vault.allowByDefault ? "Allow" : "Deny";
    case ReadValue::Bypass: return vault.trustedBypass ? "AzureServices" : "None";
    case ReadValue::DeletedAt:
        return vault.purgeAt == never ? JsonValue{nullptr} : time(vault.purgeAt - vault.retention);
    case ReadValue::PurgedAt: return time(vault.purgeAt);
    default: return common(id, value);
    }
}

JsonValue ReadView::valueOf(const SeenAddress& address, ReadValue value) const {
    return value == ReadValue::Address ? JsonValue{addressText(address.block)} : valueOf(address.vault, value);
}

JsonValue ReadView::valueOf(const SeenVersion& seen, ReadValue value) const {
    const Key& key = world_.key(seen.key);
    const KeyVersion& version = key.versions[seen.place];
    const VaultId vaultId = program_.names.keys[seen.key].vault;
    const Vault& vault = world_.vault(vaultId);
    switch (value) {
    case ReadValue::Vault: return program_.names.vaults[vaultId].text;
    case ReadValue::KeyUri: return keyUri(seen.key, "keys", {});
    case ReadValue::VersionUri: return keyUri(seen.key, "keys", version.name);
    case ReadValue::RecoveryUri: return keyUri(seen.key, "deletedkeys", {});
    case ReadValue::Enabled: return version.enabled;
    case ReadValue::Expires: return time(version.expires);
    case ReadValue::NotBefore: return time(version.notBefore);
    case ReadValue::RecoveryLevel: return recoveryLevel(vaultId);
    case ReadValue::RecoverableDays:
        return vault.softDelete
                   ? JsonValue{std::int64_t{std::chrono::duration_cast<std::chrono::days>(vault.retention).count()}}
                   : JsonValue{nullptr};
    case ReadValue::KeyType: { // the first of the platform's is the one that tools make where nothing is said
        const std::vector<std::string>& types = program_.platform->keyTypes;
        const std::size_t type = version.shape.type.valid() ? version.shape.type.index() : 0;
        return type < types.size() ? JsonValue{types[type]} : JsonValue{nullptr};
    }
    case ReadValue::DeletedAt: return key.purgeAt == never ? JsonValue{nullptr} : time(key.purgeAt - vault.retention);
    case ReadValue::PurgedAt: return time(key.purgeAt);
    default: return common(seen, value);
    }
}

std::optional<JsonValue> ReadView::ofPrincipal(PrincipalId principal, ReadValue value) const {
    const auto idOrNull = [&](std::string AzureCalls::Identity::*id) { // an identity that is deleted has none
        std::string text = principalText(principal, id);
        return text.empty() ? JsonValue{nullptr} : JsonValue{std::move(text)};
    };
    switch (value) {
    case ReadValue::PrincipalId: return idOrNull(&AzureCalls::Identity::principalId);
    case ReadValue::ClientId: return idOrNull(&AzureCalls::Identity::clientId);
    case ReadValue::PrincipalName: {
        const IdentityId identity = memory_.identityBehind(principal);
        const bool there = identity.valid() && world_.identity(identity).principal == principal;
        return there ? JsonValue{program_.names.identities[identity].text} : JsonValue{""};
    }
    default: return std::nullopt;
    }
}

JsonValue ReadView::valueOf(IdentityId identity, ReadValue value) const {
    const auto shared = ofPrincipal(world_.identity(identity).principal, value);
    return shared ? *shared : common(identity, value);
}

JsonValue ReadView::valueOf(const AccessPolicy& policy, ReadValue value) const {
    if (value != ReadValue::Permissions) {
        return ofPrincipal(policy.principal, value).value_or(nullptr);
    }
    JsonArray permissions;
    for (std::size_t i = 0; i < program_.platform->keyPermissions.size(); ++i) {
        if ((policy.permissions >> i & 1U) != 0) {
            permissions.emplace_back(program_.platform->keyPermissions[i]);
        }
    }
    return permissions;
}

JsonValue ReadView::valueOf(const SeenGrant& grant, ReadValue value) const {
    const std::string& role = program_.platform->roles[grant.role.role.index()].name;
    switch (value) {
    case ReadValue::Role: return role;
    case ReadValue::RoleDefinition:
        for (const AzureTerms& terms : terms_) {
            for (const auto& [id, name] : terms.roles) {
                if (name == role) {
                    return id;
                }
            }
        }
        return nullptr;
    case ReadValue::Scope:
        return std::visit(Overloaded{[](AboveVaults) { return JsonValue{subscription}; },
                                     [&](const OnVault& at) { return JsonValue{idOf(at.vault)}; },
                                     [&](const OnKey& at) { return JsonValue{idOf(SeenVersion{at.key})}; }},
                          grant.scope);
    case ReadValue::Type: return typeOf(grant);
    default: return ofPrincipal(grant.role.principal, value).value_or(nullptr);
    }
}

const SlotState& ReadView::slotOf(const SeenKey& seen) const {
    const ResourceState& resource = state_.resource(seen.resource);
    return seen.place == 0 ? static_cast<const SlotState&>(resource) : resource.otherSlots[seen.place - 1];
}

std::optional<JsonValue> ReadView::ofSlot(const SeenKey& seen, ReadValue value) const {
    const SlotState& slot = slotOf(seen);
    const KeyReference* key = slot.key.valid() ? &program_.keys[slot.key] : nullptr;
    switch (value) {
    case ReadValue::KeyGiven:
        if (key == nullptr) {
            return nullptr;
        }
        return key->named ? keyUri(key->named->key, "keys", key->named->version) : key->text;
    case ReadValue::KeyInUse:
        return key != nullptr && key->named && slot.wrapping.known()
                   ? JsonValue{keyUri(key->named->key, "keys", world_.nameOf(slot.wrapping.material()))}
                   : JsonValue{nullptr};
    case ReadValue::VaultUri:
        return key != nullptr && key->named ? JsonValue{hostOf(program_.names.keys[key->named->key].vault)}
                                            : JsonValue{nullptr};
    case ReadValue::KeyName:
        return key != nullptr && key->named ? JsonValue{program_.names.keys[key->named->key].text} : JsonValue{nullptr};
    case ReadValue::KeyVersion:
        return key != nullptr && key->named && key->named->version.valid()
                   ? JsonValue{program_.names.text(key->named->version)}
                   : JsonValue{nullptr};
    case ReadValue::UsedIdentity:
        return slot.identity.valid() ? JsonValue{usedIdentityText(seen.resource, slot.identity)} : JsonValue{nullptr};
    case ReadValue::UsedClientId:
        return slot.principal.valid() ? JsonValue{principalText(slot.principal, &AzureCalls::Identity::clientId)}
                                      : JsonValue{nullptr};
    default: return std::nullopt;
    }
}

JsonValue ReadView::valueOf(const SeenKey& seen, ReadValue value) const {
    return ofSlot(seen, value).value_or(nullptr);
}

JsonValue ReadView::valueOf(ResourceId id, ReadValue value) const {
    if (auto own = ofSlot({id}, value)) {
        return *std::move(own);
    }
    const ResourceState& resource = state_.resource(id);
    const Model& model = program_.modelOf(id);
    switch (value) {
    case ReadValue::State: return model.states[resource.state].name;
    case ReadValue::StateText: {
        Record record;
        record.on.emplace(id, resource.identity, resource.key, resource.statusAt(state_.now()));
        record.what = Transition{resource.state, resource.state, resource.reason};
        const Wording wording = wordingOf(model, resource.reason);
        return wording.message.empty() ? JsonValue{wording.error}
                                       : JsonValue{filled(program_, record, wording.message)};
    }
    case ReadValue::RotatedAt: return time(memory_.rotatedAt(id).value_or(never));
    case ReadValue::OwnPrincipalId: {
        const IdentityId own = program_.resources[id].ownIdentity;
        return own.valid() && world_.exists(own)
                   ? JsonValue{principalText(world_.identity(own).principal, &AzureCalls::Identity::principalId)}
                   : JsonValue{nullptr};
    }
    case ReadValue::IdentityTypes: return identityTypes(id);
    default: return common(id, value);
    }
}

/// A federated identity is named by the id of the one that is attached, and in the form of a default identity by the
/// client id of its application besides.
std::string ReadView::usedIdentityText(ResourceId resource, IdentityId identity) const {
    std::string text = identityId(attachedOf(program_.names.identities, identity));
    const IdentityName& name = program_.names.identities[identity];
    const auto terms = std::ranges::find(terms_, program_.modelOf(resource).service, &AzureTerms::service);
    if (name.isFederated() && terms != terms_.end() && terms->identityForm == IdentityForm::AsDefaultIdentity) {
        const auto called = program_.azure.identities.find(name.app);
        const bool known = called != program_.azure.identities.end() && !called->second.clientId.empty();
        text.append("&FederatedClientId=");
        text.append(known ? called->second.clientId : program_.names.identities[name.app].text);
    }
    return text;
}

std::string ReadView::identityTypes(ResourceId resource) const {
    bool own = false;
    bool user = false;
    for (const IdentityId identity : attachedTo(resource)) {
        const bool isOwn = program_.names.identities[identity].kind == IdentityKind::SystemAssigned;
        (isOwn ? own : user) = true;
    }
    return own ? (user ? "SystemAssigned, UserAssigned" : "SystemAssigned") : user ? "UserAssigned" : "None";
}

JsonValue ReadView::property(ResourceId resource, std::string_view name) const {
    const Model& model = program_.modelOf(resource);
    for (const PropertyId id : model.properties.ids()) {
        if (model.properties[id].name == name) {
            const std::string& value = model.properties[id].values[state_.resource(resource).properties[id]];
            return value == "true" || value == "false" ? JsonValue{value == "true"} : JsonValue{value};
        }
    }
    return nullptr;
}

} // namespace cmksim::reads
