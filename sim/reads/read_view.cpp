#include "reads/read_view.hpp"

#include "az/references.hpp"
#include "base/overloaded.hpp"
#include "base/time.hpp"
#include "catalog/fact_reader.hpp"
#include "engine/resource.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

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

AzureThing azureThingOf(const Thing& of) {
    return std::visit(
        Overloaded{[](Everything) { return AzureThing::Scope; }, [](VaultId) { return AzureThing::Vault; },
                   [](const AccessPolicy&) { return AzureThing::Policies; },
                   [](const SeenAddress&) { return AzureThing::Policies; },
                   [](const SeenVersion&) { return AzureThing::Key; }, [](IdentityId) { return AzureThing::Identity; },
                   [](const SeenGrant&) { return AzureThing::Grant; }, [](ResourceId) { return AzureThing::Resource; },
                   [](const SeenKey&) { return AzureThing::Resource; }},
        of);
}

} // namespace

// --- names and ids ---------------------------------------------------------------------------------------------------

std::string ReadView::typeOf(ResourceId resource) const {
    const auto own = std::ranges::find(terms_, program_.modelOf(resource).service, &AzureTerms::service);
    return std::string{resourceTypeOf(own != terms_.end() ? *own : *command_.terms)};
}

std::string ReadView::typeOf(const Thing& of) const {
    return std::visit(
        Overloaded{[&](ResourceId resource) { return typeOf(resource); }, [](Everything) { return std::string{}; },
                   [](const AccessPolicy&) { return std::string{}; }, [](const SeenAddress&) { return std::string{}; },
                   [](const SeenKey&) { return std::string{}; },
                   [&](VaultId vault) { return azureTypeOf(terms_, azureThingOf(vault), kindOf(vault)).name; },
                   [&](const SeenVersion& seen) {
                       return azureTypeOf(terms_, azureThingOf(seen), kindOf(program_.names.keys[seen.key].vault)).name;
                   },
                   [&](const auto& one) { return azureTypeOf(terms_, azureThingOf(one)).name; }},
        of);
}

const ReadShape* ReadView::managedShape(const Thing& of) const {
    const auto* resource = std::get_if<ResourceId>(&of);
    const auto found = command_.managed->find(
        {resource != nullptr ? program_.modelOf(*resource).service : std::string{}, azureThingOf(of)});
    return found != command_.managed->end() ? &found->second : nullptr;
}

std::string ReadView::nameOf(const Thing& of) const {
    return std::visit(Overloaded{[&](VaultId vault) { return program_.names.vaults[vault].text; },
                                 [&](const SeenVersion& seen) { return program_.names.keys[seen.key].text; },
                                 [&](IdentityId identity) { return program_.names.identities[identity].text; },
                                 [&](ResourceId resource) {
                                     const auto called = program_.azure.resources.find(resource);
                                     return called != program_.azure.resources.end()
                                                ? called->second
                                                : program_.resources[resource].name;
                                 },
                                 [](const auto&) { return std::string{}; }},
                      of);
}

std::string ReadView::idOf(const Thing& of) const {
    return std::visit(Overloaded{[&](VaultId) { return idIn(typeOf(of), {nameOf(of)}); },
                                 [&](ResourceId) { // of a kind whose type the tools' words do not say
                                     const std::string type = typeOf(of);
                                     return type.empty() ? type : idIn(type, {nameOf(of)});
                                 },
                                 [&](const SeenVersion& seen) {
                                     return idIn(typeOf(of), {nameOf(program_.names.keys[seen.key].vault), nameOf(of)});
                                 },
                                 [&](IdentityId identity) { return identityId(identity); },
                                 [](const auto&) { return std::string{}; }},
                      of);
}

std::string ReadView::identityId(IdentityId identity) const {
    const auto called = program_.azure.identities.find(identity);
    if (called != program_.azure.identities.end() && !called->second.id.empty()) {
        return called->second.id;
    }
    return idIn(azureTypeOf(terms_, AzureThing::Identity).name, {program_.names.identities[identity].text});
}

std::string ReadView::principalText(PrincipalId principal, std::string AzureCalls::Identity::*id) const {
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

std::string_view ReadView::kindOf(VaultId vault) const {
    const VaultKindId kind = program_.names.vaults[vault].kind;
    return kind == ordinaryVault ? std::string_view{} : program_.platform->vaultKinds[kind].name;
}

std::string ReadView::hostOf(VaultId vault) const {
    const VaultName& name = program_.names.vaults[vault];
    return fmt::format("https://{}/", program_.platform->hostOf(name.text, name.kind));
}

std::string ReadView::keyUri(KeyId key, std::string_view collection, VersionNameId version) const {
    const KeyName& name = program_.names.keys[key];
    std::string uri = hostOf(name.vault).append(collection).append("/").append(name.text);
    return version.valid() ? uri.append("/").append(program_.names.text(version)) : uri;
}

JsonValue ReadView::time(Instant at) const {
    if (at == never || at == Instant::min()) {
        return nullptr;
    }
    std::string text = formatTimestamp(program_.start + at.time_since_epoch());
    text.pop_back(); // the CLI writes the zone as an offset
    return text.append("+00:00");
}

std::string ReadView::recoveryLevel(VaultId vault) const {
    const Vault& of = world_.vault(vault);
    if (!of.softDelete) {
        return "Purgeable";
    }
    const bool longest = of.retention >= std::chrono::days{program_.platform->retentionDaysMost};
    return fmt::format("{}{}", longest ? "Recoverable" : "CustomizedRecoverable",
                       of.purgeProtection ? "" : "+Purgeable");
}

// --- what is there ---------------------------------------------------------------------------------------------------

bool ReadView::isThere(ResourceId resource) const {
    return !program_.resources[resource].fleet && state_.resource(resource).presence == Presence::Present;
}

std::optional<Thing> ReadView::thingOf(const TimelineEntry& entry) const {
    if (const auto* attempt = std::get_if<Attempt>(&entry.what)) {
        return isThere(attempt->resource) ? std::optional<Thing>{attempt->resource} : std::nullopt;
    }
    const auto* request = std::get_if<ReadRequest>(&entry.what);
    return request != nullptr ? thingOf(*request) : std::nullopt;
}

std::optional<Thing> ReadView::thingOf(const ReadRequest& request) const {
    const Lifecycle wanted = request.deleted ? Lifecycle::SoftDeleted : Lifecycle::Active;
    const auto where = [](bool is, const Thing& thing) { return is ? std::optional{thing} : std::nullopt; };
    return std::visit(
        Overloaded{[&](Everything all) { return where(true, all); },
                   [&](const OnVault& at) { return where(world_.vault(at.vault).state == wanted, at.vault); },
                   [&](const OnIdentity& at) { return where(world_.exists(at.identity), at.identity); },
                   [&](const OnVersion& at) {
                       const Key& key = world_.key(at.key);
                       const KeyVersion* version = versionIn(key.versions, at.version);
                       const bool is = world_.active(at.vault) && key.state == wanted && version != nullptr;
                       return is ? std::optional<Thing>{SeenVersion{
                                       at.key, static_cast<std::size_t>(version - key.versions.data())}}
                                 : std::nullopt;
                   }},
        request.at);
}

bool ReadView::isCalled(PrincipalId principal, std::string_view text) const {
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

bool ReadView::isScopeWanted(const GrantScope& scope) const {
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
    const auto isNamed = [&](VaultId one) { return lowerCase(program_.names.vaults[one].text) == vault; };
    return std::visit(
        Overloaded{
            [&](AboveVaults) { return filter.inherited || vault.empty(); },
            [&](const OnVault& at) { return isNamed(at.vault) && (filter.inherited || key.empty()); },
            [&](const OnKey& at) { return isNamed(at.vault) && lowerCase(program_.names.keys[at.key].text) == key; }},
        scope);
}

bool ReadView::isWanted(const SeenGrant& grant) const {
    const GrantFilter& filter = command_.grants;
    const RoleRule& role = program_.platform->roles[grant.role.role.index()];
    return (filter.principal.empty() || isCalled(grant.role.principal, filter.principal)) &&
           (filter.role.empty() || lowerCase(role.name) == lowerCase(filter.role)) && isScopeWanted(grant.scope);
}

bool ReadView::isAttachedTo(ResourceId resource, IdentityId identity) const {
    const IdentityName& name = program_.names.identities[identity];
    if (name.kind == IdentityKind::SystemAssigned) {
        return name.owner == resource && world_.exists(identity);
    }
    return memory_.isAttached(resource, identity)
        .value_or(isAttached(program_.rulesOf(resource), state_.resource(resource), identity));
}

std::vector<IdentityId> ReadView::attachedTo(ResourceId resource) const {
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

bool ReadView::isAskedFor(std::string_view name, std::string_view type) const {
    const ThingFilter& filter = command_.things;
    return (filter.name.empty() || lowerCase(name) == lowerCase(filter.name)) &&
           (filter.type.empty() || lowerCase(type) == lowerCase(filter.type));
}

std::string ReadView::fleetNote(ResourceId fleet) const {
    return fmt::format("the {} resources of fleet '{}' are not printed here", program_.resources[fleet].fleet->members,
                       program_.resources[fleet].name);
}

std::vector<std::string> ReadView::unseen(const TimelineEntry& entry) const {
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
    const auto& prints = command_.shape->prints;
    const auto* each = prints ? std::get_if<shape::Each>(&prints->what) : nullptr;
    if (each == nullptr) {
        return notes;
    }
    const ReadList list = each->list;
    for (const ResourceId resource : program_.resources.ids()) {
        const bool listed = list == ReadList::Resources
                                ? program_.modelOf(resource).service == command_.terms->service
                                : list == ReadList::Things && isAskedFor(nameOf(resource), typeOf(resource));
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

void ReadView::addVaults(Lifecycle wanted, std::vector<Thing>& things) const {
    for (const VaultId vault : program_.names.vaults.ids()) {
        if (world_.vault(vault).state == wanted) {
            things.emplace_back(vault);
        }
    }
}

void ReadView::addKeys(VaultId vault, Lifecycle wanted, std::vector<Thing>& things) const {
    for (const KeyId key : program_.names.keysOf[vault]) {
        if (world_.key(key).state == wanted) {
            things.emplace_back(SeenVersion{key, world_.key(key).versions.size() - 1});
        }
    }
}

void ReadView::addVersions(KeyId key, std::vector<Thing>& things) const {
    for (std::size_t place = 0; place < world_.key(key).versions.size(); ++place) {
        things.emplace_back(SeenVersion{key, place});
    }
}

void ReadView::addAddresses(VaultId vault, std::vector<Thing>& things) const {
    for (const AddressBlock& block : world_.vault(vault).ipRules) {
        things.emplace_back(SeenAddress{vault, block});
    }
}

void ReadView::addGrants(const GrantScope& scope, std::vector<Thing>& things) const {
    for (const RoleAssignment& role : world_.rolesAt(scope)) {
        if (const SeenGrant grant{scope, role}; isWanted(grant)) {
            things.emplace_back(grant);
        }
    }
}

void ReadView::addGrants(std::vector<Thing>& things) const {
    addGrants(AboveVaults{}, things);
    for (const VaultId vault : program_.names.vaults.ids()) {
        if (world_.active(vault)) {
            addGrants(OnVault{vault}, things);
            for (const KeyId key : program_.names.keysOf[vault]) {
                addGrants(OnKey{vault, key}, things);
            }
        }
    }
}

bool ReadView::isUserAssigned(IdentityId identity) const {
    return program_.names.identities[identity].kind == IdentityKind::UserAssigned;
}

void ReadView::addIdentities(std::vector<Thing>& things) const {
    for (const IdentityId identity : program_.names.identities.ids()) {
        if (isUserAssigned(identity) && world_.exists(identity)) {
            things.emplace_back(identity);
        }
    }
}

void ReadView::addAttached(ResourceId resource, std::vector<Thing>& things) const {
    for (const IdentityId identity : attachedTo(resource)) {
        if (isUserAssigned(identity)) {
            things.emplace_back(identity);
        }
    }
}

void ReadView::addUsedKeys(ResourceId resource, std::vector<Thing>& things) const {
    std::size_t place = 0;
    state_.resource(resource).eachSlot([&](const SlotState& slot) {
        if (slot.key.valid()) {
            things.emplace_back(SeenKey{resource, place});
        }
        ++place;
    });
}

void ReadView::addResources(std::vector<Thing>& things) const {
    for (const ResourceId resource : program_.resources.ids()) {
        if (isThere(resource)) {
            things.emplace_back(resource);
        }
    }
}

std::vector<Thing> ReadView::list(const Thing& of, ReadList list) const {
    std::vector<Thing> things;
    switch (list) {
    case ReadList::Vaults: addVaults(Lifecycle::Active, things); break;
    case ReadList::DeletedVaults: addVaults(Lifecycle::SoftDeleted, things); break;
    case ReadList::Keys: addKeys(std::get<VaultId>(of), Lifecycle::Active, things); break;
    case ReadList::DeletedKeys: addKeys(std::get<VaultId>(of), Lifecycle::SoftDeleted, things); break;
    case ReadList::Versions: addVersions(std::get<SeenVersion>(of).key, things); break;
    case ReadList::Policies: {
        const auto& policies = world_.vault(std::get<VaultId>(of)).accessPolicies;
        things.assign(policies.begin(), policies.end());
        break;
    }
    case ReadList::Addresses: addAddresses(std::get<VaultId>(of), things); break;
    case ReadList::Identities: addIdentities(things); break;
    case ReadList::Grants: addGrants(things); break;
    case ReadList::Resources:
        addResources(things);
        std::erase_if(things, [&](const Thing& thing) {
            return program_.modelOf(std::get<ResourceId>(thing)).service != command_.terms->service;
        });
        break;
    case ReadList::Things:
        addVaults(Lifecycle::Active, things);
        addIdentities(things);
        addResources(things);
        std::erase_if(things, [&](const Thing& thing) { return !isAskedFor(nameOf(thing), typeOf(thing)); });
        break;
    case ReadList::AttachedIdentities: addAttached(std::get<ResourceId>(of), things); break;
    case ReadList::UsedKeys: addUsedKeys(std::get<ResourceId>(of), things); break;
    }
    return things;
}

} // namespace cmksim::reads
