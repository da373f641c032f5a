// `cmksim plan`.
#include "running.hpp"

#include <catch2/catch.hpp>

using namespace cmksim::test;

namespace {

constexpr std::string_view story = R"(cmksim: 1
name: Key deleted
estate:
  vaults:
    kv1: {accessPolicies: {app: [get, wrapKey, unwrapKey]}, keys: {cmk: {}}}
  identities: {app: {}}
  resources:
    reg: {service: acr, identity: app, key: kv1/cmk}
until: 100d
timeline:
  - {at: 10m, do: key.delete, target: kv1/cmk}
)";

} // namespace

TEST_CASE("a plan is steps with when, what, why and how long, and its proof") {
    const Folder folder;
    const Ran ran{{"plan", "--format", "json", "--at", "2026-01-01T04:00:00Z", folder.file("s.yaml", story)}};
    CHECK(ran.code == 0);
    CHECK(has(ran.out,
              R"({"possible": true, "at": 14400, "steps": [{"at": 14400, "action": "key.recover", )"
              R"("target": "kv1/cmk", "with": {}, "az": "az keyvault key recover --vault-name kv1 --name cmk", )"
              R"("why": "reg: KeyNotFound. )"));
    CHECK(has(ran.out, R"("role": "Key Vault Crypto Officer"})"));
    CHECK(has(ran.out, R"("wait": {"min": 0, "max": 3599})"));
    CHECK(has(ran.out, R"("ready": {"min": 0, "max": 3599}, "verified": true, "timing": "all")"));
}

TEST_CASE("what nothing brings back is named, with the last instant at which something did, and the exit code is 1") {
    const Folder folder;
    const Ran ran{{"plan", "--format", "json", folder.file("s.yaml", story)}};
    CHECK(ran.code == 1);
    CHECK(has(ran.out, R"("possible": false)"));
    CHECK(has(ran.out,
              R"("lost": [{"resource": "reg", "because": "KeyNotFound: the material that wraps its data is gone, )"
              R"(in every key and backup; since RetentionElapsed kv1/cmk", "until": 7776600}])"));
    const Ran text{{"plan", folder.path("s.yaml")}};
    CHECK(has(text.out, "What nothing brings back"));
    CHECK(has(text.out, "+90d10m, the last instant at which there was a way"));
}

TEST_CASE("what a plan is asked for is checked") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", story);
    for (const auto& [option, value, complaint] : std::vector<std::tuple<std::string, std::string, std::string>>{
             {"--at", "noon", "'noon' after '--at' is no time since the start such as 2h, nor an instant after it"},
             {"--goal", "regs=Ready", "unknown resource 'regs'; did you mean 'reg'?"},
             {"--goal", "reg=Revoked", "a plan brings 'reg' back to 'Ready', and to no other state"},
             {"--alternatives", "0", "'0' after '--alternatives' is no number from 1 to 100"}}) {
        const Ran ran{{"plan", option, value, path}};
        CHECK(ran.code == 2);
        CHECK(has(ran.err, complaint));
        CHECK(ran.out.empty());
    }
}
