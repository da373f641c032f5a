#include "blast/node.hpp"

#include <algorithm>

namespace cmksim::blast {

namespace {

class NodeLister {
public:
    explicit NodeLister(const Program& program) : program_{program} {}

    std::vector<DependencyNode> list() {
        for (const NewVault& vault : program_.vaults) {
            const std::string& name = program_.names.vaults[vault.vault].text;
            add(name, BlastNodeKind::Vault, VaultDelete{{vault.vault}});
            network(name, vault.vault);
            for (const NewPolicy& policy : vault.policies) {
                add(name + " policy " + identity(policy.identity), BlastNodeKind::Grant,
                    PolicyDelete{{vault.vault}, policy.identity, {}});
            }
            roles(name, vault.vault, {}, vault.roles);
            for (const NewKey& key : vault.keys) {
                keyAndVersions(name, vault.vault, key);
            }
        }
        roles("/", {}, {}, program_.rootRoles);
        for (const IdentityId id : program_.identities) {
            if (program_.names.identities[id].kind != IdentityKind::SystemAssigned &&
                program_.names.identities[id].kind != IdentityKind::FirstParty) {
                add(identity(id), BlastNodeKind::Identity, IdentityDelete{{id}, {}});
            }
        }
        return std::move(nodes_);
    }

private:
    [[nodiscard]] const std::string& identity(IdentityId id) const { return program_.names.identities[id].text; }

    void add(std::string name, BlastNodeKind kind, Action loss) {
        const TimelineEntry entry = entryOf(program_, loss, scenarioStart);
        nodes_.push_back({std::move(name), kind, std::move(loss), entry.name + ' ' + entry.target});
    }

    /// Nobody gets through any more.
    void network(const std::string& vault, VaultId id) {
        VaultUpdate loss{{id}, {}};
        loss.settings.allowByDefault = false;
        loss.settings.trustedBypass = false;
        loss.settings.ipRules.emplace();
        add(vault + " network", BlastNodeKind::Network, loss);
    }

    void roles(const std::string& scope, VaultId vault, KeyId key, const std::vector<NewRole>& roles) {
        for (const NewRole& role : roles) {
            add(scope + " role " + program_.platform->roles[role.role.index()].name + ' ' + identity(role.identity),
                BlastNodeKind::Grant, RoleRemove{{vault, key}, role.identity, role.role, {}});
        }
    }

    void keyAndVersions(const std::string& vault, VaultId id, const NewKey& key) {
        const std::string name = vault + '/' + program_.names.keys[key.key].text;
        add(name, BlastNodeKind::Key, KeyDelete{{id, key.key}});
        for (std::uint32_t i = 0; i < key.versions.size() && key.versions.size() > 1; ++i) {
            KeyUpdate disabled{{id, key.key, {}}, {}};
            disabled.version = key.versions[i].name.valid() ? key.versions[i].name : WorldNames::numberedVersion(i + 1);
            disabled.settings.enabled = false;
            add(name + '/' + program_.names.text(disabled.version), BlastNodeKind::Version, disabled);
        }
        roles(name, id, key.key, key.roles);
    }

    const Program& program_;
    std::vector<DependencyNode> nodes_;
};

} // namespace

namespace {

/// Whether a version is what wraps a resource's data: the one that it names, or the newest at the start.
bool isVersionOf(const Program& program, const KeyReference& key, VersionNameId version) {
    if (key.version.valid()) {
        return key.version == version;
    }
    for (const NewVault& vault : program.vaults) {
        for (const NewKey& one : vault.keys) {
            if (one.key == key.key && !one.versions.empty()) {
                const VersionNameId newest = one.versions.back().name;
                return version == (newest.valid() ? newest
                                                  : WorldNames::numberedVersion(
                                                        static_cast<std::uint32_t>(one.versions.size())));
            }
        }
    }
    return false;
}

/// Access policies count in vaults without roles, and roles that let a principal use keys in the others.
bool counts(const Program& program, VaultId vault, const Action& loss) {
    const auto described = std::ranges::find(program.vaults, vault, &NewVault::vault);
    const bool rbac = described != program.vaults.end() && described->settings.rbac.value_or(false);
    const RoleId role = roleOf(loss);
    return role.valid() ? rbac && program.platform->roles[role.index()].usesKeys : !rbac;
}

} // namespace

bool uses(const Program& program, ResourceId resource, const DependencyNode& node) {
    const auto& described = program.resources[resource].described;
    if (!described || !described->key.valid()) {
        return false;
    }
    const KeyReference& key = program.keys[described->key];
    const bool byIdentity = identityOf(node.loss).valid();
    if (byIdentity && identityOf(node.loss) != described->identity) {
        return false;
    }
    if (node.kind == BlastNodeKind::Identity) {
        return true;
    }
    const auto isOrAll = [](auto named, auto used) { return !named.valid() || named == used; };
    if (key.malformed || !isOrAll(vaultOf(node.loss), key.vault) || !isOrAll(keyOf(node.loss), key.key)) {
        return false;
    }
    switch (node.kind) {
    case BlastNodeKind::Version: return isVersionOf(program, key, versionOf(node.loss));
    case BlastNodeKind::Grant: return counts(program, key.vault, node.loss);
    default: return true;
    }
}

std::vector<DependencyNode> nodesOf(const Program& program) { return NodeLister{program}.list(); }

} // namespace cmksim::blast
