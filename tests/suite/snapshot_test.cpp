#include "suite/line_diff.hpp"
#include "suite/run_suite.hpp"
#include "suite/snapshot.hpp"
#include "support/text_files.hpp"

#include <catch2/catch.hpp>

#include <memory>

namespace cmksim::snapshot_test {

using namespace cmksim;
using namespace cmksim::suite;

namespace {

/// One scenario file that can be recorded and run again.
class OneFile {
public:
    explicit OneFile(std::string text) : file_{path, std::move(text)} {}

    SuiteResult run(const SuiteOptions& options = {}) {
        return runSuite(
            {{path}}, options, [](const ReadingChoice& readings) { return Catalog{readings}; }, file_);
    }

    /// Records the snapshots, or those of the cases whose names hold `only`, and returns whether the file changed.
    bool record(const std::string& only = "") {
        SuiteOptions options;
        options.recordSnapshots = true;
        options.only = std::regex{only};
        const SuiteResult suite = run(options);
        if (!suite.updates.empty()) {
            file_.add(path, suite.updates.front().text);
        }
        return !suite.updates.empty();
    }

    void replace(const std::string& from, const std::string& to) {
        std::string changed = text();
        file_.add(path, changed.replace(changed.find(from), from.size(), to));
    }

    [[nodiscard]] const std::string& text() const { return file_.text(path); }

private:
    static constexpr const char* path = "story.yaml";
    test::TextFiles file_;
};

std::string story(const std::string& fields, const std::string& key = "kvx/k") {
    return "# A story.\ncmksim: 1\nname: story\n" + fields +
           "\n"
           "estate:   # as small as can be\n"
           "  identities: {id: {}}\n"
           "  vaults: {kvx: {accessPolicies: {id: [get, wrapKey, unwrapKey]}, keys: {k: {}, l: {}}}}\n"
           "  resources: {r: {service: acr, identity: id, key: kvx/k}}\n"
           "timeline:\n"
           "  - {at: 10m, do: key.delete, target: " +
           key + "}\n";
}

const std::string recorded = "snapshot: |  # by the program\n"
                             "  10m key.delete kvx/k: ok\n"
                             "  1h r: Ready → Inaccessible, KeyNotFound\n"
                             "  end r: Inaccessible, KeyNotFound, down 1h10m in 1 outage\n";

} // namespace

TEST_CASE("a snapshot is recorded in its place, and nothing else of the file changes") {
    OneFile file{story("snapshot: true  # by the program\n")};
    CHECK(file.record());
    CHECK(file.text() == story(recorded));
    CHECK(file.run().cases.front().outcome == CaseOutcome::Passed);
    CHECK_FALSE(file.record());
}

TEST_CASE("a run that comes to something else than its snapshot fails, and says where they part") {
    OneFile file{story(recorded)};
    file.replace("{at: 10m", "{at: 20m");
    const SuiteResult suite = file.run();
    CHECK(suite.cases.front().outcome == CaseOutcome::Failed);
    REQUIRE(suite.cases.front().findings.size() == 1);
    const Finding& finding = suite.cases.front().findings.front();
    CHECK(finding.kind == Finding::Kind::Snapshot);
    CHECK(finding.place.line == 4);
    std::string difference;
    for (const DiffLine& line : lineDiff(finding.expected, finding.actual, 0)) {
        difference += shownLine(line) + '\n';
    }
    CHECK(difference == "- 10m key.delete kvx/k: ok\n"
                        "+ 20m key.delete kvx/k: ok\n"
                        "...\n"
                        "- end r: Inaccessible, KeyNotFound, down 1h10m in 1 outage\n"
                        "+ end r: Inaccessible, KeyNotFound, down 1h20m in 1 outage\n");

    CHECK(file.record());
    CHECK(file.run().cases.front().outcome == CaseOutcome::Passed);
}

TEST_CASE("each case of a matrix has its part of the snapshot") {
    OneFile file{story("matrix: {key: [k, l]}\nsnapshot: true\n", "\"kvx/${key}\"")};
    CHECK(file.record());
    CHECK(file.text().find("snapshot: |\n"
                           "  [key=k]\n"
                           "  10m key.delete kvx/k: ok\n"
                           "  1h r: Ready → Inaccessible, KeyNotFound\n"
                           "  end r: Inaccessible, KeyNotFound, down 1h10m in 1 outage\n"
                           "  [key=l]\n"
                           "  10m key.delete kvx/l: ok\n"
                           "  end r: Ready\n"
                           "\n"
                           "estate:") != std::string::npos);
    CHECK(file.run().count(CaseOutcome::Passed) == 2);
    file.replace("[key=l]", "[key=m]");
    CHECK(file.run().count(CaseOutcome::Failed) == 1);
}

TEST_CASE("a scenario that asks for a snapshot and has none yet expects nothing") {
    const SuiteResult suite = OneFile{story("snapshot: true\n")}.run();
    CHECK(suite.cases.front().outcome == CaseOutcome::Error);
    CHECK(suite.cases.front().reason.find("record its snapshot with --update") != std::string::npos);
}

TEST_CASE("where a snapshot cannot be recorded without another change, nothing is written") {
    OneFile file{story("snapshot: &yes true\ndescription: *yes\n")};
    CHECK_FALSE(file.record());
    SuiteOptions options;
    options.recordSnapshots = true;
    const SuiteResult suite = file.run(options);
    CHECK(suite.cases.front().outcome == CaseOutcome::Error);
    CHECK(suite.cases.front().reason.find("no snapshot can be recorded here") != std::string::npos);
}

TEST_CASE("a case that falls short keeps the snapshot that it has") {
    const std::string more = recorded + "description: x\n";
    OneFile file{story(more)};
    file.replace("{at: 10m", "{at: 20m");
    file.replace("}\n", "}\n  - {at: 2h, expect: {r: Ready}}\n");
    const std::string before = file.text();
    CHECK_FALSE(file.record());
    CHECK(file.text() == before);
}

TEST_CASE("what no line can show of a matrix is written as escapes") {
    OneFile file{story("matrix: {v: [a, \"e\\e[1m\"]}\nsnapshot: true\ndescription: \"${v}\"\n")};
    CHECK(file.record());
    CHECK(file.text().find("\n  [v=a]\n") != std::string::npos);
    CHECK(file.text().find("\x1b") == std::string::npos);
    CHECK(file.run().count(CaseOutcome::Passed) == 2);
}

TEST_CASE("an update of one case keeps the others' parts as they are written") {
    const std::string kept = "  [v=$$${x}]\n  10m '$${env}': as ${v} was, \"${v}\"\n";
    OneFile file{story("matrix: {v: [a, '$${x}', '${y}']}\nsnapshot: |-\n" + kept + "  [v=$${y}]\n  old\n")};
    CHECK(file.record("v=a"));
    CHECK(file.text().find("  [v=a]\n  10m key.delete kvx/k: ok\n") != std::string::npos);
    CHECK(file.text().find(kept + "  [v=$${y}]\n  old\n") != std::string::npos);
    CHECK(file.record());
    CHECK(file.run().count(CaseOutcome::Passed) == 3);
}

TEST_CASE("snapshots that a parameter holds are not recorded") {
    OneFile file{story("matrix: {s: [true, false]}\nsnapshot: ${s}\n")};
    CHECK_FALSE(file.record());
}

TEST_CASE("a difference of lines keeps what both have and leaves out what is far from it") {
    std::string text;
    for (const DiffLine& line : lineDiff("a\nb\nc\nd\ne\n", "a\nb\nx\nd\ne\nf\n", 1)) {
        text += shownLine(line) + '\n';
    }
    CHECK(text == "...\n  b\n- c\n+ x\n  d\n  e\n+ f\n");
    CHECK(lineDiff("a\n", "a\n", 3).size() == 1);
    CHECK(lineDiff("", "", 3).empty());
}

TEST_CASE("a snapshot that a parameter of the matrix asks for is not recorded, and the place is told") {
    OneFile file{story("matrix: {s: [snapshot]}\n\"${s}\": true\n")};
    CHECK_FALSE(file.record());
    SuiteOptions options;
    options.recordSnapshots = true;
    const SuiteResult suite = file.run(options);
    REQUIRE(suite.cases.size() == 1);
    CHECK(suite.cases.front().outcome == CaseOutcome::Error);
    CHECK(suite.cases.front().reason.starts_with("story.yaml:5:1: error: no snapshot can be recorded here"));
}

TEST_CASE("standard input is not written, and that is the reason that is told") {
    test::TextFiles input{"-", story("snapshot: true\n")};
    SuiteOptions options;
    options.recordSnapshots = true;
    const SuiteResult suite = runSuite(
        {{"-"}}, options, [](const ReadingChoice& readings) { return Catalog{readings}; }, input);
    CHECK(suite.updates.empty());
    CHECK(suite.cases.front().outcome == CaseOutcome::Error);
    CHECK(suite.cases.front().reason.find("standard input is not written; name the file") != std::string::npos);
}

} // namespace cmksim::snapshot_test
