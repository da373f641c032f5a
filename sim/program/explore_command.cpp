// `cmksim explore`: every short sequence of faults against invariants.
#include "program/commands.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "engine/replay.hpp"
#include "program/explore_worst.hpp"
#include "program/invariant_file.hpp"
#include "program/loading.hpp"
#include "program/number_options.hpp"
#include "program/objective_invariants.hpp"
#include "program/reading_claims.hpp"
#include "program/terminal.hpp"
#include "program/terminal_progress.hpp"
#include "report/at_rest.hpp"
#include "report/exploration_report.hpp"
#include "report/readings.hpp"
#include "report/rests_on.hpp"
#include "report/scenario_text.hpp"
#include "report/scope.hpp"
#include "report/shifted_phases.hpp"
#include "report/unmodelled.hpp"
#include "report/worst_report.hpp"
#include "schema/printed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <ostream>
#include <sstream>

namespace cmksim::program {

namespace {
namespace explore_command {

constexpr OptionRule formatOption{"format", "text|json|yaml",
                                  "for a person (the default), a JSON object a scenario, or each counterexample as a "
                                  "scenario"};
constexpr OptionRule faultsOption = withNumbers({"faults", "K", "up to so many faults; default 1"}, 1, 6);
constexpr OptionRule withinOption{"within", "DURATION", "how much time they and what comes of them have; default 1d"};
constexpr OptionRule invariantOption{"invariant", "TEXT",
                                     "no-data-loss, recoverable (both are the default), no-impairment, 'at-most N "
                                     "down' or 'max-downtime 2h given a response after "
                                     "30m'",
                                     true};
constexpr OptionRule invariantsOption{
    "invariants", "FILE", "a YAML list of always, never, eventually … within, reachable", false, {}, FileRole::Read};
constexpr OptionRule objectivesOption{"objectives", "",
                                      "also each 'rto' among the objectives of the file, while nothing is done about "
                                      "the faults"};
constexpr OptionRule statesOption =
    withNumbers({"max-states", "N", "look at no more states of what hangs together; default 1000000"}, 1);

constexpr std::array exploreOptions{formatOption,     faultsOption, withinOption,   invariantOption, invariantsOption,
                                    objectivesOption, worstOption,  responseOption, duringOption,    statesOption,
                                    jobsOption,       outputOption, estateOption,   setOption,       phaseOption,
                                    modelOption,      modelsOption, readingOption,  quietOption};

class OptionReader {
public:
    OptionReader(const Arguments& arguments, std::ostream& err) : arguments_{arguments}, err_{err} {}

    std::optional<ExplorationOptions> read() const {
        ExplorationOptions options;
        options.faults = static_cast<unsigned>(arguments_.number(faultsOption.name).value_or(1));
        if (const auto within = arguments_.value(withinOption.name)) {
            const auto duration = parseDuration(*within);
            if (!duration) {
                return fail(fmt::format("--within: expected a duration (1d), not {}", inQuotes(*within)));
            }
            options.within = *duration;
        }
        if (const auto states = arguments_.number(statesOption.name)) {
            options.mostStates = *states;
        }
        options.jobs = jobsOf(arguments_);
        return readInvariants(options) ? std::optional{options} : std::nullopt;
    }

private:
    std::nullopt_t fail(std::string_view what) const {
        err_ << fmt::format("cmksim explore: error: {}\n", what);
        return std::nullopt;
    }

    bool readInvariants(ExplorationOptions& options) const {
        const std::vector<std::string> names = arguments_.values(invariantOption.name);
        if (!names.empty()) {
            options.invariants.clear();
        }
        for (const std::string& name : names) {
            auto invariant = parseInvariant(name);
            if (!invariant) {
                constexpr std::array<std::string_view, 3> words{"no-data-loss", "recoverable", "no-impairment"};
                const std::string near{nearestName(name, words)};
                fail(fmt::format("unknown invariant {}; {}", inQuotes(name),
                                 near.empty() ? fmt::format("known: {}", invariantForms)
                                              : fmt::format("did you mean '{}'?", near)));
                return false;
            }
            options.invariants.push_back(*std::move(invariant));
        }
        return true;
    }

    const Arguments& arguments_;
    std::ostream& err_;
};

/// The invariants that are asked for, those of a file in the terms of one scenario. What is wrong is reported.
std::vector<Invariant> invariantsFor(const Scenario& scenario, const Arguments& arguments,
                                     const ExplorationOptions& options, Catalog& catalog, FileReader& files,
                                     Diagnostics& diagnostics) {
    const auto file = arguments.value(invariantsOption.name);
    std::vector<Invariant> invariants;
    if (!file || arguments.has(invariantOption.name)) {
        invariants = options.invariants;
    }
    if (file) {
        for (Invariant& invariant : readInvariants(*file, scenario, catalog, files, diagnostics)) {
            invariants.push_back(std::move(invariant));
        }
    }
    return invariants;
}

/// Every counterexample as a scenario that can be run; a file holds one, so those after the first begin with `---`.
std::string counterexamples(const LoadedScenario& one, const ExplorationOptions& options, const Exploration& found) {
    std::string text;
    for (const Violation& violation : found.violations) {
        const Program program = storyOf(found, violation);
        const Trace trace = replay(program, violation.phases);
        const std::string& invariant = options.invariants[violation.invariant].text;
        std::string looks;
        for (const ShiftedPhase& one : shiftedPhases(program, violation.phases)) {
            looks +=
                fmt::format("{}{}{} {}", looks.empty() ? "" : ", ", printable(program.resources[one.resource].name),
                            one.of == ShiftedPhase::Of::Revalidation ? "" : fmt::format("'s {}", one.word()),
                            formatDuration(one.phase));
        }
        std::string timings;
        for (const TakenTiming& taken : violation.timings) {
            timings += (timings.empty() ? "; " : ", ") + takenText(taken);
        }
        const std::string comment =
            fmt::format("breaks '{}' for {} at +{}, at {}", printable(invariant),
                        printable(found.program.resources[violation.resource].name),
                        formatDuration(violation.at.time_since_epoch()),
                        (looks.empty() ? "nominal phases" : "these phases: " + looks) + timings);
        const std::string name = fmt::format("{}: {}", one.written->name, invariant);
        const auto scenario = scenarioText(
            {*one.written->documents.front(), one.path, {}, name, comment, violation.phases}, program, trace, {});
        text += text.empty() ? "" : "---\n";
        text += scenario.value_or(fmt::format("# {}\n# {} has no fields on lines of their own to repeat here\n",
                                              comment, printable(one.path)));
    }
    return text;
}

/// How many combinations of readings are searched besides: as long as that does not take too long.
std::size_t mostCombinationsOf(const Exploration& found) {
    constexpr std::uint64_t mostStates = 50'000; // of all of them
    return std::clamp<std::uint64_t>(mostStates / std::max<std::uint64_t>(found.states, 1), 1, mostCombinations);
}

/// What was found of one estate.
struct Found {
    const LoadedScenario& scenario;
    const Program& estate;
    const Exploration& found;
    const ExplorationOptions& asked;
    const std::vector<AtRest>& troubles;
    const UnderReadings& readings;
    const Scope& scope;
};

void writeFound(const Found& shown, std::string_view format, ScenarioInput& input, const Arguments& arguments,
                const Streams& streams, std::ostream& text) {
    if (format == "json") {
        const JsonValue whole =
            withUnmodelled(explorationJson(shown.found, shown.asked, input.catalog().azure()), shown.estate);
        text << withReadings(withScope(withAtRest(whole, shown.estate, shown.troubles), shown.scope), shown.readings)
                    .with(evidenceField, input.evidence().of(shown.estate))
                    .line()
             << '\n';
    } else if (format == "yaml") {
        text << counterexamples(shown.scenario, shown.asked, shown.found);
        noteReadings(shown.scenario.path, shown.readings, streams.err);
    } else {
        const TextStyle style = textStyle(arguments.has(outputOption.name), streams);
        writeExplorationText(shown.found, shown.asked, input.catalog().azure(), shown.scenario.path, style, text);
        writeUnmodelledText(shown.estate, style, text);
        writeReadingsText(shown.readings, style, text);
        writeAtRestText(shown.estate, shown.troubles, style, text);
        writeScopeText(shown.scope, style, text);
    }
}

/// Whether options are given that do not go together, as is told.
bool isContradictory(const Arguments& arguments, std::ostream& err) {
    const bool asksForWorst = arguments.has(worstOption.name);
    if (asksForWorst && (arguments.has(invariantOption.name) || arguments.has(invariantsOption.name) ||
                         arguments.has(objectivesOption.name))) {
        err << "cmksim explore: error: --worst tests no invariant; ask for one or the other\n";
        return true;
    }
    if (!asksForWorst && (arguments.has(responseOption.name) || arguments.has(duringOption.name))) {
        err << "cmksim explore: error: --response and --during belong to --worst\n";
        return true;
    }
    return false;
}

ExitCode run(const Arguments& arguments, const Streams& streams) {
    const std::string format = arguments.value(formatOption.name).value_or("text");
    const auto options = OptionReader{arguments, streams.err}.read();
    if (!options || isContradictory(arguments, streams.err)) {
        return ExitCode::WrongInput;
    }
    if (arguments.has(worstOption.name)) {
        return runWorst(arguments, streams, {options->faults, options->within, options->mostStates, options->jobs});
    }
    ScenarioInput input{arguments, streams.err, Written::Kept};
    if (!input.isSound()) {
        return ExitCode::WrongInput;
    }
    std::ostringstream text;
    bool holds = true;
    bool undecided = false;
    OtherReadings others{arguments, input, streams, Written::Kept};
    for (const LoadedScenario& one : input.scenarios()) {
        Diagnostics diagnostics;
        ExplorationOptions asked = *options;
        asked.invariants =
            invariantsFor(*one.written, arguments, *options, input.catalog(), input.files(), diagnostics);
        report(diagnostics, arguments, streams.err);
        if (diagnostics.hasErrors()) {
            return ExitCode::WrongInput;
        }
        const Program estate = withTimeline(one.program, {}, one.program.until);
        const auto withObjectives = [&](const Program& of, std::vector<Invariant>& invariants) {
            ObjectiveInvariants objectives;
            if (arguments.has(objectivesOption.name)) {
                objectives = invariantsOf(of, options->within, invariants);
                std::ranges::copy(objectives.invariants, std::back_inserter(invariants));
            }
            return objectives;
        };
        const ObjectiveInvariants objectives = withObjectives(estate, asked.invariants);
        const Exploration found = [&] {
            TerminalProgress progress{arguments, streams, "states", 0};
            return explore(estate, asked, &progress);
        }();
        holds = holds && found.violations.empty();
        Scope scope = explorationScope(found, asked);
        objectives.tell(scope);
        undecided = undecided || found.leavesOpen() || !objectives.left.empty();
        const std::vector<AtRest> troubles = troublesAtRest(estate);
        const auto conclude = [&](const LoadedScenario& other, Catalog& catalog, Progress& progress) {
            Diagnostics ignored; // the same file was sound
            ExplorationOptions under = *options;
            under.invariants = invariantsFor(*other.written, arguments, *options, catalog, input.files(), ignored);
            const Program there = withTimeline(other.program, {}, other.program.until);
            withObjectives(there, under.invariants);
            const Exploration foundThere = explore(there, under, &progress);
            return claimsOf(foundThere, under);
        };
        const UnderReadings readings = others.look(one, claimsOf(found, asked), conclude, mostCombinationsOf(found));
        text << (format == "text" && &one != &input.scenarios().front() ? "\n" : "");
        writeFound({one, estate, found, asked, troubles, readings, scope}, format, input, arguments, streams, text);
    }
    const ExitCode written = writeOutput(text.str(), arguments, streams);
    if (written != ExitCode::Done) {
        return written;
    }
    return !holds ? ExitCode::FellShort : undecided ? ExitCode::Undecided : ExitCode::Done;
}

/// What it prints as JSON.
JsonValue resultSchema(const KnownWords& /*words*/) {
    return printedSchema("A line of what cmksim explore --format json prints",
                         {explorationProperties(), atRestProperties(), unmodelledProperties(), evidenceProperties(),
                          readingsProperties(), scopeProperties()});
}
JsonValue worstSchema(const KnownWords& /*words*/) {
    return printedSchema("A line of what cmksim explore --worst --format json prints",
                         {worstProperties(), atRestProperties(), unmodelledProperties(), evidenceProperties(),
                          readingsProperties(), scopeProperties()});
}
constexpr std::array exploreResults{schema::Kind{"explore", resultSchema}, schema::Kind{"worst", worstSchema}};

} // namespace explore_command
} // namespace

constinit const Command exploreCommand{
    .name = "explore",
    .synopsis = "FILE…",
    .summary = "try every short sequence of faults against what must never be",
    .details = "Plays every sequence of up to K faults that an estate allows, each at every instant that makes a "
               "difference, and looks for the shortest that loses data, or after which no plan brings a resource back. "
               "The timeline is left out. Exits with 1 when an invariant is broken. With --worst it prints how bad it "
               "can get, by which faults, and what the responder does.",
    .leastArguments = 1,
    .mostArguments = 1'000,
    .options = explore_command::exploreOptions,
    .run = explore_command::run,
    .results = explore_command::exploreResults,
};

} // namespace cmksim::program
