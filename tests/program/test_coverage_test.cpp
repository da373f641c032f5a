#include "running.hpp"
#include "support/places.hpp"

#include <catch2/catch.hpp>

#include <filesystem>

namespace cmksim::test_coverage_test {

using namespace cmksim;
using namespace cmksim::test;

namespace {

constexpr std::string_view story = "cmksim: 1\nname: story\nestate:\n"
                                   "  identities: {id: {}}\n"
                                   "  vaults: {kvx: {accessPolicies: {id: [get, wrapKey, unwrapKey]}, keys: {k: {}}}}\n"
                                   "  resources: {r: {service: cosmosdb, identity: id, key: kvx/k}}\n"
                                   "timeline:\n  - {at: 1h, try: read, target: r, expect: ok}\n";

} // namespace

// What stands in the folder of older behaviour shows what has changed since, and no more of those models.
TEST_CASE("the shipped suite covers every row of every base model that it is written for") {
    std::vector<std::string> words{"test"};
    for (const auto& entry : std::filesystem::directory_iterator{testsFolder() + "/../scenarios"}) {
        if (entry.is_directory() && entry.path().filename() != "older") {
            words.push_back(entry.path().string());
        }
    }
    words.insert(words.end(), {"--coverage-min", "100"});
    const Ran ran{words};
    INFO(ran.err);
    CHECK(ran.code == 0);
}

TEST_CASE("coverage follows the report, goes into files, and below the minimum fails") {
    const Folder folder;
    const std::string file = folder.file("a.yaml", story);
    const Ran printed{{"test", file, "--coverage", "text"}};
    CHECK(printed.code == 0);
    CHECK(has(printed.out, "COVERAGE of the models\n  cosmosdb=2026-11: 1 of "));

    const Ran written{{"test", file, "--coverage-to", "json=" + folder.path("c.json")}};
    CHECK(written.code == 0);
    CHECK_FALSE(has(written.out, "cosmosdb"));
    CHECK(has(textOf(folder.path("c.json")), "\"exercised\": 1"));

    const Ran below{{"test", file, "--coverage-min", "50"}};
    CHECK(below.code == 1);
    CHECK(has(below.err, "cmksim test: coverage of cosmosdb=2026-11 is 1.7 %, less than 50 %\n"));
    CHECK(Ran{{"test", file, "--coverage-min", "1"}}.code == 0);
}

TEST_CASE("coverage is the same whatever the parallelism") {
    const std::vector<std::string> words{"test", testsFolder() + "/../scenarios/cosmosdb", "--coverage", "json", "-j"};
    std::vector<std::string> alone = words;
    alone.emplace_back("1");
    std::vector<std::string> together = words;
    together.emplace_back("4");
    CHECK(Ran{alone}.out == Ran{together}.out);
}

TEST_CASE("a coverage that cannot be had is an error of the command line") {
    const Folder folder;
    const std::string file = folder.file("a.yaml", story);
    const Ran format{{"test", file, "--coverage", "txt"}};
    CHECK(format.code == 2);
    CHECK(has(format.err, "cmksim test: error: unknown format of a coverage report 'txt'; did you mean 'text'?\n"));
    const Ran percent{{"test", file, "--coverage-min", "101"}};
    CHECK(percent.code == 2);
    CHECK(has(percent.err, "--coverage-min: expected a whole number from 0 to 100, not '101'\n"));
    const Ran list{{"test", file, "--coverage", "text", "--list"}};
    CHECK(list.code == 2);
    CHECK(has(list.err, "coverage is of a whole suite, and '--list' does not run it\n"));
}

} // namespace cmksim::test_coverage_test
