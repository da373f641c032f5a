#include "engine/part_filler.hpp"

#include "base/overloaded.hpp"
#include "engine/action_ids.hpp"

#include <algorithm>
#include <utility>

namespace cmksim::engine {

struct PartFiller::IntoPart {
    PartFiller& filler;
    EstatePart& part;
    VaultId operator()(VaultId id) const { return filler.vaults_(id); }
    KeyId operator()(KeyId id) const { return filler.keys_(id); }
    IdentityId operator()(IdentityId id) const { return filler.identities_(id); }
    ResourceId operator()(ResourceId id) const { return filler.resources_(id); }
    KeyReferenceId operator()(KeyReferenceId id) const { return filler.reference(id, part); }
};

void PartFiller::fill(EstatePart& part) {
    vaults_.take(part.vaults);
    keys_.take(part.keys);
    identities_.take(part.identities);
    resources_.take(part.resources);
    Program& program = part.program;
    program.name = whole_.name;
    program.start = whole_.start;
    program.until = whole_.until;
    program.platform = whole_.platform;
    program.models = whole_.models;
    names(part);
    world(program);
    for (const ResourceId id : part.resources) {
        resource(whole_.resources[id], part);
    }
    timeline(part);
    vaults_.drop(part.vaults);
    keys_.drop(part.keys);
    identities_.drop(part.identities);
    resources_.drop(part.resources);
    references_.drop(part.references);
}

void PartFiller::names(EstatePart& part) const {
    WorldNames& names = part.program.names;
    names.givenVersionNames = whole_.names.givenVersionNames;
    names.backupFiles = whole_.names.backupFiles;
    names.networks = whole_.names.networks;
    names.regions = whole_.names.regions;
    names.tenants = whole_.names.tenants;
    names.features = whole_.names.features;
    names.slots = whole_.names.slots;
    for (const VaultId id : part.vaults) {
        names.vaults.push_back(whole_.names.vaults[id]);
        names.keysOf.push_back({});
    }
    for (const KeyId id : part.keys.ids()) {
        const KeyName& name = whole_.names.keys[part.keys[id]];
        names.keys.push_back({vaults_(name.vault), name.text});
        names.keysOf[vaults_(name.vault)].push_back(id);
    }
    for (const IdentityId id : part.identities) {
        IdentityName name = whole_.names.identities[id];
        name.owner = resources_(name.owner);
        name.with = identities_(name.with);
        name.app = identities_(name.app);
        names.identities.push_back(std::move(name));
    }
}

void PartFiller::renumber(std::vector<NewRole>& roles) const {
    for (NewRole& role : roles) {
        role.identity = identities_(role.identity);
    }
}

void PartFiller::world(Program& program) const {
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

void PartFiller::resource(const ResourceProgram& of, EstatePart& part) {
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
        for (KeyUse& use : described.otherKeys) {
            use.key = reference(use.key, part);
            use.identity = identities_(use.identity);
        }
    }
    part.program.resources.push_back(std::move(resource));
}

/// What an entry does or asks in the part; false where it has no share in it.
bool PartFiller::mapWhat(TimelineEntry& entry, EstatePart& part) {
    if (const Action* action = entry.action()) {
        const IntoPart intoPart{*this, part};
        entry.what = IdMapper{intoPart}.mapped(*action);
    } else if (auto* attempt = std::get_if<Attempt>(&entry.what)) {
        attempt->resource = resources_(attempt->resource);
    } else if (auto* read = std::get_if<ReadRequest>(&entry.what)) {
        std::visit(Overloaded{[](Everything&) {}, [&](OnVault& at) { at.vault = vaults_(at.vault); },
                              [&](OnVersion& at) {
                                  at.vault = vaults_(at.vault);
                                  at.key = keys_(at.key);
                              },
                              [&](OnIdentity& at) { at.identity = identities_(at.identity); }},
                   read->at);
    } else {
        return mapExpectations(std::get<std::vector<Expectation>>(entry.what));
    }
    return true;
}

/// Keeps those of the part.
bool PartFiller::mapExpectations(std::vector<Expectation>& expectations) const {
    std::erase_if(expectations, [&](Expectation& one) {
        one.resource = resources_(one.resource);
        return !one.resource.valid();
    });
    return !expectations.empty();
}

void PartFiller::timeline(EstatePart& part) {
    const IdVector<EntryId, EntryId> listed = std::exchange(part.entries, {});
    for (const EntryId id : listed) {
        TimelineEntry entry = whole_.entries[id];
        if (mapWhat(entry, part)) {
            part.entries.push_back(id);
            part.program.entries.push_back(std::move(entry));
        }
    }
    for (const std::uint32_t place : part.reactions) {
        Reaction reaction = whole_.reactions[place];
        mapWhat(reaction.entry, part);
        mapExpectations(reaction.trigger);
        part.program.reactions.push_back(std::move(reaction));
    }
    linkEntries(part.program);
}

KeyReferenceId PartFiller::reference(KeyReferenceId id, EstatePart& part) {
    if (!references_(id).valid()) {
        KeyReference reference = whole_.keys[id];
        if (reference.named) {
            reference.named->vault = vaults_(reference.named->vault);
            reference.named->key = keys_(reference.named->key);
        }
        part.program.keys.push_back(std::move(reference));
        part.references.push_back(id);
        references_.take(id, KeyReferenceId{part.references.size() - 1});
    }
    return references_(id);
}

std::vector<IdentityId> sharedIdentities(const Program& whole, const Dependencies& dependencies) {
    std::vector<IdentityId> shared;
    for (const IdentityId id : whole.names.identities.ids()) {
        if (dependencies.isShared(id)) {
            shared.push_back(id);
        }
    }
    return shared;
}

} // namespace cmksim::engine
