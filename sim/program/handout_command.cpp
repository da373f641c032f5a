#include "program/handout_command.hpp"

#include "analysis/reaction_worlds.hpp"
#include "compile/compile.hpp"
#include "program/loading.hpp"
#include "rehearsal/handout.hpp"

#include <array>

namespace cmksim {

namespace {

constexpr OptionRule forOption{"for", "facilitator|participant|both", "whose sheet to print; default both"};

constexpr std::array handoutOptions{forOption,   outputOption, estateOption, setOption,
                                    phaseOption, modelOption,  modelsOption, quietOption};

ExitCode run(const Arguments& arguments, const Streams& streams) {
    DiskFileReader files;
    Diagnostics diagnostics;
    Catalog catalog = loadCatalog(arguments, files, diagnostics);
    const auto overrides = readOverrides(arguments, streams.err);
    if (!overrides) {
        return ExitCode::WrongInput;
    }
    const std::string audience = arguments.value(forOption.name).value_or("both");
    std::string text;
    for (const std::string& path : arguments.positional) {
        for (const ScenarioCase& one : parseScenarioCases(path, files, *overrides, diagnostics)) {
            const std::optional<Program> program = compile(one.scenario, catalog, diagnostics);
            if (!program) {
                continue;
            }
            const Program shown = nominalTimeline(*program);
            const HandoutView view{one.scenario, *program, shown, path, catalog};
            for (const bool facilitator : {true, false}) {
                if (audience == "both" || (audience == "facilitator") == facilitator) {
                    text += text.empty() ? "" : "\n";
                    text += facilitator ? facilitatorSheet(view) : participantSheet(view);
                }
            }
        }
    }
    report(diagnostics, arguments, streams.err);
    return diagnostics.hasErrors() ? ExitCode::WrongInput : writeOutput(text, arguments, streams);
}

} // namespace

constinit const Command handoutCommand{
    .name = "handout",
    .synopsis = "FILE…",
    .summary = "print a drill's sheets for the facilitator and the participants",
    .details = "Writes Markdown: for whoever leads a drill what happens unseen, what is seen and when, the way back, "
               "until when, and what does not help; for participants what there is, what they see, and how to go "
               "about it.",
    .leastArguments = 1,
    .mostArguments = 1'000,
    .options = handoutOptions,
    .run = run,
};

} // namespace cmksim
