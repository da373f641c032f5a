#include "exploration/similar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

namespace cmksim::exploration {

namespace {

/// Describes a resource with all that is its own, which has no name in the text.
class Signature {
public:
    explicit Signature(const Program& estate) : estate_{estate} {
        for (const ResourceId id : estate.resources.ids()) {
            if (const auto& described = estate.resources[id].described) {
                countUses(*described);
            }
        }
        for (const IdentityName& name : estate.names.identities) {
            if (name.isFederated()) {
                identityUses_[name.with] += 2; // what becomes of it becomes of the federated one as well
                identityUses_[name.app] += 2;
            }
        }
        for (const Unmodelled& one : estate.unmodelled) {
            for (const auto& use : one.keys) {
                if (const std::optional<NamedKey>& key = use.key.named) {
                    keyUses_[{key->vault, key->key}] += 2; // of another kind than any resource
                }
            }
            for (const IdentityId identity : one.identities) {
                identityUses_[identity] += 2;
            }
        }
    }

    /// Empty: it is like no other.
    std::string of(ResourceId id) {
        const ResourceProgram& resource = estate_.resources[id];
        if (!resource.described || resource.fleet || resource.shapesWorld) {
            return {};
        }
        const NewResource& described = *resource.described;
        const bool hasRelations = !described.on.empty() || described.onUnmodelled || described.network.valid() ||
                                  described.self.valid() || described.place != Locality{} || bases_.contains(id) ||
                                  !described.otherKeys.empty();
        if (hasRelations || described.names(resource.ownIdentity) || described.identities.size() > 1) {
            return {};
        }
        if (described.identity.valid() && estate_.names.identities[described.identity].isFederated()) {
            return {};
        }
        own_ = identityUses_[described.identity] == 1 ? described.identity : IdentityId{};
        ownKey_ = {};
        std::string text = fmt::format("{} {}", resource.model.index(), textOf(described));
        if (described.key.valid()) {
            const std::optional<NamedKey>& key = estate_.keys[described.key].named;
            if (!key || key->version.valid()) {
                return {};
            }
            ownKey_ = keyUses_[{key->vault, key->key}] == 1 ? key->key : KeyId{};
            text += fmt::format(" key {} {}", key->vault.index(), nameOf(key->key));
        }
        for (const IdentityId identity : described.identities) {
            text += " attached " + nameOf(identity);
        }
        return text + grants();
    }

private:
    void countUses(const NewResource& described) {
        bases_.insert(described.on.begin(), described.on.end());
        ++identityUses_[described.identity];
        for (const IdentityId identity : described.identities) {
            identityUses_[identity] += identity == described.identity ? 0 : 1;
        }
        for (const KeyUse& use : described.otherKeys) {
            identityUses_[use.identity] += use.identity == described.identity ? 0 : 1;
        }
        described.eachKey([&](const KeyUse& use) {
            if (const std::optional<NamedKey>& key = estate_.keys[use.key].named) {
                ++keyUses_[{key->vault, key->key}];
            }
        });
    }

    [[nodiscard]] std::string nameOf(IdentityId identity) const {
        if (identity.valid() && identity == own_) {
            return fmt::format("own of kind {}", static_cast<int>(estate_.names.identities[identity].kind));
        }
        return identity.valid() ? std::to_string(identity.index()) : "none";
    }
    [[nodiscard]] std::string nameOf(KeyId key) const {
        return key.valid() && key == ownKey_ ? "own" : std::to_string(key.index());
    }

    [[nodiscard]] std::string textOf(const NewResource& described) const {
        std::string text = "identity " + nameOf(described.identity);
        const auto place = [](auto id) {
            return id.valid() ? static_cast<std::int64_t>(id.index()) : std::int64_t{-1};
        };
        text += fmt::format(" in {} of {}", place(described.place.region), place(described.place.tenant));
        const auto seconds = [](const std::optional<Duration>& phase) { return phase ? phase->count() : -1; };
        const auto number = [](const auto& value) {
            return value ? static_cast<std::int64_t>(*value) : std::int64_t{-1};
        };
        return text + fmt::format(" {} ip {} state {} rotates {} phases {} {} {}", described.properties.bits(),
                                  number(described.outboundIp),
                                  described.state ? static_cast<std::int64_t>(described.state->index()) : -1,
                                  number(described.automaticRotation), seconds(described.phase),
                                  seconds(described.recoveryPhase), seconds(described.rotationPhase));
    }

    [[nodiscard]] bool isOwn(IdentityId identity) const { return identity.valid() && identity == own_; }

    /// What is granted to its own identity, and the state of its own key. Another's own key, on which its identity has
    /// a role, has its number there, so that the two are not alike.
    [[nodiscard]] std::string grants() const {
        std::string text;
        for (const NewRole& role : estate_.rootRoles) {
            text += isOwn(role.identity) ? fmt::format(" root {}", role.role.index()) : "";
        }
        for (const NewVault& vault : estate_.vaults) {
            std::string here;
            for (const NewPolicy& policy : vault.policies) {
                here += isOwn(policy.identity) ? fmt::format(" policy {}", policy.permissions) : "";
            }
            for (const NewRole& role : vault.roles) {
                here += isOwn(role.identity) ? fmt::format(" role {}", role.role.index()) : "";
            }
            for (const NewKey& key : vault.keys) {
                here += textOf(key);
            }
            text += here.empty() ? "" : fmt::format(" vault {}:{}", vault.vault.index(), here);
        }
        return text;
    }

    [[nodiscard]] std::string textOf(const NewKey& key) const {
        const bool isItsOwn = key.key.valid() && key.key == ownKey_;
        std::string text;
        if (isItsOwn) {
            text += fmt::format(" own key {}", key.deleted ? key.deleted->time_since_epoch().count() : -1);
            for (const NewVersion& version : key.versions) {
                text += fmt::format(" ({} {} {} {} {})", version.enabled, version.notBefore.time_since_epoch().count(),
                                    version.expires.time_since_epoch().count(),
                                    version.shape.type.valid() ? static_cast<int>(version.shape.type.index()) : -1,
                                    version.shape.size);
            }
        }
        for (const NewRole& role : key.roles) {
            if (isItsOwn || isOwn(role.identity)) {
                text += fmt::format(" on {}: {} {}", nameOf(key.key), nameOf(role.identity), role.role.index());
            }
        }
        return text;
    }

    const Program& estate_;
    std::set<ResourceId> bases_; // on which others stand
    std::map<IdentityId, int> identityUses_;
    std::map<std::pair<VaultId, KeyId>, int> keyUses_;
    IdentityId own_;
    KeyId ownKey_;
};

} // namespace

std::vector<std::vector<ResourceId>> similarResources(const Program& estate) {
    Signature signature{estate};
    std::map<std::string, std::vector<ResourceId>> groups;
    for (const ResourceId id : estate.resources.ids()) {
        if (std::string text = signature.of(id); !text.empty()) {
            groups[std::move(text)].push_back(id);
        }
    }
    std::vector<std::vector<ResourceId>> similar;
    for (auto& [text, group] : groups) {
        if (group.size() > 1) {
            similar.push_back(std::move(group));
        }
    }
    std::ranges::sort(similar);
    return similar;
}

} // namespace cmksim::exploration
