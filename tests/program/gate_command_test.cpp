// `gate` as a person or a pipeline calls it: kinds of changes, exit codes, allowances, baselines, errors.
#include "program/running.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace cmksim::test;

namespace {

const std::string estate = R"(cmksim-estate: 1
vaults:
  kv1:
    enablePurgeProtection: true
    accessPolicies: {a: [get, wrapKey, unwrapKey]}
    keys: {k: {}, other: {}}
identities: {a: {}}
resources:
  registry: {service: acr, sku: Premium, identity: a, key: kv1/k}
)";

const std::string story = "cmksim: 1\nname: x\nestate: now.yaml\ntimeline:\n"
                          "  - {at: 1m, do: key.delete, target: kv1/k}\n";

/// `gate` on the first of January 2027.
std::vector<std::string> gate(std::vector<std::string> words) {
    words.insert(words.begin(), "gate");
    words.insert(words.end(), {"--as-of", "2027-01-01"});
    return words;
}

} // namespace

TEST_CASE("a change that takes something down exits with 1, and one that does not with 0") {
    const Folder folder;
    const std::string now = folder.file("now.yaml", estate);
    const Ran down{gate({folder.file("story.yaml", story)})};
    INFO(down.out << down.err);
    CHECK(down.code == 1);
    CHECK(has(down.out, "does not pass"));
    CHECK(has(down.out, "registry goes down: KeyNotFound"));
    CHECK(has(down.out, "0s to 59m59s after step 1"));
    CHECK(has(down.out, "az keyvault key recover"));
    const Ran harmless{
        gate({folder.file("more.sh", "az keyvault key create --vault-name kv1 --name new\n"), "--estate", now})};
    INFO(harmless.out << harmless.err);
    CHECK(harmless.code == 0);
    CHECK(has(harmless.out, "passes"));
}

TEST_CASE("a list of commands is judged on the estate, and what is none of them is not known") {
    const Folder folder;
    const std::string now = folder.file("now.yaml", estate);
    const Ran down{
        gate({folder.file("do.sh", "#!/bin/sh\naz keyvault key delete --vault-name kv1 --name k\n"), "--estate", now})};
    INFO(down.out << down.err);
    CHECK(down.code == 1);
    CHECK(has(down.out, "line 2"));
    const Ran odd{gate({folder.file("odd.sh", "az keyvault frobnicate --name kv1\n"), "--estate", now})};
    INFO(odd.out << odd.err);
    CHECK(odd.code == 4);
    CHECK(has(odd.out, "undecided"));
}

TEST_CASE("an allowance lets a finding through until its last day, and no further") {
    const Folder folder;
    const std::string now = folder.file("now.yaml", estate);
    const std::string change = folder.file("story.yaml", story);
    const auto allowing = [&](const std::string& until) {
        return folder.file("allow.yaml",
                           "cmksim-allow: 1\nallow:\n  - {subject: registry, reason: agreed, until: " + until + "}\n");
    };
    const Ran until{gate({change, "--allow", allowing("2027-01-01")})};
    INFO(until.out << until.err);
    CHECK(until.code == 0);
    CHECK(has(until.out, "agreed"));
    const Ran over{gate({change, "--allow", allowing("2026-12-31")})};
    CHECK(over.code == 1);
    CHECK(has(over.out, "ended on 2026-12-31"));
    const Ran all{gate({change, "--allow",
                        folder.file("bad.yaml", "cmksim-allow: 1\nallow:\n  - {reason: x, until: "
                                                "2027-01-01}\n")})};
    CHECK(all.code == 2);
    CHECK(has(all.err, "bad.yaml:3:5: error: this allowance is about every finding"));
}

TEST_CASE("a baseline leaves what was there before, and never what is not known") {
    const Folder folder;
    static_cast<void>(folder.file("now.yaml", estate));
    const std::string change = folder.file("story.yaml", story);
    const Ran first{gate({change, "--format", "json"})};
    const std::string baseline = folder.file("baseline.json", first.out);
    const Ran again{gate({change, "--baseline", baseline})};
    INFO(again.out << again.err);
    CHECK(again.code == 0);
    CHECK(has(again.out, "as in the baseline"));
    const std::string stored = folder.file(
        "store.yaml",
        estate + "  store: {service: unmodelled, type: Microsoft.Storage/storageAccounts, key: kv1/other}\n");
    const std::string other = folder.file("other.sh", "az keyvault key delete --vault-name kv1 --name other\n");
    const Ran unknown{gate({other, "--estate", stored, "--format", "json"})};
    CHECK(unknown.code == 4);
    const Ran still{gate({other, "--estate", stored, "--baseline", folder.file("b.json", unknown.out)})};
    CHECK(still.code == 4);
}

TEST_CASE("an outage within the RTO passes") {
    const Folder folder;
    static_cast<void>(folder.file("now.yaml", estate));
    const std::string change = folder.file("story.yaml", story + "  - {at: 2m, do: key.recover, target: kv1/k}\n");
    CHECK(Ran{gate({change})}.code == 1);
    CHECK(Ran{gate({change, "--rto", "1h"})}.code == 0);
    CHECK(Ran{gate({change, "--rto", "59m"})}.code == 1);
    const Ran wrong{gate({change, "--rto", "soon"})};
    CHECK(wrong.code == 2);
    CHECK(has(wrong.err, "--rto: expected a duration such as 1h, got 'soon'"));
}

TEST_CASE("from one estate to another every difference is a step") {
    const Folder folder;
    const std::string now = folder.file("now.yaml", estate);
    std::string without = estate;
    without.replace(without.find("k: {}, "), 7, "");
    without.replace(without.find(", key: kv1/k"), 12, ", key: https://kv1.vault.azure.net/keys/k");
    const Ran ran{gate({folder.file("after.yaml", without), "--estate", now})};
    INFO(ran.out << ran.err);
    CHECK(ran.code == 1);
    CHECK(has(ran.out, "key.delete kv1/k"));
    const Ran alone{gate({folder.path("after.yaml")})};
    CHECK(alone.code == 2);
    CHECK(has(alone.err, "name the one before it with --estate"));
}

TEST_CASE("the reports are written beside what is printed") {
    const Folder folder;
    static_cast<void>(folder.file("now.yaml", estate));
    const Ran ran{gate({folder.file("story.yaml", story), "--report", "sarif=" + folder.path("out.sarif"), "--report",
                        "junit=" + folder.path("out.xml"), "--report", "markdown=" + folder.path("out.md"), "--report",
                        "json=" + folder.path("out.json")})};
    CHECK(ran.code == 1);
    CHECK(has(textOf(folder.path("out.sarif")), "\"startLine\": 5"));
    CHECK(has(textOf(folder.path("out.xml")), "<failure"));
    CHECK(has(textOf(folder.path("out.md")), "█"));
    CHECK(has(textOf(folder.path("out.json")), "\"verdict\": \"falls-short\""));
}

TEST_CASE("a plan in a form that is not read says which form is") {
    const Folder folder;
    const Ran printed{gate({folder.file("plan.txt", "Terraform will perform the following actions:\n")})};
    CHECK(printed.code == 2);
    CHECK(has(printed.err, "terraform show -json PLANFILE"));
    CHECK(Ran{gate({folder.path("missing.json")})}.code == 2);
}
