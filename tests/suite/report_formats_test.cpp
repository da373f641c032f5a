#include "report/golden.hpp"
#include "report_example.hpp"
#include "support/places.hpp"

#include <array>
#include <utility>

namespace cmksim::report_formats_test {

using namespace cmksim;
using namespace cmksim::suite;
using namespace cmksim::test;

namespace {

std::string goldenPath(std::string_view name) { return testsFolder() + "/suite/golden/" + std::string{name}; }

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

std::vector<std::string> linesIn(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in{text};
    for (std::string line; std::getline(in, line);) {
        lines.push_back(line);
    }
    return lines;
}

} // namespace

TEST_CASE("each format of a suite's report is what it was") {
    constexpr std::array<std::pair<SuiteFormat, std::string_view>, 8> files{
        {{SuiteFormat::Text, "report.txt"},
         {SuiteFormat::Tap, "report.tap"},
         {SuiteFormat::JUnit, "report.junit.xml"},
         {SuiteFormat::Json, "report.json"},
         {SuiteFormat::GitHub, "report.github"},
         {SuiteFormat::AzureDevOps, "report.azuredevops"},
         {SuiteFormat::Sarif, "report.sarif"},
         {SuiteFormat::Markdown, "report.md"}}};
    for (const auto& [format, name] : files) {
        checkGolden(goldenPath(name), written(format, exampleSuite()));
    }
}

TEST_CASE("a suite without cases has a report in each format") {
    for (const std::string_view name : suiteFormatNames) {
        INFO(name);
        CHECK(!written(*suiteFormatNamed(name), {}).empty());
    }
    CHECK(contains(written(SuiteFormat::Tap, {}), "1..0 # SKIP"));
}

TEST_CASE("every format has a name, and no other name has a format") {
    CHECK(suiteFormatNamed("text") == SuiteFormat::Text);
    CHECK(suiteFormatNamed("markdown") == SuiteFormat::Markdown);
    CHECK_FALSE(suiteFormatNamed("yaml"));
}

TEST_CASE("a suite's text in ASCII holds nothing else but what a command to copy needs") {
    SuiteResult suite;
    suite.cases = {caseOf("a.yaml", "plain", CaseOutcome::Failed)};
    suite.cases[0].findings = {expectationFinding()};
    TextStyle style;
    style.unicode = false;
    const std::string text = written(SuiteFormat::Text, suite, style);
    for (const char c : text) {
        CHECK(static_cast<unsigned char>(c) < 0x80);
    }
    CHECK(contains(text, "Ready -> Inaccessible"));
    CHECK(contains(text, "phases 0s...29m59s of 1h (50 %)"));
}

TEST_CASE("a suite's text breaks its lines, but not the command that replays a finding") {
    TextStyle style;
    style.columns = 50;
    SuiteResult suite;
    suite.cases = {caseOf("a.yaml", "plain", CaseOutcome::Failed)};
    suite.cases[0].findings = {expectationFinding()};
    suite.cases[0].findings[0].place = {};
    std::size_t longer = 0;
    for (const std::string& line : linesIn(written(SuiteFormat::Text, suite, style))) {
        longer += line.size() > 60 ? 1U : 0U; // bytes, of which a few characters take three
    }
    CHECK(longer == 1);
    CHECK(contains(written(SuiteFormat::Text, suite, style), suite.cases[0].findings[0].replay + "\n"));
}

TEST_CASE("a suite's text leaves out what passed where it is asked to") {
    std::ostringstream out;
    writeSuite(SuiteFormat::Text, exampleSuite(), {{}, false, ""}, out);
    CHECK_FALSE(contains(out.str(), "a key is deleted and recovered"));
    CHECK(contains(out.str(), "a waiver ran out"));
}

TEST_CASE("JUnit holds no character that XML forbids") {
    const std::string xml = written(SuiteFormat::JUnit, exampleSuite());
    for (const char c : xml) {
        CHECK((static_cast<unsigned char>(c) >= 0x20 || c == '\n'));
    }
    SuiteResult suite;
    suite.cases = {caseOf("a.yaml", "x\x01\uFFFEy", CaseOutcome::Passed)};
    const std::string shown = written(SuiteFormat::JUnit, suite);
    CHECK(contains(shown, R"(name="x\x01)"));
    CHECK_FALSE(contains(shown, "\uFFFE"));
}

TEST_CASE("no line of a log is a command that the report did not mean") {
    for (const std::string& line : linesIn(written(SuiteFormat::GitHub, exampleSuite()))) {
        INFO(line);
        const std::size_t start = line.find_first_not_of(' ');
        if (start != std::string::npos && line.compare(start, 2, "::") == 0) {
            CHECK((line.starts_with("::error file=") || line.starts_with("::warning file=") ||
                   line.starts_with("::group::") || line.starts_with("::endgroup::")));
        }
        if (!line.starts_with("::")) {
            CHECK_FALSE(contains(line, "##["));
        }
    }
    for (const std::string& line : linesIn(written(SuiteFormat::AzureDevOps, exampleSuite()))) {
        INFO(line);
        if (line.starts_with("##vso[task.logissue type=") || line.starts_with("##[group]")) {
            continue;
        }
        CHECK_FALSE(contains(line, "##vso["));
        CHECK((line == "##[endgroup]" || !contains(line, "##[")));
    }
}

TEST_CASE("a case and a finding keep their identity when their lines move") {
    SuiteResult moved = exampleSuite();
    for (CaseResult& result : moved.cases) {
        for (Finding& finding : result.findings) {
            finding.place.line += 7;
        }
    }
    const auto ids = [](const std::string& text, std::string_view before) {
        std::string found;
        for (std::size_t at = text.find(before); at != std::string::npos; at = text.find(before, at + 1)) {
            found += text.substr(at, before.size() + 16) + '\n';
        }
        return found;
    };
    for (const auto& [format, before] :
         {std::pair{SuiteFormat::Json, "\"id\": \""}, std::pair{SuiteFormat::Sarif, "\"cmksimFindingId/v1\": \""}}) {
        const std::string expected = ids(written(format, exampleSuite()), before);
        CHECK(expected.size() > 100);
        CHECK(ids(written(format, moved), before) == expected);
    }
}

} // namespace cmksim::report_formats_test
