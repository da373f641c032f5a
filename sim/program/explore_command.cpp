#include "program/explore_command.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "program/loading.hpp"
#include "program/number_options.hpp"
#include "program/terminal.hpp"
#include "program/terminal_progress.hpp"
#include "report/exploration_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ostream>
#include <sstream>

namespace cmksim {

namespace {

constexpr OptionRule formatOption{"format", "text|json|yaml",
                                  "for a person (the default), a JSON object a scenario, or each counterexample as the "
                                  "timeline of a scenario"};
constexpr OptionRule faultsOption{"faults", "K", "up to so many mishaps; default 1"};
constexpr OptionRule withinOption{"within", "DURATION", "how much time they and what comes of them have; default 1d"};
constexpr OptionRule invariantOption{"invariant", "NAME", "no-data-loss or recoverable; default: both", true};
constexpr OptionRule statesOption{"max-states", "N", "look at no more states of what hangs together; default 1000000"};

constexpr std::array exploreOptions{formatOption, faultsOption, withinOption, invariantOption, statesOption,
                                    jobsOption,   outputOption, estateOption, setOption,       phaseOption,
                                    modelOption,  modelsOption, quietOption};

class OptionReader {
public:
    OptionReader(const Arguments& arguments, std::ostream& err) : arguments_{arguments}, err_{err} {}

    std::optional<ExplorationOptions> read() const {
        ExplorationOptions options;
        const std::string faults = arguments_.value(faultsOption.name).value_or("1");
        const auto count = parseNumber<unsigned>(faults);
        if (!count || *count < 1 || *count > 6) {
            return fail(fmt::format("{} after '--faults' is no number from 1 to 6", inQuotes(faults)));
        }
        options.faults = *count;
        if (const auto within = arguments_.value(withinOption.name)) {
            const auto duration = parseDuration(*within);
            if (!duration) {
                return fail(fmt::format("{} after '--within' is no duration such as 1d", inQuotes(*within)));
            }
            options.within = *duration;
        }
        if (const auto states = arguments_.value(statesOption.name)) {
            const auto most = parseNumber<std::uint64_t>(*states);
            if (!most || *most < 1) {
                return fail(fmt::format("{} after '--max-states' is no number from 1 on", inQuotes(*states)));
            }
            options.mostStates = *most;
        }
        const auto jobs = readJobs(arguments_, "explore", err_);
        if (!jobs) {
            return std::nullopt;
        }
        options.jobs = *jobs;
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
            const auto found = std::ranges::find(invariantNames, name);
            if (found == invariantNames.end()) {
                fail(fmt::format("unknown invariant {}; {}", inQuotes(name), suggestion(name, invariantNames)));
                return false;
            }
            options.invariants.push_back(static_cast<Invariant>(found - invariantNames.begin()));
        }
        return true;
    }

    const Arguments& arguments_;
    std::ostream& err_;
};

ExitCode run(const Arguments& arguments, const Streams& streams) {
    const std::string format = arguments.value(formatOption.name).value_or("text");
    const auto options = OptionReader{arguments, streams.err}.read();
    if (!options) {
        return ExitCode::WrongInput;
    }
    ScenarioInput input{arguments, streams.err};
    if (!input.isSound()) {
        return ExitCode::WrongInput;
    }
    std::ostringstream text;
    bool holds = true;
    for (const LoadedScenario& scenario : input.scenarios()) {
        const Program estate = withTimeline(scenario.program, {}, scenario.program.until);
        const Exploration found = [&] {
            TerminalProgress progress{arguments, streams, "states", 0};
            return explore(estate, *options, &progress);
        }();
        holds = holds && found.violations.empty();
        if (format == "json") {
            text << explorationJson(found, *options, input.catalog().azure()).line() << '\n';
        } else if (format == "yaml") {
            for (const Violation& violation : found.violations) {
                text << "# " << invariantNames[static_cast<std::size_t>(violation.invariant)] << '\n'
                     << timelineOf(found, violation);
            }
        } else {
            text << (&scenario == &input.scenarios().front() ? "" : "\n");
            writeExplorationText(found, *options, input.catalog().azure(), scenario.path,
                                 textStyle(arguments.has(outputOption.name), streams), text);
        }
    }
    const ExitCode written = writeOutput(text.str(), arguments, streams);
    return written != ExitCode::Done ? written : holds ? ExitCode::Done : ExitCode::FellShort;
}

} // namespace

constinit const Command exploreCommand{
    .name = "explore",
    .synopsis = "FILE…",
    .summary = "try every short sequence of mishaps against what must never be",
    .details = "Plays every sequence of up to K mishaps that an estate allows, each at every instant that makes a "
               "difference, and looks for the shortest that loses data, or after which no plan brings a resource back. "
               "The timeline is left out. Exits with 1 when an invariant is broken.",
    .leastArguments = 1,
    .mostArguments = 1'000,
    .options = exploreOptions,
    .run = run,
};

} // namespace cmksim
