#include "blast/node.hpp"

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

std::vector<DependencyNode> nodesOf(const Program& program) { return NodeLister{program}.list(); }

} // namespace cmksim::blast
