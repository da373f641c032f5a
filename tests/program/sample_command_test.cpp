// `cmksim sample` and `cmksim merge`.
#include "running.hpp"

#include <catch2/catch.hpp>

namespace cmksim::sample_command_test {

using namespace cmksim::test;

namespace {

constexpr std::string_view story = R"(cmksim: 1
name: Key gone for a while
estate:
  vaults:
    kv1: {accessPolicies: {app: [get, wrapKey, unwrapKey]}, keys: {cmk: {}}}
  identities: {app: {}}
  resources:
    reg: {service: acr, identity: app, key: kv1/cmk}
until: 2h
timeline:
  - {at: 10m, do: key.delete, target: kv1/cmk}
  - {at: 30m, do: key.recover, target: kv1/cmk}
)";

std::vector<std::string> with(std::vector<std::string> words, const std::vector<std::string>& more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

} // namespace

TEST_CASE("a sampling says how likely an outage is, how long, from when to when") {
    const Folder folder;
    const Ran ran{{"sample", "--format", "json", "--trials", "9000", "--seed", "3", folder.file("s.yaml", story)}};
    CHECK(ran.code == 0);
    CHECK(has(ran.out, R"({"scenario": "Key gone for a while", "trials": 9000, "seed": 3, "converged": false, )"));
    CHECK(has(ran.out, R"("dataLost": {"probability": 0.000000, "interval": [0.000000, 0.000427]})"));
    CHECK(has(ran.out, R"("downtime": {"min": 0, "median": 0, "p90": 3600, "p99": 3600, "max": 3600, "mean": )"));
    CHECK(has(ran.out, R"("firstSymptom": {"min": 600, )"));
}

TEST_CASE("the parts of a sampling, merged, are the bytes of the whole") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", story);
    const std::vector<std::string> common{"sample", "--trials", "5000", "--seed", "9", "--format", "json", path};
    std::vector<std::string> merge{"merge", "--format", "json"};
    for (const std::string part : {"2/2", "1/2"}) {
        const std::string file = folder.path("part" + part.substr(0, 1) + ".json");
        CHECK(Ran{with(common, {"--part", part, "--output", file})}.code == 0);
        merge.push_back(file);
    }
    CHECK(Ran{merge}.out == Ran{common}.out);
    merge.pop_back();
    const Ran missing{merge};
    CHECK(missing.code == 2);
    CHECK(has(missing.err, "error: part 1 of 2 is missing"));
    merge.push_back(merge.back());
    CHECK(has(Ran{merge}.err, "error: part 2 of 2 is there twice"));
    merge.back() = path;
    const Ran other{merge};
    CHECK(other.code == 2);
    CHECK(has(other.err, "a part of a sampling needs the field 'cmksim-sample-part'"));
    CHECK(other.out.empty());
}

TEST_CASE("the options of a sampling are checked") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", story);
    for (const auto& [options, complaint] : std::vector<std::pair<std::vector<std::string>, std::string>>{
             {{"--trials", "0"}, "--trials: expected a whole number from 1 to 4000000000, not '0'"},
             {{"--converge", "200%"}, "--converge: expected a share (1%), not '200%'"},
             {{"--part", "3/2"}, "--part: expected I/N, a part of a whole such as 1/4, not '3/2'"},
             {{"--part", "1/2", "--converge", "1%"}, "'--converge' looks at all trials"},
             {{"--jobs", "none"}, "--jobs: expected a whole number from 1 to 1024, not 'none'"},
             {{"--format", "jsn"}, "unknown format 'jsn'; did you mean 'json'?"}}) {
        const Ran ran{with({"sample", path}, options)};
        CHECK(ran.code == 2);
        CHECK(has(ran.err, complaint));
    }
}

TEST_CASE("a sampling reads as text, too") {
    const Folder folder;
    const Ran ran{{"sample", "--trials", "2000", folder.file("s.yaml", story)}};
    INFO(ran.out);
    CHECK(has(ran.out, "2000 trials, seed 0; intervals hold in 95 of 100 samplings"));
    CHECK(has(ran.out, "0s to 1h; half of the trials at most 0s, 90 % at most 1h"));
    CHECK(has(ran.out, "first symptom  +10m"));
}

TEST_CASE("a sampling counts impairments as it counts outages, and names what it does not look at") {
    const Folder folder;
    const std::string path = folder.file("s.yaml", R"(cmksim: 1
name: A firewall
estate:
  vaults:
    kv1: {enablePurgeProtection: true, accessPolicies: {app: [get, list, wrapKey, unwrapKey]}, keys: {cmk: {}}}
  identities: {app: {}}
  resources:
    reg: {service: acr, identity: app, key: kv1/cmk, revalidationPhase: 0s}
    um: {service: unmodelled, type: T, key: kv1/cmk}
until: 6h
timeline:
  - {at: 1h, do: vault.update, target: kv1, with: {networkAcls: {defaultAction: Deny, bypass: None}}}
)");
    const std::vector<std::string> common{"sample", "--trials", "500", "--format", "json", path};
    const Ran json{common};
    INFO(json.out << json.err);
    CHECK(has(json.out, R"("outage": {"probability": 0.000000)"));
    CHECK(has(json.out, R"("impaired": {"probability": 1.000000)"));
    CHECK(has(json.out, R"("impairedFor": {"min": 18000, )"));
    CHECK(has(json.out, R"("complete": false, "notSearched": ["what becomes of um, for which there is no model"])"));
    CHECK(has(json.out, R"("unmodelled": [{"name": "um", )"));
    const Ran text{{"sample", "--trials", "500", path}};
    CHECK(has(text.out, "impaired for   always 5h"));
    CHECK(has(text.out, "Not looked at: what becomes of um"));
    std::vector<std::string> merge{"merge", "--format", "json"};
    for (const std::string part : {"1/2", "2/2"}) {
        merge.push_back(folder.path("part" + part.substr(0, 1) + ".json"));
        CHECK(Ran{with(common, {"--part", part, "--output", merge.back()})}.code == 0);
    }
    CHECK(Ran{merge}.out == json.out);
}

} // namespace cmksim::sample_command_test
