// The resources of a state or plan of Terraform with their attributes, as far as these are known.
#pragma once

#include "document/document.hpp"
#include "import/raw_import.hpp"
#include "import/terraform_references.hpp"
#include "model/azure.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cmksim::import {

/// One resource of a state, or as it is planned to be.
struct TerraformInstance {
    Node values;
    std::string address; // with its modules and indices
    std::string module;  // `module.a.module.b`
    std::string local;   // the address within the module, without index
    std::string typeName;
    const TerraformType* type = nullptr; // null: one without a meaning here
    Mark mark;
    bool isData = false;
    Node dependsOn = {}; // addresses of what it was made after, as a state keeps them
};

/// Which resources each refers to, by addresses without indices.
using TerraformDependencies = std::map<std::string, std::set<std::string>>;

class TerraformInstances {
public:
    /// What a file holds of a resource that has no values to be read.
    using Unread = std::function<void(Mark mark, const std::string& typeName)>;

    TerraformInstances(Node root, const std::vector<AzureTerms>& terms);

    /// Gathers the resources of a module and of those in it, or of a state of format 4; of `data` the sources alone,
    /// which a plan keeps with the prior state. `isPlanned`: they are what a plan leads to.
    void gather(Node module, Node data, bool isPlanned, const Unread& unread);

    /// `{"version": 4, "resources": [{…, "instances": […]}]}`, as a backend keeps it.
    static bool isRawState(Node root);

    [[nodiscard]] const std::vector<TerraformInstance>& all() const { return instances_; }
    /// Their addresses, by the line and column at which each stands.
    [[nodiscard]] std::map<std::pair<std::uint32_t, std::uint32_t>, std::string> addresses() const;
    /// What each refers to in the configuration, by addresses without indices.
    [[nodiscard]] TerraformDependencies dependencies() const;
    /// Null when there is none of that address, which has no indices; of several the first.
    [[nodiscard]] const TerraformInstance* find(const std::string& address) const;
    [[nodiscard]] const TerraformType* typeNamed(const std::string& name) const;
    [[nodiscard]] const std::map<std::string, Node>& changes() const { return changes_; }
    [[nodiscard]] const TerraformReferences& references() const { return references_; }

    /// The paths at which a type keeps a field of ours.
    static std::vector<std::string_view> pathsOf(const TerraformType& type, std::string_view field);
    /// The node of a field; none where it is absent or null, and an empty text only where no other path has more.
    static Node nodeOf(const TerraformInstance& instance, std::string_view field);
    /// What an attribute is called while its value is not known.
    static std::string symbol(std::string_view address, std::string_view attribute);
    /// Where the field's own value can be had by others: known, or as a symbol.
    static std::string ownText(const TerraformInstance& instance, std::string_view field);

    /// The texts of a field: what stands there, and of what is not known yet what the configuration refers to; `usual`
    /// is the attribute that a reference to a resource as such means.
    [[nodiscard]] std::vector<std::string> textsOf(const TerraformInstance& instance, std::string_view field,
                                                   std::string_view usual) const;
    [[nodiscard]] std::string textOf(const TerraformInstance& instance, std::string_view field,
                                     std::string_view usual) const;
    [[nodiscard]] std::string textOf(const TerraformReference& reference, const TerraformInstance& user,
                                     std::string_view usual) const;

    /// What of a planned resource only applying the plan will tell, as `after_unknown` has it; none where that is not
    /// said.
    [[nodiscard]] Node unknownsOf(const TerraformInstance& instance) const;
    /// Its tags. Those that only applying the plan will tell are not known.
    [[nodiscard]] std::vector<RawTag> tagsOf(const TerraformInstance& instance) const;
    /// Whether only applying the plan will tell what stands at a path, or at some place below it.
    [[nodiscard]] bool isUnknownAt(const TerraformInstance& instance, std::string_view path) const;
    /// Whether only applying the plan will tell a field, and the configuration sets it, or was not read.
    [[nodiscard]] bool isLeftOpen(const TerraformInstance& instance, std::string_view field) const;
    /// Whether only applying the plan will tell a field, as the configuration does not set it: the provider chooses.
    [[nodiscard]] bool isChosen(const TerraformInstance& instance, std::string_view field) const;

private:
    void collect(Node module, const std::string& path, bool dataOnly, int depth);
    void collectResource(Node resource, const std::string& module, bool dataOnly);
    void collectRaw(Node state);
    void collectImported();
    void collectForgotten();
    void add(Node node, Node values, const std::string& typeName, std::string address, const std::string& module,
             bool isData);
    [[nodiscard]] std::vector<std::size_t> meantOf(const std::vector<std::size_t>& all,
                                                   const TerraformReference& reference,
                                                   const TerraformInstance& user) const;
    [[nodiscard]] bool mayBeSet(const TerraformInstance& instance, std::string_view path) const;
    [[nodiscard]] bool mayBeUnknown(const TerraformInstance& instance, std::string_view path) const;

    TerraformReferences references_;
    std::map<std::string, const TerraformType*, std::less<>> types_;
    std::map<std::string, Node> changes_; // by address
    bool isPlanned_ = false;
    Unread unread_;
    std::vector<TerraformInstance> instances_;
    std::map<std::string, std::vector<std::size_t>> byAddress_; // without indices
};

/// Whether something below a node of `after_unknown` is not known.
bool hasUnknown(Node node);

/// Why applying a plan does more than it says, as the plan itself tells; nothing where it is whole.
std::vector<std::string> whatAPlanLeavesOut(Node root);

/// The last index of an address, in its brackets; empty where it has none.
std::string_view indexOf(std::string_view address);

/// The text at a path such as `identity.0.principal_id`; empty where there is none.
std::string terraformText(Node node, std::string_view path);

} // namespace cmksim::import
