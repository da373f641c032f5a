// `cmksim diff`: the same scenarios in two worlds, and what differs.
#include "program/commands.hpp"

#include "analysis/reaction_worlds.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "compile/compile.hpp"
#include "document/yaml.hpp"
#include "program/fault_stories.hpp"
#include "program/loading.hpp"
#include "program/number_options.hpp"
#include "program/terminal.hpp"
#include "program/terminal_progress.hpp"
#include "report/rests_on.hpp"
#include "schema/printed.hpp"
#include "suite/collect.hpp"
#include "suite/diff.hpp"
#include "suite/report_diff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <limits>
#include <memory>
#include <ostream>
#include <set>
#include <sstream>
#include <tuple>
#include <utility>

namespace cmksim::program {

namespace {
namespace diff_command {

constexpr OptionRule formatOption{"format", "text|json|markdown", "what to print; default text"};
constexpr OptionRule estatesOption{"estate", "FILE", "an estate for side B; given twice, for A and then for B",
                                   true,     {},     FileRole::Read};
constexpr OptionRule setsOption{"set", "PATH=VALUE", "override a field of the estate on side B", true};
constexpr OptionRule versionsOption{
    "model", "SERVICE=VERSION", "the version of a model on side B; given twice for a service, on A, then on B", true};
constexpr OptionRule bothPhasesOption{"phase", "RESOURCE=DURATION",
                                      "when in its period a resource revalidates, on both sides", true};

constexpr OptionRule faultsOption =
    withNumbers({"faults", "K",
                 "compare no timelines but every fault (1) or pair of faults (2) that either estate "
                 "allows; the fewest whose outcome differs"},
                1, 2);

constexpr std::array diffOptions{formatOption,   faultsOption,     outputOption, estatesOption, setsOption,
                                 versionsOption, bothPhasesOption, modelsOption, readingOption, quietOption};

/// What makes one side.
struct Side {
    ScenarioOverrides overrides;
    std::string title; // the options that make it

    void say(std::string_view option, std::string_view value) {
        title += fmt::format("{}--{} {}", title.empty() ? "" : " ", option, printable(value));
    }
};

using Sides = std::array<Side, 2>;

/// Divides the command line between the sides, or says in one line what is wrong with it.
class SideReader {
public:
    SideReader(const Arguments& arguments, std::ostream& err) : arguments_{arguments}, err_{err} {}

    std::optional<Sides> read() {
        if (!readEstates() || !readModels() || !readSets()) {
            return {};
        }
        if (sides_[1].title.empty()) {
            fail("both sides are the same; give side B something else with '--estate', '--set' or '--model'");
            return {};
        }
        const auto phases = arguments_.assignments(bothPhasesOption.name);
        for (Side& side : sides_) {
            side.overrides.phases = phases;
            if (side.title.empty()) {
                side.title = "as it is";
            }
        }
        return std::move(sides_);
    }

private:
    bool fail(std::string_view what) {
        err_ << fmt::format("cmksim diff: error: {}\n", what);
        return false;
    }

    bool readEstates() {
        const std::vector<std::string> estates = arguments_.values(estatesOption.name);
        if (estates.size() > 2) {
            return fail("'--estate' is given more than twice; there are two sides");
        }
        for (std::size_t i = 0; i < estates.size(); ++i) {
            Side& side = sides_[estates.size() == 1 ? 1 : i];
            side.overrides.estateFile = estates[i];
            side.say(estatesOption.name, estates[i]);
        }
        return true;
    }

    bool readModels() {
        const auto versions = arguments_.assignments(versionsOption.name);
        for (const auto& [service, version] : versions) {
            const auto ofService = [&name = service](const auto& other) { return other.first == name; };
            const auto times = std::ranges::count_if(versions, ofService);
            if (times > 2) {
                return fail(
                    fmt::format("'--model' is given more than twice for {}; there are two sides", inQuotes(service)));
            }
            const bool isFirst = std::ranges::none_of(sides_[0].overrides.models, ofService);
            Side& side = sides_[times == 2 && isFirst ? 0 : 1];
            side.overrides.models.emplace_back(service, version);
            side.say(versionsOption.name, fmt::format("{}={}", service, version));
        }
        return true;
    }

    bool readSets() {
        auto sets = arguments_.assignments(setsOption.name);
        for (const auto& [path, value] : sets) {
            sides_[1].say(setsOption.name, fmt::format("{}={}", path, value));
        }
        sides_[1].overrides.sets = std::move(sets);
        return true;
    }

    const Arguments& arguments_;
    std::ostream& err_;
    Sides sides_;
};

/// What `more` tells and `told` does not. It points into the sources of `more`.
Diagnostics beyond(const Diagnostics& told, const Diagnostics& more) {
    const auto identity = [](const Diagnostic& one) {
        const std::string_view file = one.mark.source != nullptr ? one.mark.source->name() : std::string_view{};
        return std::tuple{file,
                          one.mark.line,
                          one.mark.column,
                          one.severity,
                          std::string_view{one.message},
                          std::string_view{one.help}};
    };
    std::set<decltype(identity(std::declval<const Diagnostic&>()))> known;
    for (const Diagnostic& one : told.all()) {
        known.insert(identity(one));
    }
    Diagnostics rest;
    for (const Diagnostic& one : more.all()) {
        if (known.contains(identity(one))) {
            continue;
        }
        if (one.mark.source != nullptr) {
            rest.keep({std::shared_ptr<const Source>{}, one.mark.source});
        }
        if (one.severity == Severity::Error) {
            rest.error(one.mark, one.message, one.help);
        } else {
            rest.warning(one.mark, one.message, one.help);
        }
    }
    return rest;
}

/// Reads, compiles and compares one file after the other.
class FileComparer {
public:
    FileComparer(const Arguments& arguments, const Sides& sides, Catalog& catalog, FileReader& files, unsigned faults,
                 const Progress& progress, std::ostream& err)
        : faults_{faults}, arguments_{arguments}, sides_{sides}, catalog_{catalog}, files_{files}, progress_{progress},
          err_{err} {
        result_.a = sides[0].title;
        result_.b = sides[1].title;
    }

    void compareFile(const SuiteFile& file) {
        const std::string& path = file.path;
        Diagnostics reading;
        const std::shared_ptr<const Source> source = files_.read(path, {}, reading);
        const std::shared_ptr<const Document> document = source ? parseDocument(source, reading) : nullptr;
        if (!file.named && source && !isOurs(*source, document.get())) {
            ++otherFiles_;
            return;
        }
        report(reading, arguments_, err_);
        sound_ = sound_ && !reading.hasErrors();
        if (!document || (faults_ == 0 && fileKind(*document) == FileKind::Estate)) {
            return;
        }
        const Compiled a = compileSide(path, document, 0);
        const Compiled b = compileSide(path, document, 1);
        reportSides(a, b);
        if (a.failed || b.failed) {
            sound_ = false;
            return;
        }
        for (std::size_t i = 0; i < std::min(a.programs.size(), b.programs.size()) && !result_.interrupted; ++i) {
            if (faults_ > 0) {
                compareFaults(path, a.scenarios[i], a.programs[i], b.programs[i]);
            } else {
                compareCase(path, a, b, i);
            }
        }
    }

    /// There are files or cases that were not looked at.
    void noteInterrupt() { result_.interrupted = true; }

    /// Whether all files could be compared.
    [[nodiscard]] bool sound() const { return sound_; }
    [[nodiscard]] const DiffResult& result() const { return result_; }
    /// How many files were found in folders, and are none of ours.
    [[nodiscard]] std::size_t otherFiles() const { return otherFiles_; }

private:
    struct Compiled {
        std::vector<std::string> scenarios; // names
        std::vector<std::string> cases;
        std::vector<Program> programs;
        std::vector<JudgedObjectives> objectives; // over phases, as the rest; with faults they are not looked at
        bool failed = false;
        Diagnostics diagnostics;
    };

    Compiled compileSide(const std::string& path, const std::shared_ptr<const Document>& document, std::size_t side) {
        Compiled compiled;
        Diagnostics& diagnostics = compiled.diagnostics;
        for (const ScenarioCase& one :
             parseScenarioCases(path, document, files_, sides_[side].overrides, diagnostics)) {
            std::optional<Program> program = compileScenario(one.scenario, catalog_, diagnostics);
            if (!program) {
                compiled.failed = true; // what is wrong with a model is told once, and may have been on the other side
                continue;
            }
            compiled.scenarios.emplace_back(one.scenario.name);
            compiled.cases.push_back(caseName(one.scenario.name, one.label));
            compiled.objectives.push_back(faults_ > 0 ? JudgedObjectives{}
                                                      : judgedObjectives(*program, OpenTimings::Phases));
            // Each world's reactions happen when they nominally would in it.
            compiled.programs.push_back(nominalTimeline(*program));
        }
        compiled.failed = compiled.failed || diagnostics.hasErrors();
        return compiled;
    }

    /// What both sides have to say is said once; what makes one of them wrong alone, under its name.
    void reportSides(const Compiled& a, const Compiled& b) {
        if (a.failed != b.failed) {
            err_ << fmt::format("cmksim diff: error: side {} ({}) is wrong where the other is not\n",
                                a.failed ? "A" : "B", (a.failed ? sides_[0] : sides_[1]).title);
        }
        if (a.failed != b.failed) {
            report(a.failed ? a.diagnostics : b.diagnostics, arguments_, err_);
            return;
        }
        report(a.diagnostics, arguments_, err_);
        report(beyond(a.diagnostics, b.diagnostics), arguments_, err_);
    }

    void compareCase(const std::string& path, const Compiled& a, const Compiled& b, std::size_t index) {
        std::optional<Comparison> compared = compare(a.programs[index], b.programs[index], progress_);
        if (!compared) {
            noteInterrupt();
            return;
        }
        Comparison& comparison = *compared;
        ++result_.cases;
        noteNominal(comparison.atNominal);
        std::vector<ObjectiveDifference> objectives = differencesOf(a.objectives[index], b.objectives[index]);
        if (comparison.differs() || !objectives.empty()) {
            result_.differences.push_back(
                {path, a.scenarios[index], a.cases[index], std::move(comparison), std::move(objectives)});
        }
    }

    /// What either side allows, the fewest faults first; as soon as some differ, no longer ones.
    void compareFaults(const std::string& path, const std::string& scenario, const Program& a, const Program& b) {
        const std::size_t before = result_.differences.size();
        for (unsigned faults = 1; faults <= faults_ && result_.differences.size() == before && !result_.interrupted;
             ++faults) {
            FaultComparison found = compareUnderFaults(a, b, faults, progress_);
            result_.interrupted = !found.complete;
            result_.cases += found.stories;
            noteNominal(found.atNominal);
            for (FaultDifference& one : found.differences) {
                result_.differences.push_back({path, scenario, std::move(one.story), std::move(one.comparison), {}});
            }
        }
    }

    /// Of some clocks besides that of revalidations both sides are compared at one phase.
    void noteNominal(const std::set<std::string>& clocks) { result_.atNominal.insert(clocks.begin(), clocks.end()); }

    unsigned faults_; // 0: the scenarios' own timelines
    const Arguments& arguments_;
    const Sides& sides_;
    Catalog& catalog_;
    FileReader& files_;
    const Progress& progress_;
    std::ostream& err_;
    DiffResult result_;
    std::size_t otherFiles_ = 0;
    bool sound_ = true;
};

ExitCode run(const Arguments& arguments, const Streams& streams) {
    const std::string formatName = arguments.value(formatOption.name).value_or("text");
    const std::optional<DiffFormat> format = diffFormatNamed(formatName);
    if (!format) {
        streams.err << fmt::format("cmksim diff: error: unknown format {}; {}\n", inQuotes(formatName),
                                   suggestion(formatName, diffFormatNames));
        return ExitCode::WrongInput;
    }
    const std::optional<Sides> sides = SideReader{arguments, streams.err}.read();
    if (!sides) {
        return ExitCode::WrongInput;
    }

    const auto faults = static_cast<unsigned>(arguments.number(faultsOption.name).value_or(0));
    NotingReader files;
    Diagnostics diagnostics;
    Catalog catalog = loadCatalog(arguments, files, diagnostics);
    const std::vector<SuiteFile> found = collectFiles(arguments.positional, diagnostics);
    report(diagnostics, arguments, streams.err);
    if (diagnostics.hasErrors()) {
        return ExitCode::WrongInput;
    }

    std::optional<TerminalProgress> progress{std::in_place, arguments, streams, "files", found.size()};
    FileComparer comparer{arguments, *sides, catalog, files, faults, *progress, streams.err};
    for (const SuiteFile& file : found) {
        if (progress->cancelled()) {
            comparer.noteInterrupt();
            break;
        }
        comparer.compareFile(file);
        progress->advance(1);
    }
    progress.reset(); // its line is gone before there are others
    if (comparer.otherFiles() > 0 && !arguments.has(quietOption.name)) {
        streams.err << passedOverText("diff", comparer.otherFiles());
    }
    if (!comparer.sound()) {
        return ExitCode::WrongInput;
    }
    const DiffResult& result = comparer.result();
    if (result.cases == 0 && !result.interrupted) {
        streams.err << "cmksim diff: error: no case was found\n";
        return ExitCode::WrongInput;
    }
    std::ostringstream text;
    writeDiff(*format, result, textStyle(arguments.has(outputOption.name), streams), Evidence{arguments, files}.ofAll(),
              text);
    const ExitCode written = writeOutput(text.str(), arguments, streams);
    if (written != ExitCode::Done) {
        return written;
    }
    return !result.differences.empty() ? ExitCode::FellShort
           : result.interrupted        ? ExitCode::Undecided
                                       : ExitCode::Done;
}

/// What it prints as JSON; what it rests on is always there.
JsonValue resultSchema(const KnownWords& /*words*/) {
    return printedSchema("What cmksim diff --format json prints",
                         {diffProperties(), {{"evidence", restsOnShape().schema()}}}, diffDefinitions());
}
constexpr std::array diffResults{schema::Kind{"diff", resultSchema}};

} // namespace diff_command
} // namespace

constinit const Command diffCommand{
    .name = "diff",
    .synopsis = "PATH…",
    .summary = "compare the same scenarios under two estates, overrides or versions of a model",
    .details =
        "Replays every scenario below the paths twice and reports only what differs, for every revalidation "
        "phase that is left open. Side A is the scenario as it is, or with the first of two '--estate' or of "
        "two '--model' of one service; side B takes the second or only one, and every '--set'. With '--faults' "
        "no timeline is played but every fault, or pair of them. Exits 0 when "
        "nothing differs, 1 when something does, 2 when a file or the command line is wrong, 4 when it ended early "
        "and nothing had differed.",
    .leastArguments = 1,
    .mostArguments = std::numeric_limits<std::size_t>::max(),
    .options = diff_command::diffOptions,
    .run = diff_command::run,
    .results = diff_command::diffResults,
};

} // namespace cmksim::program
