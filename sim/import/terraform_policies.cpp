#include "import/terraform_policies.hpp"

#include "az/references.hpp"
#include "base/text.hpp"
#include "catalog/fact_reader.hpp"
#include "document/as_json.hpp"
#include "import/match.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cmksim::import {

namespace {

std::string apartOf(const TerraformInstance& vault, std::string_view principal) {
    return lowerCase(TerraformInstances::ownText(vault, "id")) + ' ' + lowerCase(principal);
}

} // namespace

void TerraformPolicies::begin(bool isPlanned) {
    changedApart_.clear();
    unchangedApart_.clear();
    dropped_.clear();
    for (const auto& [address, change] : instances_.changes()) {
        const TerraformType* type = instances_.typeNamed(terraformText(change, "type"));
        const Node before = terraformPath(change, "change.before");
        if (!isPlanned || type == nullptr || type->thing != TerraformThing::Policy || !before || !before.isMapping()) {
            continue;
        }
        const std::string action = terraformText(change, "change.actions.0");
        const Node after = terraformPath(change, "change.after");
        const bool stays =
            action == "no-op" || action == "forget" ||
            (action == "update" && after && document::asJson(before).line() == document::asJson(after).line());
        (stays ? unchangedApart_ : changedApart_)
            .insert(lowerCase(terraformText(before, TerraformInstances::pathsOf(*type, "vault").front())) + ' ' +
                    lowerCase(terraformText(before, TerraformInstances::pathsOf(*type, "principal").front())));
    }
}

void TerraformPolicies::leaveOut(Mark mark, std::string message, std::string help) {
    leftOut_.push_back(message);
    diagnostics_.warning(mark, std::move(message), std::move(help));
}

void TerraformPolicies::ofVault(const TerraformInstance& instance, RawVault& vault, RawImport& raw) {
    const std::vector<std::string_view> paths = TerraformInstances::pathsOf(*instance.type, "policies");
    if (paths.empty()) {
        return; // a vault of a kind that has none
    }
    const std::string_view path = paths.front();
    const auto change = instances_.changes().find(instance.address);
    const Node earlier = change != instances_.changes().end()
                             ? terraformPath(change->second, fmt::format("change.before.{}", path))
                             : Node{};
    Node policies = TerraformInstances::nodeOf(instance, "policies");
    // A list that the plan changes is one that is set: what was only found stays as it was found.
    const bool isChanged = earlier && earlier.isSequence() && policies && policies.isSequence() &&
                           document::asJson(earlier).line() != document::asJson(policies).line();
    const bool isSet = isChanged || instances_.references().sets(instance.module, instance.local, path);
    if ((!policies || !policies.isSequence()) && instances_.isUnknownAt(instance, path) && (isSet || earlier)) {
        leaveOut(instance.mark,
                 fmt::format("what policies vault {} will have is only known once it is applied", inQuotes(vault.name)),
                 "those that it has stand here");
        policies = earlier;
    }
    if (!policies || !policies.isSequence()) {
        return;
    }
    std::size_t withoutPrincipal = 0;
    std::set<std::string> kept;
    for (const Node item : policies.items()) {
        const std::string principal = terraformText(item, "object_id");
        withoutPrincipal += principal.empty() ? 1U : 0U;
        kept.insert(lowerCase(principal));
    }
    // A list that is set is the whole, whatever stands apart.
    for (std::size_t i = 0; isSet && withoutPrincipal == 0 && earlier && earlier.isSequence() && i < earlier.size();
         ++i) {
        const std::string principal = terraformText(earlier.item(i), "object_id");
        if (!kept.contains(lowerCase(principal)) && unchangedApart_.contains(apartOf(instance, principal))) {
            dropped_.insert(lowerCase(vault.name) + ' ' + lowerCase(principal));
        }
    }
    for (std::size_t i = 0; i < policies.size(); ++i) {
        std::string principal = terraformText(policies.item(i), "object_id");
        // A list that is not set is what was found: what stands apart and changes says what will be.
        if (!isSet && changedApart_.contains(apartOf(instance, principal))) {
            continue;
        }
        if (principal.empty()) {
            principal = principalOf(instance, path, policies, i);
        }
        add(std::move(principal), policies.item(i), policies.item(i).mark(), vault, raw);
    }
}

std::string TerraformPolicies::principalOf(const TerraformInstance& instance, std::string_view path, Node policies,
                                           std::size_t item) {
    const auto own =
        instances_.references().of(instance.module, instance.local, fmt::format("{}.{}.object_id", path, item));
    if (own.size() == 1) {
        return instances_.textOf(own.front(), instance, "principal_id");
    }
    std::vector<std::string> named; // as often and in the order in which the list names them
    for (const TerraformReference& one : instances_.references().of(instance.module, instance.local, path)) {
        const bool isPrincipal = one.attribute.ends_with("principal_id") || one.attribute.ends_with("object_id");
        std::string text = isPrincipal ? instances_.textOf(one, instance, "principal_id") : std::string{};
        if (!text.empty()) {
            named.push_back(std::move(text));
        }
    }
    std::size_t before = 0; // those without a principal that stand before it
    std::size_t missing = 0;
    for (std::size_t i = 0; i < policies.size(); ++i) {
        const bool isMissing = terraformText(policies.item(i), "object_id").empty();
        before += isMissing && i < item ? 1U : 0U;
        missing += isMissing ? 1U : 0U;
    }
    if (named.size() == policies.size() || named.size() == missing) {
        return named[named.size() == policies.size() ? item : before];
    }
    std::string which;
    std::set<std::string_view> candidates;
    for (const std::string& one : named) {
        which += candidates.insert(one).second ? (which.empty() ? ": it may be of " : " or ") + readable(one) : "";
    }
    if (candidates.size() == 1 && missing == 1) {
        return named.front();
    }
    leaveOut(instance.mark,
             fmt::format("the principal of a policy in {} is not known{}", inQuotes(instance.address), which),
             "it is left out");
    return TerraformInstances::symbol(instance.address, fmt::format("access_policy.{}", item));
}

void TerraformPolicies::add(std::string principal, Node block, Mark mark, RawVault& vault, RawImport& raw) {
    RawPolicy policy{std::move(principal), {}, mark};
    const Node permissions = terraformPath(block, "key_permissions");
    const std::string application = terraformText(block, "application_id");
    if (!application.empty()) {
        leaveOut(block.mark(),
                 fmt::format("a policy of {} is for what application {} does on its behalf",
                             inQuotes(readable(policy.principal)), inQuotes(application)),
                 "it is left out: it lets neither use keys by itself");
        raw.reportedOf(block.mark(), "policies on behalf");
        return;
    }
    if (permissions && permissions.isSequence()) {
        for (const Node permission : permissions.items()) {
            policy.permissions.push_back(lowerCase(permission.text()));
        }
    }
    if (!policy.permissions.empty()) {
        vault.policies.push_back(std::move(policy));
    }
}

bool TerraformPolicies::apart(const TerraformInstance& instance, RawVault& vault, RawImport& raw) {
    std::string principal = instances_.textOf(instance, "principal", "principal_id");
    if (dropped_.contains(lowerCase(vault.name) + ' ' + lowerCase(principal))) {
        diagnostics_.warning(instance.mark,
                             fmt::format("the policies that vault {} is set to have none of {}", inQuotes(vault.name),
                                         inQuotes(instance.address)),
                             "they are all that it will have");
        return false;
    }
    Node block = instance.values;
    if (instances_.isUnknownAt(instance, "key_permissions")) {
        leaveOut(instance.mark,
                 fmt::format("what the policy of {} in vault {} allows is only known once it is applied",
                             inQuotes(readable(principal)), inQuotes(readable(vault.name))),
                 "what it allows before stands here");
        block = terraformPath(instances_.changes().find(instance.address)->second, "change.before");
    }
    add(std::move(principal), block, instance.mark, vault, raw);
    return true;
}

} // namespace cmksim::import
