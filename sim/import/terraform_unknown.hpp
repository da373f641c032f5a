// Keys of a plan of Terraform of which only applying it tells which they are.
#pragma once

#include "base/json_value.hpp"
#include "document/document.hpp"
#include "model/azure.hpp"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::import {

/// How attributes and blocks that name keys are called in Terraform, as the types with a meaning call theirs.
class TerraformKeyFields {
public:
    explicit TerraformKeyFields(const std::vector<AzureTerms>& terms);

    /// Whether a type is of a provider of which types are known: `azurerm_…`.
    [[nodiscard]] bool isOfProvider(std::string_view typeName) const;

    /// Whether a path is that of a block which names keys, as a whole.
    [[nodiscard]] bool isBlock(std::string_view path) const;

    /// The paths in `after_unknown` at which a key is named, or a whole block of one.
    [[nodiscard]] std::vector<std::string> unknownIn(Node unknowns) const;

private:
    void gather(Node unknowns, const std::string& path, bool isKey, std::vector<std::string>& paths) const;
    [[nodiscard]] bool namesKey(std::string_view name) const;

    std::set<std::string, std::less<>> providers_;  // `azurerm_`
    std::set<std::string, std::less<>> attributes_; // `key_vault_key_id`
    std::set<std::string, std::less<>> blocks_;     // `customer_managed_key`
};

/// A value with a text that stands for what is not known at each place that `unknowns` marks in it; `symbol` is what
/// the value as a whole is called.
JsonValue withUnknowns(const JsonValue& value, Node unknowns, std::string_view symbol);

} // namespace cmksim::import
