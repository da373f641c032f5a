#include "program/running.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace cmksim::runbook_test {

using namespace cmksim::test;

namespace {

constexpr std::string_view story = R"(cmksim: 1
name: x
estate:
  vaults: {kv1: {enablePurgeProtection: true, accessPolicies: {id: [get, wrapKey, unwrapKey]}, keys: {k: {}, next: {}}}}
  identities: {id: {}}
  resources: {reg: {service: acr, identity: id, key: kv1/k}}
timeline:
  - {at: 10m, do: key.delete, target: kv1/k}
  - {at: 20m, do: identity.delete, target: id}
)";

/// The verdicts on the commands of a runbook two hours later, one a line, and whether the end is reached.
std::string verdicts(const std::string& commands) {
    const Folder folder;
    const Ran ran{{"plan", "--at", "2h", "--format", "json", "--runbook",
                   folder.file("r.md", "# Way back\n\naz this is prose\n\n```sh\n" + commands + "```\n"),
                   folder.file("s.yaml", story)}};
    std::string text;
    for (std::size_t at = ran.out.find("\"verdict\": \""); at != std::string::npos;
         at = ran.out.find("\"verdict\": \"", at + 1)) {
        const std::size_t begin = at + 12;
        text += ran.out.substr(begin, ran.out.find('"', begin) - begin) + ' ';
    }
    return text + (ran.out.find("\"reached\": true") != std::string::npos ? "reached " : "missed ") +
           std::to_string(ran.code);
}

} // namespace

TEST_CASE("a runbook that brings everything back is sound") {
    CHECK(verdicts("az keyvault key recover --vault-name kv1 \\\n  --name k\n"
                   "az identity create -n id -g g\n"
                   "az keyvault set-policy -n kv1 --object-id id --key-permissions get wrapKey unwrapKey\n"
                   "az acr identity assign -n reg --identities id\n"
                   "az acr show -n reg\n") == "helps helps helps helps looks missed 1");
    CHECK(
        verdicts("az keyvault key recover --vault-name kv1 --name k\n"
                 "az rest --method post --url https://graph.microsoft.com/v1.0/directory/deletedItems/id/restore\n") ==
        "helps helps reached 0");
}

TEST_CASE("commands that are wrong, refused, useless or out of order are told from each other") {
    const std::string restore =
        "az rest --method post --url https://graph.microsoft.com/v1.0/directory/deletedItems/id/restore\n";
    CHECK(verdicts("az keyvault key recover --vault-name kv1 --name k --hard\n" + restore) == "wrong helps missed 1");
    CHECK(verdicts("az keyvault key purge --vault-name kv1 --name k\n" + restore +
                   "az keyvault key recover --vault-name kv1 --name k\n") == "refused helps helps reached 1");
    CHECK(verdicts("az keyvault update -n kv1 --bypass AzureServices\n" + restore +
                   "az keyvault key recover --vault-name kv1 --name k\n") == "useless helps helps reached 1");
    CHECK(verdicts("az keyvault set-policy -n kv1 --object-id id --key-permissions get wrapKey unwrapKey\n" + restore +
                   "az keyvault key recover --vault-name kv1 --name k\n") == "out-of-order helps helps reached 1");
    CHECK(verdicts(restore + "az keyvault key recover --vault-name kv1 --name k\n"
                             "az acr encryption rotate-key -n reg --key-encryption-key "
                             "https://kv1.vault.azure.net/keys/next\n") == "helps helps waits reached 0");
}

TEST_CASE("no command of a runbook is skipped without a word") {
    const std::string good = "az keyvault key recover --vault-name kv1 --name k\n"
                             "az rest --method post --url "
                             "https://graph.microsoft.com/v1.0/directory/deletedItems/id/restore\n";
    const std::string deletes = "az keyvault key delete --vault-name kv1 --name k";
    for (const std::string& line :
         {"sudo " + deletes, "true && " + deletes, "(" + deletes + ")", "out=$(" + deletes + ")", "/usr/bin/" + deletes,
          "user@host:~$ " + deletes, "bash -c \"" + deletes + "\""}) {
        INFO(line);
        CHECK(verdicts(good + line + "\n") == "helps helps helps missed 1"); // played
    }
    for (const std::string& line :
         {"if true; then " + deletes + "; fi", "timeout 5 " + deletes, "make || " + deletes}) {
        INFO(line);
        CHECK(verdicts(good + line + "\n") == "helps helps not-known reached 1");
    }
    CHECK(verdicts(good + "if az keyvault show -n kv1; then echo there; fi\n") == "helps helps looks reached 0");
    CHECK(verdicts(good + "```\nThen `" + deletes + "`.\n```\n") == "helps helps not-known reached 1");
}

TEST_CASE("a runbook may use variables, PowerShell's joints, redirections and an exit on failure") {
    const std::string restore = "az rest --method post --url "
                                "https://graph.microsoft.com/v1.0/directory/deletedItems/id/restore > /dev/null\n";
    CHECK(verdicts("V=kv1\naz keyvault key recover --vault-name $V --name k 2>/dev/null || exit 1\n" + restore) ==
          "helps helps reached 0");
    CHECK(verdicts("```\n```powershell\n$v = \"kv1\"\naz keyvault key recover `\n  --vault-name $v `\n  --name k\n" +
                   restore) == "helps helps reached 0");
    CHECK(verdicts("V=kv1\n```\nThen:\n```sh\naz keyvault key recover --vault-name $V --name k\n" + restore) ==
          "helps helps reached 0");
    CHECK(verdicts("V=$(az keyvault show -n kv1 --query name -o tsv)\n```\nThen:\n```sh\naz keyvault key recover "
                   "--vault-name $V --name k\n" +
                   restore) == "looks helps helps reached 0");
    CHECK(verdicts("az keyvault key recover --vault-name $V --name k\n" + restore) == "wrong helps missed 1");
    CHECK(verdicts("az keyvault set-policy -n kv1 --object-id other --key-permissions get\n" + restore) ==
          "wrong helps missed 1");
}

TEST_CASE("a runbook needs a code block with commands") {
    const Folder folder;
    const Ran ran{{"plan", "--runbook", folder.file("r.md", "az in prose only\n"), folder.file("s.yaml", story)}};
    CHECK(ran.code == 2);
    CHECK(ran.err.find("no code block of this file has a command of the Azure CLI") != std::string::npos);
}

} // namespace cmksim::runbook_test
