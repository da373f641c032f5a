#include "program/commands.hpp"

#include "base/text.hpp"
#include "program/line_editor.hpp"
#include "program/loading.hpp"
#include "program/rehearsal_input.hpp"
#include "program/terminal.hpp"
#include "program/timing_option.hpp"

#include <array>
#include <ostream>

namespace cmksim::program {

namespace {
namespace play_command {

constexpr std::array playOptions{rehearsalTimingOption, seedOption,   estateOption,  setOption,  phaseOption,
                                 modelOption,           modelsOption, readingOption, quietOption};

ExitCode run(const Arguments& arguments, const Streams& streams) {
    RehearsalInput input{arguments, streams};
    if (!input.isSound()) {
        return ExitCode::WrongInput;
    }
    Prompt prompt{input.rehearsal(), Disclosure::Everything, input.path(), textStyle(false, streams),
                  streams.out,       saveToNewFile()};
    LineEditor editor{"cmksim", [&](std::string_view line) { return prompt.wordsFor(line); }};
    if (editor.isInteractive()) {
        streams.out << input.scenario().name << "\n'help' says what can be typed.\n";
    }
    prompt.reporter().tellNews();
    while (streams.out.flush()) {
        const auto line = editor.read(prompt.text());
        if (!line) {
            break;
        }
        if (!editor.isInteractive() && !line->empty()) {
            streams.out << prompt.text() << printable(*line) << '\n';
        }
        if (prompt.answer(*line) == Reply::Quit) {
            break;
        }
    }
    const ExitCode finished = finishOutput(streams);
    if (LineEditor::wasTerminated()) {
        streams.err << "cmksim play: terminated; what was played is kept only where it was saved\n";
        return ExitCode::Terminated;
    }
    return finished;
}

} // namespace play_command
} // namespace

constinit const Command playCommand{
    .name = "play",
    .synopsis = "FILE",
    .summary = "step through a scenario at a prompt",
    .details =
        "Begins at the start of a scenario or estate. Its own actions happen as time comes to them; between them "
        "what is typed happens: 'wait 1h', 'until 09:00', 'status', 'why RESOURCE', 'try RESOURCE pull', any "
        "action, any command of the Azure CLI, 'plan', 'undo', 'save FILE', 'help'. Time moves only when told "
        "to. Without a terminal it reads its lines from standard input.",
    .leastArguments = 1,
    .mostArguments = 1,
    .options = play_command::playOptions,
    .run = play_command::run,
    .isInteractive = true,
};

} // namespace cmksim::program
