#include "program/drill_command.hpp"

#include "base/text.hpp"
#include "program/line_editor.hpp"
#include "program/loading.hpp"
#include "program/rehearsal_input.hpp"
#include "program/terminal.hpp"
#include "program/timing_option.hpp"
#include "rehearsal/drill.hpp"

#include <array>
#include <ostream>
#include <sstream>

namespace cmksim::program {

namespace {

constexpr OptionRule formatOption{"format", "text|json", "of the result: for a person (the default), or a JSON object"};
constexpr OptionRule scriptOption{"script", "FILE", "take the lines from there, and print nothing but the result",
                                  false,    {},     FileRole::Read};

constexpr std::array drillOptions{formatOption, scriptOption, outputOption,  rehearsalTimingOption,
                                  seedOption,   estateOption, setOption,     phaseOption,
                                  modelOption,  modelsOption, readingOption, quietOption};

void brief(const RehearsalInput& input, const TextStyle& style, std::ostream& out) {
    Page page{style, out};
    page.paragraph({}, Phrase{input.scenario().name, Paint::Strong});
    if (input.scenario().drill) {
        page.paragraph({}, Phrase{input.scenario().drill->briefing});
    }
    page.paragraph({}, Phrase{"Bring back what went dark. 'help' says what can be typed, 'hint' helps and costs, "
                              "'done' ends.",
                              Paint::Quiet});
}

/// Lines from a script; nothing when it cannot be read, as reported.
bool playScript(const std::string& path, Drill& drill, const Arguments& arguments, const Streams& streams) {
    DiskFileReader files;
    Diagnostics diagnostics;
    const auto script = files.read(path, {}, diagnostics);
    report(diagnostics, arguments, streams.err);
    if (!script) {
        return false;
    }
    std::istringstream lines{script->text()};
    for (std::string line; !drill.isOver() && std::getline(lines, line);) {
        if (line.ends_with('\r')) {
            line.pop_back();
        }
        drill.answer(line);
    }
    return true;
}

void playAtPrompt(Prompt& prompt, Drill& drill, const Streams& streams) {
    LineEditor editor{"cmksim", [&](std::string_view line) {
                          std::vector<std::string> words = prompt.wordsFor(line);
                          if (line.find(' ') == std::string_view::npos) {
                              words.insert(words.end(), {"hint", "done"});
                          }
                          return words;
                      }};
    while (!drill.isOver() && streams.out.flush()) {
        const auto line = editor.read(prompt.text());
        if (!line) {
            break;
        }
        if (!editor.isInteractive() && !line->empty()) {
            streams.out << prompt.text() << printable(*line) << '\n';
        }
        drill.answer(*line);
    }
}

ExitCode run(const Arguments& arguments, const Streams& streams) {
    RehearsalInput input{arguments, "drill", streams};
    if (!input.isSound()) {
        return ExitCode::WrongInput;
    }
    const auto script = arguments.value(scriptOption.name);
    const TextStyle style = textStyle(false, streams);
    std::ostringstream unseen;
    std::ostream& out = script ? static_cast<std::ostream&>(unseen) : streams.out;
    if (!script) {
        brief(input, style, out);
    }
    Prompt prompt{input.rehearsal(), Disclosure::Symptoms, input.path(), style, out, saveTo(streams)};
    Drill drill{input.rehearsal(), prompt, style, out};
    if (drill.isOver()) {
        streams.err << "cmksim drill: error: nothing goes dark in this scenario; there is nothing to mend\n";
        return ExitCode::WrongInput;
    }
    if (script && !playScript(*script, drill, arguments, streams)) {
        return ExitCode::WrongInput;
    }
    if (!script) {
        playAtPrompt(prompt, drill, streams);
    }
    const DrillResult result = drill.result();
    std::ostringstream text;
    if (arguments.value(formatOption.name).value_or("text") == "json") {
        text << drillJson(result, input.scenario().name, input.path()).line() << '\n';
    } else {
        writeDrillText(result, textStyle(arguments.has(outputOption.name), streams), text);
    }
    const ExitCode written = writeOutput(text.str(), arguments, streams);
    return written != ExitCode::Done ? written : result.recovered ? ExitCode::Done : ExitCode::FellShort;
}

} // namespace

constinit const Command drillCommand{
    .name = "drill",
    .synopsis = "FILE",
    .summary = "mend a scenario's mishaps at a prompt, and be graded",
    .details = "The scenario's actions happen unseen; the drill begins with the first symptom. Whoever plays sees "
               "symptoms only, may look, try and mend as in 'play', and ask for a 'hint'. A hundred points, less: one "
               "for every five minutes that a resource is down longer than with the best plan (at most 40), 5 for a "
               "hint, 3 for a command that is none or is refused, 10 for a step that nothing undoes, 30 for a resource "
               "left behind. Exits 0 when everything that could be brought back is back, 1 otherwise.",
    .leastArguments = 1,
    .mostArguments = 1,
    .options = drillOptions,
    .run = run,
    .isInteractive = true,
};

} // namespace cmksim::program
