#include "reads/sight.hpp"

#include "az/references.hpp"
#include "catalog/fact_reader.hpp"
#include "engine/resource.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace cmksim::reads {

namespace {

constexpr std::string_view group = "/subscriptions/SUBSCRIPTION/resourceGroups/GROUP";
/// What a principal is called whose identity is gone, or is another one by now.
constexpr std::string_view goneSuffix = " (deleted)";

std::string idIn(std::string_view type, std::initializer_list<std::string_view> names) {
    std::string id{group};
    id.append("/providers/").append(type.substr(0, type.find('/')));
    for (const std::string_view name : names) {
        type.remove_prefix(std::min(type.find('/') + 1, type.size()));
        id.append("/").append(type.substr(0, type.find('/'))).append("/").append(name);
    }
    return id;
}

} // namespace

// --- names and ids ---------------------------------------------------------------------------------------------------

const AzureTerms& Sight::termsOf(const Thing& of) const {
    if (of.kind == Thing::Kind::Resource) {
        const auto own = std::ranges::find(terms_, program_.modelOf(of.resource).service, &AzureTerms::service);
        if (own != terms_.end()) {
            return *own;
        }
    }
    return *command_.terms;
}

AzureThing Sight::azureThingOf(const Thing& of) {
    switch (of.kind) {
    case Thing::Kind::Vault: return AzureThing::Vault;
    case Thing::Kind::Key:
    case Thing::Kind::Version: return AzureThing::Key;
    case Thing::Kind::Identity: return AzureThing::Identity;
    case Thing::Kind::Grant: return AzureThing::Grant;
    case Thing::Kind::Resource: return AzureThing::Resource;
    case Thing::Kind::Everything: return AzureThing::Scope;
    case Thing::Kind::Policy:
    case Thing::Kind::Address: break;
    }
    return AzureThing::Policies;
}

std::string Sight::typeOf(const Thing& of) const {
    switch (of.kind) {
    case Thing::Kind::Resource: {
        const auto& types = termsOf(of).types;
        const auto type = std::ranges::find(types, AzureThing::Resource, &AzureType::thing);
        return type != types.end() ? type->name : std::string{};
    }
    case Thing::Kind::Everything:
    case Thing::Kind::Policy:
    case Thing::Kind::Address: return {};
    case Thing::Kind::Vault:
    case Thing::Kind::Key:
    case Thing::Kind::Version:
    case Thing::Kind::Identity:
    case Thing::Kind::Grant: break;
    }
    return azureTypeOf(terms_, azureThingOf(of)).name;
}

const ReadShape* Sight::managedShape(const Thing& of) const {
    const std::string service =
        of.kind == Thing::Kind::Resource ? program_.modelOf(of.resource).service : std::string{};
    const auto found = command_.managed->find({service, azureThingOf(of)});
    return found != command_.managed->end() ? &found->second : nullptr;
}

std::string Sight::nameOf(const Thing& of) const {
    switch (of.kind) {
    case Thing::Kind::Vault: return program_.names.vaults[of.vault].text;
    case Thing::Kind::Key:
    case Thing::Kind::Version: return program_.names.keys[of.key].text;
    case Thing::Kind::Identity: return program_.names.identities[of.identity].text;
    case Thing::Kind::Resource: {
        const auto called = program_.azure.resources.find(of.resource);
        return called != program_.azure.resources.end() ? called->second : program_.resources[of.resource].name;
    }
    case Thing::Kind::Everything:
    case Thing::Kind::Policy:
    case Thing::Kind::Address:
    case Thing::Kind::Grant: break;
    }
    return {};
}

std::string Sight::idOf(const Thing& of) const {
    switch (of.kind) {
    case Thing::Kind::Vault:
    case Thing::Kind::Resource: return idIn(typeOf(of), {nameOf(of)});
    case Thing::Kind::Key:
    case Thing::Kind::Version: return idIn(typeOf(of), {program_.names.vaults[of.vault].text, nameOf(of)});
    case Thing::Kind::Identity: return identityId(of.identity);
    case Thing::Kind::Everything:
    case Thing::Kind::Policy:
    case Thing::Kind::Address:
    case Thing::Kind::Grant: break;
    }
    return {};
}

std::string Sight::identityId(IdentityId identity) const {
    const auto called = program_.azure.identities.find(identity);
    if (called != program_.azure.identities.end() && !called->second.id.empty()) {
        return called->second.id;
    }
    return idIn(azureTypeOf(terms_, AzureThing::Identity).name, {program_.names.identities[identity].text});
}

std::string Sight::principalText(PrincipalId principal, std::string AzureCalls::Identity::*id) const {
    const IdentityId identity = memory_.identityBehind(principal);
    if (!identity.valid()) {
        return {};
    }
    const auto called = program_.azure.identities.find(identity);
    if (memory_.isFirst(principal) && called != program_.azure.identities.end() && !(called->second.*id).empty()) {
        return called->second.*id;
    }
    std::string name = program_.names.identities[identity].text;
    return world_.identity(identity).principal == principal ? name : name.append(goneSuffix);
}

std::string Sight::hostOf(VaultId vault) const {
    return fmt::format("https://{}.{}/", program_.names.vaults[vault].text, program_.platform->vaultSuffixes.front());
}

std::string Sight::keyUri(KeyId key, std::string_view collection, VersionNameId version) const {
    const KeyName& name = program_.names.keys[key];
    std::string uri = hostOf(name.vault).append(collection).append("/").append(name.text);
    return version.valid() ? uri.append("/").append(program_.names.text(version)) : uri;
}

JsonValue Sight::time(Instant at) const {
    if (at == never || at == Instant::min()) {
        return nullptr;
    }
    std::string text = formatTimestamp(program_.start + at.time_since_epoch());
    text.pop_back(); // the CLI writes the zone as an offset
    return text.append("+00:00");
}

std::string Sight::recoveryLevel(VaultId vault) const {
    const Vault& of = world_.vault(vault);
    if (!of.softDelete) {
        return "Purgeable";
    }
    const bool longest = of.retention >= std::chrono::days{program_.platform->retentionDaysMost};
    return fmt::format("{}{}", longest ? "Recoverable" : "CustomizedRecoverable",
                       of.purgeProtection ? "" : "+Purgeable");
}

// --- what is there ---------------------------------------------------------------------------------------------------

bool Sight::isThere(ResourceId resource) const {
    return !program_.resources[resource].fleet && state_.resource(resource).presence == Presence::Present;
}

std::optional<Thing> Sight::thingOf(const TimelineEntry& entry) const {
    if (const auto* attempt = std::get_if<Attempt>(&entry.what)) {
        Thing thing{Thing::Kind::Resource};
        thing.resource = attempt->resource;
        return isThere(attempt->resource) ? std::optional{thing} : std::nullopt;
    }
    const auto* request = std::get_if<ReadRequest>(&entry.what);
    return request != nullptr ? thingOf(*request) : std::nullopt;
}

std::optional<Thing> Sight::thingOf(const ReadRequest& request) const {
    const Lifecycle wanted = request.deleted ? Lifecycle::SoftDeleted : Lifecycle::Active;
    Thing thing;
    thing.vault = request.vault;
    if (request.key.valid()) {
        const Key& key = world_.key(request.key);
        if (!world_.active(request.vault) || key.state != wanted || key.versions.empty()) {
            return std::nullopt;
        }
        thing.kind = Thing::Kind::Key;
        thing.key = request.key;
        thing.version = key.versions.size() - 1;
        if (request.version.valid()) {
            const auto version = std::ranges::find(key.versions, request.version, &KeyVersion::name);
            if (version == key.versions.end()) {
                return std::nullopt;
            }
            thing.version = static_cast<std::size_t>(version - key.versions.begin());
        }
    } else if (request.vault.valid()) {
        thing.kind = Thing::Kind::Vault;
        return world_.vault(request.vault).state == wanted ? std::optional{thing} : std::nullopt;
    } else if (request.identity.valid()) {
        thing.kind = Thing::Kind::Identity;
        thing.identity = request.identity;
        thing.principal = world_.identity(request.identity).principal;
        return thing.principal.valid() ? std::optional{thing} : std::nullopt;
    }
    return thing;
}

void Sight::addVaults(Lifecycle wanted, std::vector<Thing>& things) const {
    for (const VaultId vault : program_.names.vaults.ids()) {
        if (world_.vault(vault).state == wanted) {
            Thing thing{Thing::Kind::Vault};
            thing.vault = vault;
            things.push_back(thing);
        }
    }
}

void Sight::addKeys(VaultId vault, Lifecycle wanted, std::vector<Thing>& things) const {
    for (const KeyId key : program_.names.keysOf[vault]) {
        if (world_.key(key).state == wanted) {
            Thing thing{Thing::Kind::Key};
            thing.vault = vault;
            thing.key = key;
            thing.version = world_.key(key).versions.size() - 1;
            things.push_back(thing);
        }
    }
}

void Sight::addGrants(VaultId vault, KeyId key, std::vector<Thing>& things) const {
    const auto& assignments = key.valid()     ? world_.key(key).roleAssignments
                              : vault.valid() ? world_.vault(vault).roleAssignments
                                              : world_.rootRoleAssignments();
    for (const RoleAssignment& assignment : assignments) {
        Thing thing{Thing::Kind::Grant};
        thing.vault = vault;
        thing.key = key;
        thing.principal = assignment.principal;
        thing.role = assignment.role;
        if (isWanted(thing)) {
            things.push_back(thing);
        }
    }
}

std::vector<Thing> Sight::grants() const {
    std::vector<Thing> things;
    addGrants({}, {}, things);
    for (const VaultId vault : program_.names.vaults.ids()) {
        if (world_.active(vault)) {
            addGrants(vault, {}, things);
            for (const KeyId key : program_.names.keysOf[vault]) {
                addGrants(vault, key, things);
            }
        }
    }
    return things;
}

bool Sight::isCalled(PrincipalId principal, std::string_view text) const {
    const IdentityId identity = memory_.identityBehind(principal);
    const std::string wanted = lowerCase(text);
    if (!identity.valid()) {
        return false;
    }
    const bool isFirst = memory_.isFirst(principal);
    const auto called = program_.azure.identities.find(identity);
    const auto is = [&](const std::string& one) { return !one.empty() && lowerCase(one) == wanted; };
    const bool byId = isFirst && called != program_.azure.identities.end() &&
                      (is(called->second.principalId) || is(called->second.clientId) || is(called->second.id));
    return byId || (world_.identity(identity).principal == principal && is(program_.names.identities[identity].text));
}

bool Sight::isScopeWanted(const Thing& grant) const {
    const GrantFilter& filter = command_.grants;
    if (filter.everywhere) {
        return true;
    }
    std::string vault;
    std::string key;
    if (const auto id = readAzureId(filter.scope); id && !id->names.empty()) {
        vault = lowerCase(id->names.front());
        key = id->names.size() > 1 ? lowerCase(id->names[1]) : std::string{};
    }
    const std::string ofVault = grant.vault.valid() ? lowerCase(program_.names.vaults[grant.vault].text) : "";
    const std::string ofKey = grant.key.valid() ? lowerCase(program_.names.keys[grant.key].text) : "";
    if (ofVault == vault && ofKey == key) {
        return true;
    }
    return filter.inherited && ofKey.empty() && (ofVault.empty() || ofVault == vault);
}

bool Sight::isWanted(const Thing& grant) const {
    const GrantFilter& filter = command_.grants;
    const RoleRule& role = program_.platform->roles[grant.role.index()];
    return (filter.principal.empty() || isCalled(grant.principal, filter.principal)) &&
           (filter.role.empty() || lowerCase(role.name) == lowerCase(filter.role)) && isScopeWanted(grant);
}

bool Sight::isAttachedTo(ResourceId resource, IdentityId identity) const {
    const IdentityName& name = program_.names.identities[identity];
    if (name.kind == IdentityKind::SystemAssigned) {
        return name.owner == resource && world_.exists(identity);
    }
    return memory_.isAttached(resource, identity)
        .value_or(isAttached(program_.rulesOf(resource), state_.resource(resource), identity));
}

std::vector<IdentityId> Sight::attachedTo(ResourceId resource) const {
    std::vector<IdentityId> attached;
    for (const IdentityId identity : program_.names.identities.ids()) {
        const IdentityKind kind = program_.names.identities[identity].kind;
        const bool shown = kind == IdentityKind::SystemAssigned || kind == IdentityKind::UserAssigned;
        if (shown && isAttachedTo(resource, identity)) {
            attached.push_back(identity);
        }
    }
    return attached;
}

bool Sight::isAskedFor(std::string_view name, std::string_view type) const {
    const ThingFilter& filter = command_.things;
    return (filter.name.empty() || lowerCase(name) == lowerCase(filter.name)) &&
           (filter.type.empty() || lowerCase(type) == lowerCase(filter.type));
}

std::string Sight::fleetNote(ResourceId fleet) const {
    return fmt::format("the {} resources of fleet '{}' are not printed here", program_.resources[fleet].fleet->members,
                       program_.resources[fleet].name);
}

std::vector<std::string> Sight::unseen(const TimelineEntry& entry) const {
    const auto isFleet = [&](ResourceId resource) {
        return program_.resources[resource].fleet && state_.resource(resource).presence == Presence::Present;
    };
    std::vector<std::string> notes;
    if (const auto* attempt = std::get_if<Attempt>(&entry.what)) {
        if (isFleet(attempt->resource)) {
            notes.push_back(fleetNote(attempt->resource));
        }
        return notes;
    }
    if (!command_.shape->prints || command_.shape->prints->kind != ReadShape::Kind::Each) {
        return notes;
    }
    const ReadList list = command_.shape->prints->list;
    for (const ResourceId resource : program_.resources.ids()) {
        Thing thing{Thing::Kind::Resource};
        thing.resource = resource;
        const bool listed = list == ReadList::Resources
                                ? program_.modelOf(resource).service == command_.terms->service
                                : list == ReadList::Things && isAskedFor(nameOf(thing), typeOf(thing));
        if (listed && isFleet(resource)) {
            notes.push_back(fleetNote(resource));
        }
    }
    for (const Unmodelled& one : program_.unmodelled) {
        if (list == ReadList::Things && isAskedFor(one.name, one.type)) {
            notes.push_back(fmt::format("'{}' of type {} has no model and is not printed here", one.name, one.type));
        }
    }
    return notes;
}

std::vector<Thing> Sight::list(const Thing& of, ReadList list) const {
    std::vector<Thing> things;
    const auto add = [&](Thing::Kind kind) -> Thing& {
        Thing& thing = things.emplace_back(of);
        thing.kind = kind;
        return thing;
    };
    switch (list) {
    case ReadList::Vaults: addVaults(Lifecycle::Active, things); break;
    case ReadList::DeletedVaults: addVaults(Lifecycle::SoftDeleted, things); break;
    case ReadList::Keys: addKeys(of.vault, Lifecycle::Active, things); break;
    case ReadList::DeletedKeys: addKeys(of.vault, Lifecycle::SoftDeleted, things); break;
    case ReadList::Versions:
        for (std::size_t i = 0; i < world_.key(of.key).versions.size(); ++i) {
            add(Thing::Kind::Version).version = i;
        }
        break;
    case ReadList::Policies:
        for (const AccessPolicy& policy : world_.vault(of.vault).accessPolicies) {
            Thing& thing = add(Thing::Kind::Policy);
            thing.principal = policy.principal;
            thing.permissions = policy.permissions;
        }
        break;
    case ReadList::Addresses:
        for (const AddressBlock& address : world_.vault(of.vault).ipRules) {
            add(Thing::Kind::Address).address = address;
        }
        break;
    case ReadList::Identities:
        for (const IdentityId identity : program_.names.identities.ids()) {
            if (program_.names.identities[identity].kind == IdentityKind::UserAssigned && world_.exists(identity)) {
                Thing& thing = add(Thing::Kind::Identity);
                thing.identity = identity;
                thing.principal = world_.identity(identity).principal;
            }
        }
        break;
    case ReadList::Grants: return grants();
    case ReadList::Resources:
        for (const ResourceId resource : program_.resources.ids()) {
            if (program_.modelOf(resource).service == command_.terms->service && isThere(resource)) {
                add(Thing::Kind::Resource).resource = resource;
            }
        }
        break;
    case ReadList::Things:
        for (const ReadList kind : {ReadList::Vaults, ReadList::Identities}) {
            for (const Thing& thing : this->list(of, kind)) {
                things.push_back(thing);
            }
        }
        for (const ResourceId resource : program_.resources.ids()) {
            if (isThere(resource)) {
                add(Thing::Kind::Resource).resource = resource;
            }
        }
        std::erase_if(things, [&](const Thing& thing) { return !isAskedFor(nameOf(thing), typeOf(thing)); });
        break;
    case ReadList::AttachedIdentities:
        for (const IdentityId identity : attachedTo(of.resource)) {
            if (program_.names.identities[identity].kind == IdentityKind::UserAssigned) {
                Thing& thing = add(Thing::Kind::Identity);
                thing.identity = identity;
                thing.principal = world_.identity(identity).principal;
            }
        }
        break;
    }
    return things;
}

} // namespace cmksim::reads
