// `gate` as a person or a pipeline calls it: kinds of changes, exit codes, allowances, baselines, objectives, errors.
#include "program/gating.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <vector>

namespace cmksim::gate_command_test {

using namespace cmksim::test;

namespace {

const std::string story = "cmksim: 1\nname: x\nestate: now.yaml\ntimeline:\n"
                          "  - {at: 1m, do: key.delete, target: kv1/k}\n";

} // namespace

TEST_CASE("a change that takes something down exits with 1, and one that does not with 0") {
    const Folder folder;
    const std::string now = folder.file("now.yaml", gatedEstate);
    const Ran down{gateArguments({folder.file("story.yaml", story)})};
    INFO(down.out << down.err);
    CHECK(down.code == 1);
    CHECK(has(down.out, "does not pass"));
    CHECK(has(down.out, "registry goes down: KeyNotFound"));
    CHECK(has(down.out, "0s to 59m59s after step 1"));
    CHECK(has(down.out, "az keyvault key recover"));
    const Ran harmless{gateArguments(
        {folder.file("more.sh", "az keyvault key create --vault-name kv1 --name new\n"), "--estate", now})};
    INFO(harmless.out << harmless.err);
    CHECK(harmless.code == 0);
    CHECK(has(harmless.out, "passes"));
}

TEST_CASE("a revalidation by hand whose check fails is told as a refused step, with the reason") {
    const Folder folder;
    const Ran ran{gateArguments({folder.file("story.yaml", R"(cmksim: 1
name: x
estate:
  vaults:
    kv1:
      enablePurgeProtection: true
      accessPolicies: {a: [get, wrapKey, unwrapKey]}
      keys: {k: {}}
  identities: {a: {}}
  resources:
    app: {service: sqldb, identity: a, key: kv1/k}
timeline:
  - {at: 1m, do: key.delete, target: kv1/k}
  - {at: 10h, do: resource.revalidate, target: app}
)")})};
    INFO(ran.out << ran.err);
    CHECK(ran.code == 1);
    CHECK(has(ran.out, "resource.revalidate app is refused: AzureKeyVaultMissingPermissions"));
    CHECK(has(ran.out, "(KeyNotFound); what comes after it may not happen"));
}

TEST_CASE("a list of commands is judged on the estate, and what is none of them is not known") {
    const Folder folder;
    const std::string now = folder.file("now.yaml", gatedEstate);
    const Ran down{gateArguments(
        {folder.file("do.sh", "#!/bin/sh\naz keyvault key delete --vault-name kv1 --name k\n"), "--estate", now})};
    INFO(down.out << down.err);
    CHECK(down.code == 1);
    CHECK(has(down.out, "line 2"));
    const Ran odd{gateArguments({folder.file("odd.sh", "az keyvault frobnicate --name kv1\n"), "--estate", now})};
    INFO(odd.out << odd.err);
    CHECK(odd.code == 4);
    CHECK(has(odd.out, "undecided"));
}

TEST_CASE("an allowance lets a finding through until its last day, and no further") {
    const Folder folder;
    const std::string now = folder.file("now.yaml", gatedEstate);
    const std::string change = folder.file("story.yaml", story);
    const auto allowing = [&](const std::string& until) {
        return folder.file("allow.yaml",
                           "cmksim-allow: 1\nallow:\n  - {subject: registry, reason: agreed, until: " + until + "}\n");
    };
    const Ran until{gateArguments({change, "--allow", allowing("2027-01-01")})};
    INFO(until.out << until.err);
    CHECK(until.code == 0);
    CHECK(has(until.out, "agreed"));
    const Ran over{gateArguments({change, "--allow", allowing("2026-12-31")})};
    CHECK(over.code == 1);
    CHECK(has(over.out, "ended on 2026-12-31"));
    const Ran all{gateArguments({change, "--allow",
                                 folder.file("bad.yaml", "cmksim-allow: 1\nallow:\n  - {reason: x, until: "
                                                         "2027-01-01}\n")})};
    CHECK(all.code == 2);
    CHECK(has(all.err, "bad.yaml:3:5: error: this allowance is about every finding"));
    const auto ofKind = [&](const std::string& kind) {
        return Ran{gateArguments({change, "--allow",
                                  folder.file("kind.yaml", "cmksim-allow: 1\nallow:\n  - {kind: " + kind +
                                                               ", reason: x, until: 2027-01-01}\n")})};
    };
    const Ran outrage = ofKind("outrage");
    CHECK(outrage.code == 2);
    CHECK(has(outrage.err, "kind.yaml:3:12: error: expected a kind of finding, not 'outrage'; did you mean 'outage'?"));
    for (const std::string kind :
         {"data-loss", "outage", "deletion", "impairment", "refusal", "objective", "unknown"}) {
        CHECK(ofKind(kind).code == 1); // there are two findings, and each kind is of one of them at most
    }
    CHECK(ofKind("outage, reason: x, until: 2027-01-01}\n  - {kind: data-loss").code == 0);
}

TEST_CASE("a baseline leaves what was there before, and never what is not known") {
    const Folder folder;
    static_cast<void>(folder.file("now.yaml", gatedEstate));
    const std::string change = folder.file("story.yaml", story);
    const Ran first{gateArguments({change, "--format", "json"})};
    const std::string baseline = folder.file("baseline.json", first.out);
    const Ran again{gateArguments({change, "--baseline", baseline})};
    INFO(again.out << again.err);
    CHECK(again.code == 0);
    CHECK(has(again.out, "as in the baseline"));
    const std::string stored = folder.file(
        "store.yaml",
        gatedEstate + "  store: {service: unmodelled, type: Microsoft.Storage/storageAccounts, key: kv1/other}\n");
    const std::string other = folder.file("other.sh", "az keyvault key delete --vault-name kv1 --name other\n");
    const Ran unknown{gateArguments({other, "--estate", stored, "--format", "json"})};
    CHECK(unknown.code == 4);
    const Ran still{gateArguments({other, "--estate", stored, "--baseline", folder.file("b.json", unknown.out)})};
    CHECK(still.code == 4);
}

TEST_CASE("an outage within the RTO passes") {
    const Folder folder;
    static_cast<void>(folder.file("now.yaml", gatedEstate));
    const std::string change = folder.file("story.yaml", story + "  - {at: 2m, do: key.recover, target: kv1/k}\n");
    CHECK(Ran{gateArguments({change})}.code == 1);
    CHECK(Ran{gateArguments({change, "--rto", "1h"})}.code == 0);
    CHECK(Ran{gateArguments({change, "--rto", "59m"})}.code == 1);
    const Ran wrong{gateArguments({change, "--rto", "soon"})};
    CHECK(wrong.code == 2);
    CHECK(has(wrong.err, "--rto: expected a duration such as 1h, got 'soon'"));
}

TEST_CASE("from one estate to another every difference is a step") {
    const Folder folder;
    const std::string now = folder.file("now.yaml", gatedEstate);
    std::string without = gatedEstate;
    without.replace(without.find("k: {}, "), 7, "");
    without.replace(without.find(", key: kv1/k"), 12, ", key: https://kv1.vault.azure.net/keys/k");
    const Ran ran{gateArguments({folder.file("after.yaml", without), "--estate", now})};
    INFO(ran.out << ran.err);
    CHECK(ran.code == 1);
    CHECK(has(ran.out, "key.delete kv1/k"));
    const Ran alone{gateArguments({folder.path("after.yaml")})};
    CHECK(alone.code == 2);
    CHECK(has(alone.err, "name the one before it with --estate"));
}

TEST_CASE("the reports are written beside what is printed") {
    const Folder folder;
    static_cast<void>(folder.file("now.yaml", gatedEstate));
    const Ran ran{gateArguments({folder.file("story.yaml", story), "--report", "sarif=" + folder.path("out.sarif"),
                                 "--report", "junit=" + folder.path("out.xml"), "--report",
                                 "markdown=" + folder.path("out.md"), "--report", "json=" + folder.path("out.json")})};
    CHECK(ran.code == 1);
    CHECK(has(textOf(folder.path("out.sarif")), "\"startLine\": 5"));
    CHECK(has(textOf(folder.path("out.xml")), "<failure"));
    CHECK(has(textOf(folder.path("out.xml")), "&#10;</failure>")); // a line for each finding
    CHECK(has(textOf(folder.path("out.md")), "█"));
    CHECK(has(textOf(folder.path("out.json")), "\"verdict\": \"falls-short\""));
}

TEST_CASE("a finding about a key that a plan does not know has the place of its resource in SARIF") {
    const Folder folder;
    const std::string plan = R"({"format_version": "1.2", "planned_values": {"root_module": {"resources": [
  {"address": "azurerm_key_vault.kv", "mode": "managed", "type": "azurerm_key_vault", "values": {"name": "kv1"}},
  {"address": "azurerm_batch_account.jobs", "mode": "managed", "type": "azurerm_batch_account", "values": {"name": "jobs"}}]}},
 "resource_changes": [
  {"address": "azurerm_batch_account.jobs", "type": "azurerm_batch_account", "change": {"actions": ["create"], "after_unknown": {"id": true, "customer_managed_key": true}}}],
 "configuration": {"root_module": {"resources": []}}})";
    const Ran ran{gateArguments({folder.file("plan.json", plan), "--report", "sarif=" + folder.path("out.sarif")})};
    INFO(ran.out << ran.err);
    CHECK(ran.code == 4);
    const std::string sarif = textOf(folder.path("out.sarif"));
    INFO(sarif);
    CHECK(has(sarif, "azurerm_batch_account.jobs#customer_managed_key"));
    CHECK(has(sarif, "\"startLine\": 3"));
}

TEST_CASE("a plan in a form that is not read says which form is") {
    const Folder folder;
    const Ran printed{gateArguments({folder.file("plan.txt", "Terraform will perform the following actions:\n")})};
    CHECK(printed.code == 2);
    CHECK(has(printed.err, "terraform show -json PLANFILE"));
    CHECK(Ran{gateArguments({folder.path("missing.json")})}.code == 2);
}

TEST_CASE("what a script does besides commands of the Azure CLI does not pass") {
    const Folder folder;
    const std::string now = folder.file("now.yaml", gatedEstate);
    const auto with = [&](const std::string& line, const std::string& name = "do.sh") {
        return Ran{gateArguments({folder.file(name, "#!/bin/sh\n# a step\nset -eu\necho begins\nRG=main\n"
                                                    "az keyvault key create \\\n  --vault-name kv1 --name new\n" +
                                                        line + "\n"),
                                  "--estate", now})};
    };
    CHECK(with("").code == 0);
    for (const std::string line :
         {"./teardown.sh", "for v in kv1; do az keyvault delete -n $v; done", "Remove-AzKeyVault -VaultName kv1",
          "curl -X DELETE https://management.azure.com/", "terraform destroy", "X=1 ./teardown.sh", "sleep 7200"}) {
        INFO(line);
        const Ran one = with(line);
        CHECK(one.code == 4);
        CHECK(has(one.out, "line 8"));
    }
    // However they are called, these are played.
    for (const std::string line :
         {"sudo az keyvault delete -n kv1", "/usr/bin/az keyvault delete -n kv1", "echo $(az keyvault delete -n kv1)",
          "echo x; az keyvault delete -n kv1", "X=$(az keyvault delete -n kv1)"}) {
        INFO(line);
        CHECK(with(line).code == 1);
    }
}

TEST_CASE("commands in the text of a runbook and other programs in its blocks do not pass") {
    const Folder folder;
    const std::string now = folder.file("now.yaml", gatedEstate);
    const auto with = [&](const std::string& more) {
        return Ran{
            gateArguments({folder.file("do.md", "# Steps\n\n```sh\naz keyvault key create --vault-name kv1 --name new\n"
                                                "```\n\n```json\n{\"any\": 1}\n```\n" +
                                                    more),
                           "--estate", now})};
    };
    CHECK(with("It prints the key.\n").code == 0);
    CHECK(with("Then `az keyvault delete -n kv1`.\n").code == 4);
    CHECK(with("1. az keyvault delete -n kv1\n").code == 4);
    CHECK(with("```powershell\nRemove-AzKeyVault -VaultName kv1\n```\n").code == 4);
}

TEST_CASE("that steps are played half a minute apart is told where there are several and their instants are not") {
    const Folder folder;
    const std::string now = folder.file("now.yaml", gatedEstate);
    const std::string first = "az keyvault key set-attributes --vault-name kv1 --name k --enabled false\n";
    const std::string then = "az keyvault key set-attributes --vault-name kv1 --name k --enabled true\n";
    const std::string both = folder.file("both.sh", first + then);
    for (const std::string format : {"text", "json", "markdown"}) {
        const Ran ran{gateArguments({both, "--estate", now, "--rto", "10m", "--format", format})};
        INFO(ran.out << ran.err);
        CHECK(has(flat(ran.out), "this change with pauses other than 30s between its steps"));
    }
    const Ran one{gateArguments({folder.file("one.sh", first), "--estate", now})};
    CHECK(has(one.out, "Looked at: 1 step"));
    CHECK_FALSE(has(one.out, "pauses"));
    // A scenario says when its steps are.
    const Ran timed{
        gateArguments({folder.file("story.yaml", story + "  - {at: 2m, do: key.recover, target: kv1/k}\n")})};
    CHECK(has(timed.out, "Looked at: 2 steps"));
    CHECK_FALSE(has(timed.out, "pauses"));
}

TEST_CASE("what of a command is left out does not pass, and is told once") {
    const Folder folder;
    const std::string now = folder.file("now.yaml", gatedEstate);
    for (const std::string_view options : {"--ops sign", "--policy @p.json"}) {
        const Ran ran{gateArguments({folder.file("do.sh", "az keyvault key set-attributes --vault-name kv1 --name k " +
                                                              std::string{options} + "\n"),
                                     "--estate", now})};
        INFO(ran.out << ran.err);
        CHECK(ran.code == 4);
        CHECK(has(ran.out, "line 1: '--"));
        const std::size_t first = ran.err.find("is left out");
        REQUIRE(first != std::string::npos);
        CHECK(ran.err.find("is left out", first + 1) == std::string::npos);
    }
}

TEST_CASE("a step after which a resource no longer follows its key to newer versions is an impairment") {
    const Folder folder;
    const std::string now = folder.file("now.yaml", gatedEstate);
    const std::string version = "0123456789abcdef0123456789abcdef";
    std::string named = gatedEstate;
    named.replace(named.find("k: {}"), 5, "k: {versions: [{name: " + version + "}]}");
    std::string pinned = named;
    pinned.replace(pinned.find("key: kv1/k}"), 11, "key: kv1/k/" + version + "}");
    const Ran ran{gateArguments({folder.file("after.yaml", pinned), "--estate", folder.file("before.yaml", named)})};
    INFO(ran.out << ran.err);
    CHECK(ran.code == 1);
    CHECK(has(ran.out, "registry no longer follows its key"));
    const Ran back{gateArguments({folder.file("after.yaml", named), "--estate", folder.file("before.yaml", pinned)})};
    INFO(back.out << back.err);
    CHECK(!has(back.out, "no longer follows"));
}

TEST_CASE("a baseline does not hide what has grown longer than it was") {
    const Folder folder;
    const std::string now = folder.file("now.yaml", gatedEstate);
    const std::string brief = folder.file("brief.yaml", story + "  - {at: 2m, do: key.recover, target: kv1/k}\n");
    const Ran before{gateArguments({brief, "--format", "json", "--rto", "2h"})};
    REQUIRE(before.code == 0);
    const std::string told = folder.file("told.json", before.out);
    CHECK(Ran{gateArguments({brief, "--baseline", told})}.code == 1); // it was told, and did not count
    const std::string counted = folder.file("counted.json", Ran{gateArguments({brief, "--format", "json"})}.out);
    CHECK(Ran{gateArguments({brief, "--baseline", counted})}.code == 0);
    const std::string longer = folder.file("longer.yaml", story + "  - {at: 5h, do: key.recover, target: kv1/k}\n");
    CHECK(Ran{gateArguments({longer, "--baseline", counted})}.code == 1);
}

TEST_CASE("objectives of a file let short outages pass, and journeys that a change breaks do not") {
    const Folder folder;
    static_cast<void>(folder.file("now.yaml", gatedEstate));
    const std::string brief = folder.file("brief.yaml", story + "  - {at: 2m, do: key.recover, target: kv1/k}\n");
    const auto asked = [&](const std::string& objectives) {
        return Ran{gateArguments(
            {brief, "--objectives", folder.file("asked.yaml", "cmksim-objectives: 1\nobjectives:\n" + objectives)})};
    };
    const Ran within = asked("  registry: {rto: 1h}\n");
    INFO(within.out << within.err);
    CHECK(within.code == 0);
    CHECK(has(within.out, "its objective allows that"));
    CHECK(asked("  registry: {rto: 59m}\n").code == 1);
    const Ran journey = asked("  registry: {rto: 1h}\n  way: {all-of: [registry], rto: 30m}\n");
    CHECK(journey.code == 1);
    CHECK(has(journey.out, "way, rto 30m"));
    const Ran wrong = asked("  registri: {rto: 1h}\n");
    CHECK(wrong.code == 2);
    CHECK(has(wrong.err, "unknown resource 'registri'; did you mean 'registry'?"));
    const Ran lasting{
        gateArguments({folder.file("story.yaml", story), "--objectives",
                       folder.file("asked.yaml", "cmksim-objectives: 1\nobjectives:\n  registry: {rto: 1h, "
                                                 "no-data-loss: true}\n")})};
    CHECK(lasting.code == 1);
}

TEST_CASE("what an estate tells as soft-deleted afterwards is deleted by the change") {
    const Folder folder;
    const std::string now = folder.file("now.yaml", gatedEstate);
    const auto after = [&](const std::string& what, const std::string& with) {
        std::string text = gatedEstate;
        text.replace(text.find(what), what.size(), with);
        return Ran{gateArguments({folder.file("after.yaml", text), "--estate", now})};
    };
    CHECK(after("k: {}", "k: {deleted: 2026-12-01T00:00:00Z}").code == 1);
    CHECK(after("    enablePurge", "    deleted: 2026-12-01T00:00:00Z\n    enablePurge").code == 1);
    CHECK(after("{a: {}}", "{a: {deleted: 2026-12-01T00:00:00Z}}").code == 1);
    CHECK(after("other: {}", "other: {deleted: 2026-12-01T00:00:00Z}").code == 0);
}

TEST_CASE("what is no finding in a baseline is told with its place") {
    const Folder folder;
    const std::string now = folder.file("now.yaml", gatedEstate);
    const std::string change = folder.file("story.yaml", story);
    for (const std::string_view finding : {"1", "{\"id\": 5}", "{\"id\": \"x\"}", "null", "[]"}) {
        CAPTURE(finding);
        const std::string baseline =
            folder.file("baseline.json", "{\"gate\": \"x\", \"findings\": [" + std::string{finding} + "]}");
        const Ran ran{gateArguments({change, "--baseline", baseline})};
        CHECK(ran.code == 2);
        CHECK(has(ran.err, "baseline.json:1:28: error: this is no finding of an earlier gate"));
    }
}

} // namespace cmksim::gate_command_test
