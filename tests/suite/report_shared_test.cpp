#include "suite/report_shared.hpp"

#include "report_example.hpp"

#include <catch2/catch.hpp>

#include <sstream>

namespace cmksim::report_shared_test {

using namespace cmksim;
using namespace cmksim::suite;
using namespace cmksim::test;
using namespace std::chrono_literals;

namespace {

std::string words(std::vector<PhaseInterval> phases, Duration period) {
    Finding finding;
    finding.phases = std::move(phases);
    finding.period = period;
    return phasesInWords(finding);
}

} // namespace

TEST_CASE("phases are told as intervals, and how much of the period they are") {
    CHECK(words({{0s, 1799s}}, 1h) == "phases 0s…29m59s of 1h (50 %)");
    CHECK(words({{0s, 0s}, {600s, 1199s}}, 1h) == "phases 0s, 10m…19m59s of 1h (16.7 %)");
    CHECK(words({{600s, 600s}}, 1h) == "phase 10m of 1h (less than 0.1 %)");
    CHECK(words({{1s, 3599s}}, 1h) == "phases 1s…59m59s of 1h (more than 99.9 %)");
    CHECK(words({{0s, 3599s}}, 1h) == "every phase of 1h");
    CHECK(words({}, 1h).empty());
    CHECK(words({{0s, 9s}, {20s, 29s}, {40s, 49s}, {60s, 69s}, {80s, 89s}}, 100s) ==
          "phases 0s…9s, 20s…29s, 40s…49s, 1m…1m9s and 1 more interval of 1m40s (50 %)");
}

TEST_CASE("a column counts characters, whatever bytes stand before it") {
    CHECK(characterColumn({"f", 1, 1, "abc"}) == 1);
    CHECK(characterColumn({"f", 1, 4, "aéb"}) == 3);
    CHECK(characterColumn({"f", 1, 4, "abc"}) == 4);
    CHECK(characterColumn({"f", 1, 9, "abc"}) == 9);
    CHECK(characterColumn({"f", 0, 0, ""}) == 0);
}

TEST_CASE("a line of counts leaves out what is zero") {
    CHECK(countsLine({}) == "0 cases");
    SuiteResult suite;
    suite.cases = {caseOf("a", "a", CaseOutcome::Passed)};
    CHECK(countsLine(suite) == "1 case: 1 passed");
    CHECK(countsLine(exampleSuite()) == "9 cases: 1 passed, 4 failed, 1 in error, 1 skipped, 1 to do, "
                                        "1 to do but passed; stopped at the first failure");
}

TEST_CASE("a suite passes when nothing failed and nothing was in error") {
    SuiteResult suite;
    CHECK(suitePassed(suite));
    for (const CaseOutcome fine :
         {CaseOutcome::Passed, CaseOutcome::Skipped, CaseOutcome::Todo, CaseOutcome::TodoPassed}) {
        suite.cases.push_back(caseOf("a", "a", fine));
    }
    CHECK(suitePassed(suite));
    suite.cases.push_back(caseOf("a", "a", CaseOutcome::Error));
    CHECK_FALSE(suitePassed(suite));
}

TEST_CASE("a finding that compares texts of several lines shows them under its headline") {
    const std::vector<std::string> lines = findingLines(snapshotFinding());
    REQUIRE(lines.size() > 4);
    CHECK(lines[0] == "snapshot: mystorage at +2h: is not what the scenario says");
    CHECK(lines[1] == "  from expected (-) to what came (+):");
    CHECK(lines[2] == "    | - state: Ready");
}

TEST_CASE("a suite in which nothing fell short and something is open is undecided, and has not failed") {
    SuiteResult suite;
    suite.cases.resize(2);
    suite.cases[0].outcome = CaseOutcome::Passed;
    suite.cases[1].outcome = CaseOutcome::Undecided;
    const auto text = [&](SuiteFormat format) {
        std::ostringstream out;
        writeSuite(format, suite, {{}, false, ""}, out);
        return std::move(out).str();
    };
    CHECK(text(SuiteFormat::Text).find("UNDECIDED  2 cases: 1 passed, 1 undecided") != std::string::npos);
    CHECK(text(SuiteFormat::Markdown).find("## cmksim: undecided") != std::string::npos);
    suite.cases[1].outcome = CaseOutcome::Passed;
    suite.interrupted = true;
    CHECK(text(SuiteFormat::Text).find("UNDECIDED  2 cases: 2 passed; interrupted") != std::string::npos);
    suite.cases[1].outcome = CaseOutcome::Failed;
    CHECK(text(SuiteFormat::Text).find("FAILED  2 cases") != std::string::npos);
    CHECK(text(SuiteFormat::Markdown).find("## cmksim: failed") != std::string::npos);
}

} // namespace cmksim::report_shared_test
