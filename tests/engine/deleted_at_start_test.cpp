// What was deleted before the start: vaults, keys and identities of the estate that say so.
#include "played.hpp"

namespace cmksim::deleted_at_start_test {

using namespace cmksim;
using namespace cmksim::engine;
using namespace cmksim::test;

namespace {

constexpr std::string_view keyGone = R"(
estate:
  vaults:
    kv1: {softDeleteRetentionInDays: 7, accessPolicies: {app: [get, wrapKey, unwrapKey]}, keys: {cmk: {deleted: "2025-12-26T00:00:00Z"}}}
  identities: {app: {}}
  resources:
    reg: {service: acr, identity: app, key: kv1/cmk}
)";

} // namespace

TEST_CASE("a key that is deleted at the start is found missing, and comes back by its recovery") {
    const Played played{story("  - {at: 2h, do: key.recover, target: kv1/cmk}\n", "", keyGone)};
    CHECK(played.story() == "0s reg Ready -> Inaccessible KeyNotFound\n"
                            "2h key.recover kv1/cmk ok\n"
                            "2h reg Inaccessible -> Ready None\n");
}

TEST_CASE("its retention runs from its deletion, and its data goes with it") {
    const Played played{story("", "until: 1d1h\n", keyGone)};
    CHECK(played.story() == "0s reg Ready -> Inaccessible KeyNotFound\n"
                            "1d RetentionElapsed kv1/cmk\n"
                            "1d data lost: reg\n");
}

TEST_CASE("a vault that is deleted at the start has lost its role assignments") {
    const Played played{story("  - {at: 1h, do: vault.recover, target: kv1}\n", "until: 2h\n", R"(
estate:
  vaults:
    kv1: {deleted: "2025-12-31T00:00:00Z", enableRbacAuthorization: true, roleAssignments: {app: Key Vault Crypto User}, keys: {cmk: {}}}
  identities: {app: {}}
  resources:
    reg: {service: acr, identity: app, key: kv1/cmk}
)")};
    CHECK(played.story() == "0s reg Ready -> Inaccessible VaultNotFound\n"
                            "1h vault.recover kv1 ok\n"
                            "1h reg Inaccessible -> Revoked IdentityUnauthorized\n");
}

TEST_CASE("an identity that is deleted at the start keeps what is granted to it until it is recovered") {
    const std::string deleted = with(smallEstate, "app: {}", "app: {deleted: \"2025-12-20T00:00:00Z\"}");
    const Played early{story("  - {at: 1h, do: identity.recover, target: app}\n", "until: 2h\n", deleted)};
    CHECK(early.ends().find("reg Ready None 1h 1") == 0);
    const Played late{story("  - {at: 19d, do: identity.recover, target: app, expect: {error: IdentityNotFound}}\n",
                            "until: 20d\n", deleted)};
    CHECK(late.trace.passed);
}

} // namespace cmksim::deleted_at_start_test
