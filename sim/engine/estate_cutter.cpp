#include "engine/estate_cutter.hpp"

#include "engine/part_filler.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <vector>

namespace cmksim::engine {

class EstateCutter::Cuts {
public:
    Cuts(const Program& whole, const Dependencies& dependencies)
        : whole_{whole}, shared_{sharedIdentities(whole, dependencies)}, filler_{whole},
          vaultAt_{whole.names.vaults.size(), nowhere}, keyAt_{whole.names.keys.size(), nowhere},
          hasPrincipal_(whole.names.identities.size()) {
        for (std::size_t i = 0; i < whole.vaults.size(); ++i) {
            vaultAt_[whole.vaults[i].vault] = i;
            bare_.push_back(whole.vaults[i]);
            bare_.back().policies = {};
            bare_.back().roles = {};
            bare_.back().keys = {};
            for (std::size_t j = 0; j < whole.vaults[i].keys.size(); ++j) {
                keyAt_[whole.vaults[i].keys[j].key] = j;
            }
        }
        for (const IdentityId id : whole.identities) {
            hasPrincipal_[id.index()] = true;
        }
    }

    EstatePart around(std::span<const ResourceId> resources) {
        resources_ = {resources.begin(), resources.end()};
        identities_ = {shared_.begin(), shared_.end()};
        vaults_.clear();
        keys_.clear();
        std::vector<ResourceId> waiting{resources.begin(), resources.end()};
        while (!waiting.empty()) {
            const ResourceId next = waiting.back();
            waiting.pop_back();
            include(whole_.resources[next], waiting);
        }
        EstatePart part;
        const auto list = [](const auto& from, auto& to) {
            std::ranges::for_each(from, [&](auto id) { to.push_back(id); });
        };
        list(vaults_, part.vaults);
        list(keys_, part.keys);
        list(identities_, part.identities);
        list(resources_, part.resources);
        for (const IdentityId id : identities_) {
            if (hasPrincipal_[id.index()]) {
                part.program.identities.push_back(id);
            }
        }
        part.program.rootRoles = rolesOf(whole_.rootRoles);
        for (const VaultId id : vaults_) {
            if (vaultAt_[id] != nowhere) {
                part.program.vaults.push_back(vaultWithout(whole_.vaults[vaultAt_[id]]));
            }
        }
        filler_.fill(part);
        return part;
    }

private:
    static constexpr std::size_t nowhere = ~std::size_t{0};

    void include(const ResourceProgram& resource, std::vector<ResourceId>& waiting) {
        include(resource.ownIdentity, waiting);
        if (!resource.described) {
            return;
        }
        resource.described->eachIdentity([&](IdentityId id) { include(id, waiting); });
        for (const ResourceId base : resource.described->on) {
            include(base, waiting);
        }
        resource.described->eachKey([&](const KeyUse& use) {
            if (const std::optional<NamedKey>& key = whole_.keys[use.key].named) {
                vaults_.insert(key->vault);
                keys_.insert(key->key);
            }
        });
    }

    /// With the resource whose own identity it is, or the parts that it is made of.
    void include(IdentityId id, std::vector<ResourceId>& waiting) {
        if (!id.valid() || !identities_.insert(id).second) {
            return;
        }
        const IdentityName& name = whole_.names.identities[id];
        if (name.owner.valid()) {
            include(name.owner, waiting);
        }
        include(name.with, waiting);
        include(name.app, waiting);
    }

    void include(ResourceId id, std::vector<ResourceId>& waiting) {
        if (resources_.insert(id).second) {
            waiting.push_back(id);
        }
    }

    [[nodiscard]] std::vector<NewRole> rolesOf(const std::vector<NewRole>& all) const {
        std::vector<NewRole> roles;
        std::ranges::copy_if(all, std::back_inserter(roles),
                             [&](const NewRole& role) { return identities_.contains(role.identity); });
        return roles;
    }

    /// A vault without the keys and grants that are not in the piece.
    [[nodiscard]] NewVault vaultWithout(const NewVault& whole) const {
        NewVault vault = bare_[vaultAt_[whole.vault]];
        vault.roles = rolesOf(whole.roles);
        std::ranges::copy_if(whole.policies, std::back_inserter(vault.policies),
                             [&](const NewPolicy& policy) { return identities_.contains(policy.identity); });
        for (const KeyId id : keys_) {
            if (whole_.names.keys[id].vault == whole.vault && keyAt_[id] != nowhere) {
                vault.keys.push_back(whole.keys[keyAt_[id]]);
                vault.keys.back().roles = rolesOf(vault.keys.back().roles);
            }
        }
        return vault;
    }

    const Program& whole_;
    std::vector<IdentityId> shared_;
    PartFiller filler_;
    std::vector<NewVault> bare_;             // those of the estate, without grants and keys
    IdVector<VaultId, std::size_t> vaultAt_; // places in the estate
    IdVector<KeyId, std::size_t> keyAt_;     // places in their vaults
    std::vector<bool> hasPrincipal_;
    std::set<VaultId> vaults_; // of the piece in hand, in the whole's order
    std::set<KeyId> keys_;
    std::set<IdentityId> identities_;
    std::set<ResourceId> resources_;
};

EstateCutter::EstateCutter(const Program& whole, const Dependencies& dependencies)
    : cuts_{std::make_unique<Cuts>(whole, dependencies)} {}

EstateCutter::~EstateCutter() = default;

EstatePart EstateCutter::around(std::span<const ResourceId> resources) { return cuts_->around(resources); }

} // namespace cmksim::engine
