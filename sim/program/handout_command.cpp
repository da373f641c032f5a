#include "program/commands.hpp"

#include "analysis/reaction_worlds.hpp"
#include "compile/drill.hpp"
#include "program/loading.hpp"
#include "rehearsal/drill_rules.hpp"
#include "rehearsal/handout.hpp"

#include <array>

namespace cmksim::program {

namespace {
namespace handout_command {

constexpr OptionRule forOption{"for", "facilitator|participant|both", "whose sheet to print; default both"};

constexpr std::array handoutOptions{forOption,   outputOption, estateOption,  setOption,  phaseOption,
                                    modelOption, modelsOption, readingOption, quietOption};

ExitCode run(const Arguments& arguments, const Streams& streams) {
    ScenarioInput input{arguments, streams.err, Written::Kept};
    if (!input.isSound()) {
        return ExitCode::WrongInput;
    }
    const std::string audience = arguments.value(forOption.name).value_or("both");
    std::string text;
    for (const LoadedScenario& one : input.scenarios()) {
        const Program shown = nominalTimeline(one.program);
        noteUnmodelled(one, streams.err);
        Diagnostics diagnostics; // that a sound scenario adds only rules to that are out of reach
        const auto drill = compileDrill(*one.written, input.catalog(), diagnostics);
        const Phases phases = nominalPhases(shown);
        const BestCourse course = bestCourse(shown, phases, stepsWithin(shown, drill->rules.forbidden));
        const auto began = firstSymptom(shown, replay(shown, phases), Instant::min());
        if (began && one.written->drill && !course.repaired.empty() &&
            reportOutOfReach(course, phases, *began, *one.written->drill, drill->rules.must, diagnostics)) {
            report(diagnostics, arguments, streams.err);
            return ExitCode::WrongInput;
        }
        const HandoutView view{*one.written, one.program, shown, drill->rules, course, input.catalog()};
        for (const bool facilitator : {true, false}) {
            if (audience == "both" || (audience == "facilitator") == facilitator) {
                text += text.empty() ? "" : "\n";
                text += facilitator ? facilitatorSheet(view) : participantSheet(view);
            }
        }
    }
    return writeOutput(text, arguments, streams);
}

} // namespace handout_command
} // namespace

constinit const Command handoutCommand{
    .name = "handout",
    .synopsis = "FILE…",
    .summary = "print a drill's sheets for the facilitator and the participants",
    .details =
        "Writes Markdown: for the facilitator of a drill what happens unseen, what is seen and when, the way "
        "back from the first symptom on, until when, and what does not help; for participants what there is, what "
        "they see at the first symptom, the rules, and how to go about it, and no answers. A drill whose best plan "
        "does not come to what must be is none: exit code 2.",
    .leastArguments = 1,
    .mostArguments = 1'000,
    .options = handout_command::handoutOptions,
    .run = handout_command::run,
};

} // namespace cmksim::program
