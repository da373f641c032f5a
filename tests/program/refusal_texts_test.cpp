// What a refused action says, by what stands in its way.
#include "running.hpp"

#include <catch2/catch.hpp>

#include <sstream>

namespace cmksim::refusal_texts_test {

using namespace cmksim::test;

TEST_CASE("a refusal says what the service says where its text is known, by reason") {
    const Folder folder;
    const std::string whole = R"(cmksim: 1
name: x
until: 1h
estate:
  vaults:
    kv1: {enablePurgeProtection: true, accessPolicies: {app: [get, wrapKey, unwrapKey]}, keys: {cmk: }}
    kv2: {enablePurgeProtection: true, networkAcls: {defaultAction: Deny, bypass: None}, keys: {cmk: }}
  identities: {app: }
  resources:
    account: {service: cosmosdb, identity: app, key: kv1/cmk}
    plain: {service: cosmosdb, identity: app}
timeline:
  - {at: 1m, do: resource.create, target: one, with: {service: cosmosdb, identity: app, key: kv2/cmk}}
  - {at: 2m, do: resource.create, target: two, with: {service: cosmosdb, identity: app, key: "https://gone-kv.vault.azure.net/keys/k"}}
  - {at: 3m, do: resource.create, target: three, with: {service: cosmosdb, identity: app, key: "https://kv1.vault.azure.net/keys"}}
  - {at: 4m, do: resource.update, target: account, with: {key: null}}
  - {at: 5m, do: resource.update, target: plain, with: {key: kv2/cmk}}
  - {at: 6m, do: resource.remove-identity, target: plain, with: {identity: app}}
)";
    // What has an identity and no key is of the newest model alone.
    std::string withoutPlain;
    std::istringstream lines{whole};
    for (std::string line; std::getline(lines, line);) {
        withoutPlain += line.find("plain") == std::string::npos ? line + '\n' : "";
    }
    for (const std::string version : {"2023-01", "2023-06", "2026-11"}) {
        const bool isNewest = version == "2026-11";
        const std::string path = folder.file("s.yaml", isNewest ? whole : withoutPlain);
        const Ran ran{{"run", "--format", "json", "--model", "cosmosdb=" + version, path}};
        INFO(ran.out);
        CHECK(has(ran.out,
                  R"("message": "Database account creation failed. Error: {\"error\":{\"code\":\"Forbidden\",)"));
        CHECK(has(ran.out, "Database account creation failed. Error: Error contacting the Azure Key Vault resource."));
        CHECK(has(ran.out, "Provided KeyVaultKeyUri https://kv1.vault.azure.net/keys is Invalid."));
        CHECK(has(ran.out, "Updating KeyVaultKeyUri is not supported"));
        CHECK(has(ran.out, R"("message": "{\"error\":{\"code\":\"Forbidden\",)") == isNewest);
        CHECK(has(ran.out, "The identity 'app' is in use by 'plain' and cannot be removed") == isNewest);
    }
}

} // namespace cmksim::refusal_texts_test
