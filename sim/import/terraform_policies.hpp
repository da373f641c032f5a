// Access policies of Terraform, which stand in their vault or apart from it.
#pragma once

#include "base/diagnostics.hpp"
#include "import/raw_import.hpp"
#include "import/terraform_instances.hpp"

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::import {

class TerraformPolicies {
public:
    /// What is told of and is not in what is read is added to `leftOut`.
    TerraformPolicies(const TerraformInstances& instances, std::vector<std::string>& leftOut, Diagnostics& diagnostics)
        : instances_{instances}, leftOut_{leftOut}, diagnostics_{diagnostics} {}

    /// Before the first vault: what a plan does with policies that stand apart.
    void begin(bool isPlanned);

    /// Policies that stand in the vault itself. Whose one is may only be told by what the configuration refers to.
    void ofVault(const TerraformInstance& instance, RawVault& vault, RawImport& raw);

    /// One that stands apart, of a vault that was read; false where the vault's own list takes it away.
    bool apart(const TerraformInstance& instance, RawVault& vault, RawImport& raw);

private:
    std::string principalOf(const TerraformInstance& instance, std::string_view path, Node policies, std::size_t item);
    void add(std::string principal, Node block, Mark mark, RawVault& vault, RawImport& raw);
    void leaveOut(Mark mark, std::string message, std::string help);

    const TerraformInstances& instances_;
    std::vector<std::string>& leftOut_;
    Diagnostics& diagnostics_;
    // Policies that stand apart, each by its vault's id and its principal, in lower case; and by its vault's name those
    // that a vault's own list takes away.
    std::set<std::string> changedApart_;
    std::set<std::string> unchangedApart_;
    std::set<std::string> dropped_;
};

} // namespace cmksim::import
