#include "program/commands.hpp"

#include "analysis/reaction_worlds.hpp"
#include "page/page.hpp"
#include "program/loading.hpp"
#include "program/terminal_progress.hpp"

#include <array>

namespace cmksim::program {

namespace {
namespace report_command {

constexpr std::array reportOptions{outputOption, estateOption, setOption,     phaseOption,
                                   modelOption,  modelsOption, readingOption, quietOption};

ExitCode run(const Arguments& arguments, const Streams& streams) {
    ScenarioInput input{arguments, streams.err, Written::Dropped, Sealed::Refused, compile::OpenInstants::Kept};
    if (!input.isSound()) {
        return ExitCode::WrongInput;
    }
    std::vector<JsonValue> stories;
    std::vector<const Program*> programs;
    {
        TerminalProgress progress{arguments, streams, "scenarios", input.scenarios().size()};
        for (const LoadedScenario& scenario : input.scenarios()) {
            if (progress.cancelled()) {
                break;
            }
            const auto& open = scenario.program.openInstant;
            const Program played = open ? withInstantAt(scenario.program, open->first) : scenario.program;
            JsonValue story = storyJson(played, nominalTimeline(played), scenario.path, input.catalog().azure());
            stories.push_back(open ? withOpenInstant(story, scenario.program, scenario.path) : std::move(story));
            programs.push_back(&scenario.program);
            noteUnmodelled(scenario, streams.err);
            progress.advance(1);
        }
    }
    if (stories.empty()) {
        streams.err << "cmksim report: interrupted before the first scenario was done; there is no page\n";
        return ExitCode::Undecided;
    }
    if (stories.size() < input.scenarios().size()) {
        streams.err << "cmksim report: interrupted; the page has the scenarios before that\n";
    }
    return writeOutput(pageOf(std::move(stories), input.evidence().of(programs)), arguments, streams);
}

} // namespace report_command
} // namespace

constinit const Command reportCommand{
    .name = "report",
    .synopsis = "FILE…",
    .summary = "write a page that shows what happened, what depends on what, and the way back",
    .details = "Writes one HTML file that needs nothing else, neither a server nor a network: for each scenario the "
               "lanes of its resources, vaults, keys and identities over time, what was done and what came of it, "
               "what open phases leave open, points of no return, and at any instant what stands on what and the way "
               "back. Write it to a file with --output.",
    .leastArguments = 1,
    .mostArguments = 1'000,
    .options = report_command::reportOptions,
    .run = report_command::run,
};

} // namespace cmksim::program
