#include "blast/node.hpp"

#include <boost/graph/iteration_macros.hpp>

#include <optional>
#include <variant>

namespace cmksim::blast {

namespace {

/// A vertex of the graph as a node with its loss.
class NodeNamer {
public:
    explicit NodeNamer(const Program& program)
        : program_{program}, present_(program.names.identities.size()), vaultGone_(program.names.vaults.size()),
          keyGone_(program.names.keys.size()) {
        for (const IdentityId id : program.identities) {
            present_[id.index()] = !program.names.identities[id].deleted;
        }
        for (const NewVault& vault : program.vaults) {
            vaultGone_[vault.vault.index()] = vault.deleted.has_value();
            for (const NewKey& key : vault.keys) {
                keyGone_[key.key.index()] = vault.deleted || key.deleted;
            }
        }
    }

    std::optional<BlastNode> operator()(const node::Vault& of) const {
        return named(nameOf(of.vault), BlastNodeKind::Vault, VaultDelete{{of.vault}});
    }

    /// Nothing gets through any more.
    std::optional<BlastNode> operator()(const node::Network& of) const {
        VaultUpdate loss{{of.vault}, {}};
        loss.settings.allowByDefault = false;
        loss.settings.trustedBypass = false;
        loss.settings.ipRules.emplace();
        for (const NewVault& vault : program_.vaults) {
            if (vault.vault == of.vault) {
                closeNetworks(vault.settings, loss.settings);
            }
        }
        return named(nameOf(of.vault) + " network", BlastNodeKind::Network, std::move(loss));
    }

    std::optional<BlastNode> operator()(const node::Policy& of) const {
        PolicyDelete loss{{of.vault}, of.identity, {}};
        return named(nameOf(of.vault) + " policy " + nameOf(of.identity), BlastNodeKind::Grant, std::move(loss));
    }

    std::optional<BlastNode> operator()(const node::Role& of) const {
        RoleRemove loss{{of.scope}, of.identity, of.role, {}};
        return named(targetName(program_, loss) + " role " + program_.platform->roles[of.role.index()].name + ' ' +
                         nameOf(of.identity),
                     BlastNodeKind::Grant, std::move(loss));
    }

    std::optional<BlastNode> operator()(const node::Key& of) const {
        return named(nameOf(of.key), BlastNodeKind::Key, KeyDelete{{program_.names.keys[of.key].vault, of.key}});
    }

    std::optional<BlastNode> operator()(const node::Version& of) const {
        KeyUpdate loss{{program_.names.keys[of.key].vault, of.key, of.version}, {}};
        loss.settings.enabled = false;
        return named(nameOf(of.key) + '/' + program_.names.text(loss.version), BlastNodeKind::Version, std::move(loss));
    }

    std::optional<BlastNode> operator()(const node::Identity& of) const {
        const IdentityKind kind = program_.names.identities[of.identity].kind;
        if (kind == IdentityKind::SystemAssigned || kind == IdentityKind::FirstParty ||
            !present_[of.identity.index()]) {
            return {};
        }
        return named(nameOf(of.identity), BlastNodeKind::Identity, IdentityDelete{{of.identity}, {}});
    }

    std::optional<BlastNode> operator()(const node::Principal&) const { return {}; } // goes with its identity
    std::optional<BlastNode> operator()(const node::Resource&) const { return {}; }

private:
    [[nodiscard]] const std::string& nameOf(IdentityId id) const { return program_.names.identities[id].text; }
    [[nodiscard]] const std::string& nameOf(VaultId id) const { return program_.names.vaults[id].text; }
    [[nodiscard]] std::string nameOf(KeyId id) const {
        return nameOf(program_.names.keys[id].vault) + '/' + program_.names.keys[id].text;
    }

    /// Nothing of what is lost already.
    [[nodiscard]] std::optional<BlastNode> named(std::string name, BlastNodeKind kind, Action loss) const {
        if ((vaultOf(loss).valid() && vaultGone_[vaultOf(loss).index()]) ||
            (keyOf(loss).valid() && keyGone_[keyOf(loss).index()])) {
            return {};
        }
        const TimelineEntry entry = entryOf(program_, loss, scenarioStart);
        return BlastNode{{}, std::move(name), kind, std::move(loss), entry.name + ' ' + entry.target};
    }

    const Program& program_;
    std::vector<bool> present_; // by identity
    std::vector<bool> vaultGone_;
    std::vector<bool> keyGone_;
};

} // namespace

std::vector<BlastNode> nodesOf(const Program& program, const Dependencies& dependencies) {
    const NodeNamer namer{program};
    std::vector<BlastNode> nodes;
    BGL_FORALL_VERTICES(vertex, dependencies.graph(), Dependencies::Graph) {
        auto node = dependencies.isName(vertex) ? std::nullopt : std::visit(namer, dependencies[vertex]);
        if (node) {
            node->vertex = vertex;
            nodes.push_back(std::move(*node));
        }
    }
    return nodes;
}

} // namespace cmksim::blast
