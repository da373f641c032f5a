#include "property/coverage.hpp"

#include "action/action.hpp"

#include <array>
#include <string_view>

namespace cmksim::property {

namespace {

using reference::Event;
using reference::EventKind;

constexpr std::array<std::string_view, 15> reasons{"None",
                                                   "IdentityNotAssigned",
                                                   "IdentityInactive",
                                                   "TokenAcquisitionFailed",
                                                   "KeyUriMalformed",
                                                   "VaultDnsUnresolved",
                                                   "VaultNotFound",
                                                   "VaultFirewallDenied",
                                                   "IdentityUnauthorized",
                                                   "KeyNotFound",
                                                   "KeyVersionNotFound",
                                                   "KeyDisabled",
                                                   "KeyNotYetValid",
                                                   "KeyExpired",
                                                   "UnwrapFailed"};

constexpr std::array<std::string_view, 49> refusals{
    "VaultExists", "VaultSoftDeleted", "VaultNotFound", "PurgeProtected", "CannotDisablePurgeProtection",
    "CannotDisableSoftDelete", "RetentionImmutable", "SoftDeleteRequired", "PolicyNotFound", "RoleAssignmentNotFound",
    "KeyNotFound", "KeySoftDeleted", "KeyVersionNotFound", "KeyExists", "BackupNotFound", "IdentityExists",
    "IdentityNotFound", "IdentityNotRecoverable", "IdentityInUse", "ResourceExists", "ResourceNotFound",
    "EncryptionImmutable", "PremiumSkuRequired", "FeatureUnsupported", "UserAssignedIdentityRequired",
    "KeyAccessDenied", "PurgeProtectionRequired", "PreviewNotRegistered", "IdentityDetached", "SupportRequired",
    "SystemAssignedAtCreation", "AccountRevoked", "ProvisioningFailed", "ClusterInaccessible",
    "CombinedUpdateUnsupported", "IdentityNotAttached", "BlockedForEncryptionEnabledRegistry", "BackupPolicyImmutable",
    "NonFirstPartyIdentityRequired", "KeyTypeUnsupported", "TenantMismatch", "RegionMismatch", "PoliciesDoNotCount",
    // the same code of another action's, where the rules behind it are not the same
    "resource.create SoftDeleteRequired", "resource.update SoftDeleteRequired", "resource.update KeyAccessDenied",
    "resource.update PurgeProtectionRequired", "vault.update SoftDeleteRequired", "vault.create IdentityNotFound"};

constexpr std::array<std::string_view, 14> states{"acr Ready",
                                                  "acr Revoked",
                                                  "acr Inaccessible",
                                                  "acr Deleted",
                                                  "cosmosdb Ready",
                                                  "cosmosdb Revoked",
                                                  "cosmosdb Deleted",
                                                  "documentdb Ready",
                                                  "documentdb Inaccessible",
                                                  "documentdb Failed",
                                                  "documentdb Deleted",
                                                  "acr Revoked Revoked",
                                                  "acr Inaccessible Revoked",
                                                  "acr Revoked Inaccessible"};

constexpr std::array<std::string_view, 12> operations{
    "acr pull",       "acr push",      "acr import",         "acr show",        "cosmosdb read",    "cosmosdb query",
    "cosmosdb write", "cosmosdb show", "documentdb connect", "documentdb read", "documentdb write", "documentdb show"};

constexpr std::array<std::string_view, 24> others{"fact KeyExpired",
                                                  "fact KeyValid",
                                                  "fact RetentionElapsed",
                                                  "fact IdentityLapsed",
                                                  "condition true",
                                                  "condition false",
                                                  "condition false by IdentityLapsed",
                                                  "condition false by resource.update",
                                                  "key-rotated acr",
                                                  "key-rotated cosmosdb",
                                                  "key-rotated documentdb",
                                                  "reason documentdb RequirementNotMet",
                                                  "data-lost by RetentionElapsed",
                                                  "data-lost by vault.delete",
                                                  "data-lost by vault.purge",
                                                  "data-lost by key.delete",
                                                  "data-lost by key.purge",
                                                  "data-lost by key.backup",
                                                  "expectation true",
                                                  "expectation false",
                                                  "expectation Absent",
                                                  "end not recoverable",
                                                  "run passed",
                                                  "run failed"};

/// What the reference says of itself, as no event tells it.
constexpr std::array<std::string_view, 13> rules{"key in a managed HSM used",
                                                 "key in a kind of vaults that the service does not take",
                                                 "present key named with an identity",
                                                 "default identity without a key",
                                                 "rotated away from a deleted identity",
                                                 "down behind the firewall",
                                                 "looked for a newer version",
                                                 "property changed",
                                                 "a template deployed again",
                                                 "a federated identity used",
                                                 "a federated identity without its application",
                                                 "a federated identity without its user-assigned one",
                                                 "a part of a federated identity made anew"};

std::map<std::string, std::string> servicesOf(const Scenario& scenario) {
    std::map<std::string, std::string> services;
    for (const ResourceSpec& resource : scenario.estate.resources) {
        services[std::string{resource.key.text}] = resource.service.text;
    }
    for (const EntrySpec& entry : scenario.timeline) {
        const ActionSpec* action = entry.action();
        if (const ResourceSpec* resource = action != nullptr ? action->resource() : nullptr) {
            services[std::string{action->target.text}] = resource->service.text;
        }
    }
    return services;
}

} // namespace

void Coverage::add(const Scenario& scenario, const reference::Replay& replay) {
    std::map<std::string, std::string> services = servicesOf(scenario);
    std::string cause; // the fact or action that came last
    for (const Event& event : replay.events) {
        switch (event.kind) {
        case EventKind::Fact:
            ++counts_["fact " + event.name];
            cause = event.name;
            break;
        case EventKind::Action:
            ++counts_[event.name + " " + event.result];
            ++counts_["refusal " + event.error];
            ++counts_["refusal " + event.name + " " + event.error];
            cause = event.name;
            break;
        case EventKind::DataLost: ++counts_["data-lost by " + cause]; break;
        case EventKind::Condition:
            ++counts_["condition " + event.result];
            ++counts_["condition " + event.result + " by " + cause];
            break;
        case EventKind::Transition:
            ++counts_["reason " + services[event.subject] + " " + event.reason];
            ++counts_["state " + services[event.subject] + " " + event.to];
            ++counts_["state " + services[event.subject] + " " + event.from + " " + event.to];
            break;
        case EventKind::KeyRotated: ++counts_["key-rotated " + services[event.subject]]; break;
        case EventKind::Loss: ++counts_["loss"]; break;
        case EventKind::Operation:
            ++counts_["operation " + services[event.subject] + " " + event.name + " " + event.result];
            if (event.status == 404) {
                ++counts_["operation on nothing"];
            }
            break;
        case EventKind::Expectation:
            ++counts_["expectation " + event.result];
            ++counts_["expectation " + event.to];
            break;
        }
    }
    for (const std::string& rule : replay.rules) {
        ++counts_["rule " + rule];
    }
    ++counts_[replay.passed ? "run passed" : "run failed"];
    for (const reference::ResourceRow& row : replay.resources) {
        ++counts_["state " + row.service + " " + row.state];
        ++counts_["reason " + row.service + " " + row.reason];
        if (!row.recoverable && row.state != "Deleted") {
            ++counts_["end not recoverable"];
        }
    }
}

std::vector<std::string> Coverage::missing() const {
    std::vector<std::string> missing;
    const auto require = [&](const std::string& what) {
        if (!counts_.contains(what)) {
            missing.push_back(what);
        }
    };
    for (const std::string_view reason : reasons) {
        if (reason != "VaultFirewallDenied") {
            require("reason acr " + std::string{reason});
        }
        for (const std::string service : {"cosmosdb ", "documentdb "}) {
            if (reason != "IdentityInactive") {
                require("reason " + service + std::string{reason});
            }
        }
    }
    for (const std::string_view refusal : refusals) {
        require("refusal " + std::string{refusal});
    }
    for (const std::string_view state : states) {
        require("state " + std::string{state});
    }
    for (const std::string_view operation : operations) {
        require("operation " + std::string{operation} + " ok");
        if (!operation.ends_with("show")) {
            require("operation " + std::string{operation} + " denied");
        }
    }
    require("operation on nothing");
    for (const ActionRule& rule : actionRules()) {
        if (rule.traits.name != "resource.revalidate") { // which none of these services has
            require(std::string{rule.traits.name} + " ok");
        }
    }
    for (const std::string_view rule : rules) {
        require("rule " + std::string{rule});
    }
    for (const std::string_view other : others) {
        require(std::string{other});
    }
    return missing;
}

} // namespace cmksim::property
