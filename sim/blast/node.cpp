#include "blast/node.hpp"

#include "recovery/candidate.hpp"

namespace cmksim::blast {

namespace {

class NodeLister {
public:
    explicit NodeLister(const Program& program) : program_{program} {}

    std::vector<DependencyNode> list() {
        for (const NewVault& vault : program_.vaults) {
            const std::string& name = program_.names.vaults[vault.vault].text;
            add(name, BlastNodeKind::Vault, onVault(WorldActionKind::VaultDelete, vault.vault));
            network(name, vault.vault);
            for (const NewPolicy& policy : vault.policies) {
                WorldAction loss = onVault(WorldActionKind::PolicyDelete, vault.vault);
                loss.identity = policy.identity;
                add(name + " policy " + identity(policy.identity), BlastNodeKind::Grant, loss);
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
                WorldAction loss;
                loss.kind = WorldActionKind::IdentityDelete;
                loss.identity = id;
                add(identity(id), BlastNodeKind::Identity, loss);
            }
        }
        return std::move(nodes_);
    }

private:
    [[nodiscard]] const std::string& identity(IdentityId id) const { return program_.names.identities[id].text; }

    static WorldAction onVault(WorldActionKind kind, VaultId vault) {
        WorldAction action;
        action.kind = kind;
        action.vault = vault;
        return action;
    }

    void add(std::string name, BlastNodeKind kind, WorldAction loss) {
        const TimelineEntry entry = entryOf(program_, {loss, {}, Reason::None}, scenarioStart);
        nodes_.push_back({std::move(name), kind, std::move(loss), entry.name + ' ' + entry.target});
    }

    /// Nobody gets through any more.
    void network(const std::string& vault, VaultId id) {
        WorldAction loss = onVault(WorldActionKind::VaultUpdate, id);
        loss.settings.allowByDefault = false;
        loss.settings.trustedBypass = false;
        loss.settings.ipRules.emplace();
        add(vault + " network", BlastNodeKind::Network, loss);
    }

    void roles(const std::string& scope, VaultId vault, KeyId key, const std::vector<NewRole>& roles) {
        for (const NewRole& role : roles) {
            WorldAction loss = onVault(WorldActionKind::RoleRemove, vault);
            loss.key = key;
            loss.identity = role.identity;
            loss.role = role.role;
            add(scope + " role " + program_.platform->roles[role.role.index()].name + ' ' + identity(role.identity),
                BlastNodeKind::Grant, loss);
        }
    }

    void keyAndVersions(const std::string& vault, VaultId id, const NewKey& key) {
        const std::string name = vault + '/' + program_.names.keys[key.key].text;
        WorldAction loss = onVault(WorldActionKind::KeyDelete, id);
        loss.key = key.key;
        add(name, BlastNodeKind::Key, loss);
        for (std::uint32_t i = 0; i < key.versions.size() && key.versions.size() > 1; ++i) {
            WorldAction disabled = onVault(WorldActionKind::KeyUpdate, id);
            disabled.key = key.key;
            disabled.version = key.versions[i].name.valid() ? key.versions[i].name : WorldNames::numberedVersion(i + 1);
            disabled.versionSettings.enabled = {true, false};
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
