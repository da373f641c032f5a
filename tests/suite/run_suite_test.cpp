#include "suite/run_suite.hpp"
#include "support/text_files.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <memory>

namespace cmksim::run_suite_test {

using namespace cmksim;
using namespace cmksim::suite;

namespace {

using test::TextFiles;

SuiteResult run(TextFiles& files, const SuiteOptions& options = {}) {
    std::vector<SuiteFile> all;
    for (const std::string& path : files.paths()) {
        all.push_back({path});
    }
    return runSuite(
        all, options, [](const ReadingChoice& readings) { return Catalog{readings}; }, files);
}

/// A registry whose key is deleted after ten minutes, and what is expected of it.
std::string story(const std::string& expectations, const std::string& fields = "") {
    return "cmksim: 1\nname: story\n" + fields +
           "estate:\n"
           "  identities: {id: {}}\n"
           "  vaults: {kvx: {accessPolicies: {id: [get, wrapKey, unwrapKey]}, keys: {k: {}}}}\n"
           "  resources: {r: {service: acr, identity: id, key: kvx/k}}\n"
           "timeline:\n"
           "  - {at: 10m, do: key.delete, target: kvx/k}\n" +
           expectations;
}

const std::string holds = "  - {at: 2h, expect: {r: Inaccessible}}\n";
const std::string fails = "  - {at: 2h, expect: {r: Ready}}\n";
const std::string holdsForSome = "  - {at: 40m, expect: {r: Inaccessible}}\n";

} // namespace

TEST_CASE("an expectation must hold for every phase that the scenario leaves open") {
    TextFiles files;
    files.add("a.yaml", story(holdsForSome));
    const SuiteResult suite = run(files);
    REQUIRE(suite.cases.size() == 1);
    REQUIRE(suite.cases[0].findings.size() == 1);
    const Finding& finding = suite.cases[0].findings[0];
    CHECK(finding.resource == "r");
    // Only a revalidation between the deletion and the look sees it: phases of 10 to 40 minutes.
    const std::vector<PhaseInterval> failing{{Duration{0}, Duration{599}}, {Duration{2401}, Duration{3599}}};
    CHECK(finding.phases == failing);
    CHECK(finding.replay == "cmksim run a.yaml --phase r=0s");
}

TEST_CASE("a limit on downtime fails for exactly the phases whose downtime is beyond it") {
    const auto failing = [](const std::string& limit) {
        TextFiles files;
        files.add("a.yaml", "cmksim: 1\nname: story\nuntil: 3h\nestate:\n  identities: {id: {}}\n"
                            "  vaults: {kvx: {accessPolicies: {id: [get, wrapKey, unwrapKey]}, keys: {k: {}}}}\n"
                            "  resources: {r: {service: acr, identity: id, key: kvx/k}}\ntimeline:\n"
                            "  - {at: 0s, do: key.update, target: kvx/k, with: {enabled: false}}\n"
                            "  - {at: 2h, expect: {r: {downtime: \"" +
                                limit + "\"}}}\n");
        const SuiteResult suite = run(files);
        return suite.cases.at(0).findings.empty() ? std::vector<PhaseInterval>{} : suite.cases[0].findings[0].phases;
    };
    // Down from the phase on: two hours less the phase at the look.
    CHECK(failing("1h1s..2h").empty());
    CHECK(failing(">= 75m") == std::vector<PhaseInterval>{{Duration{2701}, Duration{3599}}});
    CHECK(failing("<= 75m") == std::vector<PhaseInterval>{{Duration{0}, Duration{2699}}});
    CHECK(failing("70m..75m") ==
          std::vector<PhaseInterval>{{Duration{0}, Duration{2699}}, {Duration{3001}, Duration{3599}}});
}

TEST_CASE("a phase that is written down is the only one looked at") {
    TextFiles files;
    std::string pinned = story(holdsForSome);
    pinned.replace(pinned.find("key: kvx/k}"), 11, "key: kvx/k, revalidationPhase: 20m}");
    files.add("a.yaml", pinned);
    CHECK(run(files).count(CaseOutcome::Passed) == 1);
}

TEST_CASE("the nominal timing alone is phase 0") {
    TextFiles files;
    files.add("a.yaml", story("  - {at: 40m, expect: {r: Ready}}\n"));
    SuiteOptions options;
    options.open = OpenTimings::Nominal;
    CHECK(run(files, options).count(CaseOutcome::Passed) == 1);
    CHECK(run(files).count(CaseOutcome::Failed) == 1);
}

TEST_CASE("with every timing open reactions are followed over all that they take") {
    TextFiles files;
    files.add("a.yaml", story("  - {when: {r: Inaccessible}, after: 30m..2h, do: key.recover, target: kvx/k}\n"
                              "  - {at: 2h30m, expect: {r: Ready}}\n"));
    CHECK(run(files).count(CaseOutcome::Passed) == 1);
    SuiteOptions options;
    options.open = OpenTimings::All;
    const SuiteResult suite = run(files, options);
    REQUIRE(suite.cases.at(0).findings.size() == 1);
    CHECK(suite.cases[0].findings[0].replay.starts_with("cmksim run a.yaml --timing latest --phase r="));
}

TEST_CASE("a failure names what took the data away, the way back and the place of the expectation") {
    TextFiles files;
    files.add("a.yaml", story(fails));
    const SuiteResult suite = run(files);
    const Finding& finding = suite.cases.at(0).findings.at(0);
    CHECK(finding.expected == "Ready");
    CHECK(finding.actual == "Inaccessible");
    CHECK(finding.place.line == 9);
    CHECK(finding.phases == std::vector<PhaseInterval>{{Duration{0}, Duration{3599}}});
    REQUIRE(finding.steps.size() == 2);
    CHECK(finding.steps[0].isCause);
    CHECK(finding.steps[0].text == "key.delete kvx/k: ok");
    CHECK_FALSE(finding.fix.empty());
}

TEST_CASE("findings keep their identity when lines move") {
    TextFiles files;
    files.add("a.yaml", story(fails));
    const std::string before = run(files).cases.at(0).findings.at(0).id;
    files.add("a.yaml", "# a comment\n\n" + story(fails));
    CHECK(run(files).cases.at(0).findings.at(0).id == before);
    files.add("a.yaml", story("  - {at: 2h, expect: {r: Revoked}}\n"));
    CHECK(run(files).cases.at(0).findings.at(0).id != before);
}

TEST_CASE("what is reported does not depend on how many run at once") {
    TextFiles files;
    for (int i = 0; i < 40; ++i) {
        files.add("case-" + std::to_string(i) + ".yaml", story(i % 3 == 0 ? fails : holds));
    }
    SuiteOptions many;
    many.jobs = 7;
    const SuiteResult one = run(files);
    const SuiteResult other = run(files, many);
    REQUIRE(one.cases.size() == 40);
    REQUIRE(other.cases.size() == 40);
    for (std::size_t i = 0; i < one.cases.size(); ++i) {
        CHECK(one.cases[i].file == other.cases[i].file);
        CHECK(one.cases[i].outcome == other.cases[i].outcome);
    }
}

TEST_CASE("fail-fast tells the first failure by order, not by luck") {
    TextFiles files;
    files.add("a.yaml", story(holds)).add("b.yaml", story(fails)).add("c.yaml", story(fails));
    SuiteOptions options;
    options.failFast = true;
    options.jobs = 3;
    const SuiteResult suite = run(files, options);
    CHECK(suite.stoppedEarly);
    REQUIRE(suite.cases.size() == 2);
    CHECK(suite.cases[1].file == "b.yaml");
}

TEST_CASE("every file is in exactly one shard") {
    for (int i = 0; i < 100; ++i) {
        const std::uint32_t shard = shardOf("scenarios/" + std::to_string(i) + ".yaml", 4);
        CHECK(shard >= 1);
        CHECK(shard <= 4);
    }
    TextFiles files;
    for (int i = 0; i < 20; ++i) {
        files.add("case-" + std::to_string(i) + ".yaml", story(holds));
    }
    std::size_t cases = 0;
    for (std::uint32_t part = 1; part <= 3; ++part) {
        SuiteOptions options;
        options.shard = part;
        options.shards = 3;
        cases += run(files, options).cases.size();
    }
    CHECK(cases == 20);
}

TEST_CASE("estates are passed over, anything else that is no scenario is an error") {
    TextFiles files;
    files.add("a.yaml", "cmksim-estate: 1\nvaults: {}\n").add("b.yaml", "hello: world\n").add("c.yaml", story(holds));
    const SuiteResult suite = run(files);
    REQUIRE(suite.cases.size() == 2);
    CHECK(suite.cases[0].outcome == CaseOutcome::Error);
    CHECK(suite.cases[0].reason.find("b.yaml:1:") != std::string::npos);
    CHECK(suite.cases[1].outcome == CaseOutcome::Passed);
}

TEST_CASE("a scenario that expects nothing is an error, unless that is allowed") {
    TextFiles files;
    files.add("a.yaml", story(""));
    CHECK(run(files).count(CaseOutcome::Error) == 1);
    SuiteOptions options;
    options.allowEmpty = true;
    CHECK(run(files, options).count(CaseOutcome::Passed) == 1);
}

TEST_CASE("an action that is refused unexpectedly is a finding") {
    TextFiles files;
    files.add("a.yaml", story("  - {at: 1h, do: key.delete, target: kvx/k}\n" + holds));
    const SuiteResult suite = run(files);
    const Finding& finding = suite.cases.at(0).findings.at(0);
    CHECK(finding.kind == Finding::Kind::UnexpectedRefusal);
    CHECK(finding.actual == "refused, KeyNotFound");
}

TEST_CASE("what is skipped is not run, and what is to do may fail until its waiver runs out") {
    TextFiles files;
    files.add("a.yaml", story(fails, "skip: the vault moves next month\n"))
        .add("b.yaml", story(fails, "todo: {reason: the runbook is being written, until: 2027-03-31}\n"))
        .add("c.yaml", story(holds, "todo: nobody has looked yet\n"));
    SuiteOptions options;
    options.asOf = std::chrono::year_month_day{std::chrono::year{2027}, std::chrono::March, std::chrono::day{31}};
    const SuiteResult intime = run(files, options);
    CHECK(intime.cases.at(0).outcome == CaseOutcome::Skipped);
    CHECK(intime.cases.at(1).outcome == CaseOutcome::Todo);
    CHECK(intime.cases.at(2).outcome == CaseOutcome::TodoPassed);
    options.asOf = std::chrono::year_month_day{std::chrono::year{2027}, std::chrono::April, std::chrono::day{1}};
    CHECK(run(files, options).cases.at(1).outcome == CaseOutcome::Failed);
}

TEST_CASE("each combination of a matrix is a case of its own name") {
    TextFiles files;
    files.add(
        "a.yaml",
        "cmksim: 1\nname: story\nmatrix: {state: [Inaccessible, Ready]}\n" +
            story("  - {at: 2h, expect: {r: \"${state}\"}}\n").substr(std::string{"cmksim: 1\nname: story\n"}.size()));
    const SuiteResult suite = run(files);
    REQUIRE(suite.cases.size() == 2);
    CHECK(suite.cases[0].name == "story [state=Inaccessible]");
    CHECK(suite.cases[0].outcome == CaseOutcome::Passed);
    CHECK(suite.cases[1].outcome == CaseOutcome::Failed);
}

TEST_CASE("cases are chosen by name, path and tags") {
    TextFiles files;
    files.add("keys/a.yaml", story(holds, "tags: [keys, slow]\n"))
        .add("vaults/b.yaml", story(holds, "tags: [vaults]\n"));
    SuiteOptions options;
    options.only.emplace("^keys/");
    CHECK(run(files, options).cases.size() == 1);
    options.only.reset();
    options.tags = {"vaults"};
    CHECK(run(files, options).cases.at(0).file == "vaults/b.yaml");
    options.tags = {};
    options.notTags = {"slow"};
    CHECK(run(files, options).cases.at(0).file == "vaults/b.yaml");
}

TEST_CASE("a downtime that is too long is told with the way back from what caused it") {
    TextFiles files;
    files.add("a.yaml", story("  - {at: 3h, do: key.recover, target: kvx/k}\n"
                              "  - {at: 5h, expect: {r: {state: Ready, downtime: \"<= 1h\"}}}\n"));
    const SuiteResult suite = run(files);
    REQUIRE(suite.cases.front().findings.size() == 1);
    CHECK(suite.cases.front().findings.front().fix.find("Recover the soft-deleted vault or key") == 0);
}

TEST_CASE("a resource that is up where it is expected down is told with what brought it back, and nothing repairs it") {
    TextFiles files;
    files.add("a.yaml", story("  - {at: 3h, do: key.recover, target: kvx/k}\n"
                              "  - {at: 5h, expect: {r: Inaccessible}}\n"));
    const SuiteResult suite = run(files);
    REQUIRE(suite.cases.front().findings.size() == 1);
    const Finding& finding = suite.cases.front().findings.front();
    CHECK(finding.fix.empty());
    const auto marked = std::ranges::find_if(finding.steps, [](const auto& step) { return step.isCause; });
    REQUIRE(marked != finding.steps.end());
    CHECK(marked->text.find("key.recover") == 0);
}

TEST_CASE("what holds over all that reactions take passes, with every timing open") {
    TextFiles files;
    SuiteOptions options;
    options.open = OpenTimings::All;
    files.add("a.yaml", story("  - {when: {r: Inaccessible}, after: 30m..2h, do: key.recover, target: kvx/k}\n"
                              "  - {at: 12h, expect: {r: Ready}}\n"));
    CHECK(run(files, options).count(CaseOutcome::Passed) == 1);
    CHECK(run(files).count(CaseOutcome::Passed) == 1);
}

TEST_CASE("what holds at both ends of what a reaction takes and not between them fails, with every timing open") {
    TextFiles files;
    files.add("a.yaml", story("  - {at: 2h, do: key.recover, target: kvx/k}\n"
                              "  - {when: {r: Inaccessible}, after: 1m..12h, do: vault.fail-dns, target: kvx}\n"
                              "  - {at: 4h, do: vault.restore-dns, target: kvx}\n"
                              "  - {at: 12h, expect: {r: Ready}}\n"));
    SuiteOptions options;
    options.open = OpenTimings::All;
    const SuiteResult suite = run(files, options);
    REQUIRE(suite.count(CaseOutcome::Failed) == 1);
    CHECK(suite.cases.front().findings.front().replay == "cmksim test a.yaml --timing all");
}

TEST_CASE("a story whose reactions have more courses than are looked at is undecided, not passed") {
    TextFiles files;
    SuiteOptions options;
    options.open = OpenTimings::All;
    files.add("a.yaml", story("  - {when: {r: Inaccessible}, once: false, after: 30m..2h, do: key.recover, target: "
                              "kvx/k}\n"
                              "  - {at: 9h, do: key.delete, target: kvx/k}\n"
                              "  - {at: 20h, expect: {r: Ready}}\n"));
    const SuiteResult suite = run(files, options);
    CHECK(suite.count(CaseOutcome::Undecided) == 1);
    CHECK_FALSE(suite.cases.front().everyReaction);
}

} // namespace cmksim::run_suite_test
