#include "suite/run_suite.hpp"

#include "analysis/reaction_worlds.hpp"
#include "base/shell_word.hpp"
#include "compile/compile.hpp"
#include "compile/deciding_readings.hpp"
#include "compile/readings_in_hand.hpp"
#include "document/yaml.hpp"
#include "scenario/matrix.hpp"
#include "suite/findings.hpp"
#include "suite/objective_findings.hpp"
#include "suite/reaction_ways.hpp"
#include "suite/report_shared.hpp"
#include "suite/snapshot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <iterator>
#include <map>
#include <mutex>
#include <span>
#include <sstream>
#include <thread>

namespace cmksim::suite {

namespace {

bool holdsAny(const std::vector<std::string>& tags, const std::vector<std::string>& wanted) {
    return std::ranges::any_of(wanted,
                               [&](const std::string& tag) { return std::ranges::find(tags, tag) != tags.end(); });
}

/// Runs the cases of one file.
class FileRunner {
public:
    FileRunner(const SuiteOptions& options, const CatalogMaker& maker, FileReader& reader, Coverage* coverage,
               const Progress* progress)
        : options_{options}, maker_{maker}, catalog_{maker(options.readings)}, reader_{reader}, coverage_{coverage},
          progress_{progress} {}

    struct Result {
        std::vector<CaseResult> cases;
        std::optional<FileUpdate> update;
        bool hasRun = false;
        bool isOther = false; // than ours
    };

    Result run(const SuiteFile& file) {
        cases_.clear();
        recorded_.clear();
        recording_.clear();
        Diagnostics diagnostics;
        const std::shared_ptr<const Source> source = reader_.read(file.path, {}, diagnostics);
        const std::shared_ptr<const Document> document = source ? parseDocument(source, diagnostics) : nullptr;
        if (document && fileKind(*document) == FileKind::Estate) {
            return {.cases = {}, .update = {}, .hasRun = true};
        }
        if (!file.named && source && !isOurs(*source, document.get())) {
            return {.cases = {}, .update = {}, .hasRun = true, .isOther = true};
        }
        std::vector<ScenarioCase> scenarios;
        if (document) {
            scenarios = parseScenarioCases(file.path, document, reader_, options_.overrides, diagnostics);
        }
        if (scenarios.empty()) {
            fail(file, nullptr, diagnostics);
        }
        bool complete = true;
        for (const ScenarioCase& one : scenarios) {
            complete = complete && !Patience{options_.deadline, progress_}.isOver();
            if (complete) {
                runCase(file, *source, one, diagnostics);
            }
        }
        Result result;
        if (complete && document && !recording_.empty()) {
            result.update = record(source, *document, scenarios, diagnostics);
        }
        result.cases = std::move(cases_);
        result.hasRun = complete;
        return result;
    }

private:
    /// The file with what was recorded of its cases. Where it cannot be written there, they are at fault.
    std::optional<FileUpdate> record(const std::shared_ptr<const Source>& source, const Document& document,
                                     const std::vector<ScenarioCase>& scenarios, const Diagnostics& parsing) {
        // Where a parameter of the matrix makes the key, the file itself has none.
        const Node before = document.root().find("snapshot");
        std::optional<std::string> text;
        if (source->name() != "-") {
            text = withSnapshot(document, recorded_);
        }
        if (text) {
            return *text == source->text() ? std::nullopt : std::optional{FileUpdate{source->name(), *text, source}};
        }
        const auto asking =
            std::ranges::find_if(scenarios, [](const ScenarioCase& one) { return one.scenario.snapshot.has_value(); });
        const Mark place = before ? before.mark() : asking->scenario.snapshot->key;
        for (const std::size_t index : recording_) {
            Diagnostics diagnostics{parsing};
            if (source->name() == "-") {
                diagnostics.error(place, "no snapshot can be recorded here: standard input is not written",
                                  "name the file");
            } else {
                diagnostics.error(place, "no snapshot can be recorded here without a change to the rest of the file",
                                  "write 'snapshot: true' on a line of its own, without an anchor");
            }
            cases_[index] = failed(cases_[index], diagnostics);
        }
        return std::nullopt;
    }

    CaseResult describe(const SuiteFile& file, const ScenarioCase& one) const {
        CaseResult result;
        result.file = file.path;
        result.scenario = one.scenario.name;
        result.name = one.label.empty() ? result.scenario : fmt::format("{} [{}]", one.scenario.name, one.label);
        for (const Name& tag : one.scenario.tags) {
            result.tags.emplace_back(tag.text);
        }
        return result;
    }

    [[nodiscard]] bool isSelected(const CaseResult& one) const {
        if (options_.cases && std::ranges::none_of(*options_.cases, [&](const NamedCase& named) {
                return isCase(named, one.file, one.name);
            })) {
            return false;
        }
        if (options_.only && !std::regex_search(one.name, *options_.only) &&
            !std::regex_search(one.file, *options_.only)) {
            return false;
        }
        return (options_.tags.empty() || holdsAny(one.tags, options_.tags)) && !holdsAny(one.tags, options_.notTags);
    }

    static CaseResult failed(CaseResult result, const Diagnostics& diagnostics) {
        result.outcome = CaseOutcome::Error;
        std::ostringstream text;
        diagnostics.print(text);
        result.reason = std::move(text).str();
        return result;
    }

    void fail(const SuiteFile& file, const CaseResult* as, const Diagnostics& diagnostics) {
        CaseResult result;
        if (as != nullptr) {
            result = *as;
        }
        result.file = file.path;
        if (result.name.empty()) {
            result.name = file.path;
        }
        cases_.push_back(failed(std::move(result), diagnostics));
    }

    void leaveUndecided(const SuiteFile& file, const CaseResult& result, const Diagnostics& diagnostics) {
        fail(file, &result, diagnostics);
        cases_.back().outcome = CaseOutcome::Undecided;
    }

    [[nodiscard]] FindingContext contextOf(const SuiteFile& file, const Source& source, const CaseResult& result,
                                           const Verified& way) const {
        return {way.program, source, result.name,
                fmt::format("cmksim run {}{}{}", shellPath(file.path), options_.replayOptions, way.replayOptions),
                fmt::format("cmksim test {}{}{}", shellPath(file.path), options_.replayOptions,
                            options_.open == OpenTimings::All ? " --timing all" : "")};
    }

    static void takeOver(const Verification& verification, const Program& program, CaseResult& result) {
        result.expectations = verification.expectations;
        result.phaseClasses = verification.phaseClasses;
        result.atNominal = verification.atNominal;
        result.everyReaction = verification.everyReaction;
        for (const ResourceId id : verification.cutShort) {
            result.cutShort.push_back(program.resources[id].name);
        }
    }

    /// What falls short on each of the ways.
    void tellFindings(const SuiteFile& file, const Source& source, const std::vector<Verified>& ways,
                      CaseResult& result) const {
        for (const Verified& way : ways) {
            std::vector<Finding> findings =
                findingsOf(contextOf(file, source, result, way), way.verification.shortfalls);
            for (std::size_t i = 0; i < findings.size() && i < way.where.size(); ++i) {
                if (!way.where[i].empty()) {
                    findings[i].timings.push_back(way.where[i]);
                }
            }
            for (Finding& finding : findings) {
                if (!way.timings.empty()) {
                    finding.replay = contextOf(file, source, result, way).suiteCommand;
                    finding.timings.insert(finding.timings.end(), way.timings.begin(), way.timings.end());
                }
            }
            std::ranges::move(findings, std::back_inserter(result.findings));
        }
    }

    /// The program of a case that is to be run; else what becomes of the case is told.
    std::optional<Program> programOf(const SuiteFile& file, const ScenarioCase& one, const Diagnostics& parsing,
                                     CaseResult& result, Diagnostics& diagnostics) {
        if (one.scenario.skip) {
            result.outcome = CaseOutcome::Skipped;
            result.reason = one.scenario.skip->reason;
            cases_.push_back(std::move(result));
            return std::nullopt;
        }
        if (parsing.hasErrors()) {
            fail(file, &result, parsing);
            return std::nullopt;
        }
        std::optional<Program> program = compileScenario(one.scenario, catalog_, diagnostics);
        if (!program) {
            fail(file, &result, diagnostics);
            return std::nullopt;
        }
        result.simulated = program->until - scenarioStart;
        if (options_.listOnly) {
            result.outcome = CaseOutcome::Listed;
            cases_.push_back(std::move(result));
            return std::nullopt;
        }
        return program;
    }

    void runCase(const SuiteFile& file, const Source& source, const ScenarioCase& one, const Diagnostics& parsing) {
        CaseResult result = describe(file, one);
        recorded_.push_back({one.label, std::nullopt});
        if (!isSelected(result)) {
            return;
        }
        Diagnostics diagnostics;
        const std::optional<Program> program = programOf(file, one, parsing, result, diagnostics);
        if (!program) {
            return;
        }
        const auto begin = std::chrono::steady_clock::now();
        Patience patience{options_.deadline, progress_};
        if (options_.timeout) {
            patience.deadline =
                std::min(begin + *options_.timeout, patience.deadline.value_or(begin + *options_.timeout));
        }
        const std::vector<Verified> ways = verifyReadings(one.scenario, *program, patience, result);
        const Verification& verification = ways.front().verification;
        if (verification.gaveUp) {
            const bool late = patience.deadline && std::chrono::steady_clock::now() > *patience.deadline;
            diagnostics.error(
                one.scenario.nameMark,
                late ? fmt::format("not finished within {} s",
                                   std::chrono::ceil<std::chrono::seconds>(*patience.deadline - begin).count())
                     : "interrupted before it was finished");
            result.elapsed = std::chrono::steady_clock::now() - begin;
            leaveUndecided(file, result, diagnostics);
            return;
        }
        takeOver(verification, *program, result);
        CaseObjectives objectives = judgeObjectives(file, source, one.scenario, *program, result);
        result.expectations += objectives.judged;
        result.notKnown = objectives.notKnown;
        std::optional<std::string> now = takeSnapshot(one, nominalTimeline(*program), result);
        if (result.expectations == 0 && !options_.allowEmpty) {
            diagnostics.error(one.scenario.nameMark, "the scenario expects nothing",
                              one.scenario.snapshot ? "record its snapshot with --update"
                                                    : "add an 'expect', or use --allow-empty");
            fail(file, &result, diagnostics);
            return;
        }
        tellFindings(file, source, ways, result);
        std::ranges::move(objectives.findings, std::back_inserter(result.findings));
        if (now && !options_.recordSnapshots) {
            const std::string_view then = sectionOf(*one.scenario.snapshot->recorded, one.label).value_or("");
            if (then != *now) {
                result.findings.push_back(snapshotFinding(contextOf(file, source, result, ways.front()),
                                                          one.scenario.snapshot->key, then, *now));
            }
        }
        judge(one.scenario, result);
        result.elapsed = std::chrono::steady_clock::now() - begin;
        if (result.outcome == CaseOutcome::Passed && !result.everyReaction) {
            diagnostics.error(
                one.scenario.nameMark,
                fmt::format("nothing falls short where it was looked at, and not everything was: {}", reactionsLeftOut),
                "give the reactions one delay each, and what they wait for a 'rotationPhase' or a 'recoveryPhase', or "
                "expect it of phases with --timing phases");
            leaveUndecided(file, result, diagnostics);
            return;
        }
        if (result.outcome == CaseOutcome::Passed && !result.notKnown.empty()) {
            diagnostics.error(objectives.firstNotKnown, result.notKnown.front());
            leaveUndecided(file, result, diagnostics);
            return;
        }
        cases_.push_back(std::move(result));
        if (now && options_.recordSnapshots && cases_.back().outcome != CaseOutcome::Failed) {
            recorded_.back().now = std::move(now);
            recording_.push_back(cases_.size() - 1);
        }
    }

    /// What falls short under the nominal readings, or, where all are asked for, under any: a program for each reading
    /// under which something does that did not under those before it; or the last one, where nothing does.
    std::vector<Verified> verifyReadings(const Scenario& scenario, const Program& nominal, const Patience& patience,
                                         CaseResult& result) {
        std::vector<Verified> ways;
        ways.push_back(verifyReactions(nominal, options_.open, patience, coverage_));
        if (!options_.everyReading) {
            return ways;
        }
        const std::vector<FactReading> readings =
            readingsInHand(nominal, catalog_, options_.readings, WordReadings::Counted);
        const std::vector<ReadingChoice> choices = combinationsOf(readings);
        std::vector<ReadingChoice> lookedAt{choices.front()};
        FailsUnder fails;
        note(ways.front().verification, lookedAt.size(), fails);
        for (const ReadingChoice& choice : std::span{choices}.subspan(1)) {
            if (ways.front().verification.gaveUp) {
                return ways;
            }
            Diagnostics diagnostics;
            const auto program = compileScenario(scenario, catalogUnder(choice), diagnostics);
            if (!program) {
                continue; // its models are at fault, which shows where they are used
            }
            Verified other = verifyReactions(*program, options_.open, patience, coverage_);
            Verification& found = other.verification;
            lookedAt.push_back(choice);
            const bool isFirst = ways.front().verification.shortfalls.empty();
            const std::size_t classes = ways.front().verification.phaseClasses + found.phaseClasses;
            const FailsUnder before = fails;
            note(found, lookedAt.size(), fails);
            std::erase_if(found.shortfalls, [&](const Shortfall& one) {
                return before.contains({one.entry, one.item});
            });
            const bool isNew = !found.shortfalls.empty();
            if (isNew) {
                for (const auto& [name, value] : choice) {
                    other.replayOptions += " --reading " + shellWord(fmt::format("{}={}", name, value));
                }
                result.name += isFirst ? fmt::format(" [{}]", textOf(choice)) : std::string{};
            }
            if (isFirst || found.gaveUp) {
                ways.front() = std::move(other);
            } else if (isNew) {
                ways.push_back(std::move(other));
            }
            ways.front().verification.phaseClasses = classes;
        }
        tellWhere(readings, lookedAt, fails, ways);
        return ways;
    }

    CaseObjectives judgeObjectives(const SuiteFile& file, const Source& source, const Scenario& scenario,
                                   const Program& program, const CaseResult& result) {
        if (program.objectives.empty()) {
            return {};
        }
        const Verified asWritten{nominalTimeline(program), {}};
        return objectivesOf(contextOf(file, source, result, asWritten), scenario,
                            judgeUnderReadings(scenario, program));
    }

    /// What the objectives come to under the nominal readings, and, where all are asked for, under each of the others.
    std::vector<ObjectivesUnder> judgeUnderReadings(const Scenario& scenario, const Program& nominal) {
        std::vector<ObjectivesUnder> all;
        all.push_back({{}, judgedObjectives(nominal, options_.open)});
        if (!options_.everyReading) {
            return all;
        }
        const std::vector<ReadingChoice> choices =
            combinationsOf(readingsInHand(nominal, catalog_, options_.readings, WordReadings::LeftOut));
        for (const ReadingChoice& choice : std::span{choices}.subspan(1)) {
            Diagnostics ignored; // its models are at fault, which shows where they are used
            if (const auto program = compileScenario(scenario, catalogUnder(choice), ignored)) {
                all.push_back({textOf(choice), judgedObjectives(*program, options_.open)});
            }
        }
        return all;
    }

    /// For each expectation that fell short, under which of the choices that were looked at.
    using FailsUnder = std::map<std::pair<EntryId, std::uint32_t>, std::vector<bool>>;

    static void note(const Verification& found, std::size_t lookedAt, FailsUnder& fails) {
        for (const Shortfall& one : found.shortfalls) {
            std::vector<bool>& under = fails[{one.entry, one.item}];
            under.resize(lookedAt);
            under.back() = true;
        }
    }

    static void tellWhere(const std::vector<FactReading>& readings, const std::vector<ReadingChoice>& lookedAt,
                          FailsUnder& fails, std::vector<Verified>& ways) {
        for (Verified& way : ways) {
            for (const Shortfall& one : way.verification.shortfalls) {
                std::vector<bool>& under = fails.at({one.entry, one.item});
                under.resize(lookedAt.size());
                const bool always = std::ranges::find(under, false) == under.end();
                way.where.push_back(always ? std::string{} : whereText(whereItHolds(readings, lookedAt, under)));
            }
        }
    }

    Catalog& catalogUnder(const ReadingChoice& choice) {
        ReadingChoice whole = options_.readings;
        whole.insert(choice.begin(), choice.end());
        const auto known = others_.find(whole);
        return known != others_.end() ? known->second : others_.try_emplace(whole, maker_(whole)).first->second;
    }

    /// What the case comes to, to be recorded or compared with what was; nothing where it is not asked for.
    std::optional<std::string> takeSnapshot(const ScenarioCase& one, const Program& program, CaseResult& result) {
        const std::optional<Snapshot>& snapshot = one.scenario.snapshot;
        if (!snapshot || (!options_.recordSnapshots && !snapshot->recorded)) {
            return std::nullopt;
        }
        ++result.expectations;
        return snapshotOf(program);
    }

    void judge(const Scenario& scenario, CaseResult& result) const {
        const bool failed = !result.findings.empty();
        result.outcome = failed ? CaseOutcome::Failed : CaseOutcome::Passed;
        if (!scenario.todo) {
            return;
        }
        const auto& until = scenario.todo->until;
        const bool lapsed = until && options_.asOf && *options_.asOf > *until;
        result.reason = scenario.todo->reason;
        result.isWaivedByDate = until.has_value();
        if (failed && lapsed) {
            result.reason += fmt::format(" (waived until {}-{:02}-{:02})", static_cast<int>(until->year()),
                                         static_cast<unsigned>(until->month()), static_cast<unsigned>(until->day()));
        } else {
            result.outcome = failed ? CaseOutcome::Todo : CaseOutcome::TodoPassed;
        }
    }

    const SuiteOptions& options_;
    const CatalogMaker& maker_;
    Catalog catalog_;
    std::map<ReadingChoice, Catalog> others_; // under other readings than the nominal ones
    FileReader& reader_;
    Coverage* coverage_;
    const Progress* progress_;
    std::vector<CaseResult> cases_;
    std::vector<CaseSnapshot> recorded_; // of every case of the file
    std::vector<std::size_t> recording_; // which of `cases_` have theirs recorded anew
};

bool isBad(const CaseResult& one) { return one.outcome == CaseOutcome::Failed || hasDiagnostics(one.outcome); }

} // namespace

bool isCase(const NamedCase& named, const std::string& file, const std::string& name) {
    return named.file == file && (named.name == name || named.name == file || named.name.starts_with(name + " ["));
}

SuiteResult runSuite(const std::vector<SuiteFile>& files, const SuiteOptions& options, const CatalogMaker& catalog,
                     FileReader& reader, Coverage* coverage, Progress* progress) {
    std::mutex merging;
    std::vector<FileRunner::Result> results(files.size());
    std::atomic<std::size_t> next{0};
    std::atomic<std::size_t> firstBad{files.size()};
    const auto work = [&] {
        Coverage exercised;
        FileRunner runner{options, catalog, reader, coverage != nullptr ? &exercised : nullptr, progress};
        const Patience patience{options.deadline, progress};
        for (std::size_t i = next++; i < files.size() && !patience.isOver(); i = next++) {
            if (progress != nullptr) {
                progress->advance(1);
            }
            if (shardOf(files[i].path, options.shards) != options.shard || (options.failFast && i > firstBad)) {
                results[i].hasRun = true; // as far as it was asked for
                continue;
            }
            results[i] = runner.run(files[i]);
            if (std::ranges::any_of(results[i].cases, isBad)) {
                for (std::size_t known = firstBad; i < known && !firstBad.compare_exchange_weak(known, i);) {
                }
            }
        }
        if (coverage != nullptr) {
            const std::scoped_lock lock{merging};
            coverage->merge(exercised);
        }
    };
    {
        std::vector<std::jthread> workers;
        for (unsigned i = 1; i < options.jobs; ++i) {
            workers.emplace_back(work);
        }
        work();
    }
    SuiteResult suite;
    for (std::size_t i = 0; i < results.size(); ++i) {
        // What ran beyond the first failure depends on luck, and is not told.
        if (options.failFast && i > firstBad) {
            break;
        }
        std::ranges::move(results[i].cases, std::back_inserter(suite.cases));
        suite.otherFiles += results[i].isOther ? 1u : 0u;
        suite.filesNotRun += results[i].hasRun ? 0u : 1u;
        if (results[i].update) {
            suite.updates.push_back(std::move(*results[i].update));
        }
    }
    suite.stoppedEarly = options.failFast && firstBad + 1 < files.size();
    suite.interrupted = suite.filesNotRun > 0;
    return suite;
}

} // namespace cmksim::suite
