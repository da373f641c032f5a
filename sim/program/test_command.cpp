// `cmksim test`: runs a suite of scenarios, for every revalidation phase.
#include "program/commands.hpp"

#include "base/output_file.hpp"
#include "base/shell_word.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "program/last_failed.hpp"
#include "program/limits.hpp"
#include "program/loading.hpp"
#include "program/number_options.hpp"
#include "program/terminal.hpp"
#include "program/terminal_progress.hpp"
#include "program/test_coverage.hpp"
#include "program/watch.hpp"
#include "report/rests_on.hpp"
#include "schema/printed.hpp"
#include "suite/coverage_report.hpp"
#include "suite/report.hpp"
#include "suite/report_formats.hpp"
#include "suite/run_suite.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <ostream>
#include <sstream>

namespace cmksim::program {

namespace {
namespace test_command {

constexpr OptionRule formatOption{"format", "text|tap|junit|json|github|azuredevops|sarif|markdown",
                                  "what to print; default text"};
constexpr OptionRule reportOption{"report", "FORMAT=FILE", "write a report there, too", true, {}, FileRole::WrittenAs};
constexpr OptionRule runOption{"run", "REGEX", "only cases whose name or path matches"};
constexpr OptionRule tagOption{"tag", "TAG", "only scenarios with this tag", true};
constexpr OptionRule notTagOption{"not-tag", "TAG", "no scenarios with this tag", true};
constexpr OptionRule listOption{"list", "", "list the cases and run none"};
constexpr OptionRule failFastOption{"fail-fast", "", "stop at the first case that fails"};
constexpr OptionRule shardOption{"shard", "I/N", "only part I of N; adding a file moves no other"};
constexpr OptionRule caseTimeoutOption =
    withNumbers({timeoutOption.name, "SECONDS", "give up on a case that takes longer"}, 1, mostSeconds);
constexpr OptionRule timingOption{"timing", "all|phases|nominal",
                                  "which timings are open: every one, every phase (the default), or none"};
constexpr OptionRule asOfOption{"as-of", "DATE",
                                "the day by which waivers of a 'todo' have run out or not; default: today"};
constexpr OptionRule updateOption{"update", "", "record the snapshots of the scenarios that ask for one"};
constexpr OptionRule durationsOption =
    withNumbers({"durations", "N", "name the N cases that took longest, on standard error"}, 0);
constexpr OptionRule lastFailedOption{
    "last-failed", "FILE", "only the cases that FILE names, all where it names none; then write those that fail there",
    false,         {},     FileRole::Updated};
constexpr OptionRule watchOption{"watch", "", "run again whenever a file changes that was read"};
constexpr OptionRule allowEmptyOption{"allow-empty", "", "a scenario may expect nothing, and there may be none"};

constexpr std::array testOptions{
    formatOption,       reportOption,      outputOption, runOption,         tagOption,          notTagOption,
    listOption,         failFastOption,    shardOption,  caseTimeoutOption, timeoutTotalOption, jobsOption,
    timingOption,       updateOption,      asOfOption,   allowEmptyOption,  estateOption,       coverageOption,
    coverageFileOption, coverageMinOption, setOption,    phaseOption,       modelOption,        modelsOption,
    readingOption,      quietOption,       watchOption,  durationsOption,   lastFailedOption};

/// `2027-03-31`.
std::optional<std::chrono::year_month_day> parseDate(std::string_view text) {
    const std::optional<CalendarTime> midnight = parseTimestamp(std::string{text} + "T00:00:00Z");
    if (!midnight) {
        return {};
    }
    return std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(*midnight)};
}

/// Reads the command line into options, or says in one line what is wrong with it.
class OptionReader {
public:
    OptionReader(const Arguments& arguments, std::ostream& err) : arguments_{arguments}, err_{err} {}

    std::optional<SuiteOptions> read() {
        SuiteOptions options;
        readNumbers(options);
        const bool sound = readSelection(options) && readTiming(options) && mayRecord();
        if (!sound) {
            return {};
        }
        options.overrides = readOverrides(arguments_);
        options.recordSnapshots = arguments_.has(updateOption.name);
        options.everyReading = asksForAllReadings(arguments_);
        options.readings = givenReadings(arguments_);
        for (const OptionRule& rule : {estateOption, setOption, modelOption, modelsOption}) {
            for (const std::string& value : arguments_.values(rule.name)) {
                options.replayOptions += fmt::format(" --{} {}", rule.name, shellWord(value));
            }
        }
        for (const auto& [name, value] : options.readings) {
            options.replayOptions +=
                fmt::format(" --{} {}", readingOption.name, shellWord(fmt::format("{}={}", name, value)));
        }
        return options;
    }

private:
    bool fail(std::string_view what) {
        err_ << fmt::format("cmksim test: error: {}\n", what);
        return false;
    }

    /// A snapshot is of the scenario as it stands in its file.
    bool mayRecord() {
        for (const OptionRule& rule :
             {estateOption, setOption, phaseOption, modelOption, modelsOption, readingOption}) {
            if (arguments_.has(updateOption.name) && arguments_.has(rule.name)) {
                return fail(fmt::format("'--update' records files as they are, without '--{}'", rule.name));
            }
        }
        return true;
    }

    bool readSelection(SuiteOptions& options) {
        options.tags = arguments_.values(tagOption.name);
        options.notTags = arguments_.values(notTagOption.name);
        options.listOnly = arguments_.has(listOption.name);
        options.failFast = arguments_.has(failFastOption.name);
        options.allowEmpty = arguments_.has(allowEmptyOption.name);
        if (const auto text = arguments_.value(runOption.name)) {
            try {
                options.only.emplace(*text, std::regex::ECMAScript | std::regex::optimize);
            } catch (const std::regex_error&) {
                return fail(fmt::format("--run: expected a regular expression, not {}", inQuotes(*text)));
            }
        }
        return true;
    }

    void readNumbers(SuiteOptions& options) {
        options.jobs = jobsOf(arguments_);
        const auto [shard, shards] = partOf(arguments_, shardOption);
        options.shard = shard;
        options.shards = shards;
        options.timeout = secondsOf(arguments_, caseTimeoutOption);
        if (const auto all = secondsOf(arguments_, timeoutTotalOption)) {
            options.deadline = std::chrono::steady_clock::now() + *all;
        }
    }

    bool readTiming(SuiteOptions& options) {
        if (const auto text = arguments_.value(timingOption.name)) {
            const auto known = std::ranges::find(openTimingsNames, *text);
            if (known == openTimingsNames.end()) {
                return fail(fmt::format("unknown timing {}; {}", inQuotes(*text), suggestion(*text, openTimingsNames)));
            }
            options.open = static_cast<OpenTimings>(known - openTimingsNames.begin());
        }
        if (const auto text = arguments_.value(asOfOption.name)) {
            options.asOf = parseDate(*text);
            if (!options.asOf) {
                return fail(fmt::format("--as-of: expected a date (2027-03-31), not {}", inQuotes(*text)));
            }
        } else {
            const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
            options.asOf = std::chrono::year_month_day{today};
        }
        return true;
    }

    const Arguments& arguments_;
    std::ostream& err_;
};

struct WantedReport {
    SuiteFormat format{};
    std::string file; // empty: what the command prints
};

std::optional<std::vector<WantedReport>> wantedReports(const Arguments& arguments, std::ostream& err) {
    std::vector<std::pair<std::string, std::string>> wanted{{arguments.value(formatOption.name).value_or("text"), ""}};
    auto more = arguments.assignments(reportOption.name);
    std::ranges::move(more, std::back_inserter(wanted));
    std::vector<WantedReport> reports;
    for (const auto& [name, file] : wanted) {
        const std::optional<SuiteFormat> format = suiteFormatNamed(name);
        if (!format) {
            err << fmt::format("cmksim test: error: unknown format {}; {}\n", inQuotes(name),
                               suggestion(name, suiteFormatNames));
            return {};
        }
        reports.push_back({*format, file});
    }
    return reports;
}

std::string reportText(SuiteFormat format, const SuiteResult& suite, const SuiteReportStyle& style) {
    std::ostringstream text;
    writeSuite(format, suite, style, text);
    return std::move(text).str();
}

ExitCode verdict(const SuiteResult& suite, bool mayBeEmpty, std::ostream& err) {
    if (suite.count(CaseOutcome::Error) > 0) {
        return ExitCode::WrongInput;
    }
    if (suite.cases.empty() && !suite.interrupted && !mayBeEmpty) {
        err << "cmksim test: error: no case was found\n";
        return ExitCode::WrongInput;
    }
    if (suite.count(CaseOutcome::Failed) > 0) {
        return ExitCode::FellShort;
    }
    return suite.interrupted || suite.count(CaseOutcome::Undecided) > 0 ? ExitCode::Undecided : ExitCode::Done;
}

/// What a reader of the report must know of how it came about.
void writeNotes(const SuiteResult& suite, const SuiteOptions& options, std::ostream& err) {
    if (std::ranges::any_of(suite.cases, &CaseResult::isWaivedByDate)) {
        err << fmt::format("cmksim test: waivers are judged by {}-{:02}-{:02}\n",
                           static_cast<int>(options.asOf->year()), static_cast<unsigned>(options.asOf->month()),
                           static_cast<unsigned>(options.asOf->day()));
    }
    if (suite.otherFiles > 0) {
        err << passedOverText("test", suite.otherFiles);
    }
    if (suite.cases.empty() && !suite.interrupted && options.shards > 1) {
        err << fmt::format("cmksim test: part {} of {} has no case\n", options.shard, options.shards);
    }
}

/// Each file once, by the path on which it was found first. The names of a hard link are apart: each is written.
std::vector<FileUpdate> eachFileOnce(const std::vector<FileUpdate>& updates) {
    std::vector<FileUpdate> once;
    for (const FileUpdate& update : updates) {
        const auto isSame = [&](const FileUpdate& other) {
            return other.text == update.text && leadToOneName(other.file, update.file);
        };
        if (std::ranges::none_of(once, isSame)) {
            once.push_back(update);
        }
    }
    return once;
}

/// Writes the files whose snapshots changed. One that cannot be written keeps none of the others from it; then each is
/// told of.
ExitCode writeUpdates(const SuiteResult& suite, std::size_t files, const SuiteOptions& options,
                      const Arguments& arguments, const Streams& streams) {
    std::vector<std::string> written;
    std::string failures;
    for (const FileUpdate& update : eachFileOnce(suite.updates)) {
        if (const auto failure =
                writeWhole(update.file, update.text, {.existing = Existing::Replaced, .before = update.before->text()},
                           streams.err)) {
            failures += fmt::format("cmksim: error: cannot write {}: {}\n", inQuotes(update.file), *failure);
        } else {
            written.push_back(update.file);
        }
    }
    streams.err << failures;
    for (const std::string& file : failures.empty() ? std::vector<std::string>{} : written) {
        streams.err << fmt::format("cmksim test: {} is written\n", inQuotes(file));
    }
    if (options.recordSnapshots && !arguments.has(quietOption.name)) {
        streams.err << fmt::format("cmksim test: {} of {} files changed\n", written.size(), files);
    }
    return failures.empty() ? ExitCode::Done : ExitCode::CannotWrite;
}

/// The cases that took longest. Real time, and so no part of what is printed.
void writeDurations(const SuiteResult& suite, std::size_t count, std::ostream& err) {
    std::vector<const CaseResult*> slowest;
    for (const CaseResult& one : suite.cases) {
        slowest.push_back(&one);
    }
    std::ranges::stable_sort(slowest, std::ranges::greater{}, [](const CaseResult* one) { return one->elapsed; });
    slowest.resize(std::min(count, slowest.size()));
    for (const CaseResult* one : slowest) {
        err << fmt::format("cmksim test: {:8.3f} s  {}: {}\n", one->elapsed.count(), printable(one->file),
                           printable(one->name));
    }
}

/// One run of a suite, from its files to its reports.
class SuiteRun {
public:
    SuiteRun(const Arguments& arguments, const Streams& streams, const SuiteOptions& options,
             const std::vector<WantedReport>& reports, const CoverageRequest& coverage, std::size_t slowest)
        : arguments_{arguments}, streams_{streams}, options_{options}, reports_{reports}, coverage_{coverage},
          slowest_{slowest} {}

    ExitCode run() {
        if (const ExitCode code = collect(); code != ExitCode::Done) {
            return code;
        }
        const CatalogMaker maker = [&](const ReadingChoice& readings) {
            Diagnostics reported;
            return loadCatalog(arguments_, readings, files_, reported);
        };
        Coverage exercised;
        SuiteResult suite = [&] {
            TerminalProgress progress{arguments_, streams_, "files", found_.size()};
            return runSuite(found_, options_, maker, files_, coverage_.isAsked() ? &exercised : nullptr, &progress);
        }();
        addUnread(suite);
        if (const ExitCode sound = checkOutputs(arguments_, files_.paths(), streams_.err); sound != ExitCode::Done) {
            return sound; // an estate that a scenario refers to
        }
        return conclude(suite, exercised);
    }

    /// All files that were read, and those that a next run would begin with.
    [[nodiscard]] std::vector<std::string> paths() const {
        std::vector<std::string> paths = files_.paths();
        Diagnostics ignored; // of a folder that is gone
        for (const SuiteFile& file : collectFiles(arguments_.positional, ignored)) {
            paths.push_back(file.path);
        }
        std::erase(paths, arguments_.value(lastFailedOption.name).value_or(""));
        return paths;
    }

private:
    ExitCode collect() {
        Diagnostics diagnostics;
        static_cast<void>(loadCatalog(arguments_, files_, diagnostics));
        found_ = collectFiles(arguments_.positional, diagnostics, &unread_);
        const auto failed = arguments_.value(lastFailedOption.name);
        std::optional<std::vector<NamedCase>> before;
        if (failed) {
            before = readLastFailed(*failed, files_, diagnostics);
        }
        report(diagnostics, arguments_, streams_.err);
        if (diagnostics.hasErrors()) {
            return ExitCode::WrongInput;
        }
        if (before && !before->empty()) {
            options_.cases = *before;
            std::erase_if(found_, [&](const SuiteFile& file) {
                return std::ranges::find(*before, file.path, &NamedCase::file) == before->end();
            });
        }
        std::vector<std::string> inputs;
        std::ranges::transform(found_, std::back_inserter(inputs), &SuiteFile::path);
        return checkOutputs(arguments_, inputs, streams_.err);
    }

    /// A folder that cannot be read is a case in error, whatever cases are asked for: any may be in it.
    void addUnread(SuiteResult& suite) const {
        for (const UnreadFolder& folder : unread_) {
            CaseResult one;
            one.file = one.name = folder.path;
            one.outcome = CaseOutcome::Error;
            one.reason = folder.why;
            suite.cases.insert(std::ranges::upper_bound(suite.cases, one.file, {}, &CaseResult::file), std::move(one));
            suite.foldersNotRead.push_back(folder.path);
        }
    }

    ExitCode conclude(const SuiteResult& suite, Coverage& exercised) {
        ExitCode written = writeUpdates(suite, found_.size(), options_, arguments_, streams_);
        const std::vector<ModelCoverage> models = exercised.models();
        written = worse(written, writeReports(suite, models));
        written = worse(written, coverage_.writeFiles(models, streams_));
        if (const auto failed = arguments_.value(lastFailedOption.name); failed && !options_.listOnly) {
            const std::vector<NamedCase> before = options_.cases.value_or(std::vector<NamedCase>{});
            written = worse(written, writeFile(lastFailedText(suite, before), *failed, streams_));
        }
        const bool reached = coverage_.isReached(models, streams_.err);
        if (!arguments_.has(quietOption.name)) {
            writeNotes(suite, options_, streams_.err);
        }
        writeDurations(suite, slowest_, streams_.err);
        const bool mayBeEmpty = options_.allowEmpty || options_.cases || (options_.shards > 1 && !found_.empty());
        const ExitCode code = verdict(suite, mayBeEmpty, streams_.err);
        return written != ExitCode::Done ? written : code == ExitCode::Done && !reached ? ExitCode::FellShort : code;
    }

    static ExitCode worse(ExitCode before, ExitCode now) { return before == ExitCode::Done ? now : before; }

    ExitCode writeReports(const SuiteResult& suite, const std::vector<ModelCoverage>& models) {
        ExitCode written = ExitCode::Done;
        for (const WantedReport& wanted : reports_) {
            const bool toFile = !wanted.file.empty();
            SuiteReportStyle style;
            style.text = textStyle(toFile || arguments_.has(outputOption.name), streams_);
            style.version = CMKSIM_VERSION;
            if (wanted.format == SuiteFormat::Json) {
                Evidence evidence{arguments_, files_};
                if (!arguments_.has(asOfOption.name) && options_.asOf) {
                    evidence.settle(asOfOption.name, *options_.asOf);
                }
                style.evidence = (toFile ? evidence.as("json") : evidence).ofAll();
            }
            const std::string text =
                reportText(wanted.format, suite, style) + (toFile ? std::string{} : coverage_.printed(models));
            written = worse(written,
                            toFile ? writeFile(text, wanted.file, streams_) : writeOutput(text, arguments_, streams_));
        }
        return written;
    }

    const Arguments& arguments_;
    const Streams& streams_;
    SuiteOptions options_;
    const std::vector<WantedReport>& reports_;
    const CoverageRequest& coverage_;
    std::size_t slowest_; // how many are named
    NotingReader files_;
    std::vector<SuiteFile> found_;
    std::vector<UnreadFolder> unread_;
};

ExitCode run(const Arguments& arguments, const Streams& streams) {
    const std::optional<SuiteOptions> options = OptionReader{arguments, streams.err}.read();
    const std::optional<std::vector<WantedReport>> reports = wantedReports(arguments, streams.err);
    const std::optional<CoverageRequest> coverage = CoverageRequest::read(arguments, streams.err);
    const std::size_t slowest = arguments.number(durationsOption.name).value_or(0);
    if (!options || !reports || !coverage) {
        return ExitCode::WrongInput;
    }
    const auto isStandardInput = [](const std::string& path) { return path == "-"; };
    if (arguments.has(watchOption.name) && std::ranges::any_of(arguments.positional, isStandardInput)) {
        streams.err << "cmksim test: error: '--watch' looks at files, and '-' is none\n";
        return ExitCode::WrongInput;
    }
    std::optional<SuiteRun> last;
    const auto once = [&] { return last.emplace(arguments, streams, *options, *reports, *coverage, slowest).run(); };
    if (!arguments.has(watchOption.name)) {
        return once();
    }
    return watchFiles(
        "cmksim test", once, [&] { return last ? last->paths() : arguments.positional; }, streams);
}

/// What it prints as JSON; what it rests on is always there.
JsonValue resultSchema(const KnownWords& /*words*/) {
    return printedSchema("What cmksim test --format json prints",
                         {suiteProperties(), {{"evidence", restsOnShape().schema()}}}, suiteDefinitions());
}
JsonValue coverageSchema(const KnownWords& /*words*/) {
    return printedSchema("What cmksim test --coverage json prints", {coverageProperties()});
}
constexpr std::array testResults{schema::Kind{"test", resultSchema}, schema::Kind{"coverage", coverageSchema}};

} // namespace test_command
} // namespace

constinit const Command testCommand{
    .name = "test",
    .synopsis = "PATH…",
    .summary = "run every scenario below the paths as a regression suite",
    .details =
        "Runs every *.yaml and *.yml below the paths that is ours, and files named outright; a .cmksimignore in a "
        "folder "
        "passes over what it names, as git's does. An expectation must hold for every "
        "revalidation phase that the scenario leaves open, with '--timing all' at every other timing too, and with "
        "'--reading all' for each way to read the documents; one that "
        "says its own 'timing' holds over that. Exits 0 when every case passes, 1 when one fails, 2 "
        "when a file or the command line is wrong or no case is found, 4 when time ran out before a verdict, 5 when a "
        "file could not be written.",
    .leastArguments = 1,
    .mostArguments = std::numeric_limits<std::size_t>::max(),
    .options = test_command::testOptions,
    .run = test_command::run,
    .results = test_command::testResults,
};

} // namespace cmksim::program
