// `cmksim plan --set-up` and `--least-role`.
#include "running.hpp"

#include <catch2/catch.hpp>

namespace cmksim::set_up_test {

using namespace cmksim::test;

namespace {

constexpr std::string_view estate = R"(cmksim: 1
name: To be set up
estate:
  vaults:
    kv1:
      enableRbacAuthorization: true
      enablePurgeProtection: true
      keys:
        cmk: {roleAssignments: {app: Key Vault Crypto Service Encryption User}}
        own: {}
    kv2:
      enablePurgeProtection: true
      accessPolicies: {app: [get, list, wrapKey, unwrapKey]}
      keys: {doc: {}, acc: {}}
  identities: {app: {}}
  resources:
    reg: {service: acr, identity: app, key: kv1/cmk}
    clu: {service: documentdb, identity: app, key: kv2/doc}
)";

} // namespace

TEST_CASE("a whole estate is set up in an order that works, with the wait until what is granted counts") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", estate);
    const Ran ran{{"plan", "--set-up", path}};
    INFO(ran.out << ran.err);
    CHECK(ran.code == 0);
    const auto placeOf = [&](std::string_view text) { return ran.out.find(text); };
    CHECK(placeOf("identity.create app") < placeOf("vault.create kv1"));
    CHECK(placeOf("vault.create kv1") < placeOf("key.create kv1/cmk"));
    CHECK(placeOf("key.create kv1/cmk") < placeOf("role.assign kv1/cmk"));
    CHECK(placeOf("role.assign kv1/cmk") < placeOf("policy.set kv2"));
    CHECK(placeOf("policy.set kv2") < placeOf("wait 10m"));
    CHECK(placeOf("wait 10m") < placeOf("resource.create reg"));
    CHECK(placeOf("resource.create clu") != std::string::npos);
    CHECK(has(ran.out, "replayed: reg and clu are Ready and unimpaired after 10m1s"));
    const Ran json{{"plan", "--set-up", "--format", "json", path}};
    CHECK(has(json.out, R"("possible": true)"));
    CHECK(has(json.out, R"("timing": "all")"));
}

TEST_CASE("an account with its own identity is made first, and given its key when its grant counts") {
    const Folder folder;
    std::string text{estate};
    text.insert(text.find("}", text.find("unwrapKey]")), ", 'system:acc': [get, wrapKey, unwrapKey]");
    text += "    acc: {service: cosmosdb, identity: SystemAssigned, key: kv2/acc}\n";
    const Ran ran{{"plan", "--set-up", folder.file("s.yaml", text)}};
    INFO(ran.out << ran.err);
    CHECK(ran.code == 0);
    CHECK(ran.out.find("resource.create acc") < ran.out.find("resource.update acc"));
    CHECK(has(ran.out, "reg, clu and acc are Ready and unimpaired"));
}

TEST_CASE("what cannot be set up is named with its refusal, and the rest is set up") {
    const Folder folder;
    std::string text{estate};
    text.replace(text.find("app: [get, list"), 15, "app: [get");
    const Ran ran{{"plan", "--set-up", folder.file("s.yaml", text)}};
    INFO(ran.out << ran.err);
    CHECK(ran.code == 1);
    CHECK(has(ran.out, "What is refused"));
    CHECK(has(ran.out, "clu: IdentityUnauthorized"));
    CHECK(has(ran.out, "replayed: reg is Ready and unimpaired"));
}

TEST_CASE("where every creation is refused nothing is proved, and it is said that none can be set up") {
    const Folder folder;
    std::string text{estate};
    text.replace(text.find("app: [get, list"), 15, "app: [get");
    text.erase(text.find("    reg: {service"), text.find("    clu: {service") - text.find("    reg: {service"));
    const std::string path = folder.file("s.yaml", text);
    const Ran ran{{"plan", "--set-up", path}};
    CHECK(ran.code == 1);
    CHECK(has(ran.out, "none of the resources can be set up as they are described"));
    CHECK(has(ran.out, "clu: IdentityUnauthorized"));
    CHECK_FALSE(has(ran.out, "replayed: "));
    const Ran json{{"plan", "--set-up", "--format", "json", path}};
    CHECK(json.code == 1);
    CHECK(has(json.out, R"("ready": null, "verified": false)"));
}

TEST_CASE("a set-up with a federated identity says that its parts are taken to be there") {
    const Folder folder;
    const Ran ran{{"plan", "--set-up", "--format", "json", folder.file("s.yaml", R"(cmksim: 1
name: x
estate:
  vaults: {kv1: {enablePurgeProtection: true, accessPolicies: {client: [get, wrapKey, unwrapKey]}, keys: {k: }}}
  identities: {ua: , client: {type: Application}, fed: {type: Federated, with: ua, app: client}}
  resources:
    st: {service: storage, identity: fed, key: kv1/k}
)")}};
    INFO(ran.out << ran.err);
    CHECK(has(ran.out, "how ua and client are made, and trust each other for fed: they are taken to be there"));
    CHECK(has(ran.out, R"("complete": false)"));
}

TEST_CASE("the least policy is what all that share it need, as setting one replaces the other") {
    const Folder folder;
    std::string text{estate};
    text += "    acc: {service: cosmosdb, identity: app, key: kv2/acc}\n"
            "    un: {service: unmodelled, type: Some/things, identity: app, key: kv2/doc}\n";
    const std::string path = folder.file("s.yaml", text);
    const Ran ran{{"plan", "--least-role", "app=kv2/acc", path}};
    INFO(ran.out << ran.err);
    CHECK(ran.code == 0);
    CHECK(has(ran.out, "--key-permissions get list unwrapKey wrapKey"));
    CHECK(has(ran.out, "shared   clu by other keys of the vault"));
    CHECK(has(ran.out, "unknown  what un may need of the policy that it replaces"));
    CHECK_FALSE(has(ran.out, "takes    a permission"));
    const Ran json{{"plan", "--least-role", "app=kv2/acc", "--format", "json", path}};
    CHECK(has(json.out, R"("sharing": ["clu"], "losing": [], "unknown": ["un"])"));
    CHECK(has(json.out, R"("suffices": true)"));
    CHECK(has(json.out, R"("counts": true, "least": true)"));
    const Ran role{{"plan", "--least-role", "app=kv1/cmk", path}}; // one more role takes nothing from anyone
    CHECK_FALSE(has(role.out, "shared"));
}

TEST_CASE("the least role is that at the key, and the least policy what the services ask for") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", estate);
    const Ran role{{"plan", "--least-role", "app=kv1/cmk", path}};
    INFO(role.out << role.err);
    CHECK(role.code == 0);
    CHECK(has(role.out, "the role Key Vault Crypto Service Encryption User on kv1/cmk"));
    CHECK(has(role.out, "az role assignment create"));
    CHECK(has(role.out, "within 10m of being made"));
    CHECK(has(role.out, "with this grant alone none of them lacks a permission"));
    const Ran policy{{"plan", "--least-role", "app=kv2/doc", "--format", "json", path}};
    CHECK(policy.code == 0);
    CHECK(has(policy.out, R"("permissions": ["get", "list", "unwrapKey", "wrapKey"])"));
    CHECK(has(policy.out, R"("suffices": true)"));
    const Ran unused{{"plan", "--least-role", "app=kv1/own", path}};
    CHECK(has(unused.out, "no resource of the estate yet"));
    CHECK(has(unused.out, "no grant that lets it use the key"));
    const Ran unknown{{"plan", "--least-role", "apq=kv1/cmk", path}};
    CHECK(unknown.code == 2);
    CHECK(has(unknown.err, "the estate has no identity 'apq'; did you mean 'app'?"));
}

} // namespace cmksim::set_up_test
