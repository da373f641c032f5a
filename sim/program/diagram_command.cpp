#include "program/commands.hpp"

#include "analysis/fleet_run.hpp"
#include "engine/reactions.hpp"
#include "engine/replay.hpp"
#include "program/loading.hpp"
#include "report/diagram.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ostream>

namespace cmksim::program {

namespace {
namespace diagram_command {

constexpr OptionRule formatOption{
    "format", "mermaid|dot|svg", "of a model mermaid (the default) or dot, of a scenario mermaid (the default) or svg"};

constexpr std::array diagramOptions{formatOption, outputOption, estateOption,  setOption,  phaseOption,
                                    modelOption,  modelsOption, readingOption, quietOption};

ExitCode refuse(std::string_view what, std::string_view format, std::string_view instead, const Streams& streams) {
    streams.err << fmt::format("cmksim diagram: error: {} is not drawn as {}; use {}\n", what, format, instead);
    return ExitCode::WrongInput;
}

ExitCode ofModel(const Model& model, const std::string& format, const Arguments& arguments, const Streams& streams) {
    if (format == "svg") {
        return refuse("a model", format, "dot, which Graphviz turns into one", streams);
    }
    return writeOutput(format == "dot" ? stateDot(model) : stateMermaid(model), arguments, streams);
}

ExitCode ofScenario(const std::string& format, const Arguments& arguments, const Streams& streams) {
    if (format == "dot") {
        return refuse("a scenario", format, "svg", streams);
    }
    ScenarioInput input{arguments, streams.err, Written::Dropped, Sealed::Refused, compile::OpenInstants::First};
    if (!input.isSound()) {
        return ExitCode::WrongInput;
    }
    noteUnmodelled(input.scenarios().front(), streams.err);
    Program program = std::move(input.scenarios().front().program);
    const Phases phases = nominalPhases(program);
    if (!program.reactions.empty()) {
        program = react(program, phases).program;
    }
    const auto [trace, fleets] = replayWithFleets(program, phases, FleetDetail::Joined);
    return writeOutput(format == "svg" ? ganttSvg(program, trace, fleets) : ganttMermaid(program, trace, fleets),
                       arguments, streams);
}

ExitCode run(const Arguments& arguments, const Streams& streams) {
    const std::string format = arguments.value(formatOption.name).value_or("mermaid");
    const std::string& name = arguments.positional.front();
    DiskFileReader files;
    Diagnostics diagnostics;
    Catalog catalog = loadCatalog(arguments, files, diagnostics);
    const auto services = catalog.services();
    if (std::ranges::find(services, name) == services.end()) {
        return ofScenario(format, arguments, streams);
    }
    const Model* model = catalog.model(name, {}, diagnostics);
    report(diagnostics, arguments, streams.err);
    return model != nullptr ? ofModel(*model, format, arguments, streams) : ExitCode::WrongInput;
}

} // namespace diagram_command
} // namespace

constinit const Command diagramCommand{
    .name = "diagram",
    .synopsis = "SERVICE|FILE",
    .summary = "draw a model's states, or what became of a scenario's resources over time",
    .details = "Draws the states of a service's newest model and the reasons that lead from one to another, or, of a "
               "scenario's nominal replay, what was done and how each resource stood: as Mermaid for pages that draw "
               "it, as input for Graphviz, or as SVG.",
    .leastArguments = 1,
    .mostArguments = 1,
    .options = diagram_command::diagramOptions,
    .run = diagram_command::run,
};

} // namespace cmksim::program
