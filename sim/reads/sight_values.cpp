// The values of things, by the names that shapes have for them.

#include "engine/resource.hpp"
#include "engine/wording.hpp"
#include "reads/sight.hpp"

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

bool Sight::holds(const Thing& of, ReadTest test) const {
    if (of.kind != Thing::Kind::Resource) {
        return false;
    }
    const ResourceState& resource = state_.resource(of.resource);
    const auto uses = [&](IdentityKind kind) {
        return resource.identity.valid() && program_.names.identities[resource.identity].kind == kind;
    };
    switch (test) {
    case ReadTest::Keyed: return resource.key.valid();
    case ReadTest::Ready: return resource.state == program_.modelOf(of.resource).ready();
    case ReadTest::Automatic:
        return resource.key.valid() && resource.automaticRotation && !program_.keys[resource.key].malformed &&
               !program_.keys[resource.key].version.valid();
    case ReadTest::IdentityLost:
        return resource.key.valid() && resource.identity.valid() &&
               (!isAttachedTo(of.resource, resource.identity) ||
                world_.identity(resource.identity).principal != resource.principal);
    case ReadTest::OwnIdentity: return uses(IdentityKind::SystemAssigned);
    case ReadTest::UserIdentity: return uses(IdentityKind::UserAssigned);
    }
    return false;
}

JsonValue Sight::value(const Thing& of, std::string_view name) const {
    const auto known = std::ranges::find(readValueNames, name);
    if (known == readValueNames.end()) {
        return property(of, name);
    }
    const auto value = static_cast<ReadValue>(known - readValueNames.begin());
    switch (of.kind) {
    case Thing::Kind::Vault:
    case Thing::Kind::Address: return ofVault(of, value);
    case Thing::Kind::Key:
    case Thing::Kind::Version: return ofKey(of, value);
    case Thing::Kind::Policy:
    case Thing::Kind::Identity:
    case Thing::Kind::Grant: return ofPrincipal(of, value);
    case Thing::Kind::Resource: return ofResource(of, value);
    case Thing::Kind::Everything: break;
    }
    return nullptr;
}

JsonValue Sight::common(const Thing& of, ReadValue value) const {
    std::string text;
    switch (value) {
    case ReadValue::Name: text = nameOf(of); break;
    case ReadValue::Id: text = idOf(of); break;
    case ReadValue::Type: text = typeOf(of); break;
    default: break;
    }
    return text.empty() ? JsonValue{nullptr} : JsonValue{std::move(text)};
}

JsonValue Sight::ofVault(const Thing& of, ReadValue value) const {
    const Vault& vault = world_.vault(of.vault);
    switch (value) {
    case ReadValue::Vault: return program_.names.vaults[of.vault].text;
    case ReadValue::VaultUri: return hostOf(of.vault);
    case ReadValue::EnableRbacAuthorization: return vault.rbac;
    case ReadValue::EnableSoftDelete: return vault.softDelete;
    case ReadValue::SoftDeleteRetentionInDays:
        return std::int64_t{std::chrono::duration_cast<std::chrono::days>(vault.retention).count()};
    case ReadValue::EnablePurgeProtection: return vault.purgeProtection ? JsonValue{true} : JsonValue{nullptr};
    case ReadValue::PublicNetworkAccess:
        return vault.perimeter ? "SecuredByPerimeter" : vault.publicAccess ? "Enabled" : "Disabled";
    case ReadValue::DefaultAction: return vault.allowByDefault ? "Allow" : "Deny";
    case ReadValue::Bypass: return vault.trustedBypass ? "AzureServices" : "None";
    case ReadValue::Address:
        return of.kind == Thing::Kind::Address ? JsonValue{addressText(of.address)} : JsonValue{nullptr};
    case ReadValue::DeletedAt:
        return vault.purgeAt == never ? JsonValue{nullptr} : time(vault.purgeAt - vault.retention);
    case ReadValue::PurgedAt: return time(vault.purgeAt);
    default: return common(of, value);
    }
}

JsonValue Sight::ofKey(const Thing& of, ReadValue value) const {
    const Key& key = world_.key(of.key);
    const KeyVersion& version = key.versions[of.version];
    const Vault& vault = world_.vault(of.vault);
    switch (value) {
    case ReadValue::Vault: return program_.names.vaults[of.vault].text;
    case ReadValue::KeyUri: return keyUri(of.key, "keys", {});
    case ReadValue::VersionUri: return keyUri(of.key, "keys", version.name);
    case ReadValue::RecoveryUri: return keyUri(of.key, "deletedkeys", {});
    case ReadValue::Enabled: return version.enabled;
    case ReadValue::Expires: return time(version.expires);
    case ReadValue::NotBefore: return time(version.notBefore);
    case ReadValue::RecoveryLevel: return recoveryLevel(of.vault);
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
    default: return common(of, value);
    }
}

JsonValue Sight::ofPrincipal(const Thing& of, ReadValue value) const {
    switch (value) {
    case ReadValue::PrincipalId: return principalText(of.principal, &AzureCalls::Identity::principalId);
    case ReadValue::ClientId: return principalText(of.principal, &AzureCalls::Identity::clientId);
    case ReadValue::PrincipalName: {
        const IdentityId identity = memory_.identityBehind(of.principal);
        const bool there = identity.valid() && world_.identity(identity).principal == of.principal;
        return there ? JsonValue{program_.names.identities[identity].text} : JsonValue{""};
    }
    case ReadValue::Permissions: {
        JsonArray permissions;
        for (std::size_t i = 0; i < program_.platform->keyPermissions.size(); ++i) {
            if ((of.permissions >> i & 1U) != 0) {
                permissions.emplace_back(program_.platform->keyPermissions[i]);
            }
        }
        return permissions;
    }
    default: break;
    }
    if (of.kind != Thing::Kind::Grant) {
        return common(of, value);
    }
    const std::string& role = program_.platform->roles[of.role.index()].name;
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
    case ReadValue::Scope: {
        Thing scope = of;
        scope.kind = of.key.valid() ? Thing::Kind::Key : Thing::Kind::Vault;
        return of.vault.valid() ? JsonValue{idOf(scope)} : JsonValue{subscription};
    }
    default: return common(of, value);
    }
}

JsonValue Sight::ofResource(const Thing& of, ReadValue value) const {
    const ResourceState& resource = state_.resource(of.resource);
    const Model& model = program_.modelOf(of.resource);
    const KeyReference* key = resource.key.valid() ? &program_.keys[resource.key] : nullptr;
    switch (value) {
    case ReadValue::State: return model.states[resource.state].name;
    case ReadValue::StateText: {
        Record record;
        record.resource = of.resource;
        record.identity = resource.identity;
        record.key = resource.key;
        record.what = Transition{resource.state, resource.state, resource.reason};
        record.status = resource.statusAt(state_.now());
        const Wording wording = wordingOf(model, resource.reason);
        return wording.message.empty() ? JsonValue{wording.error}
                                       : JsonValue{filled(program_, record, wording.message)};
    }
    case ReadValue::KeyGiven:
        if (key == nullptr) {
            return nullptr;
        }
        return key->malformed ? key->text : keyUri(key->key, "keys", key->version);
    case ReadValue::KeyInUse:
        return key != nullptr && !key->malformed && resource.wrapping.known()
                   ? JsonValue{keyUri(key->key, "keys", world_.nameOf(resource.wrapping.material()))}
                   : JsonValue{nullptr};
    case ReadValue::KeyName:
        return key != nullptr && !key->malformed ? JsonValue{program_.names.keys[key->key].text} : JsonValue{nullptr};
    case ReadValue::RotatedAt: return time(memory_.rotatedAt(of.resource).value_or(never));
    case ReadValue::UsedIdentity:
        return resource.identity.valid() ? JsonValue{identityId(resource.identity)} : JsonValue{nullptr};
    case ReadValue::UsedClientId:
        return resource.principal.valid()
                   ? JsonValue{principalText(resource.principal, &AzureCalls::Identity::clientId)}
                   : JsonValue{nullptr};
    case ReadValue::OwnPrincipalId: {
        const IdentityId own = program_.resources[of.resource].ownIdentity;
        return own.valid() && world_.exists(own)
                   ? JsonValue{principalText(world_.identity(own).principal, &AzureCalls::Identity::principalId)}
                   : JsonValue{nullptr};
    }
    case ReadValue::IdentityTypes: return identityTypes(of.resource);
    default: return common(of, value);
    }
}

std::string Sight::identityTypes(ResourceId resource) const {
    bool own = false;
    bool user = false;
    for (const IdentityId identity : attachedTo(resource)) {
        const bool isOwn = program_.names.identities[identity].kind == IdentityKind::SystemAssigned;
        (isOwn ? own : user) = true;
    }
    return own ? (user ? "SystemAssigned, UserAssigned" : "SystemAssigned") : user ? "UserAssigned" : "None";
}

JsonValue Sight::property(const Thing& of, std::string_view name) const {
    if (of.kind != Thing::Kind::Resource) {
        return nullptr;
    }
    const Model& model = program_.modelOf(of.resource);
    for (const PropertyId id : model.properties.ids()) {
        if (model.properties[id].name == name) {
            const std::string& value = model.properties[id].values[state_.resource(of.resource).properties[id]];
            return value == "true" || value == "false" ? JsonValue{value == "true"} : JsonValue{value};
        }
    }
    return nullptr;
}

} // namespace cmksim::reads
