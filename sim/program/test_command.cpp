#include "program/test_command.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "program/loading.hpp"
#include "program/number_options.hpp"
#include "program/terminal.hpp"
#include "program/terminal_progress.hpp"
#include "program/test_coverage.hpp"
#include "suite/report.hpp"
#include "suite/run_suite.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <ostream>
#include <sstream>

namespace cmksim::program {

namespace {

constexpr OptionRule formatOption{"format", "text|tap|junit|json|github|azuredevops|sarif|markdown",
                                  "what to print; default text"};
constexpr OptionRule reportOption{"report", "FORMAT=FILE", "write a report there, too", true};
constexpr OptionRule runOption{"run", "REGEX", "only cases whose name or path matches"};
constexpr OptionRule tagOption{"tag", "TAG", "only scenarios with this tag", true};
constexpr OptionRule notTagOption{"not-tag", "TAG", "no scenarios with this tag", true};
constexpr OptionRule listOption{"list", "", "list the cases and run none"};
constexpr OptionRule failFastOption{"fail-fast", "", "stop at the first case that fails"};
constexpr OptionRule shardOption{"shard", "I/N", "only part I of N; adding a file moves no other"};
constexpr OptionRule timeoutOption{"timeout", "SECONDS", "give up on a case that takes longer"};
constexpr OptionRule timingOption{"timing", "nominal", "check the nominal timing alone, not every phase"};
constexpr OptionRule asOfOption{"as-of", "DATE", "the day by which waivers of a 'todo' have run out or not"};
constexpr OptionRule updateOption{"update", "", "record the snapshots of the scenarios that ask for one"};
constexpr OptionRule allowEmptyOption{"allow-empty", "", "a scenario may expect nothing, and there may be none"};

constexpr std::array testOptions{formatOption, reportOption,   outputOption,       runOption,         tagOption,
                                 notTagOption, listOption,     failFastOption,     shardOption,       timeoutOption,
                                 jobsOption,   timingOption,   updateOption,       asOfOption,        allowEmptyOption,
                                 estateOption, coverageOption, coverageFileOption, coverageMinOption, setOption,
                                 phaseOption,  modelOption,    modelsOption,       quietOption};

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
        const bool sound = readSelection(options) && readNumbers(options) && readTiming(options) && mayRecord();
        auto overrides = readOverrides(arguments_, err_);
        if (!sound || !overrides) {
            return {};
        }
        options.overrides = std::move(*overrides);
        options.recordSnapshots = arguments_.has(updateOption.name);
        for (const OptionRule& rule : {estateOption, setOption, modelOption, modelsOption}) {
            for (const std::string& value : arguments_.values(rule.name)) {
                options.replayOptions += fmt::format(" --{} '{}'", rule.name, value);
            }
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
        for (const OptionRule& rule : {estateOption, setOption, phaseOption, modelOption, modelsOption}) {
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
                return fail(fmt::format("{} after '--run' is no regular expression", inQuotes(*text)));
            }
        }
        return true;
    }

    bool readNumbers(SuiteOptions& options) {
        const auto jobs = readJobs(arguments_, "test", err_);
        const auto shard = readPartOf(arguments_, shardOption, "test", err_);
        if (!jobs || !shard) {
            return false;
        }
        options.jobs = *jobs;
        options.shard = shard->part;
        options.shards = shard->parts;
        if (const auto text = arguments_.value(timeoutOption.name)) {
            const auto seconds = parseNumber<std::int64_t>(*text);
            if (!seconds || *seconds < 1 || *seconds > 1'000'000) {
                return fail(fmt::format("{} after '--timeout' is no number of seconds", inQuotes(*text)));
            }
            options.timeout = std::chrono::seconds{*seconds};
        }
        return true;
    }

    bool readTiming(SuiteOptions& options) {
        if (const auto text = arguments_.value(timingOption.name)) {
            if (*text != "nominal") {
                return fail(fmt::format("unknown timing {}; known: nominal", inQuotes(*text)));
            }
            options.phases = PhaseScope::Nominal;
        }
        if (const auto text = arguments_.value(asOfOption.name)) {
            options.asOf = parseDate(*text);
            if (!options.asOf) {
                return fail(fmt::format("{} after '--as-of' is no date such as 2027-03-31", inQuotes(*text)));
            }
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
    auto more = arguments.assignments(reportOption.name, err);
    if (!more) {
        return {};
    }
    std::ranges::move(*more, std::back_inserter(wanted));
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

ExitCode verdict(const SuiteResult& suite, bool allowEmpty, std::ostream& err) {
    if (suite.count(CaseOutcome::Error) > 0) {
        return ExitCode::WrongInput;
    }
    if (suite.cases.empty() && !allowEmpty) {
        err << "cmksim test: error: no case was found\n";
        return ExitCode::WrongInput;
    }
    return suite.interrupted || suite.count(CaseOutcome::Failed) > 0 ? ExitCode::FellShort : ExitCode::Done;
}

ExitCode run(const Arguments& arguments, const Streams& streams) {
    const std::optional<SuiteOptions> options = OptionReader{arguments, streams.err}.read();
    const std::optional<std::vector<WantedReport>> reports = wantedReports(arguments, streams.err);
    const std::optional<CoverageRequest> coverage = CoverageRequest::read(arguments, streams.err);
    if (!options || !reports || !coverage) {
        return ExitCode::WrongInput;
    }

    DiskFileReader files;
    Diagnostics diagnostics;
    static_cast<void>(loadCatalog(arguments, files, diagnostics));
    const std::vector<SuiteFile> found = collectFiles(arguments.positional, diagnostics);
    report(diagnostics, arguments, streams.err);
    if (diagnostics.hasErrors()) {
        return ExitCode::WrongInput;
    }

    const CatalogMaker maker = [&] {
        Diagnostics reported;
        return loadCatalog(arguments, files, reported);
    };
    Coverage exercised;
    const SuiteResult suite = [&] {
        TerminalProgress progress{arguments, streams, "files", found.size()};
        return runSuite(found, *options, maker, files, coverage->isAsked() ? &exercised : nullptr, &progress);
    }();
    for (const FileUpdate& update : suite.updates) {
        if (const ExitCode written = writeFile(update.text, update.file, streams); written != ExitCode::Done) {
            return written;
        }
    }
    if (options->recordSnapshots && !arguments.has(quietOption.name)) {
        streams.err << fmt::format("cmksim test: {} of {} files changed\n", suite.updates.size(), found.size());
    }
    const std::vector<ModelCoverage> models = exercised.models();
    const TextStyle terminal = textStyle(arguments.has(outputOption.name), streams);
    for (const WantedReport& wanted : *reports) {
        const bool toFile = !wanted.file.empty();
        SuiteReportStyle style;
        style.text = toFile ? TextStyle{} : terminal;
        style.version = CMKSIM_VERSION;
        const std::string text =
            reportText(wanted.format, suite, style) + (toFile ? std::string{} : coverage->printed(models));
        const ExitCode written = toFile ? writeFile(text, wanted.file, streams) : writeOutput(text, arguments, streams);
        if (written != ExitCode::Done) {
            return written;
        }
    }
    if (const ExitCode written = coverage->writeFiles(models, streams); written != ExitCode::Done) {
        return written;
    }
    const bool reached = coverage->isReached(models, streams.err);
    const ExitCode code = verdict(suite, options->allowEmpty, streams.err);
    return code == ExitCode::Done && !reached ? ExitCode::FellShort : code;
}

} // namespace

constinit const Command testCommand{
    .name = "test",
    .synopsis = "PATH…",
    .summary = "run every scenario below the paths as a regression suite",
    .details = "Runs every *.yaml below the paths, and files named outright. An expectation must hold for every "
               "revalidation phase that the scenario leaves open. Exits 0 when every case passes, 1 when one fails, 2 "
               "when a file or the command line is wrong or no case is found.",
    .leastArguments = 1,
    .mostArguments = std::numeric_limits<std::size_t>::max(),
    .options = testOptions,
    .run = run,
};

} // namespace cmksim::program
