#include "program/commands.hpp"

#include "base/text.hpp"
#include "document/yaml.hpp"
#include "program/loading.hpp"
#include "program/number_options.hpp"
#include "program/ranks.hpp"
#include "program/terminal.hpp"
#include "program/terminal_progress.hpp"
#include "program/timing_option.hpp"
#include "report/rests_on.hpp"
#include "report/sample_report.hpp"
#include "report/scope.hpp"
#include "report/state_losses.hpp"
#include "report/unmodelled.hpp"
#include "sampling/sample_part.hpp"
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
namespace sample_command {

constexpr OptionRule formatOption{"format", "text|json", "for a person (the default), or one JSON object"};
constexpr OptionRule trialsOption =
    withNumbers({"trials", "N", "how many; default 100000, with --converge at most 100000000"}, 1, 4'000'000'000);
constexpr OptionRule convergeOption{"converge", "SHARE", "stop when every mean downtime is known so well, such as 1%"};
constexpr OptionRule partOption{"part", "I/N", "only part I of N, as JSON for 'cmksim merge'"};

constexpr std::array sampleOptions{formatOption, trialsOption, seedOption,    convergeOption, partOption,
                                   jobsOption,   outputOption, estateOption,  setOption,      phaseOption,
                                   modelOption,  modelsOption, readingOption, quietOption};
constexpr std::array mergeOptions{formatOption, outputOption};

/// `1%`, or `0.01`.
std::optional<double> parseShare(std::string_view text) {
    const bool percent = text.ends_with('%');
    const auto number = parseNumber<double>(text.substr(0, text.size() - (percent ? 1 : 0)));
    const double share = number.value_or(0) / (percent ? 100 : 1);
    return share > 0 && share < 1 ? std::optional{share} : std::nullopt;
}

std::optional<SampleOptions> readOptions(const Arguments& arguments, std::ostream& err) {
    SampleOptions options;
    const auto [part, parts] = partOf(arguments, partOption);
    options.seed = seedOf(arguments);
    options.jobs = jobsOf(arguments);
    options.part = part;
    options.parts = parts;
    if (const auto text = arguments.value(convergeOption.name)) {
        options.converge = parseShare(*text);
        options.trials = 100'000'000;
        if (!options.converge) {
            err << fmt::format("cmksim sample: error: --converge: expected a share (1%), not {}\n", inQuotes(*text));
            return {};
        }
        if (options.parts > 1) {
            err << "cmksim sample: error: '--converge' looks at all trials, and '--part' at some; give '--trials'\n";
            return {};
        }
    }
    options.trials = arguments.number(trialsOption.name).value_or(options.trials);
    return options;
}

std::string reportOf(const Sampled& sampled, std::string_view format, const TextStyle& style) {
    if (sampled.parts > 1) {
        return partJson(sampled).line() + '\n';
    }
    if (format == "json") {
        return sampleJson(sampled).line() + '\n';
    }
    std::ostringstream text;
    writeSampleText(sampled, style, text);
    return std::move(text).str();
}

void noteScope(const Program& program, Sampled& sampled) {
    const Scope scope = Scope{{}, {}, {}}.over(program);
    sampled.notSearched = scope.notSearched;
    std::ranges::move(lossesNotLookedAt(program), std::back_inserter(sampled.notSearched));
    sampled.notDocumented = scope.undocumented;
    if (!program.unmodelled.empty()) {
        sampled.unmodelled = unmodelledJson(program);
    }
}

ExitCode run(const Arguments& arguments, const Streams& streams) {
    const std::string format = arguments.value(formatOption.name).value_or("text");
    const auto options = readOptions(arguments, streams.err);
    if (!options) {
        return ExitCode::WrongInput;
    }
    ScenarioInput input{arguments, streams.err};
    if (!input.isSound()) {
        return ExitCode::WrongInput;
    }
    const auto ranks = joinRanks();
    std::string text;
    for (LoadedScenario& scenario : input.scenarios()) {
        choose(TimingChoice::Nominal, options->seed, scenario.program);
        noteUnmodelled(scenario, streams.err);
        TerminalProgress progress{arguments, streams, "trials", options->converge ? 0 : options->trials};
        Sampled sampled = sample(scenario.program, *options, *ranks, &progress);
        noteScope(scenario.program, sampled);
        sampled.evidence = input.evidence().without(partOption.name).of(scenario.program);
        text += (text.empty() || format == "json" ? "" : "\n") +
                reportOf(sampled, format, textStyle(arguments.has(outputOption.name), streams));
    }
    return ranks->rank() == 0 ? writeOutput(text, arguments, streams) : ExitCode::Done;
}

ExitCode merge(const Arguments& arguments, const Streams& streams) {
    const std::string format = arguments.value(formatOption.name).value_or("text");
    DiskFileReader files;
    Diagnostics diagnostics;
    std::vector<Sampled> parts;
    std::vector<Mark> marks;
    for (const std::string& path : arguments.positional) {
        const auto source = files.read(path, {}, diagnostics);
        const auto document = source ? parseDocument(source, diagnostics) : nullptr;
        if (auto part = document ? readPart(*document, diagnostics) : std::nullopt) {
            parts.push_back(std::move(*part));
            marks.push_back(document->root().mark());
        }
    }
    const auto whole = diagnostics.hasErrors() ? std::nullopt : mergeParts(std::move(parts), marks, diagnostics);
    report(diagnostics, arguments, streams.err);
    if (!whole) {
        return ExitCode::WrongInput;
    }
    return writeOutput(reportOf(*whole, format, textStyle(arguments.has(outputOption.name), streams)), arguments,
                       streams);
}

/// What it prints as JSON.
JsonValue resultSchema(const KnownWords& /*words*/) {
    return printedSchema("A line of what cmksim sample --format json prints",
                         {sampleProperties(), evidenceProperties(), scopeProperties(), unmodelledProperties()},
                         sampleDefinitions());
}
constexpr std::array sampleResults{schema::Kind{"sample", resultSchema}};

} // namespace sample_command
} // namespace

constinit const Command sampleCommand{
    .name = "sample",
    .synopsis = "FILE…",
    .summary = "draw everything that the documents leave open, many times, and show how it spreads",
    .details = "Draws every open phase and timing at once, replays, and shows how downtimes, first and last symptoms, "
               "impairments and losses of data are distributed. The same seed gives the same bytes at any number of "
               "threads; so do the "
               "parts of a divided run once they are merged, and the processes of mpirun. An interrupt prints what "
               "there is so far.",
    .leastArguments = 1,
    .mostArguments = std::numeric_limits<std::size_t>::max(),
    .options = sample_command::sampleOptions,
    .run = sample_command::run,
    .results = sample_command::sampleResults,
};

constinit const Command mergeCommand{
    .name = "merge",
    .synopsis = "FILE…",
    .summary = "join the parts of a divided 'sample'",
    .details = "Reads what 'cmksim sample --part I/N' wrote for every I, and prints what one run of all trials prints.",
    .leastArguments = 1,
    .mostArguments = std::numeric_limits<std::size_t>::max(),
    .options = sample_command::mergeOptions,
    .run = sample_command::merge,
};

} // namespace cmksim::program
