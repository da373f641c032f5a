// Commands whose options say what is not simulated.
#include "support/compiled.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <string_view>

namespace cmksim::left_out_test {

using namespace cmksim::test;

namespace {

/// What is said of a command, of an estate with a resource of each service that is asked for below.
std::string saidOf(const std::string& command) {
    constexpr std::string_view estate = R"(cmksim: 1
name: x
estate:
  vaults:
    kv1:
      enablePurgeProtection: true
      accessPolicies: {app: [get, list, wrapKey, unwrapKey, encrypt, decrypt]}
      keys: {cmk: {}}
  identities: {app: {}}
  resources:
    reg: {service: acr, identity: app, key: kv1/cmk}
    sto: {service: storage, identity: app, key: kv1/cmk}
    srv: {service: sqldb, identity: app, key: kv1/cmk}
    pg: {service: postgresql, identity: app, key: kv1/cmk}
    my: {service: mysql, identity: app, key: kv1/cmk}
    des: {service: diskencryptionset, identity: app, key: kv1/cmk}
    aks: {service: akskms, identity: app, key: kv1/cmk}
    conf: {service: appconfig, identity: app, key: kv1/cmk}
    law: {service: loganalytics, identity: app, key: kv1/cmk}
timeline:
)";
    const Compiled read{std::string{estate} + "- {at: 1h, az: '" + command + "'}\n"};
    return read.messages();
}

bool isTold(const std::string& said, std::string_view text) { return said.find(text) != std::string::npos; }

} // namespace

TEST_CASE("a command all of whose changes are left out is not taken for one that changes nothing") {
    for (const std::string group : {"", " -g rg", " --tags a=b"}) {
        for (const std::string command :
             {"acr update -n reg --set encryption.status=enabled", "acr update -n reg --sku Standard",
              "storage account update -n sto --set encryption.keyVaultProperties.keyname=k2",
              "postgres flexible-server update -n pg --set dataEncryption.primaryKeyUri=x",
              "mysql flexible-server update -n my --set dataEncryption.primaryKeyUri=x",
              "sql server update -n srv --assign-identity",
              "disk-encryption-set update -n des --set activeKey.keyUrl=x",
              "appconfig update -n conf --set encryption.keyVaultProperties=null",
              "monitor log-analytics cluster update -n law --identity-type UserAssigned --user-assigned app"}) {
            INFO(command << group);
            const std::string said = saidOf(command + group);
            CHECK(isTold(said, " cannot be simulated so: "));
            CHECK(isTold(said, " is left out: "));
            CHECK_FALSE(isTold(said, "changes nothing"));
        }
    }
}

TEST_CASE("what is left out of an update that changes a key is told, and the rest is played") {
    const std::string key = " --key https://kv1.vault.azure.net/keys/cmk --identity app";
    const std::string said = saidOf("postgres flexible-server update -n pg -g rg" + key + " --set tags.x=1");
    CHECK(isTold(said, "'--set' is left out: properties that are set so are not read"));
    CHECK_FALSE(isTold(said, "cannot be simulated"));
}

TEST_CASE("a setting that no key depends on changes nothing, and a cluster that is stopped is not simulated yet") {
    CHECK(isTold(saidOf("monitor log-analytics cluster update -n law -g rg --sku-capacity 500"),
                 "changes nothing here that is simulated"));
    CHECK(isTold(saidOf("aks stop -n aks -g rg"), "'az aks stop' is not simulated yet"));
    CHECK(isTold(saidOf("aks start -n aks -g rg --no-wait"), "'az aks start' is not simulated yet"));
}

} // namespace cmksim::left_out_test
