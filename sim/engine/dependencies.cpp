#include "engine/dependencies.hpp"

#include "base/overloaded.hpp"

#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/dominator_tree.hpp>
#include <boost/graph/filtered_graph.hpp>
#include <boost/graph/incremental_components.hpp>
#include <boost/graph/iteration_macros.hpp>
#include <boost/graph/reverse_graph.hpp>
#include <boost/pending/disjoint_sets.hpp>

#include <algorithm>
#include <functional>
#include <unordered_map>
#include <unordered_set>

namespace cmksim::engine {

namespace {

using Vertex = Dependencies::Vertex;
using Edge = Dependencies::Graph::edge_descriptor;
using EdgeFilter = std::function<bool(const Edge&)>;

class Collector : public boost::default_bfs_visitor {
public:
    explicit Collector(std::vector<Vertex>& found) : found_{&found} {}
    template <class AnyGraph>
    void discover_vertex(Vertex vertex, const AnyGraph&) const {
        found_->push_back(vertex);
    }

private:
    std::vector<Vertex>* found_;
};

/// What can be reached, `from` first. Costs what it finds, however large the graph.
template <class AnyGraph>
std::vector<Vertex> reached(const AnyGraph& graph, Vertex from) {
    std::vector<Vertex> found;
    std::unordered_map<Vertex, boost::default_color_type> colours; // white, where it has none
    boost::queue<Vertex> waiting;
    boost::breadth_first_visit(graph, from, waiting, Collector{found}, boost::make_assoc_property_map(colours));
    return found;
}

bool isOneOf(const std::vector<Vertex>& some, Vertex one) { return std::ranges::find(some, one) != some.end(); }

} // namespace

// --- how it is built -------------------------------------------------------------------------------------------------

Dependencies::Dependencies(const Program& estate) : estate_{&estate} {
    for (const NewVault& vault : estate.vaults) {
        addVault(vault);
    }
    addRoles(estate.rootRoles, AboveVaults{});
    addNamesAlone();
    for (const IdentityId id : estate.names.identities.ids()) {
        add(node::Identity{id});
        add(node::Principal{id});
        if (!estate.names.identities[id].isFederated()) {
            tie(node::Identity{id}, node::Principal{id}, Tie::Needs);
        }
    }
    tieFederated();
    for (const ResourceId id : estate.resources.ids()) {
        add(node::Resource{id});
    }
    tieGrants();
    for (const ResourceId id : estate.resources.ids()) {
        tieResource(id);
        tieToBases(id);
    }
}

void Dependencies::add(DependencyNode node) {
    if (!vertices_.contains(node)) { // what is granted twice is granted once
        const Vertex vertex = boost::add_vertex(node, graph_);
        vertices_.emplace(std::move(node), vertex);
    }
}

void Dependencies::tie(const DependencyNode& from, const DependencyNode& to, Tie tie) {
    boost::add_edge(vertexOf(from), vertexOf(to), tie, graph_);
}

/// Vaults and keys that the estate does not have, and yet names.
void Dependencies::addNamesAlone() {
    firstName_ = boost::num_vertices(graph_);
    for (const VaultId vault : estate_->names.vaults.ids()) {
        add(node::Vault{vault});
        for (const KeyId key : estate_->names.keysOf[vault]) {
            if (!vertices_.contains(node::Key{key})) {
                add(node::Key{key});
                tie(node::Key{key}, node::Vault{vault}, Tie::Needs);
            }
        }
    }
    afterNames_ = boost::num_vertices(graph_);
}

void Dependencies::addVault(const NewVault& vault) {
    add(node::Vault{vault.vault});
    add(node::Network{vault.vault});
    tie(node::Network{vault.vault}, node::Vault{vault.vault}, Tie::Needs);
    for (const NewPolicy& policy : vault.policies) {
        add(node::Policy{vault.vault, policy.identity});
    }
    addRoles(vault.roles, OnVault{vault.vault});
    for (const NewKey& key : vault.keys) {
        add(node::Key{key.key});
        tie(node::Key{key.key}, node::Network{vault.vault}, Tie::Needs);
        for (std::size_t place = 0; place < key.versions.size() && key.versions.size() > 1; ++place) {
            const VersionNameId given = key.versions[place].name;
            const node::Version version{
                key.key, given.valid() ? given : WorldNames::numberedVersion(static_cast<std::uint32_t>(place) + 1)};
            add(version);
            tie(node::Key{key.key}, version, Tie::OneOf);
        }
        addRoles(key.roles, OnKey{vault.vault, key.key});
    }
}

/// A federated identity stands on both of its parts; what is granted hangs on the application.
void Dependencies::tieFederated() {
    for (const IdentityId id : estate_->names.identities.ids()) {
        if (const IdentityName& name = estate_->names.identities[id]; name.isFederated()) {
            tie(node::Identity{id}, node::Identity{name.with}, Tie::Needs);
            tie(node::Identity{id}, node::Identity{name.app}, Tie::Needs);
        }
    }
}

void Dependencies::addRoles(const std::vector<NewRole>& roles, const GrantScope& scope) {
    for (const NewRole& role : roles) {
        add(node::Role{scope, role.identity, role.role});
    }
}

void Dependencies::tieGrants() {
    BGL_FORALL_VERTICES(vertex, graph_, Graph) {
        const DependencyNode node = graph_[vertex];
        std::visit(Overloaded{[&](const node::Policy& policy) {
                                  tie(node::Principal{policy.identity}, node, Tie::OneOf);
                                  tie(node, node::Vault{policy.vault}, Tie::LiesOn);
                              },
                              [&](const node::Role& role) {
                                  tie(node::Principal{role.identity}, node, Tie::OneOf);
                                  if (const auto* vault = std::get_if<OnVault>(&role.scope)) {
                                      tie(node, node::Vault{vault->vault}, Tie::LiesOn);
                                  } else if (const auto* key = std::get_if<OnKey>(&role.scope)) {
                                      tie(node, node::Key{key->key}, Tie::LiesOn);
                                  }
                              },
                              [](const auto&) {}},
                   node);
    }
}

void Dependencies::tieResource(ResourceId id) {
    const node::Resource self{id};
    const ResourceProgram& resource = estate_->resources[id];
    tie(self, node::Identity{resource.ownIdentity}, Tie::Attached);
    if (!resource.described) {
        return;
    }
    for (const IdentityId attached : resource.described->identities) {
        tie(self, node::Identity{attached}, Tie::Attached);
    }
    std::vector<DependencyNode> needs;
    if (resource.described->identity.valid()) {
        needs.emplace_back(node::Identity{resource.described->identity});
    }
    for (const KeyUse& use : keysOf(*estate_, id)) {
        if (use.identity.valid()) {
            needs.emplace_back(node::Identity{use.identity});
        }
        needs.emplace_back(node::Key{estate_->keys[use.key].named->key});
    }
    for (std::size_t i = 0; i < needs.size(); ++i) {
        if (std::find(needs.begin(), needs.begin() + static_cast<std::ptrdiff_t>(i), needs[i]) ==
            needs.begin() + static_cast<std::ptrdiff_t>(i)) {
            tie(self, needs[i], Tie::Needs);
        }
    }
}

void Dependencies::tieToBases(ResourceId id) {
    if (const auto& described = estate_->resources[id].described) {
        for (const ResourceId base : described->on) {
            tie(node::Resource{id}, node::Resource{base}, Tie::StandsOn);
        }
    }
}

std::vector<ResourceId> Dependencies::basesOf(ResourceId resource) const {
    const auto& described = estate_->resources[resource].described;
    return described ? described->on : std::vector<ResourceId>{};
}

/// Whether what a resource needs is needed for one of its keys.
bool Dependencies::leadsFrom(const KeyUse& use, Vertex target) const {
    if (const auto* identity = std::get_if<node::Identity>(&graph_[target])) {
        return identity->identity == use.identity;
    }
    const auto* key = std::get_if<node::Key>(&graph_[target]);
    return key != nullptr && key->key == estate_->keys[use.key].named->key;
}

/// Whether something is granted to another one than a key is used as: to the part of a federated identity, say, that
/// nothing need be granted to.
bool Dependencies::isGrantedAnother(const KeyUse& use, Vertex grant) const {
    const IdentityId user = estate_->names.granteeOf(use.identity);
    return std::visit(Overloaded{[&](const node::Policy& policy) { return policy.identity != user; },
                                 [&](const node::Role& role) { return role.identity != user; },
                                 [](const auto&) { return false; }},
                      graph_[grant]);
}

// --- single points of failure ---

/// The way from a resource to one of its keys as a flow: what is needed stands in series, alternatives side by side.
class Dependencies::Access {
public:
    Access(const Dependencies& all, ResourceId resource, const KeyUse& use)
        : all_{all}, resource_{resource}, use_{use}, key_{*all.estate_->keys[use.key].named}, end_{add(nothing)} {
        end_ = through(all.vertexOf(node::Resource{resource}), end_);
    }

    [[nodiscard]] std::vector<Vertex> dominators() const {
        std::vector<Flow::vertex_descriptor> before(boost::num_vertices(flow_), Flow::null_vertex());
        boost::lengauer_tarjan_dominator_tree(
            flow_, Flow::vertex_descriptor{0},
            boost::make_iterator_property_map(before.begin(), boost::get(boost::vertex_index, flow_)));
        std::vector<Vertex> found;
        for (Flow::vertex_descriptor at = end_; at != Flow::null_vertex(); at = before[at]) {
            if (flow_[at] != nothing && flow_[at] != all_.vertexOf(node::Resource{resource_})) {
                found.push_back(flow_[at]);
            }
        }
        std::ranges::sort(found);
        return found;
    }

private:
    using Flow = boost::adjacency_list<boost::vecS, boost::vecS, boost::bidirectionalS, Vertex>;
    static constexpr Vertex nothing = ~Vertex{0}; // a place where ways part or meet

    Flow::vertex_descriptor add(Vertex vertex) { return boost::add_vertex(vertex, flow_); }

    /// Leads on from `from` through a node and everything that it stands on; returns where that ends.
    Flow::vertex_descriptor through(Vertex vertex, Flow::vertex_descriptor from) {
        if (!passed_.insert(vertex).second) {
            return from; // it is on the way already
        }
        const Flow::vertex_descriptor own = add(vertex);
        boost::add_edge(from, own, flow_);
        Flow::vertex_descriptor end = own;
        std::vector<Vertex> alternatives;
        BGL_FORALL_OUTEDGES(vertex, edge, all_.graph_, Graph) {
            const Vertex target = boost::target(edge, all_.graph_);
            const bool ofAnotherKey =
                vertex == all_.vertexOf(node::Resource{resource_}) && !all_.leadsFrom(use_, target);
            if (all_.graph_[edge] == Tie::Needs && !ofAnotherKey) {
                end = through(target, end);
            } else if (all_.graph_[edge] == Tie::OneOf && all_.covers(target, key_) &&
                       !all_.isGrantedAnother(use_, target) && all_.suffices(target, resource_, key_)) {
                alternatives.push_back(target);
            }
        }
        return alternatives.empty() ? end : aside(alternatives, end);
    }

    /// Where none is enough as things are, none makes a difference: then there is nothing to go through.
    Flow::vertex_descriptor aside(const std::vector<Vertex>& alternatives, Flow::vertex_descriptor from) {
        const Flow::vertex_descriptor meeting = add(nothing);
        for (const Vertex one : alternatives) {
            boost::add_edge(through(one, from), meeting, flow_);
        }
        return meeting;
    }

    const Dependencies& all_;
    ResourceId resource_;
    const KeyUse& use_;
    const NamedKey& key_;
    Flow flow_;
    std::unordered_set<Vertex> passed_;
    Flow::vertex_descriptor end_;
};

// --- what it answers -------------------------------------------------------------------------------------------------

/// Whether a grant is on a key, on its vault, or above.
bool Dependencies::covers(Vertex grant, const NamedKey& key) const {
    return std::visit(
        Overloaded{[&](const node::Policy& policy) { return policy.vault == key.vault; },
                   [&](const node::Role& role) { return estate_->names.covers(role.scope, key.vault, key.key); },
                   [](const auto&) { return true; }},
        graph_[grant]);
}

/// Whether a grant that covers a resource's key gives by itself what the model requires.
bool Dependencies::suffices(Vertex grant, ResourceId resource, const NamedKey& key) const {
    if (std::holds_alternative<node::Version>(graph_[grant])) {
        return false;
    }
    const auto vault = std::ranges::find(estate_->vaults, key.vault, &NewVault::vault);
    const bool byRoles = vault != estate_->vaults.end() && vault->settings.rbac.value_or(false);
    if (const auto* role = std::get_if<node::Role>(&graph_[grant])) {
        const PermissionSet required = estate_->modelOf(resource).rolePermissionSet;
        return byRoles && (estate_->platform->roles[role->role.index()].permissions & required) == required;
    }
    const auto& policy = std::get<node::Policy>(graph_[grant]);
    const auto given = std::ranges::find(vault->policies, policy.identity, &NewPolicy::identity);
    const PermissionSet needed = estate_->modelOf(resource).permissionSet;
    return !byRoles && (given->permissions & needed) == needed;
}

/// Whether an edge leads on from a resource: to what is needed, and to those alternatives that `counts` takes.
bool Dependencies::leads(const Graph::edge_descriptor& edge, const NamedKey& key) const {
    return graph_[edge] == Tie::Needs || (graph_[edge] == Tie::OneOf && covers(boost::target(edge, graph_), key));
}

std::vector<Vertex> Dependencies::supportsOf(ResourceId resource) const {
    std::vector<Vertex> found = ownSupportsOf(resource);
    const EdgeFilter bases = [&](const Edge& edge) { return graph_[edge] == Tie::StandsOn; };
    std::vector<Vertex> below =
        reached(boost::filtered_graph<Graph, EdgeFilter>{graph_, bases}, vertexOf(node::Resource{resource}));
    below.erase(below.begin()); // the resource itself
    for (const Vertex base : below) {
        found.push_back(base);
        const std::vector<Vertex> its = ownSupportsOf(std::get<node::Resource>(graph_[base]).resource);
        found.insert(found.end(), its.begin(), its.end());
    }
    if (!below.empty()) {
        std::ranges::sort(found);
        const auto repeated = std::ranges::unique(found);
        found.erase(repeated.begin(), repeated.end());
    }
    return found;
}

std::vector<Vertex> Dependencies::ownSupportsOf(ResourceId resource) const {
    const Vertex self = vertexOf(node::Resource{resource});
    std::vector<Vertex> found;
    const std::vector<KeyUse> keys = keysOf(*estate_, resource);
    for (const KeyUse& use : keys) {
        const NamedKey& key = *estate_->keys[use.key].named;
        const EdgeFilter towardsKey = [&](const Edge& edge) {
            return leads(edge, key) && !isGrantedAnother(use, boost::target(edge, graph_)) &&
                   (boost::source(edge, graph_) != self || leadsFrom(use, boost::target(edge, graph_)));
        };
        const std::vector<Vertex> way = reached(boost::filtered_graph<Graph, EdgeFilter>{graph_, towardsKey}, self);
        found.insert(found.end(), way.begin() + 1, way.end()); // but the resource itself
    }
    if (keys.size() > 1) {
        std::ranges::sort(found);
        const auto repeated = std::ranges::unique(found);
        found.erase(repeated.begin(), repeated.end());
    }
    return found;
}

std::vector<ResourceId> Dependencies::usersOf(Vertex vertex) const {
    const EdgeFilter ways = [&](const Edge& edge) { return graph_[edge] == Tie::Needs || graph_[edge] == Tie::OneOf; };
    const boost::filtered_graph<Graph, EdgeFilter> way{graph_, ways};
    std::vector<ResourceId> resources;
    for (const Vertex found : reached(boost::make_reverse_graph(way), vertex)) {
        const auto* one = std::get_if<node::Resource>(&graph_[found]);
        const std::vector<KeyUse> keys = one != nullptr ? keysOf(*estate_, one->resource) : std::vector<KeyUse>{};
        const bool uses = keys.size() == 1 ? covers(vertex, *estate_->keys[keys.front().key].named) &&
                                                 !isGrantedAnother(keys.front(), vertex)
                                           : keys.size() > 1 && isOneOf(ownSupportsOf(one->resource), vertex);
        if (uses) {
            resources.push_back(one->resource);
        }
    }
    std::ranges::sort(resources);
    return resources;
}

std::vector<ResourceId> Dependencies::resourcesOn(Vertex vertex) const {
    std::vector<ResourceId> resources = usersOf(vertex);
    const EdgeFilter bases = [&](const Edge& edge) { return graph_[edge] == Tie::StandsOn; };
    const boost::filtered_graph<Graph, EdgeFilter> onlyBases{graph_, bases};
    for (std::size_t i = 0, own = resources.size(); i < own; ++i) {
        for (const Vertex found :
             reached(boost::make_reverse_graph(onlyBases), vertexOf(node::Resource{resources[i]}))) {
            resources.push_back(std::get<node::Resource>(graph_[found]).resource);
        }
    }
    std::ranges::sort(resources);
    const auto repeated = std::ranges::unique(resources);
    resources.erase(repeated.begin(), repeated.end());
    return resources;
}

/// Those of all its keys; where one will do, those that are each key's.
std::vector<Vertex> Dependencies::singlePointsOfKeys(ResourceId resource) const {
    const std::vector<KeyUse> keys = keysOf(*estate_, resource);
    std::map<Vertex, std::size_t> times; // of how many keys it is one
    for (const KeyUse& use : keys) {
        for (const Vertex vertex : Access{*this, resource, use}.dominators()) {
            ++times[vertex];
        }
    }
    const bool any = estate_->modelOf(resource).anyKeyWillDo();
    std::vector<Vertex> found;
    for (const auto& [vertex, count] : times) {
        if (!any || count == keys.size()) {
            found.push_back(vertex);
        }
    }
    return found;
}

std::vector<Vertex> Dependencies::singlePointsOf(ResourceId resource) const {
    std::vector<Vertex> found = singlePointsOfKeys(resource);
    const std::vector<ResourceId> bases = basesOf(resource);
    if (bases.empty()) {
        return found;
    }
    std::map<Vertex, std::size_t> times; // for how many bases it is one
    for (const ResourceId base : bases) {
        ++times[vertexOf(node::Resource{base})];
        for (const Vertex vertex : singlePointsOf(base)) {
            ++times[vertex];
        }
    }
    const bool all = estate_->modelOf(resource).standsOn->all;
    const bool never = estate_->resources[resource].described->onUnmodelled && !all; // that one is always enough
    for (const auto& [vertex, count] : times) {
        if (!never && (all || count == bases.size())) {
            found.push_back(vertex);
        }
    }
    std::ranges::sort(found);
    const auto repeated = std::ranges::unique(found);
    found.erase(repeated.begin(), repeated.end());
    return found;
}

std::vector<bool> Dependencies::singlePoints() const {
    std::vector<bool> single(boost::num_vertices(graph_));
    for (const ResourceId id : estate_->resources.ids()) {
        for (const Vertex vertex : singlePointsOf(id)) {
            single[vertex] = true;
        }
    }
    return single;
}

std::vector<std::size_t> Dependencies::parts() const {
    const EdgeFilter ties = [&](const Edge& edge) {
        return !isSharedVertex(boost::source(edge, graph_)) && !isSharedVertex(boost::target(edge, graph_));
    };
    boost::disjoint_sets_with_storage<> sets{boost::num_vertices(graph_)};
    boost::filtered_graph<Graph, EdgeFilter> tied{graph_, ties};
    boost::incremental_components(tied, sets);
    std::vector<std::size_t> parts;
    BGL_FORALL_VERTICES(vertex, graph_, Graph) { parts.push_back(sets.find_set(vertex)); }
    return parts;
}

bool Dependencies::isShared(IdentityId identity) const {
    return estate_->names.identities[identity].kind == IdentityKind::FirstParty &&
           std::ranges::find(estate_->rootRoles, identity, &NewRole::identity) == estate_->rootRoles.end();
}

/// Such an identity, and the principal behind it.
bool Dependencies::isSharedVertex(Vertex vertex) const {
    return std::visit(Overloaded{[&](const node::Identity& one) { return isShared(one.identity); },
                                 [&](const node::Principal& one) { return isShared(one.of); },
                                 [](const auto&) { return false; }},
                      graph_[vertex]);
}

} // namespace cmksim::engine
