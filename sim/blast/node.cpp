#include "blast/node.hpp"

#include "base/overloaded.hpp"
#include "engine/timings.hpp"

#include <boost/graph/iteration_macros.hpp>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <variant>

namespace cmksim::blast {

namespace {

constexpr std::string_view absent = "nothing: the estate has nothing of that name";

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

    [[nodiscard]] std::optional<BlastNode> named(std::string name, BlastNodeKind kind, Action loss) const {
        const std::string against = whatStandsAgainst(loss);
        BlastNode node{{}, std::move(name), kind, std::move(loss), {}};
        if (kind == BlastNodeKind::Identity && !has(identityOf(node.loss))) {
            node.losability = MereName{against.empty() ? std::string{absent} : against};
        } else if (!against.empty()) {
            node.losability = NotLosable{against};
        } else {
            const TimelineEntry entry = entryOf(program_, node.loss, scenarioStart);
            node.losability = Losable{entry.name + ' ' + entry.target};
        }
        return node;
    }

    /// Why a node cannot be lost by itself; empty where it can.
    [[nodiscard]] std::string whatStandsAgainst(const Action& loss) const {
        const std::string gone = "nothing: it is deleted already";
        if (const auto* ofIdentity = std::get_if<IdentityDelete>(&loss)) {
            const IdentityName& identity = program_.names.identities[ofIdentity->identity];
            switch (identity.kind) {
            case IdentityKind::SystemAssigned: return "nothing alone: it goes with its resource";
            case IdentityKind::FirstParty: return "nothing: it is the service's own";
            case IdentityKind::Federated:
                return "nothing alone: it goes with " + nameOf(identity.with) + " or " + nameOf(identity.app);
            case IdentityKind::UserAssigned:
            case IdentityKind::Application:
            case IdentityKind::DelegatedUserAssigned:
            case IdentityKind::DelegatedSystemAssigned: return identity.deleted ? gone : "";
            }
        }
        const bool isGone = (vaultOf(loss).valid() && vaultGone_[vaultOf(loss).index()]) ||
                            (keyOf(loss).valid() && keyGone_[keyOf(loss).index()]);
        return isGone ? gone : "";
    }

    /// Whether the estate has an identity, or had it.
    [[nodiscard]] bool has(IdentityId id) const {
        const IdentityName& identity = program_.names.identities[id];
        if (!identity.owner.valid()) {
            return identity.kind == IdentityKind::FirstParty || identity.deleted || present_[id.index()];
        }
        const auto& described = program_.resources[identity.owner].described;
        return described && std::ranges::find(described->identities, id) != described->identities.end();
    }

    const Program& program_;
    std::vector<bool> present_; // by identity
    std::vector<bool> vaultGone_;
    std::vector<bool> keyGone_;
};

/// The only version of each key, which the graph does not tell from the key.
void addOnlyVersions(const Program& program, const Dependencies& dependencies, const NodeNamer& namer,
                     std::vector<BlastNode>& nodes) {
    for (const NewVault& vault : program.vaults) {
        for (const NewKey& key : vault.keys) {
            if (key.versions.size() != 1) {
                continue;
            }
            const VersionNameId given = key.versions.front().name;
            auto node = namer(node::Version{key.key, given.valid() ? given : WorldNames::numberedVersion(1)});
            node->vertex = dependencies.vertexOf(node::Key{key.key});
            nodes.push_back(std::move(*node));
        }
    }
}

bool hasVersion(const Program& program, const NamedKey& key) {
    for (const NewVault& vault : program.vaults) {
        for (const NewKey& one : vault.keys) {
            for (std::size_t place = 0; one.key == key.key && place < one.versions.size(); ++place) {
                const VersionNameId given = one.versions[place].name;
                const auto number = static_cast<std::uint32_t>(place) + 1;
                if (key.version == (given.valid() ? given : WorldNames::numberedVersion(number))) {
                    return true;
                }
            }
        }
    }
    return false;
}

/// The versions that a resource names and its key lacks.
void addMissingVersions(const Program& program, const Dependencies& dependencies, const NodeNamer& namer,
                        std::vector<BlastNode>& nodes) {
    std::set<std::pair<KeyId, VersionNameId>> missing;
    const auto note = [&](const KeyReference& key) {
        if (key.named && key.named->version.valid() && !hasVersion(program, *key.named)) {
            missing.emplace(key.named->key, key.named->version);
        }
    };
    for (const ResourceId id : program.resources.ids()) {
        for (const KeyUse& use : keysOf(program, id)) {
            note(program.keys[use.key]);
        }
    }
    for (const Unmodelled& one : program.unmodelled) {
        std::ranges::for_each(one.keys, note, &Unmodelled::KeyUse::key);
    }
    for (const auto& [key, version] : missing) {
        auto node = namer(node::Version{key, version});
        node->losability = MereName{std::string{absent}};
        node->vertex = dependencies.vertexOf(node::Key{key});
        nodes.push_back(std::move(*node));
    }
}

bool namesVersion(const Program& program, ResourceId resource, const Action& loss) {
    const auto names = [&](const KeyUse& use) {
        const std::optional<NamedKey>& key = program.keys[use.key].named;
        return key && key->key == keyOf(loss) && key->version == versionOf(loss);
    };
    const auto& described = program.resources[resource].described;
    return std::ranges::any_of(keysOf(program, resource), names) ||
           (described &&
            std::ranges::any_of(described->on, [&](ResourceId base) { return namesVersion(program, base, loss); }));
}

} // namespace

const std::string& BlastNode::lossText() const {
    return std::visit(Overloaded{[](const Losable& one) -> const std::string& { return one.by; },
                                 [](const auto& one) -> const std::string& { return one.why; }},
                      losability);
}

Instant noticedBy(const Program& program, std::span<const TimelineEntry> losses) {
    Duration counts{};
    for (const TimelineEntry& loss : losses) {
        const Timing* timing = openTiming(program, loss);
        counts = std::max(counts, timing != nullptr ? timing->latest : Duration::zero());
    }
    return scenarioStart + 2 * longestPeriod(program) + counts;
}

std::vector<ResourceId> resourcesOn(const Program& program, const Dependencies& dependencies, const BlastNode& node) {
    std::vector<ResourceId> resources = dependencies.resourcesOn(node.vertex);
    if (node.kind == BlastNodeKind::Version && !node.isThere()) {
        std::erase_if(resources, [&](ResourceId id) { return !namesVersion(program, id, node.loss); });
    }
    return resources;
}

std::vector<BlastNode> nodesOf(const Program& program, const Dependencies& dependencies) {
    const NodeNamer namer{program};
    std::vector<BlastNode> nodes;
    BGL_FORALL_VERTICES(vertex, dependencies.graph(), Dependencies::Graph) {
        auto node = dependencies.isName(vertex) ? std::nullopt : std::visit(namer, dependencies[vertex]);
        if (node && node->isLosable()) {
            node->vertex = vertex;
            nodes.push_back(std::move(*node));
        }
    }
    return nodes;
}

std::vector<BlastNode> nodesNamed(const Program& program, const Dependencies& dependencies, std::string_view name) {
    const NodeNamer namer{program};
    std::vector<BlastNode> nodes;
    BGL_FORALL_VERTICES(vertex, dependencies.graph(), Dependencies::Graph) {
        if (auto node = std::visit(namer, dependencies[vertex])) {
            if (dependencies.isName(vertex)) {
                node->losability = MereName{std::string{absent}};
            }
            node->vertex = vertex;
            nodes.push_back(std::move(*node));
        }
    }
    addOnlyVersions(program, dependencies, namer, nodes);
    addMissingVersions(program, dependencies, namer, nodes);
    std::erase_if(nodes, [&](const BlastNode& one) { return one.name != name; });
    return nodes;
}

} // namespace cmksim::blast
