// What the expressions of a configuration refer to, through variables and outputs of modules.
#pragma once

#include "document/document.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::import {

/// What an expression stands for: a text that is known, or an attribute of a resource.
struct TerraformReference {
    std::string address;   // of the resource, with its modules, without index; empty: `text` is known
    std::string attribute; // `principal_id`, `identity.0.principal_id`; empty: the resource as such
    std::string text;
    /// Those that the expressions name, of the modules and last of the resource, without brackets and quotes; empty: it
    /// names none.
    std::vector<std::string> indices{};
    bool byOwnIndex = false; // the expression has the user's own index beside it
};

/// The configuration of a plan, module by module.
class TerraformReferences {
public:
    explicit TerraformReferences(Node plan) : plan_{plan} {}

    /// What the expression at `path` of a resource refers to. `module` is the address of its module,
    /// `module.a.module.b` without indices, empty for the root; `address` that of the resource within it, without an
    /// index.
    [[nodiscard]] std::vector<TerraformReference> of(std::string_view module, std::string_view address,
                                                     std::string_view path) const;

    /// Whether there is the configuration of a resource.
    [[nodiscard]] bool has(std::string_view module, std::string_view address) const;

    /// Whether it has something at `path`.
    [[nodiscard]] bool sets(std::string_view module, std::string_view address, std::string_view path) const;

    /// What any expression of a resource refers to.
    [[nodiscard]] std::vector<TerraformReference> ofAll(std::string_view module, std::string_view address) const;

    /// What its `depends_on` names: addresses with their modules, without indices.
    [[nodiscard]] std::vector<std::string> dependsOn(std::string_view module, std::string_view address) const;

private:
    /// A module with the names of the calls that lead to it.
    struct Module {
        Node node;
        std::vector<std::string> calls;
        std::vector<std::string> indices; // which of each is meant, where the way here told it; else empty
        Node forEach{};                   // what the resource at hand is made for each of
    };

    [[nodiscard]] Node resourceAt(const Module& module, std::string_view address) const;
    void followAll(const Module& module, Node expressions, int depth, std::vector<TerraformReference>& found) const;
    [[nodiscard]] Module moduleOf(std::string_view path) const;
    [[nodiscard]] Module moduleAt(const std::vector<std::string>& calls, std::vector<std::string> indices) const;
    void follow(const Module& module, Node expression, int depth, std::vector<TerraformReference>& found) const;
    void followText(const Module& module, std::string_view reference, int depth,
                    std::vector<TerraformReference>& found) const;

    Node plan_;
};

/// A path such as `identity.0.principal_id` in what is there; no node where it ends before.
Node terraformPath(Node node, std::string_view path);

/// An address without its indices: `module.a["x"].azurerm_key_vault.kv[0]` is `module.a.azurerm_key_vault.kv`.
std::string withoutIndices(std::string_view address);

} // namespace cmksim::import
