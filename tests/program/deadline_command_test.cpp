// `deadline` as a person calls it.
#include "program/lost_key_story.hpp"
#include "program/running.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace cmksim::deadline_command_test {

using namespace cmksim::test;

namespace {

const std::string story = registryOnAKey + keyIsDeleted + "  - {at: 130m, do: key.recover, target: kv1/k}\n";

} // namespace

TEST_CASE("the latest repair is told for each objective") {
    const Folder folder;
    const std::string file = folder.file("story.yaml", story);
    const Ran hour{{"deadline", file, "--repair", "key.recover kv1/k", "--rto", "1h"}};
    INFO(hour.out << hour.err);
    CHECK(hour.code == 0);
    CHECK(has(hour.out, "by +40m"));
    CHECK(has(hour.out, "by +1h10m"));
    CHECK(has(hour.out, "from +90d10m on"));
    const Ran json{{"deadline", file, "--repair", "az keyvault key recover --vault-name kv1 --name k", "--rto", "2h",
                    "--format", "json"}};
    INFO(json.out << json.err);
    CHECK(has(json.out, "\"within\": 7800"));
    CHECK(has(json.out, "\"noOutageHalf\": 2400"));
    CHECK(has(json.out, "\"dataLostFrom\": 7776600"));
    const Ran table{{"deadline", file, "--repair", "key.recover kv1/k", "--format", "csv"}};
    CHECK(has(table.out, "file,scenario,resource,repair"));
}

TEST_CASE("readings that a deadline does not look at are named with their values") {
    const Folder folder;
    std::string text = story;
    const std::size_t service = text.find("service: acr, sku: Premium");
    REQUIRE(service != std::string::npos);
    text.replace(service, std::string_view{"service: acr, sku: Premium"}.size(), "service: storage");
    const std::string file = folder.file("story.yaml", text);
    const Ran open{{"deadline", file, "--repair", "key.recover kv1/k", "--format", "json"}};
    INFO(open.out << open.err);
    CHECK(has(open.out, "undocumented-looks (within-a-day); '--reading NAME=VALUE' looks at another"));
    CHECK(has(open.out, R"("complete": false)"));
    const Ran given{{"deadline", file, "--repair", "key.recover kv1/k", "--format", "json", "--reading",
                     "undocumented-looks=within-the-hour"}};
    CHECK_FALSE(has(given.out, "undocumented-looks (")); // the command line settles it
}

TEST_CASE("the steps of the plan can be asked for") {
    const Folder folder;
    const Ran ran{{"deadline", folder.file("story.yaml", registryOnAKey + keyIsDeleted), "--plan", "--rto", "1h"}};
    INFO(ran.out << ran.err);
    CHECK(ran.code == 0);
    CHECK(has(ran.out, "key.recover kv1/k"));
    CHECK(has(ran.out, "by +1h10m"));
}

TEST_CASE("an impairment is told beside, and counts for the exit code where an objective says so") {
    const Folder folder;
    const std::string closed = registryOnAKey +
                               "timeline:\n  - {at: 1h, do: vault.update, target: kv1, with: {networkAcls: "
                               "{defaultAction: Deny, bypass: None}}}\n";
    const std::string file = folder.file("closed.yaml", closed);
    const Ran text{{"deadline", file, "--plan", "--rto", "1h", "--from", "3h"}};
    INFO(text.out << text.err);
    CHECK(text.code == 0);
    CHECK(has(text.out, "no impairment in any case"));
    CHECK(has(text.out, "impaired if at +12h"));
    CHECK_FALSE(has(text.out, "no resource goes down"));
    CHECK(has(Ran{{"deadline", file, "--plan", "--format", "json"}}.out, "\"noImpairmentToTheEnd\": false"));
    const std::string asked = folder.file("asked.yaml", closed + "objectives: {registry: {no-impairment: true}}\n");
    CHECK(Ran{{"deadline", asked, "--plan", "--rto", "1h", "--from", "3h"}}.code == 1);
}

TEST_CASE("a making that fails is told, and by when a repair prevents it") {
    const Folder folder;
    const std::string file = folder.file("failed.yaml", R"(cmksim: 1
name: A failed creation
until: 6h
estate:
  vaults: {kv1: {accessPolicies: {a: [get, list, wrapKey, unwrapKey]}, keys: {k: }}}
  identities: {a: }
  resources: {}
timeline:
  - {at: 1h, do: resource.create, target: late, with: {service: documentdb, identity: a, key: kv1/k}, expect: refused}
)");
    const Ran ran{
        {"deadline", file, "--repair", "vault.update kv1 enablePurgeProtection=true", "--from", "0s", "--to", "3h"}};
    INFO(ran.out << ran.err);
    CHECK(has(ran.out, "made without a failure"));
    CHECK(has(ran.out, "by +59m59s"));
    CHECK_FALSE(has(ran.out, "no resource goes down"));
}

TEST_CASE("what has no model is no part of the all-clear") {
    const Folder folder;
    std::string text = story;
    text.replace(text.find("keys: {k: {}}"), 13, "keys: {k: {}, spare: {}}");
    text.replace(text.find("identity: a, key: kv1/k}"), 24,
                 "identity: a, key: kv1/spare}\n    um: {service: unmodelled, "
                 "type: T, key: kv1/k}");
    const Ran ran{{"deadline", folder.file("story.yaml", text), "--repair", "key.recover kv1/k"}};
    INFO(ran.out << ran.err);
    std::string flat = ran.out;
    std::ranges::replace(flat, '\n', ' ');
    CHECK(has(flat, "no resource goes down"));
    CHECK(has(flat, "not known: what becomes of um, for which there is no model"));
}

TEST_CASE("where the first instant is too late for the objective the exit code is 1") {
    const Folder folder;
    const Ran ran{{"deadline", folder.file("story.yaml", story), "--repair", "key.recover kv1/k", "--rto", "30m",
                   "--from", "2h"}};
    CHECK(ran.code == 1);
    CHECK(has(ran.out, "at no instant from +2h to"));
}

TEST_CASE("a long label keeps its distance from what it says") {
    const Folder folder;
    const Ran ran{{"deadline", folder.file("story.yaml", story), "--repair", "key.recover kv1/k", "--to", "11h59m58s"}};
    INFO(ran.out << ran.err);
    CHECK(has(ran.out, "longest outage if at +11h59m58s 11h to 12h"));
}

TEST_CASE("a range of centuries is refused, as an option and in a timeline") {
    const Folder folder;
    const Ran option{{"deadline", folder.file("story.yaml", story), "--repair", "key.recover kv1/k", "--to", "40000d"}};
    CHECK(option.code == 2);
    CHECK(has(option.err, "the range from 10m to 40000d has more than 100,000 periods of looks"));
    std::string open = story;
    open.erase(open.find("until: 12h\n"), 11);
    open.replace(open.find("at: 130m"), 8, "at: 130m..40000d");
    const Ran timeline{{"bounds", folder.file("open.yaml", open)}};
    INFO(timeline.err);
    CHECK(timeline.code == 2);
    CHECK(has(timeline.err, "open.yaml:14:"));
    CHECK(has(timeline.err, "periods of looks"));
}

TEST_CASE("a repair that is none is told with what would be one") {
    const Folder folder;
    const std::string file = folder.file("story.yaml", story);
    const Ran unknown{{"deadline", file, "--repair", "key.recovr kv1/k"}};
    CHECK(unknown.code == 2);
    CHECK(has(unknown.err, "key.recover"));
    const Ran none{{"deadline", file}};
    CHECK(none.code == 2);
    CHECK(has(none.err, "--repair"));
    const Ran both{{"deadline", file, "--plan", "--repair", "key.recover kv1/k"}};
    CHECK(both.code == 2);
    CHECK(has(both.err, "give one of the two"));
    const Ran elsewhere{{"deadline", file, "--repair", "key.recover kv2/k"}};
    CHECK(elsewhere.code == 2);
    CHECK(elsewhere.err.starts_with("error: --repair: unknown vault 'kv2'"));
}

} // namespace cmksim::deadline_command_test
