#include "engine/part.hpp"

#include "engine/action_ids.hpp"
#include "engine/dependencies.hpp"

#include <algorithm>
#include <unordered_map>

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
        : whole_{whole}, tied_{whole}, places_{tied_.parts()}, vaults_{whole.names.vaults.size()},
          keys_{whole.names.keys.size()}, identities_{whole.names.identities.size()},
          resources_{whole.resources.size()} {
        for (const IdentityId id : whole.names.identities.ids()) {
            if (tied_.isShared(id)) {
                shared_.push_back(id);
            }
        }
    }

    std::vector<EstatePart> divide() {
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
    // --- parts ---

    /// In the order in which they are asked for first.
    EstatePart& partOf(const DependencyNode& node) {
        const auto [known, isNew] = partAt_.try_emplace(places_[tied_.vertexOf(node)], parts_.size());
        if (isNew) {
            parts_.emplace_back();
        }
        return parts_[known->second];
    }

    /// The service's own identity is in every part.
    [[nodiscard]] bool isShared(IdentityId id) const { return std::ranges::find(shared_, id) != shared_.end(); }

    void collect() {
        for (const VaultId id : whole_.names.vaults.ids()) {
            EstatePart& part = partOf(node::Vault{id});
            vaults_.add(id, part.vaults);
            for (const KeyId key : whole_.names.keysOf[id]) {
                keys_.add(key, part.keys);
            }
        }
        for (const ResourceId id : whole_.resources.ids()) {
            resources_.add(id, partOf(node::Resource{id}).resources);
        }
        for (const IdentityId id : whole_.names.identities.ids()) {
            if (!isShared(id)) {
                identities_.add(id, partOf(node::Identity{id}).identities);
            }
        }
        for (const NewVault& vault : whole_.vaults) {
            partOf(node::Vault{vault.vault}).program.vaults.push_back(vault);
        }
        for (const IdentityId id : whole_.identities) {
            if (!isShared(id)) {
                partOf(node::Identity{id}).program.identities.push_back(id);
            }
        }
        for (const NewRole& role : whole_.rootRoles) {
            partOf(node::Identity{role.identity}).program.rootRoles.push_back(role);
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
        program.names.networks = whole_.names.networks;
        program.names.regions = whole_.names.regions;
        program.names.tenants = whole_.names.tenants;
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
        resource.ownClocks = of.ownClocks;
        if (of.described) {
            resource.described = of.described;
            NewResource& described = *resource.described;
            described.identity = identities_(described.identity);
            for (IdentityId& identity : described.identities) {
                identity = identities_(identity);
            }
            for (ResourceId& base : described.on) {
                base = resources_(base);
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

    const Program& whole_;
    Dependencies tied_;
    std::vector<std::size_t> places_; // the part of each vertex, by the graph's own numbers
    std::vector<IdentityId> shared_;  // in every part
    std::vector<EstatePart> parts_;
    std::unordered_map<std::size_t, std::size_t> partAt_; // places in `parts_`
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
