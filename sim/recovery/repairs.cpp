#include "recovery/repairs.hpp"

#include "engine/request.hpp"

#include <algorithm>

namespace cmksim::recovery {

namespace {

ResourceAction deletionOf(ResourceId resource) {
    ResourceAction action;
    action.kind = ResourceActionKind::Delete;
    action.resource = resource;
    return action;
}

ResourceAction creationOf(ResourceId resource, const NewResource& described) {
    ResourceAction action;
    action.kind = ResourceActionKind::Create;
    action.resource = resource;
    action.newResource = described;
    return action;
}

/// Puts the candidates for one resource and reason together.
class Repairs {
public:
    Repairs(const Program& program, const SimulationState& simulation, ResourceId resource, const RootCause& rootCause)
        : program_{program}, simulation_{simulation}, world_{simulation.world()}, id_{resource},
          state_{simulation.resource(resource)}, rootCause_{rootCause}, key_{keyOf(program, rootCause)},
          model_{program.modelOf(resource)} {}

    std::vector<Candidate> all() {
        if (rootCause_.gone) {
            candidates_.push_back({creationOf(id_, *state_.described), id_, rootCause_.reason});
            return std::move(candidates_);
        }
        if (rootCause_.failed) {
            makeRoomForCreation();
        }
        if (rootCause_.stalled) {
            onResource(ResourceActionKind::Resume, {});
        }
        if (rootCause_.lapsed) {
            renew();
        }
        byReason();
        return std::move(candidates_);
    }

private:
    static const KeyReference& keyOf(const Program& program, const RootCause& rootCause) {
        static const KeyReference none;
        return rootCause.path.key.valid() ? program.keys[rootCause.path.key] : none;
    }

    void byReason() {
        switch (rootCause_.reason) {
        case Reason::None:
        case Reason::IdentityInactive:
        case Reason::RequirementNotMet: break;
        case Reason::IdentityNotAssigned: switchIdentity(); break;
        case Reason::TokenAcquisitionFailed:
            bringIdentityBack();
            switchIdentity();
            break;
        case Reason::KeyUriMalformed: pointAtKeys(); break;
        case Reason::VaultDnsUnresolved: onVault(WorldActionKind::VaultRestoreDns); break;
        case Reason::VaultNotFound: bringVaultBack(); break;
        case Reason::VaultFirewallDenied: openNetwork(); break;
        case Reason::IdentityUnauthorized: grant(); break;
        case Reason::KeyNotFound: bringKeyBack(); break;
        case Reason::KeyVersionNotFound:
            if (!rootCause_.wrapping.known()) {
                onKey(WorldActionKind::KeyRotate); // the version that is missing may be the next
            }
            makeRoomForBackup();
            break;
        case Reason::UnwrapFailed: makeRoomForBackup(); break;
        case Reason::KeyDisabled:
        case Reason::KeyNotYetValid:
        case Reason::KeyExpired: mendVersion(); break;
        }
    }

    void add(WorldAction action) { candidates_.push_back({std::move(action), id_, rootCause_.reason}); }

    void onVault(WorldActionKind kind) {
        WorldAction action;
        action.kind = kind;
        action.vault = key_.vault;
        add(std::move(action));
    }

    void onKey(WorldActionKind kind) {
        WorldAction action;
        action.kind = kind;
        action.vault = key_.vault;
        action.key = key_.key;
        add(std::move(action));
    }

    void onIdentity(WorldActionKind kind, IdentityId identity) {
        WorldAction action;
        action.kind = kind;
        action.identity = identity;
        add(std::move(action));
    }

    void onResource(ResourceActionKind kind, IdentityId identity, KeyReferenceId key = {}) {
        ResourceAction action;
        action.kind = kind;
        action.resource = id_;
        action.identity = identity;
        action.key = key;
        candidates_.push_back({std::move(action), id_, rootCause_.reason});
    }

    /// A failed creation holds nothing: it goes, and is made again as it was described, once nothing is in the way.
    void makeRoomForCreation() {
        if (rootCause_.needsProtection) {
            updateVault([](VaultSettings& settings) { settings.softDelete = true; });
            updateVault([](VaultSettings& settings) {
                settings.softDelete = true;
                settings.purgeProtection = true;
            });
        }
        if (rootCause_.reason == Reason::None) {
            candidates_.push_back({deletionOf(id_), id_, rootCause_.reason});
        }
    }

    void bringIdentityBack() {
        if (program_.names.identities[state_.identity].kind != IdentityKind::UserAssigned) {
            return;
        }
        onIdentity(WorldActionKind::IdentityRecover, state_.identity);
        if (world_.exists(state_.identity)) {
            // To the principal that has the name now. While the resource is up, what that one lacks would have to be
            // granted before the next revalidation: no way back to count on.
            if (state_.state == model_.ready()) {
                onResource(ResourceActionKind::Update, state_.identity);
            } else {
                switchTo(state_.identity);
            }
        } else {
            onIdentity(WorldActionKind::IdentityCreate, state_.identity);
        }
    }

    void renew() {
        onResource(ResourceActionKind::AssignIdentity, state_.identity);
        onResource(ResourceActionKind::RestoreIdentity, {});
    }

    /// Every other identity that the service takes; one that is not there has to be brought back first, and one that
    /// the service refuses needs what its check misses.
    void switchIdentity() {
        if (state_.credential == Credential::Lapsing) {
            renew(); // a service may let nothing be switched while a credential lapses
        }
        for (const IdentityId identity : program_.names.identities.ids()) {
            const IdentityName& name = program_.names.identities[identity];
            const bool foreign = name.kind == IdentityKind::SystemAssigned && name.owner != id_;
            if (identity == state_.identity || foreign || !model_.identities.contains(name.kind)) {
                continue;
            }
            if (world_.exists(identity)) {
                switchTo(identity);
            } else if (name.kind == IdentityKind::UserAssigned) {
                onIdentity(WorldActionKind::IdentityRecover, identity);
                onIdentity(WorldActionKind::IdentityCreate, identity);
            }
        }
    }

    void switchTo(IdentityId identity) {
        onResource(ResourceActionKind::Update, identity);
        SimulationState trial = simulation_;
        std::vector<Record> ignored;
        const auto refusal = trial.act(std::get<ResourceAction>(candidates_.back().action), ignored);
        if (refusal && refusal->reason != Reason::None && refusal->reason != rootCause_.reason) {
            RootCause prospect = rootCause_;
            prospect.reason = refusal->reason;
            prospect.identity = identity;
            prospect.path.principal = world_.identity(identity).principal;
            prospect.path.identityKind = program_.names.identities[identity].kind;
            prospect.versionInUse =
                askedAnswer(world_, key_, prospect.path, rootCause_.wrapping, simulation_.now()).versionInUse;
            for (Candidate& candidate : Repairs{program_, simulation_, id_, prospect}.all()) {
                candidates_.push_back(std::move(candidate));
            }
        }
    }

    /// The key that wraps its data, by its name alone; where nobody knows which, any that is there.
    void pointAtKeys() {
        for (const KeyReferenceId reference : program_.keys.ids()) {
            const KeyReference& key = program_.keys[reference];
            if (key.malformed || key.version.valid()) {
                continue;
            }
            const auto& versions = world_.key(key.key).versions;
            const bool wraps = std::ranges::any_of(versions, [&](const KeyVersion& version) {
                return rootCause_.wrapping.known() && version.material == rootCause_.wrapping.material();
            });
            if (wraps || !rootCause_.wrapping.known()) {
                onResource(ResourceActionKind::Update, {}, reference);
            }
        }
    }

    void bringVaultBack() {
        if (world_.vault(key_.vault).state == Lifecycle::SoftDeleted) {
            onVault(WorldActionKind::VaultRecover);
            return;
        }
        // As it was, but for its keys: new ones of the old names would only be in the way of their backups.
        for (const NewVault& described : program_.vaults) {
            if (described.vault == key_.vault) {
                WorldAction action;
                action.kind = WorldActionKind::VaultCreate;
                action.vault = key_.vault;
                NewVault vault = described;
                vault.keys.clear();
                const auto missing = [&](const auto& one) { return !world_.exists(one.identity); };
                std::erase_if(vault.policies, missing);
                std::erase_if(vault.roles, missing);
                action.newVault = std::make_shared<const NewVault>(std::move(vault));
                add(std::move(action));
            }
        }
    }

    /// The narrowest opening first: to trusted services, to its address, to everybody.
    void openNetwork() {
        const Vault& vault = world_.vault(key_.vault);
        if (model_.trusted.contains(rootCause_.path.identityKind)) {
            updateVault([](VaultSettings& settings) { settings.trustedBypass = true; });
        }
        if (rootCause_.path.outboundIp && vault.publicAccess) {
            WorldAction action;
            action.kind = WorldActionKind::VaultAddNetworkRule;
            action.vault = key_.vault;
            action.address = {*rootCause_.path.outboundIp, 32};
            add(std::move(action));
        }
        updateVault([](VaultSettings& settings) {
            settings.publicAccess = true;
            settings.perimeter = false;
            settings.allowByDefault = true;
        });
    }

    template <class Change>
    void updateVault(Change change) {
        WorldAction action;
        action.kind = WorldActionKind::VaultUpdate;
        action.vault = key_.vault;
        change(action.settings);
        add(std::move(action));
    }

    void grant() {
        if (!world_.exists(rootCause_.identity) ||
            world_.identity(rootCause_.identity).principal != rootCause_.path.principal) {
            // What is granted now goes to who has the name now.
            onResource(ResourceActionKind::Update, rootCause_.identity);
            return;
        }
        WorldAction action;
        action.vault = key_.vault;
        action.identity = rootCause_.identity;
        if (!world_.vault(key_.vault).rbac) {
            action.kind = WorldActionKind::PolicySet;
            const AccessPolicy* present = policyOf(world_.vault(key_.vault).accessPolicies, rootCause_.path.principal);
            action.permissions = neededOf(rootCause_.identity) | (present != nullptr ? present->permissions : 0);
            add(std::move(action));
            return;
        }
        action.kind = WorldActionKind::RoleAssign;
        // The first of the platform's roles that lets a principal use keys is the least.
        const auto& roles = program_.platform->roles;
        const auto least = std::ranges::find(roles, true, &RoleRule::usesKeys);
        if (least == roles.end()) {
            return;
        }
        action.role = RoleId{static_cast<std::size_t>(least - roles.begin())};
        WorldAction atVault = action;
        action.key = key_.key;
        add(std::move(action));
        add(std::move(atVault));
    }

    /// What everything that uses an identity for a key in this vault requires of its policy.
    [[nodiscard]] PermissionSet neededOf(IdentityId identity) const {
        PermissionSet needed = model_.permissionSet;
        for (const ResourceId id : program_.resources.ids()) {
            const ResourceState& other = simulation_.resource(id);
            if (other.presence == Presence::Present && other.key.valid() && other.uses(identity) &&
                !program_.keys[other.key].malformed && program_.keys[other.key].vault == key_.vault) {
                needed |= program_.modelOf(id).permissionSet;
            }
        }
        return needed;
    }

    void bringKeyBack() {
        const Key& key = world_.key(key_.key);
        if (key.state == Lifecycle::SoftDeleted) {
            onKey(WorldActionKind::KeyRecover);
            onKey(WorldActionKind::KeyPurge); // to make room for a backup
            return;
        }
        onKey(WorldActionKind::KeyRestore);
        for (const BackupFileId file : program_.names.backupFiles.ids()) {
            onKey(WorldActionKind::KeyRestore);
            std::get<WorldAction>(candidates_.back().action).file = file;
        }
        if (!rootCause_.wrapping.known()) {
            onKey(WorldActionKind::KeyCreate);
        }
    }

    /// A key that does not hold what is wanted is in the way of a backup that does.
    void makeRoomForBackup() { onKey(WorldActionKind::KeyDelete); }

    void mendVersion() {
        WorldAction action;
        action.kind = WorldActionKind::KeyUpdate;
        action.vault = key_.vault;
        action.key = key_.key;
        const auto& versions = world_.key(key_.key).versions;
        const auto inUse = std::ranges::find(versions, rootCause_.versionInUse, &KeyVersion::material);
        if (inUse == versions.end()) {
            return;
        }
        if (std::next(inUse) != versions.end()) {
            action.version = inUse->name;
        }
        // All that is wrong with it at once, or will be before the resource has looked.
        const Instant looked = simulation_.now() + model_.revalidation.nominal;
        if (!inUse->enabled) {
            action.versionSettings.enabled = {true, true};
        }
        if (simulation_.now() < inUse->notBefore) {
            action.versionSettings.notBefore = {true, Instant::min()};
        }
        if (looked >= inUse->expires) {
            action.versionSettings.expires = {true, never};
        }
        add(std::move(action));
    }

    const Program& program_;
    const SimulationState& simulation_;
    const World& world_;
    ResourceId id_;
    const ResourceState& state_;
    const RootCause& rootCause_;
    const KeyReference& key_;
    const Model& model_;
    std::vector<Candidate> candidates_;
};

} // namespace

bool isReady(const Program& program, const SimulationState& simulation, ResourceId id) {
    const ResourceState& state = simulation.resource(id);
    return state.presence == Presence::Present && state.state == program.modelOf(id).ready();
}

std::optional<RootCause> rootCauseOf(const Program& program, const SimulationState& simulation, ResourceId resource) {
    const ResourceState& state = simulation.resource(resource);
    const Model& model = program.modelOf(resource);
    RootCause rootCause;
    if (state.presence == Presence::Deleted) {
        rootCause.gone = true;
        return rootCause;
    }
    if (state.presence != Presence::Present || !state.key.valid()) {
        return std::nullopt;
    }
    rootCause.path = accessPath(program.rulesOf(resource), state);
    rootCause.identity = state.identity;
    rootCause.wrapping = state.wrapping;
    rootCause.failed = model.states[state.state].terminal;
    if (rootCause.failed) {
        // What a creation would come to now.
        SimulationState trial = simulation;
        std::vector<Record> ignored;
        const ResourceAction away = deletionOf(resource);
        const ResourceAction anew = creationOf(resource, *state.described);
        trial.act(away, ignored);
        if (const auto refusal = trial.act(anew, ignored)) {
            rootCause.reason = refusal->reason;
            rootCause.needsProtection = refusal->reason == Reason::None || refusal->reason == Reason::RequirementNotMet;
            rootCause.path.principal = simulation.world().identity(state.identity).principal;
        }
        return rootCause;
    }
    rootCause.stalled = state.stalled;
    rootCause.lapsed = state.credential == Credential::Lapsed;
    const Answer answer = *simulation.answer(resource);
    rootCause.reason = answer.reason;
    rootCause.versionInUse = answer.versionInUse;
    const bool waits = rootCause.stalled && state.state != model.ready();
    const bool ails = rootCause.reason != Reason::None || waits || rootCause.lapsed;
    return ails ? std::optional{rootCause} : std::nullopt;
}

std::vector<Candidate> repairsFor(const Program& program, const SimulationState& simulation, ResourceId resource,
                                  const RootCause& rootCause) {
    return Repairs{program, simulation, resource, rootCause}.all();
}

Program withKeyReferences(const Program& program) {
    Program more = program;
    for (const KeyId key : program.names.keys.ids()) {
        const KeyName& name = program.names.keys[key];
        KeyReference reference;
        reference.text = program.names.vaults[name.vault].text + '/' + name.text;
        reference.vault = name.vault;
        reference.key = key;
        more.keys.push_back(std::move(reference));
    }
    return more;
}

} // namespace cmksim::recovery
