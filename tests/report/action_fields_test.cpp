#include "report/action_fields.hpp"
#include "report/replayed.hpp"

#include <string>
#include <vector>

using namespace cmksim;
using namespace cmksim::report;
using namespace cmksim::test;

namespace {

const std::string estate = R"(cmksim: 1
name: Arguments
estate:
  vaults:
    one-kv: {accessPolicies: {an-id: [get, wrapKey, unwrapKey]}, keys: {cmk: {}, other: {}}}
  identities: {an-id: {}, b-id: {}}
  resources: {alpha: {service: store, identity: an-id, key: one-kv/cmk}}
timeline:
)";

/// The arguments of an action as they come back from its compiled form.
std::string again(const std::string& action, const std::string& target, const std::string& with) {
    const auto run = story(estate + "  - {at: 1m, do: " + action + ", target: " + target +
                           (with.empty() ? "" : ", with: {" + with + "}") + "}\n");
    return flowYaml(argumentsOf(*run->program, run->program->entries[EntryId{0}]));
}

} // namespace

TEST_CASE("the arguments of a compiled action read as the scenario wrote them") {
    struct Row {
        std::string action;
        std::string target;
        std::string with;
    };
    const std::vector<Row> rows{
        {"vault.delete", "one-kv", ""},
        {"vault.update", "one-kv",
         "enableRbacAuthorization: true, enablePurgeProtection: true, publicNetworkAccess: Disabled, networkAcls: "
         "{defaultAction: Deny, bypass: None, ipRules: [203.0.113.7, 198.51.100.0/24]}"},
        {"vault.add-network-rule", "one-kv", "ipAddress: 203.0.113.0/24"},
        {"policy.set", "one-kv", "identity: b-id, permissions: [get, list, unwrapKey, wrapKey]"},
        {"policy.delete", "one-kv", "identity: an-id"},
        {"role.assign", "one-kv/cmk", "identity: b-id, role: Key Vault Crypto User"},
        {"key.create", "one-kv/new", "enabled: false, notBefore: 2h, expires: 30d"},
        {"key.update", "one-kv/cmk", "notBefore: null, expires: null"},
        {"key.backup", "one-kv/cmk", "file: monday.bak"},
        {"key.backup", "one-kv/cmk", ""},
        {"identity.create", "c-id", ""},
        {"resource.update", "alpha", "identity: b-id, key: one-kv/other"},
        {"resource.update", "alpha", "key: \"https://one-kv.vault.azure.net/keys/cmk\""},
        {"resource.update", "alpha", "key: null"},
        {"resource.remove-identity", "alpha", "identity: an-id"},
        {"resource.create", "beta",
         "service: store, identity: b-id, identities: [an-id], key: one-kv/other, revalidationPhase: 5m, outboundIp: "
         "203.0.113.9"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.action, row.with);
        CHECK(again(row.action, row.target, row.with) == row.with);
    }
}

TEST_CASE("a whole vault reads as the estate would write it") {
    const std::string vault =
        "enableRbacAuthorization: true, enableSoftDelete: true, enablePurgeProtection: false, publicNetworkAccess: "
        "Enabled, networkAcls: {defaultAction: Deny, bypass: AzureServices, ipRules: [203.0.113.7]}, "
        "softDeleteRetentionInDays: 7, accessPolicies: {an-id: [get]}, roleAssignments: {an-id: Key Vault Reader, "
        "b-id: "
        "[Key Vault Crypto User, Key Vault Reader]}, keys: {a: {}, b: {enabled: false, expires: 30d}, c: {versions: "
        "[{name: 8f0c2b51d9d04a7fb4b2d6a1c1c0e9aa, notBefore: 1d}, {}], roleAssignments: {b-id: Key Vault Crypto "
        "User}}}";
    CHECK(again("vault.create", "two-kv", vault) == vault);
}
