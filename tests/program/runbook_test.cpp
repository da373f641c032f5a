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

/// What comes of the commands of a runbook two hours later.
Ran played(const std::string& commands, std::string_view scenario, std::string_view format) {
    const Folder folder;
    return Ran{{"plan", "--at", "2h", "--format", std::string{format}, "--runbook",
                folder.file("r.md", "# Way back\n\naz this is prose\n\n```sh\n" + commands + "```\n"),
                folder.file("s.yaml", scenario)}};
}

/// The verdicts on the commands of a runbook two hours later, one a line, and whether the end is reached.
std::string verdicts(const std::string& commands, std::string_view scenario = story) {
    const Ran ran = played(commands, scenario, "json");
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
                   "az acr show -n reg\n") == "helps useless helps useless looks missed 1");
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
                             "https://kv1.vault.azure.net/keys/next\n") == "helps helps waits missed 1");
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
        CHECK(verdicts(good + line + "\n") == "helps helps harms missed 1"); // played
    }
    for (const std::string& line :
         {"if true; then " + deletes + "; fi", "timeout 5 " + deletes, "make || " + deletes}) {
        INFO(line);
        CHECK(verdicts(good + line + "\n") == "helps helps not-known reached 1");
    }
    CHECK(verdicts(good + "if az keyvault show -n kv1; then echo there; fi\n") == "helps helps looks reached 0");
    CHECK(verdicts(good + "```\nThen `" + deletes + "`.\n```\n") == "helps helps not-known reached 1");
}

TEST_CASE("the end of a runbook is not known where its code does what is not of the Azure CLI") {
    const std::string good = "az keyvault key recover --vault-name kv1 --name k\n"
                             "az rest --method post --url "
                             "https://graph.microsoft.com/v1.0/directory/deletedItems/id/restore\n";
    for (const std::string line : {"terraform destroy -auto-approve", "Remove-AzKeyVault -VaultName kv1 -Force",
                                   "kubectl delete pod web", "./repair.sh"}) {
        INFO(line);
        CHECK(verdicts(good + line + "\n") == "helps helps reached 4");
        CHECK(verdicts(good + "```\n```powershell\n" + line + "\n") == "helps helps reached 4");
        const Ran json = played(good + line + "\n", story, "json");
        CHECK(has(json.out, "line 8: '" + line + "' is no command of the Azure CLI: what it does is not known"));
        const Ran text = played(good + line + "\n", story, "text");
        CHECK(has(text.out, "lines do that are not read"));
    }
    // What prints, and what is printed, does nothing.
    CHECK(verdicts("set -e\n" + good + "echo done\n") == "helps helps reached 0");
    CHECK(verdicts(good + "```\n```console\n$ az keyvault list\n[]\n") == "helps helps looks reached 0");
    CHECK(verdicts(good + "```\n```\nName  Enabled\n") == "helps helps reached 0");
    // A command that does not help is told before what is not known.
    CHECK(verdicts("az keyvault update -n kv1 --bypass AzureServices\n" + good + "terraform destroy\n") ==
          "useless helps helps reached 1");
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

TEST_CASE("a command of a runbook that only looks, and fails where it stands, is told with the answer") {
    const std::string repair = "az keyvault key recover --vault-name kv1 --name k\n"
                               "az rest --method post --url "
                               "https://graph.microsoft.com/v1.0/directory/deletedItems/id/restore\n";
    const std::string show = "az keyvault key show --vault-name kv1 --name k\n";
    const std::string gone = "az keyvault key show-deleted --vault-name kv1 --name k\n";
    CHECK(verdicts(show + gone + repair + show + gone) == "fails looks helps helps looks fails reached 0");
    // What works again hangs on when the registry looks.
    CHECK(verdicts("az acr login -n reg\n" + repair + "az acr login -n reg\naz acr show -n reg\n") ==
          "fails helps helps fails looks reached 0");
    // A step that is refused leaves things as they are.
    CHECK(verdicts("az keyvault key purge --vault-name kv1 --name k\n" + gone + repair) ==
          "refused looks helps helps reached 1");
    const Ran text = played(show + repair + "az acr login -n reg\n", story, "text");
    INFO(text.out);
    CHECK(has(text.out, "r.md:6  fails\n  az keyvault key show --vault-name kv1 --name k\n    KeyNotFound: "));
    CHECK(has(text.out, "it changes nothing; the commands behind it are judged as if the file"));
    CHECK(has(text.out, "  az acr login -n reg\n    at some timing, DENIED: "));
    // A variable that stays empty is no sound ground for what follows.
    const std::string kept = "V=$(az keyvault key show --vault-name kv1 --name k --query key.kid -o tsv)\n";
    CHECK(verdicts(kept + repair) == "fails helps helps reached 1");
    CHECK(has(played(kept + repair, story, "json").out, "; V stays empty\""));
    // What may not run is not judged.
    CHECK(verdicts("if az keyvault key show --vault-name kv1 --name k; then echo there; fi\n" + repair) ==
          "looks helps helps reached 0");
}

TEST_CASE("the end of a runbook is not reached where a step has to wait until what was granted counts") {
    const std::string scenario = "cmksim: 1\nname: x\nestate:\n"
                                 "  vaults: {kv1: {enableRbacAuthorization: true, enablePurgeProtection: true, "
                                 "roleAssignments: {id: Key Vault Crypto User}, keys: {k: {}}}}\n"
                                 "  identities: {id: {}, new: {}}\n"
                                 "  resources: {reg: {service: acr, identity: id, key: kv1/k}}\n"
                                 "timeline:\n  - {at: 10m, do: identity.delete, target: id}\n";
    const std::string commands =
        "az role assignment create --role 'Key Vault Crypto User' --assignee '<object id of new>' --scope "
        "'/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv1/keys/k'\n"
        "az acr encryption rotate-key -n reg --identity '<resource id of new>'\n";
    CHECK(verdicts(commands, scenario) == "helps waits missed 1");
    const Ran json = played(commands, scenario, "json");
    CHECK(has(json.out, "\"wait\": 600")); // as a plan has it
    CHECK(has(json.out, "\"mustWait\": true"));
    CHECK(has(json.out, "\"timing\": \"all\""));
    const Ran text = played(commands, scenario, "text");
    CHECK(has(text.out, "refused at some timing when it comes at once"));
    CHECK_FALSE(has(text.out, "the end is reached"));
}

TEST_CASE("the end of a runbook is not reached for good where something falls due") {
    const std::string scenario = "cmksim: 1\nname: x\nuntil: 3d\nestate:\n"
                                 "  vaults: {kv1: {enablePurgeProtection: true, accessPolicies: {id: [get, wrapKey, "
                                 "unwrapKey]}, keys: {k: {versions: [{expires: 80h}]}}}}\n"
                                 "  identities: {id: {}}\n"
                                 "  resources: {reg: {service: acr, identity: id, key: kv1/k}}\n"
                                 "timeline: []\n";
    const std::string look = "az keyvault show -n kv1\n";
    CHECK(verdicts(look, scenario) == "looks missed 1");
    const Ran ran = played(look, scenario, "text");
    CHECK(has(ran.out, "reg: at risk until +"));
    CHECK_FALSE(has(ran.out, "the end is reached"));
}

TEST_CASE("the end of a runbook is not reached where a resource is down at another timing") {
    const std::string scenario = "cmksim: 1\nname: x\nestate:\n"
                                 "  vaults: {kv1: {enablePurgeProtection: true, accessPolicies: {\"system:reg\": [get, "
                                 "wrapKey, unwrapKey]}, keys: {k: {}}}}\n"
                                 "  resources: {reg: {service: acr, identity: SystemAssigned, key: kv1/k}}\n"
                                 "timeline:\n  - {at: 1h, do: resource.remove-identity, target: reg, with: {identity: "
                                 "SystemAssigned}}\nuntil: 110d\n";
    const Folder folder;
    const Ran ran{{"plan", "--at", "50d", "--runbook", folder.file("r.md", "```sh\naz keyvault show -n kv1\n```\n"),
                   folder.file("s.yaml", scenario)}};
    INFO(ran.out << ran.err);
    CHECK(ran.code == 1);
    CHECK(has(ran.out, "the end is not reached at every timing: still down or impaired: reg"));
    CHECK(has(ran.out, "Looked at: this runbook from +50d on, replayed over every timing that is open"));
}

TEST_CASE("a command that does damage harms, and data that is lost for good is told") {
    const std::string healthy = "cmksim: 1\nname: x\nestate:\n"
                                "  vaults: {kv1: {accessPolicies: {id: [get, wrapKey, unwrapKey]}, keys: {k: {}}}}\n"
                                "  identities: {id: {}}\n"
                                "  resources: {reg: {service: acr, identity: id, key: kv1/k}}\ntimeline: []\n";
    const std::string purge = "az keyvault key delete --vault-name kv1 --name k\n"
                              "az keyvault key purge --vault-name kv1 --name k\n";
    CHECK(verdicts(purge, healthy) == "harms harms missed 1");
    const Ran lost = played(purge, healthy, "text");
    CHECK(has(lost.out, "reg: its data is lost for good"));
    CHECK(has(lost.out, "data is lost for good: reg"));
    CHECK(has(played(purge, healthy, "json").out, "\"dataLost\": [\"reg\"]"));
    const std::string close = "az keyvault update -n kv1 --default-action Deny --bypass None\n";
    CHECK(verdicts(close, healthy) == "harms missed 1");
    CHECK(has(played(close, healthy, "text").out, "reg: it denies more"));
    const std::string repeated = "az keyvault set-policy -n kv1 --object-id '<object id of id>' --key-permissions get "
                                 "wrapKey unwrapKey\n";
    CHECK(verdicts(repeated, healthy) == "useless reached 1");
    CHECK(verdicts(repeated + close, healthy) == "useless harms missed 1");
}

TEST_CASE("what a runbook does to a resource without a model is not known") {
    const std::string vaults = "cmksim: 1\nname: x\nestate:\n"
                               "  vaults: {kv1: {enablePurgeProtection: true, enableRbacAuthorization: false, "
                               "accessPolicies: {old: [get, wrapKey, unwrapKey]}, roleAssignments: {id: Key Vault "
                               "Crypto User}, keys: {k: {}, other: {}}}}\n"
                               "  identities: {id: {}, old: {}}\n";
    const std::string unmodelled = "um: {service: unmodelled, type: App, key: kv1/other, identity: old}";
    const std::string both =
        vaults + "  resources: {reg: {service: acr, identity: id, key: kv1/k}, " + unmodelled + "}\ntimeline: []\n";
    const std::string switched = "az keyvault update -n kv1 --enable-rbac-authorization true\n";
    CHECK(verdicts(switched, both) == "helps reached 4");
    const Ran ran = played(switched, both, "text");
    CHECK(has(ran.out, "not known: um hangs on key kv1/other through old"));
    CHECK(has(ran.out, "Not looked at:"));
    CHECK(has(played(switched, both, "json").out, "\"notJudged\": [{\"resource\": \"um\""));
    for (const std::string& resources : {std::string{}, unmodelled}) {
        const std::string none = vaults + "  resources: {" + resources + "}\ntimeline: []\n";
        const Ran looked = played("az keyvault show -n kv1\n", none, "text");
        INFO(looked.out << looked.err);
        CHECK(looked.code == 4);
        CHECK(has(looked.out, "no resource with a model is there"));
        CHECK(has(played("az keyvault show -n kv1\n", none, "json").out, "\"reached\": null"));
    }
}

TEST_CASE("a runbook needs a code block with commands") {
    const Folder folder;
    const Ran ran{{"plan", "--runbook", folder.file("r.md", "az in prose only\n"), folder.file("s.yaml", story)}};
    CHECK(ran.code == 2);
    CHECK(ran.err.find("no code block of this file has a command of the Azure CLI") != std::string::npos);
}

} // namespace cmksim::runbook_test
