// A suite with every outcome and every kind of finding, under names that try to break out of each format.
#pragma once

#include "suite/report.hpp"

#include <sstream>
#include <string>
#include <utility>

namespace cmksim::test {

using namespace suite;

inline Instant after(std::chrono::seconds since) { return scenarioStart + since; }

inline Finding expectationFinding() {
    using namespace std::chrono_literals;
    Finding finding;
    finding.kind = Finding::Kind::Expectation;
    finding.id = "00112233445566aa";
    finding.subject = "myregistry";
    finding.at = after(70min);
    finding.expected = "Inaccessible";
    finding.actual = "Ready";
    finding.place = {"./scenarios/acr/key deleted.yaml", 41, 23,
                     "      - { at: 1h10m, é: { myregistry: Inaccessible } }"};
    finding.resource = "myregistry";
    finding.phases = {{0s, 1799s}};
    finding.period = 1h;
    finding.shownPhase = 0s;
    finding.steps = {{after(10min),
                      "key.delete contoso-kv/acr-cmk: ok",
                      {"./scenarios/acr/key deleted.yaml", 30, 9, "      - { at: 10m, do: key.delete }"},
                      true},
                     {after(1h), "myregistry: Ready → Inaccessible, KeyNotFound", {}, false}};
    finding.fix = "Recover the key, then wait for the next revalidation: at most an hour until the registry "
                  "is Ready again.";
    finding.sources = {"004_example.txt#recover-a-key", "https://learn.example/recover?a=1&b=2"};
    finding.replay = "cmksim run './scenarios/acr/key deleted.yaml' --phase myregistry=0s";
    return finding;
}

inline Finding refusalFinding() {
    using namespace std::chrono_literals;
    Finding finding;
    finding.kind = Finding::Kind::UnexpectedRefusal;
    finding.id = "00112233445566bb";
    finding.subject = "key.purge contoso-kv/acr-cmk";
    finding.at = after(24h);
    finding.expected = "ok";
    finding.actual = "refused, PurgeProtected";
    finding.place = {"scenarios/acr/key deleted.yaml", 7, 1, "- x"};
    return finding;
}

inline Finding wrongResultFinding(std::string subject) {
    using namespace std::chrono_literals;
    Finding finding;
    finding.kind = Finding::Kind::WrongResult;
    finding.id = "00112233445566cc";
    finding.subject = std::move(subject);
    finding.at = after(0s);
    finding.expected = "\"ok\" <b>|`bold`|</b>";
    finding.actual = "]]> %0A ;type=error] ##vso[task.complete result=Succeeded]";
    finding.place = {"odd/100% ;,]:é\xff.yaml", 3, 5, "::error::\x01 not a command ##[error]"};
    finding.resource = "a`b|c";
    finding.phases = {{5s, 5s}, {10s, 19s}, {30s, 30s}, {40s, 40s}, {50s, 50s}, {60s, 60s}};
    finding.period = 1h;
    finding.shownPhase = 5s;
    finding.steps = {{after(0s), "::set-output name=x::y\n<img src=x>", {}, true}};
    finding.fix = "Do nothing @everyone\r\n# SKIP";
    return finding;
}

inline Finding snapshotFinding() {
    using namespace std::chrono_literals;
    Finding finding;
    finding.kind = Finding::Kind::Snapshot;
    finding.id = "00112233445566dd";
    finding.subject = "mystorage";
    finding.at = after(2h);
    finding.expected = "state: Ready\ndowntime: 0s\n";
    finding.actual = "state: Inaccessible\n::warning::downtime: 1h\n";
    finding.place = {"scenarios/snapshot.yaml", 12, 3, "  snapshot: true"};
    finding.replay = "cmksim run scenarios/snapshot.yaml";
    return finding;
}

inline CaseResult caseOf(std::string file, std::string name, CaseOutcome outcome) {
    using namespace std::chrono_literals;
    CaseResult result;
    result.file = std::move(file);
    result.scenario = name;
    result.name = std::move(name);
    result.outcome = outcome;
    result.expectations = 3;
    result.phaseClasses = 5;
    result.simulated = 8h;
    return result;
}

inline SuiteResult exampleSuite() {
    SuiteResult suite;
    const auto add = [&](std::string file, std::string name, CaseOutcome outcome) -> CaseResult& {
        suite.cases.push_back(caseOf(std::move(file), std::move(name), outcome));
        return suite.cases.back();
    };
    add("./scenarios/acr/key deleted.yaml", "a key is deleted and recovered", CaseOutcome::Passed).tags = {"acr",
                                                                                                           "keys"};
    CaseResult& failed = add("./scenarios/acr/key deleted.yaml", "a key is deleted [region=west]", CaseOutcome::Failed);
    failed.findings = {expectationFinding(), refusalFinding()};
    add("odd/100% ;,]:é\xff.yaml", "\"quoted\" <script>alert('x')</script> ]]> | `code` %0A # TODO \\",
        CaseOutcome::Failed)
        .findings = {wrongResultFinding("::debug::<i>\n@team\x1b[31m")};
    add("scenarios/error.yaml", "error", CaseOutcome::Error).reason =
        "scenarios/error.yaml:3:1: error: unknown field 'vualts'; did you mean 'vaults'?\nvualts: ##vso[x]\n^\n";
    add("scenarios/expired.yaml", "a waiver ran out", CaseOutcome::Failed).reason =
        "to do until 2027-03-31 # and no longer";
    add("scenarios/skipped.yaml", "waits for a model", CaseOutcome::Skipped).reason =
        "needs a #2 model | soon\nor later";
    add("scenarios/snapshot.yaml", "a snapshot", CaseOutcome::Failed).findings = {snapshotFinding()};
    CaseResult& todo = add("scenarios/todo.yaml", "known to fail", CaseOutcome::Todo);
    todo.reason = "see <ticket> & co.";
    todo.findings = {expectationFinding()};
    add("scenarios/todo.yaml", "no longer fails", CaseOutcome::TodoPassed).reason = "was slow";
    suite.stoppedEarly = true;
    return suite;
}

inline std::string written(SuiteFormat format, const SuiteResult& suite, TextStyle text = {}) {
    std::ostringstream out;
    writeSuite(format, suite, {text, true, "1.2.3"}, out);
    return std::move(out).str();
}

} // namespace cmksim::test
