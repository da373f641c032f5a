// `cmksim run`: replays scenarios on one concrete timing and shows what happened.
#include "program/commands.hpp"

#include "analysis/event_ranges.hpp"
#include "base/text.hpp"
#include "engine/reactions.hpp"
#include "program/loading.hpp"
#include "program/terminal.hpp"
#include "program/timing_option.hpp"
#include "program/under_readings.hpp"
#include "reads/read_outputs.hpp"
#include "report/fleet_json.hpp"
#include "report/json.hpp"
#include "report/text.hpp"
#include "report/unmodelled.hpp"
#include "schema/known_words.hpp"
#include "schema/printed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <limits>
#include <ostream>
#include <sstream>

namespace cmksim::program {

namespace {
namespace run_command {

constexpr OptionRule formatOption{"format", "text|json|csv",
                                  "for a person (the default), JSON Lines, one object a scenario, or how many members "
                                  "of each fleet are down when"};
constexpr OptionRule expandOption{"expand", "", "list what happens to each member of a fleet"};

constexpr OptionRule timingOption{"timing", "nominal|earliest|latest|sampled",
                                  "at which values open timings and phases stand; default nominal"};

constexpr OptionRule showOption{"show", "az", "beside each action the command of the Azure CLI that does it"};

constexpr std::array runOptions{formatOption, expandOption,  showOption, outputOption, timingOption,
                                seedOption,   estateOption,  setOption,  phaseOption,  modelOption,
                                modelsOption, readingOption, quietOption};

/// Finds out when the reactions of a scenario happen, and says so where that would never end.
void playReactions(LoadedScenario& scenario, const Phases& phases, std::ostream& err) {
    if (scenario.program.reactions.empty()) {
        return;
    }
    Reacted reacted = react(scenario.program, phases);
    if (reacted.endless) {
        err << fmt::format("{}: warning: the reactions bring each other about; no more than {} are played\n",
                           printable(scenario.path), mostFirings);
    }
    scenario.program = std::move(reacted.program);
}

/// More resources than that have their ranges told by 'bounds' alone.
constexpr std::size_t mostRanged = 1'000;

/// When else the events of a replay could happen. What reacts does so at other times then, which no range can say.
std::optional<EventRanges> rangesFor(const Program& program, bool reacts, const Trace& trace) {
    if (reacts || program.resources.size() > mostRanged) {
        return std::nullopt;
    }
    return rangesOf(program, trace, OpenTimings::All);
}

std::string reportOf(std::vector<LoadedScenario>& scenarios, TimingChoice timing, std::uint64_t seed,
                     FleetDetail detail, std::string_view format, const TextStyle& style,
                     const std::vector<AzureTerms>& terms, bool showsCommands, const Evidence& evidence, bool& passed,
                     std::ostream& err) {
    std::ostringstream text;
    if (format == "csv") {
        writeFleetCsvHead(text);
    }
    for (LoadedScenario& scenario : scenarios) {
        const Phases phases = choose(timing, seed, scenario.program);
        const bool reacts = !scenario.program.reactions.empty();
        playReactions(scenario, phases, err);
        const auto [trace, fleets] = replayWithFleets(scenario.program, phases, detail);
        passed = passed && trace.passed;
        const std::optional<AzCommands> commands =
            showsCommands ? std::optional<AzCommands>{std::in_place, scenario.program, terms} : std::nullopt;
        const AzCommands* shown = commands ? &*commands : nullptr;
        const std::optional<EventRanges> ranges = rangesFor(scenario.program, reacts, trace);
        const EventRanges* known = ranges ? &*ranges : nullptr;
        const reads::ReadOutputs outputs =
            reads::readOutputsOf(scenario.program, phases, reads::commandTextsOf(scenario.written->timeline), terms);
        if (format == "json") {
            const JsonValue rests = evidence.of(scenario.program);
            text << runJson(scenario.program, trace, scenario.path, fleets, shown, known, &outputs, &rests) << '\n';
        } else if (format == "csv") {
            writeFleetCsv(scenario.program, fleets, text);
            noteUnmodelled(scenario, err);
        } else {
            if (&scenario != &scenarios.front()) {
                text << '\n';
            }
            writeRunText(scenario.program, trace, phases, scenario.path, style, text, fleets, shown, known, &outputs);
            writeUnmodelledText(scenario.program, style, text);
        }
    }
    return std::move(text).str();
}

ExitCode run(const Arguments& arguments, const Streams& streams) {
    const std::string format = arguments.value(formatOption.name).value_or("text");
    const TimingChoice timing = timingChoice(arguments, timingOption);
    const std::uint64_t seed = seedOf(arguments);
    ScenarioInput input{arguments, streams.err, Written::Kept, Sealed::Refused, compile::OpenInstants::First};
    if (!input.isSound()) {
        return ExitCode::WrongInput;
    }

    OtherReadings others{arguments, input, streams, Written::Kept};
    if (asksForAllReadings(arguments)) {
        std::vector<LoadedScenario> all;
        for (const LoadedScenario& scenario : input.scenarios()) {
            std::ranges::move(others.everyReading(scenario), std::back_inserter(all));
        }
        input.scenarios() = std::move(all);
    }
    bool passed = true;
    const std::string text = reportOf(
        input.scenarios(), timing, seed, arguments.has(expandOption.name) ? FleetDetail::Listed : FleetDetail::Joined,
        format, textStyle(arguments.has(outputOption.name), streams), input.catalog().azure(),
        arguments.has(showOption.name), input.evidence(), passed, streams.err);
    const ExitCode written = writeOutput(text, arguments, streams);
    if (written != ExitCode::Done) {
        return written;
    }
    return passed ? ExitCode::Done : ExitCode::FellShort;
}

/// What it prints as JSON.
JsonValue resultSchema(const KnownWords& words) {
    return printedSchema("A line of what cmksim run --format json prints", {runProperties()},
                         runDefinitions({words.serviceNames, words.states, words.operations}));
}
constexpr std::array runResults{schema::Kind{"run", resultSchema}};

} // namespace run_command
} // namespace

constinit const Command runCommand{
    .name = "run",
    .synopsis = "FILE…",
    .summary = "replay scenarios on one concrete timing and show what happened",
    .details = "Replays each scenario in virtual time: every documented timing at its nominal value, every resource "
               "that pins no phase at phase 0; or with '--timing' all of them at one end of their ranges, or drawn. "
               "With '--reading all' once for each way to read the documents. A "
               "path '-' is standard input. Exits 0 when every expectation held, 1 when something fell short, 2 when a "
               "file is wrong; then nothing was simulated.",
    .leastArguments = 1,
    .mostArguments = std::numeric_limits<std::size_t>::max(),
    .options = run_command::runOptions,
    .run = run_command::run,
    .results = run_command::runResults,
};

} // namespace cmksim::program
