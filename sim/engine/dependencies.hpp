// What stands on what in an estate, as one graph: from which follow what a loss can reach, which things alone hold a
// resource up, in which order things are to be worked out, and which parts of an estate have nothing to do with each
// other.
#pragma once

#include "engine/program.hpp"

#include <boost/graph/adjacency_list.hpp>

#include <map>
#include <variant>
#include <vector>

namespace cmksim::engine {

/// The kinds of node. All stand for what is there at the start of the estate.
namespace node {

struct Resource {
    ResourceId resource;
    friend auto operator<=>(const Resource&, const Resource&) = default;
};
struct Identity { // by its name
    IdentityId identity;
    friend auto operator<=>(const Identity&, const Identity&) = default;
};
struct Principal { // behind an identity; grants are its
    IdentityId of;
    friend auto operator<=>(const Principal&, const Principal&) = default;
};
struct Policy { // an access policy
    VaultId vault;
    IdentityId identity;
    friend auto operator<=>(const Policy&, const Policy&) = default;
};
struct Role { // a role assignment
    GrantScope scope;
    IdentityId identity;
    RoleId role;
    friend auto operator<=>(const Role&, const Role&) = default;
};
struct Network { // the network rules of a vault
    VaultId vault;
    friend auto operator<=>(const Network&, const Network&) = default;
};
struct Vault {
    VaultId vault;
    friend auto operator<=>(const Vault&, const Vault&) = default;
};
struct Key {
    KeyId key;
    friend auto operator<=>(const Key&, const Key&) = default;
};
struct Version { // of a key that has several
    KeyId key;
    VersionNameId version;
    friend auto operator<=>(const Version&, const Version&) = default;
};

} // namespace node

using DependencyNode = std::variant<node::Resource, node::Identity, node::Principal, node::Policy, node::Role,
                                    node::Network, node::Vault, node::Key, node::Version>;

/// Why one thing leads to another.
enum class Tie : std::uint8_t {
    Needs,    // without it there is nothing
    OneOf,    // it needs one of those that it is tied to so, of those that count for the resource in hand
    LiesOn,   // a grant on its scope: gone with it, but no way to it
    Attached, // it may come to need it: an identity that is attached, or would be the resource's own
    StandsOn, // a resource on another one, which has a way to a key of its own
};

/// Built once of an estate, in time and memory that grow with it; it keeps a reference to the program. The timeline has
/// no part in it.
class Dependencies {
public:
    /// Nodes in the order of the estate: vaults with what is in them, roles above all vaults, identities, resources.
    using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::bidirectionalS, DependencyNode, Tie>;
    using Vertex = Graph::vertex_descriptor;

    explicit Dependencies(const Program& estate);

    [[nodiscard]] const Program& estate() const { return *estate_; }
    [[nodiscard]] const Graph& graph() const { return graph_; }
    [[nodiscard]] const DependencyNode& operator[](Vertex vertex) const { return graph_[vertex]; }
    [[nodiscard]] Vertex vertexOf(const DependencyNode& node) const { return vertices_.at(node); }

    /// Whether it is the mere name of a vault or key that the estate does not have.
    [[nodiscard]] bool isName(Vertex vertex) const { return firstName_ <= vertex && vertex < afterNames_; }

    /// Everything between a resource and its key, of grants those that cover its key, in no order that means anything;
    /// nothing of that for a resource that has no key, or a malformed one. With the resources that it stands on, and
    /// what is between them and theirs.
    [[nodiscard]] std::vector<Vertex> supportsOf(ResourceId resource) const;

    /// The resources that have `vertex` between them and their own key, in the order of the list.
    [[nodiscard]] std::vector<ResourceId> usersOf(Vertex vertex) const;

    /// Those that have it among their supports: its users, and what stands on these, near or far.
    [[nodiscard]] std::vector<ResourceId> resourcesOn(Vertex vertex) const;

    /// Those of the supports that no other can stand in for: the dominators of the key in the way from the resource to
    /// it, and of what it stands on those of each, or, where one is enough, of all. A grant that another one covers is
    /// none, and one that does not give what the model requires counts for nothing. Versions are left out, as time
    /// moves a resource from one to the next.
    [[nodiscard]] std::vector<Vertex> singlePointsOf(ResourceId resource) const;

    /// Of each vertex, whether it is a single point of some resource.
    [[nodiscard]] std::vector<bool> singlePoints() const;

    /// To which part of the estate each vertex belongs: the same number for all of one part, and no other's. The
    /// service's own identity, which cannot be deleted, ties nothing together, unless it holds a role above all vaults.
    [[nodiscard]] std::vector<std::size_t> parts() const;

    /// Whether an identity is the service's own and so ties nothing together.
    [[nodiscard]] bool isShared(IdentityId identity) const;

private:
    class Access;

    void add(DependencyNode node);
    void addNamesAlone();
    void addVault(const NewVault& vault);
    void addRoles(const std::vector<NewRole>& roles, const GrantScope& scope);
    void tie(const DependencyNode& from, const DependencyNode& to, Tie tie);
    void tieFederated();
    void tieGrants();
    void tieResource(ResourceId id);

    void tieToBases(ResourceId id);
    [[nodiscard]] std::vector<Vertex> ownSupportsOf(ResourceId resource) const;
    [[nodiscard]] std::vector<ResourceId> basesOf(ResourceId resource) const;
    [[nodiscard]] bool leadsFrom(const KeyUse& use, Vertex target) const;
    [[nodiscard]] bool isGrantedAnother(const KeyUse& use, Vertex grant) const;
    [[nodiscard]] std::vector<Vertex> singlePointsOfKeys(ResourceId resource) const;
    [[nodiscard]] bool leads(const Graph::edge_descriptor& edge, const NamedKey& key) const;
    [[nodiscard]] bool covers(Vertex grant, const NamedKey& key) const;
    [[nodiscard]] bool suffices(Vertex grant, ResourceId resource, const NamedKey& key) const;
    [[nodiscard]] bool isSharedVertex(Vertex vertex) const;

    const Program* estate_;
    Graph graph_;
    std::map<DependencyNode, Vertex> vertices_;
    Vertex firstName_ = 0;
    Vertex afterNames_ = 0;
};

} // namespace cmksim::engine
