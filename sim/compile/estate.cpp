// Vaults, identities and resources as the estate, or an action that makes one, describes them.

#include "base/text.hpp"
#include "base/time.hpp"
#include "catalog/vault_kinds.hpp"
#include "compile/compiler.hpp"
#include "engine/draws.hpp"
#include "scenario/key_reference.hpp"
#include "scenario/names.hpp"

#include <algorithm>
#include <set>

namespace cmksim::compile {

void Compiler::compileEstate() {
    const EstateSpec& estate = scenario_.estate;
    program_.identities.push_back(names_.identity({firstPartyIdentityName, {}}));
    for (const IdentitySpec& identity : estate.identities) {
        if (const IdentityId id = names_.identity(identity.name); id.valid()) {
            program_.identities.push_back(id);
        }
    }
    std::ranges::sort(program_.identities); // what an identity is made of stands before it
    for (const ResourceSpec& spec : estate.resources) {
        const ResourceId id = names_.findResource(spec.key.text);
        if (!id.valid()) {
            continue;
        }
        ResourceProgram& resource = program_.resources[id];
        resource.described = newResource(id, spec, Scope::Estate);
        resource.fleet = fleet(id, spec);
        const IdentityId own = resource.ownIdentity;
        if (resource.described->names(own)) {
            program_.identities.push_back(own);
        }
    }
    for (const UnmodelledSpec& spec : estate.unmodelled) {
        program_.unmodelled.push_back(unmodelled(spec));
    }
    for (const VaultSpec& vault : estate.vaults) {
        if (vault.name.present()) {
            program_.vaults.push_back(newVault(vault));
        }
    }
    program_.rootRoles = roles(estate.roleAssignments, ordinaryVault);
    attachGrantedIdentities();

    // What the estate grants to an identity that is not there counts for no one.
    const auto ofNone = [&](const auto& grant) {
        return std::ranges::find(program_.identities, grant.identity) == program_.identities.end();
    };
    std::erase_if(program_.rootRoles, ofNone);
    for (NewVault& vault : program_.vaults) {
        std::erase_if(vault.policies, ofNone);
        std::erase_if(vault.roles, ofNone);
        for (NewKey& key : vault.keys) {
            std::erase_if(key.roles, ofNone);
        }
    }
}

/// A resource has an identity of its own if the estate grants that something: to a principal that is not there nothing
/// could be granted.
void Compiler::attachGrantedIdentities() {
    std::set<IdentityId> granted;
    const auto note = [&](const auto& grants) {
        for (const auto& grant : grants) {
            granted.insert(grant.identity);
        }
    };
    note(program_.rootRoles);
    for (const NewVault& vault : program_.vaults) {
        note(vault.policies);
        note(vault.roles);
        for (const NewKey& key : vault.keys) {
            note(key.roles);
        }
    }
    for (const ResourceId id : program_.resources.ids()) {
        ResourceProgram& resource = program_.resources[id];
        const IdentityId own = resource.ownIdentity;
        if (resource.described && granted.contains(own) && !resource.described->names(own) &&
            program_.modelOf(id).identities.contains(IdentityKind::SystemAssigned)) {
            resource.described->identities.push_back(own);
            program_.identities.push_back(own);
        }
    }
}

std::optional<std::vector<NetworkId>> Compiler::networks(const std::optional<std::vector<Name>>& names) {
    if (!names) {
        return std::nullopt;
    }
    std::vector<NetworkId> found;
    for (const Name& name : *names) {
        found.push_back(names_.network(name.text));
    }
    return found;
}

VaultSettings Compiler::settings(const VaultSpec& spec) {
    VaultSettings settings;
    if (spec.enableRbacAuthorization) {
        settings.rbac = spec.enableRbacAuthorization->value;
    }
    if (spec.enableSoftDelete) {
        settings.softDelete = spec.enableSoftDelete->value;
    }
    if (spec.enablePurgeProtection) {
        settings.purgeProtection = spec.enablePurgeProtection->value;
    }
    if (spec.publicNetworkAccess) {
        settings.publicAccess = *spec.publicNetworkAccess == scenario::PublicAccess::Enabled;
        settings.perimeter = *spec.publicNetworkAccess == scenario::PublicAccess::SecuredByPerimeter;
    }
    if (spec.networkAcls.defaultAction) {
        settings.allowByDefault = *spec.networkAcls.defaultAction == DefaultAction::Allow;
    }
    if (spec.networkAcls.bypass) {
        settings.trustedBypass = *spec.networkAcls.bypass == Bypass::AzureServices;
    }
    settings.ipRules = spec.networkAcls.ipRules;
    settings.privateEndpoints = networks(spec.privateEndpoints);
    settings.networkRules = networks(spec.virtualNetworkRules);
    settings.insiders = networks(spec.perimeter);
    return settings;
}

/// What only an ordinary vault can have, or can do without. The others have roles of their own, and soft delete always.
void Compiler::checkKind(VaultKindId kind, const VaultSpec& spec) {
    if (kind == ordinaryVault) {
        return;
    }
    const auto refuse = [&](Mark mark, std::string_view why) {
        diagnostics_.error(mark, names_.titleOf(kind) + ' ' + std::string{why}, "leave it out");
    };
    if (spec.enableRbacAuthorization && !spec.enableRbacAuthorization->value) {
        refuse(spec.enableRbacAuthorization->mark, "always goes by roles of its own");
    }
    if (spec.enableSoftDelete && !spec.enableSoftDelete->value) {
        refuse(spec.enableSoftDelete->mark, "always has soft delete");
    }
    if (!spec.accessPolicies.empty()) {
        refuse(spec.accessPolicies.front().identity.mark, "has no access policies");
    }
}

NewVault Compiler::newVault(const VaultSpec& spec) {
    NewVault vault;
    vault.vault = names_.mentionVault(spec.name.text);
    const VaultKindId kind = names_.kindOf(vault.vault);
    checkKind(kind, spec);
    vault.settings = settings(spec);
    if (kind != ordinaryVault) {
        vault.settings.rbac = true;
    }
    vault.retention =
        std::chrono::hours{24} * spec.softDeleteRetentionInDays.value_or(program_.platform->retentionDaysDefault);
    for (const PolicySpec& policy : spec.accessPolicies) {
        if (const IdentityId identity = names_.grantee(policy.identity); identity.valid()) {
            vault.policies.push_back({identity, names_.permissions(policy.permissions)});
        }
    }
    vault.roles = roles(spec.roleAssignments, kind);
    vault.place = {names_.region(spec.region), names_.tenant(spec.tenant)};
    vault.deleted = spec.deleted ? std::optional{spec.deleted->value} : std::nullopt;
    for (const KeySpec& key : spec.keys) {
        if (vault.vault.valid()) {
            vault.keys.push_back(newKey(vault.vault, key));
        }
    }
    return vault;
}

NewKey Compiler::newKey(VaultId vault, const KeySpec& spec) {
    NewKey key;
    key.key = names_.mentionKey(vault, spec.name.text);
    for (const VersionSpec& version : spec.versions) {
        key.versions.push_back({version.name.present() ? names_.version(version.name.text) : VersionNameId{},
                                version.enabled,
                                version.notBefore.value_or(Instant::min()),
                                version.expires.value_or(never),
                                {names_.keyType(version.type), version.size.value_or(0)}});
    }
    key.roles = roles(spec.roleAssignments, names_.kindOf(vault));
    key.deleted = spec.deleted ? std::optional{spec.deleted->value} : std::nullopt;
    return key;
}

std::vector<NewRole> Compiler::roles(const std::vector<RoleSpec>& specs, VaultKindId kind) {
    std::vector<NewRole> roles;
    for (const RoleSpec& spec : specs) {
        const IdentityId identity = names_.grantee(spec.identity);
        for (const Name& name : spec.roles) {
            if (const RoleId role = names_.role(name, kind); role.valid() && identity.valid()) {
                roles.push_back({identity, role});
            }
        }
    }
    return roles;
}

IdentityId Compiler::identityInUse(ResourceId id, const Name& name, Scope scope) {
    const IdentityId found = names_.identityOf(id, name);
    if (scope == Scope::Estate && found.valid() && found.index() >= identitiesOfEstate_) {
        diagnostics_.error(name.mark, "identity " + inQuotes(name.text) + " is not in the estate",
                           "the timeline makes it only later");
    }
    return found;
}

NewResource Compiler::newResource(ResourceId id, const ResourceSpec& spec, Scope scope) {
    const Model& model = program_.modelOf(id);
    const auto identity = [&](const Name& name) { return identityInUse(id, name, scope); };
    NewResource resource;
    if (spec.identity.present()) {
        resource.identity = identity(spec.identity);
    }
    for (const Name& attached : spec.identities) {
        if (const IdentityId found = identity(attached); found.valid()) {
            resource.identities.push_back(found);
        }
    }
    if (!spec.keyReference.present() && spec.slots.empty() && !model.defaultIdentity.empty() &&
        !spec.identity.present()) {
        resource.identity = names_.identityOf(id, {model.defaultIdentity, spec.key.mark});
    } else if (!spec.keyReference.present() && (model.defaultIdentity.empty() || !spec.slots.empty()) &&
               spec.identity.present() && isKnown(model)) {
        diagnostics_.error(spec.identity.mark, "an identity for the key, but no key",
                           "give the resource a 'key', or attach the identity with 'identities'");
    }
    giveKeys(id, spec, scope, resource);
    standOn(id, model, spec, resource);
    resource.properties = properties(model, spec);
    if (scope == Scope::Estate && resource.key.valid()) {
        warnOfProperties(spec, model, resource);
    }
    resource.outboundIp = spec.outboundIp;
    if (spec.network.present()) {
        resource.network = names_.network(spec.network.text);
    }
    resource.self = perimetersDecide_ ? names_.network(spec.key.text) : names_.findNetwork(spec.key.text);
    resource.place = {names_.region(spec.region), names_.tenant(spec.tenant)};
    if (spec.phaseKind == PhaseKind::Pinned) {
        resource.phase = spec.phase;
        if (isKnown(model) && spec.phase >= model.revalidation.nominal) {
            diagnostics_.error(spec.phaseMark, "a phase of " + formatDuration(spec.phase) + " is not below the period",
                               "the service revalidates every " + formatDuration(model.revalidation.nominal));
        }
    }
    if (spec.automaticRotation && isKnown(model)) {
        resource.automaticRotation = spec.automaticRotation->value;
        if (!model.rotationIsSetting) {
            diagnostics_.error(spec.automaticRotation->mark,
                               "the service does not leave automatic rotation to the resource",
                               model.automaticRotation ? "it always has it" : "it never has it");
        }
    }
    if (spec.recoveryPhase) {
        resource.recoveryPhase = recoveryPhase(model, *spec.recoveryPhase);
    }
    if (spec.rotationPhase) {
        const std::optional<Duration> pinned = rotationPhase(model, *spec.rotationPhase);
        resource.rotationPhase = spec.rotationKind == PhaseKind::Pinned ? pinned : std::nullopt;
    }
    giveState(model, spec, resource);
    return resource;
}

void Compiler::giveState(const Model& model, const ResourceSpec& spec, NewResource& resource) {
    if (!spec.state.present() || !isKnown(model)) {
        return;
    }
    for (const StateId state : model.states.ids()) {
        if (model.states[state].name == spec.state.text) {
            resource.state = state;
        }
    }
    if (!resource.state) {
        std::vector<std::string_view> known;
        for (const StateRule& state : model.states) {
            known.push_back(state.name);
        }
        names_.reportUnknown("state", spec.state.text, spec.state.mark, std::move(known));
    } else if (!spec.keyReference.present() && spec.slots.empty() && resource.on.empty() &&
               *resource.state != model.ready()) {
        diagnostics_.error(spec.state.mark,
                           "a resource without a key is always " + inQuotes(model.states[model.ready()].name));
    }
}

std::optional<Duration> Compiler::recoveryPhase(const Model& model, const Marked<Duration>& given) {
    if (!isKnown(model)) {
        return {};
    }
    if (!model.recoveryClock) {
        diagnostics_.error(given.mark, "the service has one clock for what is up and what is down",
                           "its model has no 'recovery-period'; say 'revalidationPhase'");
        return {};
    }
    if (given.value >= model.recoveryClock->nominal) {
        diagnostics_.error(given.mark, "a phase of " + formatDuration(given.value) + " is not below the period",
                           "what is down looks for its key every " + formatDuration(model.recoveryClock->nominal));
    }
    return given.value;
}

std::optional<Duration> Compiler::rotationPhase(const Model& model, const Marked<Duration>& given) {
    if (!isKnown(model)) {
        return {};
    }
    if (!model.rotationClock) {
        diagnostics_.warning(given.mark,
                             "this version of the service has no clock of its own for new versions of a key; "
                             "its revalidations look for them");
        return {};
    }
    const Duration period = model.rotationClock->nominal;
    if (given.value >= period) {
        diagnostics_.error(given.mark, "a phase of " + formatDuration(given.value) + " is not below the period",
                           "the service looks for newer versions every " + formatDuration(period));
    }
    return given.value;
}

std::optional<Fleet> Compiler::fleet(ResourceId id, const ResourceSpec& spec) {
    const Model& model = program_.modelOf(id);
    if (!spec.count || !isKnown(model)) {
        return {};
    }
    Fleet fleet;
    fleet.members = static_cast<std::uint32_t>(spec.count->value);
    fleet.drawn = spec.phaseKind == PhaseKind::Random;
    const Duration period = model.revalidation.nominal;
    if (spec.phaseKind == PhaseKind::Spread) {
        fleet.phases = MemberPhases::spread(fleet.members, period);
    }
    if (const bool spread = spec.rotationKind == PhaseKind::Spread;
        model.rotationClock && (spread || spec.rotationKind == PhaseKind::Random)) {
        spreadRotations(spec, *model.rotationClock, period, fleet);
    }
    drawPhases(fleet, id, model, Draws{0, 0});
    return fleet;
}

/// Where the members' looks for a newer version fall is known one by one, and so must the other phase be.
void Compiler::spreadRotations(const ResourceSpec& spec, const Timing& clock, Duration period, Fleet& fleet) {
    if (spec.phaseKind == PhaseKind::Open) {
        diagnostics_.error(spec.rotationPhase->mark,
                           "the members' 'rotationPhase' differs, and their "
                           "'revalidationPhase' is open",
                           "say 'revalidationPhase' too: spread, random, or one for all");
        return;
    }
    if (!fleet.phases) {
        fleet.phases = MemberPhases::together(fleet.members, std::min(spec.phase, period - Duration{1}), period);
    }
    fleet.rotationsDrawn = spec.rotationKind == PhaseKind::Random;
    std::vector<Duration> rotations;
    for (Member member = 0; member < fleet.members; ++member) {
        rotations.push_back(clock.nominal * member / fleet.members);
    }
    fleet.phases->giveRotations(std::move(rotations));
}

std::optional<KeyReference> Compiler::readKeyReference(const Name& name, Scope scope) {
    const auto versionOf = [&](std::string_view text) { return text.empty() ? VersionNameId{} : names_.version(text); };
    KeyReference reference{std::string{name.text}, {}};
    if (name.text.find("://") != std::string_view::npos) {
        if (const auto uri = catalog::locateKey(name.text, *program_.platform)) {
            const VaultId vault = names_.mentionVault(uri->vault, uri->kind);
            const KeyId key = names_.mentionKey(vault, uri->key);
            reference.named = {vault, key, versionOf(uri->version)};
        }
        return reference;
    }
    const auto written = parseShortKey(name.text);
    if (!written) {
        diagnostics_.error(name.mark, inQuotes(name.text) + " is no key",
                           "write VAULT/KEY, VAULT/KEY/VERSION or a key URI");
        return std::nullopt;
    }
    const VaultId vault = names_.vault({written->vault, name.mark});
    if (!vault.valid()) {
        return std::nullopt;
    }
    const KeyId key = names_.key(vault, written->key, name.mark);
    if (!key.valid()) {
        return std::nullopt;
    }
    if (scope == Scope::Estate && key.index() >= keysOfEstate_) {
        diagnostics_.error(name.mark, "key " + inQuotes(name.text) + " is not in the estate",
                           "the timeline makes it only later; its full URI may name it already");
        return std::nullopt;
    }
    reference.named = {vault, key, versionOf(written->version)};
    return reference;
}

KeyReferenceId Compiler::keyReference(ResourceId id, const Name& name, Scope scope) {
    std::optional<KeyReference> reference = readKeyReference(name, scope);
    if (!reference) {
        return {};
    }
    const Model& model = program_.modelOf(id);
    if (reference->named && isKnown(model) && !model.vaultKinds.contains(names_.kindOf(reference->named->vault))) {
        diagnostics_.warning(name.mark,
                             "a " + inQuotes(model.service) + " takes no key in " +
                                 names_.titleOf(names_.kindOf(reference->named->vault)),
                             "to the service its URI is malformed");
        reference->named.reset();
    }
    const bool isUsed = scope != Scope::Removal;
    if (isUsed && reference->named && reference->named->version.valid() && model.versionedKeyWarning) {
        diagnostics_.warning(name.mark, *model.versionedKeyWarning);
    }
    const auto [known, isNew] = keyReferences_.try_emplace(std::pair{reference->text, reference->named.has_value()},
                                                           KeyReferenceId{program_.keys.size()});
    if (isNew) {
        program_.keys.push_back(std::move(*reference));
    }
    return known->second;
}

// --- what has no model ---

Unmodelled Compiler::unmodelled(const UnmodelledSpec& spec) {
    Unmodelled resource{std::string{spec.name.text}, std::string{spec.type.text}, {}, {}, {}, {}, spec.keyNotRead};
    const Name own = names_.ownOf(spec.name.text);
    const auto uses = [&](const Name& name) {
        const IdentityId id =
            name.present() ? names_.identity(name.text == ownIdentityName ? own : name) : IdentityId{};
        if (id.valid() && std::ranges::find(resource.identities, id) == resource.identities.end()) {
            resource.identities.push_back(id);
        }
        return id;
    };
    for (const KeyUseSpec& use : spec.keys) {
        if (auto key = readKeyReference(use.key, Scope::Estate)) {
            resource.keys.push_back({std::string{use.slot.text}, std::move(*key), uses(use.identity)});
        }
    }
    uses(spec.identity);
    for (const Name& attached : spec.identities) {
        uses(attached);
    }
    for (const Name& base : spec.on) {
        if (names_.isUnmodelled(base.text) || names_.resource(base).valid()) {
            resource.on.emplace_back(base.text);
        }
    }
    for (const Name& name : spec.vaults) {
        if (const VaultId vault = names_.vault(name); vault.valid()) {
            resource.vaults.push_back(vault);
        }
    }
    program_.identities.push_back(names_.identity(own));
    resource.tags = tagsOf(spec.tags);
    return resource;
}

Tags Compiler::tagsOf(std::span<const TagSpec> specs) {
    Tags tags;
    for (const TagSpec& tag : specs) {
        tags.push_back({std::string{tag.name.text}, std::string{tag.value.text}});
    }
    return tags;
}

} // namespace cmksim::compile
