#include "recovery/repairs.hpp"

#include "engine/slots.hpp"

#include <algorithm>

namespace cmksim::recovery {

namespace {

/// Puts the candidates for one resource and reason together.
class Repairs {
public:
    Repairs(const Program& program, const SimulationState& simulation, ResourceId resource, const RootCause& rootCause)
        : program_{program}, simulation_{simulation}, world_{simulation.world()}, id_{resource},
          state_{simulation.resource(resource)}, rootCause_{rootCause}, reference_{referenceOf(program, rootCause)},
          key_{reference_.named.value_or(NamedKey{})}, model_{program.modelOf(resource)} {}

    std::vector<Candidate> all() {
        if (rootCause_.gone || rootCause_.failed) {
            prepareCreation();
        }
        if (rootCause_.stalled) {
            add(ServiceResume{{id_}});
        }
        if (rootCause_.lapsed) {
            renew();
        }
        byReason();
        letGoOfKey();
        if (rootCause_.byHand && rootCause_.reason == Reason::None) {
            add(ResourceRevalidate{{id_}});
            mendWhatRefuses(rootCause_);
        }
        return std::move(candidates_);
    }

private:
    static const KeyReference& referenceOf(const Program& program, const RootCause& rootCause) {
        static const KeyReference none;
        return rootCause.path.key.valid() ? program.keys[rootCause.path.key] : none;
    }

    void byReason() {
        switch (notesOn(rootCause_.reason).remedy) {
        case Remedy::None: break;
        case Remedy::SwitchIdentity: switchIdentity(); break;
        case Remedy::BringIdentityBack:
            bringIdentityBack();
            switchIdentity();
            break;
        case Remedy::PointAtKeys: pointAtKeys(); break;
        case Remedy::RestoreDns: add(VaultRestoreDns{{key_.vault}}); break;
        case Remedy::BringVaultBack: bringVaultBack(); break;
        case Remedy::OpenNetwork: openNetwork(); break;
        case Remedy::Grant: grant(); break;
        case Remedy::BringKeyBack: bringKeyBack(); break;
        case Remedy::BringVersionBack:
            if (!rootCause_.wrapping.known()) {
                add(KeyRotate{{key_.vault, key_.key}}); // the version that is missing may be the next
            }
            makeRoomForBackup();
            break;
        case Remedy::BringMaterialBack: makeRoomForBackup(); break;
        case Remedy::RepairVersion: repairVersion(); break;
        }
    }

    void add(Action action) { candidates_.push_back({std::move(action), id_, rootCause_.reason}); }

    /// Where a service can do without the key: the last resort, by what it costs.
    void letGoOfKey() {
        const bool uses = rootCause_.reason != Reason::None && state_.keyIn(rootCause_.slot) != nullptr;
        if (uses && model_.isOptional(program_.names.slots[rootCause_.slot])) {
            ResourceUpdate update{{id_}, {}, {}, {}};
            update.slots.push_back({.slot = rootCause_.slot, .removed = true});
            add(std::move(update));
        }
    }

    void switchIdentityTo(IdentityId identity) { add(updateOf(identity, {})); }

    [[nodiscard]] ResourceUpdate updateOf(IdentityId identity, KeyReferenceId key) const {
        ResourceUpdate update{{id_}, {}, {}, {}};
        if (rootCause_.slot == shortSlotOf(program_.names, model_)) {
            update.identity = identity;
            update.key.to = key;
        } else {
            update.slots.push_back({rootCause_.slot, key, identity});
        }
        return update;
    }

    /// The identity that is used for the key now.
    [[nodiscard]] IdentityId presentIdentity() const {
        const SlotState* slot = state_.keyIn(rootCause_.slot);
        return slot != nullptr ? slot->identity : state_.identity;
    }

    /// What is made needs its identities, and of some services a vault that is protected. A failed creation holds
    /// nothing: it goes, and is made again as it was described, once nothing is in the way.
    void prepareCreation() {
        for (const IdentityId identity : program_.names.identities.ids()) {
            const bool missing = rootCause_.described->names(identity) && !world_.exists(identity);
            if (missing && program_.names.identities[identity].kind == IdentityKind::UserAssigned) {
                add(IdentityCreate{{identity}});
            } else if (missing) {
                recoverParts(program_.names.identities[identity]);
            }
        }
        if (rootCause_.needsProtection && key_.vault.valid()) { // a malformed key leads to no vault
            updateVault([](VaultSettings& settings) { settings.softDelete = true; });
            updateVault([](VaultSettings& settings) {
                settings.softDelete = true;
                settings.purgeProtection = true;
            });
        }
        if (rootCause_.gone && !rootCause_.refusal) {
            add(creationOf(id_, *rootCause_.described));
            candidates_.back().empty = state_.presence == Presence::Deleted;
        } else if (rootCause_.failed && rootCause_.reason == Reason::None) {
            add(ResourceDelete{{id_}});
        }
    }

    /// What is made anew under the name of a part is not what a federated identity is made of.
    void recoverParts(const IdentityName& federated) {
        for (const IdentityId part : {federated.with, federated.app}) {
            if (part.valid() && !world_.exists(part)) {
                add(IdentityRecover{{part}});
            }
        }
    }

    void bringIdentityBack() {
        const IdentityId present = presentIdentity();
        if (present.valid()) {
            recoverParts(program_.names.identities[present]);
        }
        if (!present.valid() || program_.names.identities[present].kind != IdentityKind::UserAssigned) {
            return;
        }
        add(IdentityRecover{{present}});
        if (world_.exists(present)) {
            // To the principal that has the name now. While the resource is up, what that one lacks would have to be
            // granted before the next revalidation: no way back to count on, unless the service takes it later as well.
            if (isDown(state_) || canSwitchLater(present)) {
                switchTo(present);
            } else {
                switchIdentityTo(present);
            }
        } else {
            add(IdentityCreate{{present}});
        }
    }

    /// Whether the service lets it switch after it has noticed what is wrong, or refuses that for what can be repaired.
    [[nodiscard]] bool canSwitchLater(IdentityId identity) const {
        SimulationState later = simulation_;
        std::vector<Record> ignored;
        later.advanceTo(simulation_.now() + 2 * model_.revalidation.nominal, ignored);
        const auto refusal = later.act(updateOf(identity, {}), ignored);
        return !refusal || isForAnother(reasonOf(*refusal));
    }

    /// Whether a check found something else wrong than what is to be repaired.
    [[nodiscard]] bool isForAnother(Reason reason) const {
        return reason != Reason::None && reason != rootCause_.reason;
    }

    void renew() {
        candidates_.push_back({ResourceAssignIdentity{{id_}, state_.identity}, id_, Reason::IdentityInactive});
        candidates_.push_back({SupportRestoreIdentity{{id_}}, id_, Reason::IdentityInactive});
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
            if (identity == presentIdentity() || foreign || leavesTenant(name) ||
                !model_.identities.contains(name.kind)) {
                continue;
            }
            if (world_.exists(identity)) {
                switchTo(identity);
            } else if (name.kind == IdentityKind::UserAssigned) {
                add(IdentityRecover{{identity}});
                add(IdentityCreate{{identity}});
            } else {
                recoverParts(name);
            }
        }
    }

    /// The key of one that uses a federated identity lies in another tenant, where no other kind can be granted
    /// anything.
    [[nodiscard]] bool leavesTenant(const IdentityName& other) const {
        const IdentityId present = presentIdentity();
        return present.valid() && program_.names.identities[present].isFederated() && !other.isFederated();
    }

    void switchTo(IdentityId identity) {
        switchIdentityTo(identity);
        RootCause prospect = rootCause_;
        prospect.identity = identity;
        prospect.path.principal = world_.identity(identity).principal;
        prospect.path.identityKind = program_.names.identities[identity].kind;
        mendWhatRefuses(std::move(prospect));
    }

    /// What the check of the last candidate finds in its way, on the path that it would take.
    void mendWhatRefuses(RootCause prospect) {
        SimulationState trial = simulation_;
        std::vector<Record> ignored;
        const auto refusal = trial.act(candidates_.back().action, ignored);
        if (refusal && isForAnother(reasonOf(*refusal))) {
            prospect.reason = reasonOf(*refusal);
            prospect.versionInUse =
                askedAnswer(world_, reference_, prospect.path, rootCause_.wrapping, simulation_.now()).versionInUse;
            for (Candidate& candidate : Repairs{program_, simulation_, id_, prospect}.all()) {
                candidates_.push_back(std::move(candidate));
            }
        }
    }

    /// The key that wraps its data, by its name alone; where it is not known which, any that is there.
    void pointAtKeys() {
        for (const KeyReferenceId reference : program_.keys.ids()) {
            const std::optional<NamedKey>& key = program_.keys[reference].named;
            if (!key || key->version.valid() || !model_.vaultKinds.contains(program_.names.vaults[key->vault].kind)) {
                continue;
            }
            const auto& versions = world_.key(key->key).versions;
            const bool wraps = std::ranges::any_of(versions, [&](const KeyVersion& version) {
                return rootCause_.wrapping.known() && version.material == rootCause_.wrapping.material();
            });
            if (wraps || !rootCause_.wrapping.known()) {
                add(updateOf({}, reference));
            }
        }
    }

    void bringVaultBack() {
        if (world_.vault(key_.vault).state == Lifecycle::SoftDeleted) {
            add(VaultRecover{{key_.vault}});
            return;
        }
        // As it was, but for its keys: new ones of the old names would only be in the way of their backups.
        const auto described = std::ranges::find(program_.vaults, key_.vault, &NewVault::vault);
        if (described == program_.vaults.end() && isOnlyAHost()) {
            return;
        }
        if (described == program_.vaults.end()) {
            add(VaultCreate{{key_.vault}, std::make_shared<const NewVault>(unheardOfVault())});
            return;
        }
        NewVault vault = *described;
        vault.deleted.reset();
        vault.keys.clear();
        const auto missing = [&](const auto& one) { return !world_.exists(one.identity); };
        std::erase_if(vault.policies, missing);
        std::erase_if(vault.roles, missing);
        add(VaultCreate{{key_.vault}, std::make_shared<const NewVault>(std::move(vault))});
    }

    /// Whether its vault is called by its host, as one of another kind has its name: no scenario can make it.
    [[nodiscard]] bool isOnlyAHost() const {
        return program_.names.vaults[key_.vault].text.find('.') != std::string::npos;
    }

    /// A vault of which the estate knows the name alone, set up as services ask for.
    [[nodiscard]] NewVault unheardOfVault() const {
        NewVault vault;
        vault.vault = key_.vault;
        vault.settings.rbac = true;
        vault.settings.softDelete = true;
        vault.settings.purgeProtection = true;
        vault.settings.publicAccess = true;
        vault.settings.perimeter = false;
        vault.settings.allowByDefault = true;
        vault.settings.trustedBypass = true;
        vault.settings.ipRules.emplace();
        vault.retention = std::chrono::days{program_.platform->retentionDaysDefault};
        return vault;
    }

    /// The narrowest opening first: to what uses the vault, to trusted services, to its address, to everybody.
    void openNetwork() {
        const Vault& vault = world_.vault(key_.vault);
        if (vault.perimeter) {
            widenPerimeter(vault);
        } else if (model_.trusted.contains(rootCause_.path.identityKind)) {
            updateVault([](VaultSettings& settings) { settings.trustedBypass = true; });
        }
        if (rootCause_.path.outboundIp && vault.publicAccess) {
            add(VaultAddNetworkRule{{key_.vault}, {*rootCause_.path.outboundIp, 32}});
        }
        updateVault([&](VaultSettings& settings) {
            settings.publicAccess = true;
            settings.perimeter = vault.perimeter ? std::optional{false} : std::nullopt;
            settings.allowByDefault = true;
        });
    }

    /// Takes in whatever uses a key of the vault: one step, however many it keeps out.
    void widenPerimeter(const Vault& vault) {
        std::vector<NetworkId> insiders = vault.insiders;
        const auto takeIn = [&](NetworkId one) {
            if (one.valid() && std::ranges::find(insiders, one) == insiders.end()) {
                insiders.push_back(one);
            }
        };
        takeIn(rootCause_.path.self);
        eachUserOfVault([&](ResourceId id, IdentityId /*identity*/) {
            const auto& described = program_.resources[id].described;
            takeIn(described ? described->self : NetworkId{});
        });
        if (insiders.size() > vault.insiders.size()) {
            updateVault([&](VaultSettings& settings) { settings.insiders = std::move(insiders); });
        }
    }

    /// The resources that use a key of the vault, with each identity that they do it with.
    template <class Use>
    void eachUserOfVault(Use use) const {
        for (const ResourceId id : program_.resources.ids()) {
            const ResourceState& other = simulation_.resource(id);
            other.eachSlot([&](const SlotState& slot) {
                if (other.presence == Presence::Present && slot.key.valid() && program_.keys[slot.key].named &&
                    program_.keys[slot.key].named->vault == key_.vault) {
                    use(id, slot.identity);
                }
            });
        }
    }

    template <class Change>
    void updateVault(Change change) {
        VaultUpdate update{{key_.vault}, {}};
        change(update.settings);
        add(std::move(update));
    }

    void grant() {
        if (!world_.exists(rootCause_.identity) ||
            world_.identity(rootCause_.identity).principal != rootCause_.path.principal) {
            // What is granted now goes to who has the name now. The one that is used works by a last token, if at all.
            switchIdentityTo(rootCause_.identity);
            bringIdentityBack();
            return;
        }
        const IdentityId grantee = program_.names.granteeOf(rootCause_.identity);
        if (!world_.vault(key_.vault).rbac) {
            const AccessPolicy* present =
                policyOf(world_.vault(key_.vault).accessPolicies, world_.granteeOf(rootCause_.path.principal));
            const PermissionSet permissions = neededOf(grantee) | (present != nullptr ? present->permissions : 0);
            add(PolicySet{{key_.vault}, grantee, permissions, {}});
            return;
        }
        const RoleId role =
            program_.platform->leastRole(program_.names.vaults[key_.vault].kind, model_.rolePermissionSet);
        if (!role.valid()) {
            return;
        }
        if (world_.vault(key_.vault).state == Lifecycle::Active && world_.key(key_.key).state != Lifecycle::Active) {
            bringKeyBack(); // at the key, where it is there, is narrower than at the vault
        }
        add(RoleAssign{{OnKey{key_.vault, key_.key}}, grantee, role, {}});
        add(RoleAssign{{OnVault{key_.vault}}, grantee, role, {}});
    }

    /// What everything that uses a key of this vault as an identity requires of its policy.
    [[nodiscard]] PermissionSet neededOf(IdentityId grantee) const {
        PermissionSet needed = model_.permissionSet;
        eachUserOfVault([&](ResourceId id, IdentityId used) {
            needed |= program_.names.granteeOf(used) == grantee ? program_.modelOf(id).permissionSet : PermissionSet{0};
        });
        return needed;
    }

    void bringKeyBack() {
        const Key& key = world_.key(key_.key);
        if (key.state == Lifecycle::SoftDeleted) {
            add(KeyRecover{{key_.vault, key_.key}});
            add(KeyPurge{{key_.vault, key_.key}}); // to make room for a backup
            return;
        }
        add(KeyRestore{{key_.vault, key_.key}, {}});
        for (const BackupFileId file : program_.names.backupFiles.ids()) {
            add(KeyRestore{{key_.vault, key_.key}, file});
        }
        if (!rootCause_.wrapping.known()) {
            add(KeyCreate{{key_.vault, key_.key}, {}});
        }
    }

    /// A key that does not hold what is wanted is in the way of a backup that does.
    void makeRoomForBackup() { add(KeyDelete{{key_.vault, key_.key}}); }

    void repairVersion() {
        KeyUpdate action{{key_.vault, key_.key, {}}, {}};
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
            action.settings.enabled = true;
        }
        if (simulation_.now() < inUse->notBefore) {
            action.settings.notBefore = Instant::min();
        }
        if (looked >= inUse->expires) {
            action.settings.expires = never;
        }
        add(action);
    }

    const Program& program_;
    const SimulationState& simulation_;
    const World& world_;
    ResourceId id_;
    const ResourceState& state_;
    const RootCause& rootCause_;
    const KeyReference& reference_;
    NamedKey key_; // of no meaning where the reference leads nowhere
    const Model& model_;
    std::vector<Candidate> candidates_;
};

} // namespace

std::vector<Candidate> repairsFor(const Program& program, const SimulationState& simulation, ResourceId resource,
                                  const RootCause& rootCause) {
    std::vector<Candidate> candidates = Repairs{program, simulation, resource, rootCause}.all();
    for (const RootCause& other : rootCause.others) {
        for (Candidate& candidate : Repairs{program, simulation, resource, other}.all()) {
            candidates.push_back(std::move(candidate));
        }
    }
    return candidates;
}

Program withKeyReferences(const Program& program) {
    Program more = program;
    for (const KeyId key : program.names.keys.ids()) {
        const KeyName& name = program.names.keys[key];
        KeyReference reference;
        reference.text = program.names.vaults[name.vault].text + '/' + name.text;
        reference.named = {name.vault, key, {}};
        more.keys.push_back(std::move(reference));
    }
    return more;
}

} // namespace cmksim::recovery
