// What resources of Terraform without a meaning here say of vaults, keys and identities.
#pragma once

#include "import/mentions.hpp"
#include "import/raw_import.hpp"
#include "import/terraform_instances.hpp"
#include "import/terraform_unknown.hpp"

#include <map>
#include <string>
#include <vector>

namespace cmksim::import {

/// The vaults and keys of a file, by what others call them: an id, or what stands for one that is not known yet.
struct TerraformNames {
    struct Vault {
        std::string name;
        VaultKindId kind = ordinaryVault;
    };
    std::map<std::string, Vault> vaults;     // in lower case
    std::map<std::string, std::string> keys; // their identifiers

    /// The identifier of a key that is called so; the text itself where it is none of these.
    [[nodiscard]] std::string keyOf(const std::string& text) const {
        const auto known = keys.find(text);
        return known != keys.end() ? known->second : text;
    }
};

class TerraformMentions {
public:
    /// Instances and names must outlive this, and may change.
    TerraformMentions(const TerraformInstances& instances, const TerraformNames& names,
                      const std::vector<AzureTerms>& terms, const Platform& platform);

    /// What stands in its values, and in a plan the things that its configuration refers to; a key that only applying
    /// the plan will tell, and that nothing leads to, is one that is not known.
    [[nodiscard]] RawMention of(const TerraformInstance& instance) const;

    /// Adds that, and where the resource leads to where it is a way to others.
    void addTo(RawImport& raw, const TerraformInstance& instance) const;

private:
    [[nodiscard]] bool liesInVault(const TerraformInstance& instance) const;
    void referTo(const TerraformReference& reference, RawMention& mention) const;
    void addUnknownKeys(const TerraformInstance& instance, RawMention& mention) const;
    void addUnknownBody(const TerraformInstance& instance, RawMention& mention) const;
    [[nodiscard]] bool leadsToKeys(const TerraformInstance& instance, std::string_view path) const;
    [[nodiscard]] std::string vaultNameOf(const TerraformInstance& instance) const;

    const TerraformInstances& instances_;
    const TerraformNames& names_;
    const std::vector<AzureTerms>& terms_;
    MentionFinder finder_;
    TerraformKeyFields keyFields_;
};

} // namespace cmksim::import
