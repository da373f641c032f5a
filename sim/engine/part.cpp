#include "engine/part.hpp"

#include "engine/action_ids.hpp"

#include <boost/pending/disjoint_sets.hpp>

#include <algorithm>

namespace cmksim::engine {

namespace {

/// The ids of the whole that things of a part have, and the other way round.
template <class IdType>
class Renumbering {
public:
    explicit Renumbering(std::size_t size) : inPart_(size) {}

    void add(IdType whole, IdVector<IdType, IdType>& part) {
        inPart_[whole] = IdType{part.size()};
        part.push_back(whole);
    }
    [[nodiscard]] IdType operator()(IdType whole) const { return whole.valid() ? inPart_[whole] : IdType{}; }

private:
    IdVector<IdType, IdType> inPart_;
};

class Divider {
public:
    explicit Divider(const Program& whole)
        : whole_{whole}, sets_{whole.names.vaults.size() + whole.names.identities.size() + whole.resources.size()},
          vaults_{whole.names.vaults.size()}, keys_{whole.names.keys.size()},
          identities_{whole.names.identities.size()}, resources_{whole.resources.size()} {
        for (const IdentityId id : whole.names.identities.ids()) {
            if (whole.names.identities[id].kind == IdentityKind::FirstParty &&
                std::ranges::find(whole.rootRoles, id, &NewRole::identity) == whole.rootRoles.end()) {
                shared_.push_back(id);
            }
        }
    }

    std::vector<EstatePart> divide() {
        connect();
        collect();
        std::vector<EstatePart> done;
        done.reserve(parts_.size());
        for (EstatePart& part : parts_) {
            fill(part);
            done.push_back(std::move(part));
        }
        return done;
    }

private:
    // --- which things hang together: vaults, then identities, then resources, by number ---

    [[nodiscard]] std::size_t numberOf(VaultId id) const { return id.index(); }
    [[nodiscard]] std::size_t numberOf(IdentityId id) const { return whole_.names.vaults.size() + id.index(); }
    [[nodiscard]] std::size_t numberOf(ResourceId id) const {
        return whole_.names.vaults.size() + whole_.names.identities.size() + id.index();
    }

    /// The service's own identity is in every part; where it is granted something above all vaults, it ties them
    /// together like any other.
    [[nodiscard]] bool isShared(IdentityId id) const { return std::ranges::find(shared_, id) != shared_.end(); }

    void connectGrant(VaultId vault, IdentityId identity) {
        if (!isShared(identity)) {
            sets_.union_set(numberOf(vault), numberOf(identity));
        }
    }

    void connect() {
        for (const NewVault& vault : whole_.vaults) {
            for (const NewPolicy& policy : vault.policies) {
                connectGrant(vault.vault, policy.identity);
            }
            for (const NewRole& role : vault.roles) {
                connectGrant(vault.vault, role.identity);
            }
            for (const NewKey& key : vault.keys) {
                for (const NewRole& role : key.roles) {
                    connectGrant(vault.vault, role.identity);
                }
            }
        }
        for (const ResourceId id : whole_.resources.ids()) {
            const ResourceProgram& resource = whole_.resources[id];
            sets_.union_set(numberOf(id), numberOf(resource.ownIdentity));
            if (resource.described) {
                connect(id, *resource.described);
            }
        }
    }

    void connect(ResourceId id, const NewResource& described) {
        std::vector<IdentityId> used = described.identities;
        used.push_back(described.identity);
        for (const IdentityId identity : used) {
            if (identity.valid() && !isShared(identity)) {
                sets_.union_set(numberOf(id), numberOf(identity));
            }
        }
        if (described.key.valid() && !whole_.keys[described.key].malformed) {
            sets_.union_set(numberOf(id), numberOf(whole_.keys[described.key].vault));
        }
    }

    // --- parts ---

    EstatePart& partOf(std::size_t number) {
        const std::size_t root = sets_.find_set(number);
        if (byRoot_.size() <= root) {
            byRoot_.resize(root + 1, nowhere);
        }
        if (byRoot_[root] == nowhere) {
            byRoot_[root] = parts_.size();
            parts_.emplace_back();
        }
        return parts_[byRoot_[root]];
    }

    void collect() {
        for (const VaultId id : whole_.names.vaults.ids()) {
            EstatePart& part = partOf(numberOf(id));
            vaults_.add(id, part.vaults);
            for (const KeyId key : whole_.names.keysOf[id]) {
                keys_.add(key, part.keys);
            }
        }
        for (const ResourceId id : whole_.resources.ids()) {
            resources_.add(id, partOf(numberOf(id)).resources);
        }
        for (const IdentityId id : whole_.names.identities.ids()) {
            if (!isShared(id)) {
                identities_.add(id, partOf(numberOf(id)).identities);
            }
        }
        for (const NewVault& vault : whole_.vaults) {
            partOf(numberOf(vault.vault)).program.vaults.push_back(vault);
        }
        for (const IdentityId id : whole_.identities) {
            if (!isShared(id)) {
                partOf(numberOf(id)).program.identities.push_back(id);
            }
        }
        for (const NewRole& role : whole_.rootRoles) {
            partOf(numberOf(role.identity)).program.rootRoles.push_back(role);
        }
    }

    /// Gives a part what all of them have, and everything in it the part's own numbers.
    void fill(EstatePart& part) {
        Program& program = part.program;
        program.name = whole_.name;
        program.start = whole_.start;
        program.until = whole_.until;
        program.platform = whole_.platform;
        program.models = whole_.models;
        program.names.givenVersionNames = whole_.names.givenVersionNames;
        program.names.backupFiles = whole_.names.backupFiles;
        for (const IdentityId id : shared_) {
            identities_.add(id, part.identities);
            program.identities.push_back(id);
        }
        names(part);
        world(program);
        for (const ResourceId id : part.resources) {
            resource(whole_.resources[id], part);
        }
    }

    void names(EstatePart& part) {
        WorldNames& names = part.program.names;
        for (const VaultId id : part.vaults) {
            names.vaults.push_back(whole_.names.vaults[id]);
            names.keysOf.push_back(whole_.names.keysOf[id]);
            for (KeyId& key : names.keysOf.back()) {
                key = keys_(key);
            }
        }
        for (const KeyId id : part.keys) {
            names.keys.push_back({vaults_(whole_.names.keys[id].vault), whole_.names.keys[id].text});
        }
        for (const IdentityId id : part.identities) {
            IdentityName name = whole_.names.identities[id];
            name.owner = resources_(name.owner);
            names.identities.push_back(std::move(name));
        }
    }

    void renumber(std::vector<NewRole>& roles) const {
        for (NewRole& role : roles) {
            role.identity = identities_(role.identity);
        }
    }

    void world(Program& program) const {
        for (IdentityId& id : program.identities) {
            id = identities_(id);
        }
        std::ranges::sort(program.identities);
        renumber(program.rootRoles);
        for (NewVault& vault : program.vaults) {
            vault.vault = vaults_(vault.vault);
            for (NewPolicy& policy : vault.policies) {
                policy.identity = identities_(policy.identity);
            }
            renumber(vault.roles);
            for (NewKey& key : vault.keys) {
                key.key = keys_(key.key);
                renumber(key.roles);
            }
        }
    }

    void resource(const ResourceProgram& of, EstatePart& part) {
        ResourceProgram resource;
        resource.name = of.name;
        resource.model = of.model;
        resource.ownIdentity = identities_(of.ownIdentity);
        resource.fleet = of.fleet;
        if (of.described) {
            resource.described = of.described;
            NewResource& described = *resource.described;
            described.identity = identities_(described.identity);
            for (IdentityId& identity : described.identities) {
                identity = identities_(identity);
            }
            if (described.key.valid()) {
                described.key = reference(described.key, part);
            }
        }
        part.program.resources.push_back(std::move(resource));
    }

    KeyReferenceId reference(KeyReferenceId id, EstatePart& part) {
        // Parts never share a reference that leads to a key; one that leads nowhere each numbers for itself.
        for (const KeyReferenceId known : part.references.ids()) {
            if (part.references[known] == id) {
                return known;
            }
        }
        KeyReference reference = whole_.keys[id];
        reference.vault = vaults_(reference.vault);
        reference.key = keys_(reference.key);
        part.references.push_back(id);
        part.program.keys.push_back(std::move(reference));
        return KeyReferenceId{part.references.size() - 1};
    }

    static constexpr std::size_t nowhere = ~std::size_t{0};

    const Program& whole_;
    boost::disjoint_sets_with_storage<> sets_; // of what hangs together
    std::vector<IdentityId> shared_;           // in every part
    std::vector<EstatePart> parts_;
    std::vector<std::size_t> byRoot_;
    Renumbering<VaultId> vaults_;
    Renumbering<KeyId> keys_;
    Renumbering<IdentityId> identities_;
    Renumbering<ResourceId> resources_;
};

} // namespace

std::vector<EstatePart> partsOf(const Program& whole) { return Divider{whole}.divide(); }

Action EstatePart::inWhole(Action action) const {
    struct {
        const EstatePart& part;
        VaultId operator()(VaultId id) const { return part.vaults[id]; }
        KeyId operator()(KeyId id) const { return part.keys[id]; }
        IdentityId operator()(IdentityId id) const { return part.identities[id]; }
        ResourceId operator()(ResourceId id) const { return part.resources[id]; }
        KeyReferenceId operator()(KeyReferenceId id) const { return part.references[id]; }
    } const inWhole{*this};
    return IdMapper{inWhole}.mapped(std::move(action));
}

} // namespace cmksim::engine
