// Versions that a command names of a key which its service takes on to newer ones.
#include "az/translated.hpp"

#include <catch2/catch.hpp>

namespace cmksim::followed_keys_test {

using namespace cmksim::test;

namespace {

const std::string next = "https://kv1.vault.azure.net/keys/next";

std::string scenarioOf(std::string_view resource, std::string_view entries) {
    return "cmksim: 1\nname: x\nestate:\n  vaults: {kv1: {enablePurgeProtection: true, accessPolicies: {app: [get, "
           "list, wrapKey, unwrapKey]}, keys: {cmk: {}, next: {}}}}\n  identities: {app: {}}\n  resources:\n    it: " +
           std::string{resource} + "\ntimeline:\n" + std::string{entries};
}

std::string run(std::string_view at, std::string_view command) {
    return "- {at: " + std::string{at} + ", az: '" + std::string{command} + "'}\n";
}

std::string set(bool rotated) {
    return std::string{"{service: diskencryptionset, "} + (rotated ? "automaticRotation: true, " : "") +
           "identity: app, key: kv1/cmk}";
}

} // namespace

TEST_CASE("a key that automatic rotation takes on is taken without the version that a command names") {
    const std::string update = "disk-encryption-set update -n it --key-url " + next + "/v1";
    const std::string whole = "resource.update key: \"" + next + "/v1\"\n";
    const std::string followed = "resource.update key: \"" + next + "\"\n";
    CHECK(readAndWritten(scenarioOf(set(true), run("1h", update))).starts_with(followed));
    CHECK(readAndWritten(scenarioOf(set(false), run("1h", update))).starts_with(whole));
    // What the command itself says of rotation counts before what it was.
    CHECK(readAndWritten(scenarioOf(set(false), run("1h", update + " --auto-rotation true"))).starts_with(followed));
    CHECK(readAndWritten(scenarioOf(set(true), run("1h", update + " --auto-rotation false"))).starts_with(whole));
    // It is on or off as the file says by then, be it a command or an action that switches it.
    const std::string on = run("1h", "disk-encryption-set update -n it --auto-rotation true");
    CHECK(readAndWritten(scenarioOf(set(false), on + run("2h", update))).find(followed) != std::string::npos);
    const std::string off = "- {at: 1h, do: resource.update, target: it, with: {automaticRotation: false}}\n";
    CHECK(readAndWritten(scenarioOf(set(true), off + run("2h", update))).find(whole) != std::string::npos);
    CHECK(readAndWritten(scenarioOf("{service: sqldb, identity: app, key: kv1/cmk}",
                                    run("1h", "sql server tde-key set -s it -t AzureKeyVault --auto-rotation-enabled "
                                              "true --kid " +
                                                  next + "/v1")))
              .starts_with(followed));
}

TEST_CASE("that a version is left out is told, with the version") {
    const Compiled read{scenarioOf(set(true), run("1h", "disk-encryption-set update -n it --key-url " + next + "/v1"))};
    CHECK(read.messages().find("warning: automatic rotation of 'it' is on: Azure goes on from version 'v1' of its key "
                               "to newer ones, and the key is taken without it") != std::string::npos);
    const Compiled without{scenarioOf(set(true), run("1h", "disk-encryption-set update -n it --key-url " + next))};
    CHECK(without.messages().find("automatic rotation of") == std::string::npos);
}

TEST_CASE("of several keys those keep their version that automatic rotation does not take on") {
    const std::string workspace = "{service: databricks, automaticRotation: true, keys: {managed-services: {key: "
                                  "kv1/cmk, identity: FirstPartyIdentity}, managed-disks: {key: kv1/cmk, identity: "
                                  "app}, dbfs-root: {key: kv1/cmk, identity: app}}}";
    const std::string vault = "https://kv1.vault.azure.net --";
    const std::string update = "databricks workspace update -n it --";
    const auto written = [&](const std::string& options) {
        return readAndWritten(scenarioOf(workspace, run("1h", update + options)));
    };
    CHECK(written("disk-key-vault " + vault + "disk-key-name next --disk-key-version v1")
              .starts_with("resource.update keys: {managed-disks: {key: \"" + next + "\"}}\n"));
    CHECK(written("key-vault " + vault + "key-name next --key-version v1")
              .starts_with("resource.update keys: {dbfs-root: {key: \"" + next + "/v1\"}}\n"));
}

} // namespace cmksim::followed_keys_test
