#include "program/commands.hpp"

#include "base/text.hpp"
#include "program/line_editor.hpp"
#include "program/loading.hpp"
#include "program/rehearsal_input.hpp"
#include "program/sealed_drill.hpp"
#include "program/session_recording.hpp"
#include "program/terminal.hpp"
#include "program/timing_option.hpp"
#include "rehearsal/drill.hpp"
#include "schema/printed.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <ostream>
#include <sstream>

namespace cmksim::program {

namespace {
namespace drill_command {

constexpr OptionRule formatOption{"format", "text|json", "of the result: for a person (the default), or a JSON object"};
constexpr OptionRule scriptOption{"script", "FILE", "take the lines from there, and print nothing but the result",
                                  false,    {},     FileRole::Read};
constexpr OptionRule playerOption{"player", "NAME", "who plays, for the result"};
constexpr OptionRule recordOption{"record", "FILE", "record the session, for asciinema's player (asciicast v2)",
                                  false,    {},     FileRole::Written};
constexpr OptionRule liveOption{"live", "", "the time that the player takes passes in the story, too"};
constexpr OptionRule sealOption{"seal", "",
                                "play nothing; write the drill so that its players do not read what happens"};

constexpr std::array drillOptions{recordOption,          formatOption, scriptOption,  outputOption,
                                  playerOption,          liveOption,   sealOption,    seedOption,
                                  rehearsalTimingOption, estateOption, setOption,     phaseOption,
                                  modelOption,           modelsOption, readingOption, quietOption};

void brief(const RehearsalInput& input, const TextStyle& style, std::ostream& out) {
    Page page{style, out};
    if (const auto& drill = input.scenario().drill) {
        page.paragraph({}, Phrase{drill->briefing, Paint::Strong}); // the scenario's name says too much
        for (const DrillMustSpec& must : drill->must) {
            page.paragraph(Phrase{"  must       ", Paint::Quiet}, Phrase{must.text});
        }
        for (const DrillForbidSpec& forbidden : drill->forbid) {
            page.paragraph(Phrase{"  forbidden  ", Paint::Quiet}, Phrase{forbidden.text});
        }
    }
    page.paragraph({}, Phrase{"Bring back what went dark. 'help' says what can be typed, 'hint' helps and costs, "
                              "'done' ends.",
                              Paint::Quiet});
}

std::string_view textOf(NoDrill why) {
    switch (why) {
    case NoDrill::NothingWrong: return "nothing goes dark in this scenario; there is nothing to repair";
    case NoDrill::NothingToRepair:
        return "what goes wrong in this scenario comes back without a player; leave its repairs out of the timeline";
    case NoDrill::OutOfReach: return "the best plan does not come to all that must be";
    case NoDrill::NothingRepairable:
        return "nothing brings back what goes wrong in this scenario; there is nothing to repair";
    }
    return {};
}

/// Lines from a script; false when it cannot be read, as reported.
bool playScript(const std::string& path, const Prompt& prompt, Drill& drill, SessionRecording& recording,
                const Arguments& arguments, const Streams& streams) {
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
        recording.type(prompt.text(), line);
        drill.answer(line);
    }
    return true;
}

/// False where the program was asked to end before the drill was over.
bool playAtPrompt(const Prompt& prompt, Drill& drill, SessionRecording& recording, std::ostream& out) {
    LineEditor editor{"cmksim", [&](std::string_view line) { return prompt.wordsFor(line); }};
    while (!drill.isOver() && out.flush()) {
        const auto line = editor.read(prompt.text());
        if (!line) {
            break;
        }
        if (editor.isInteractive()) {
            recording.type(prompt.text(), printable(*line));
        } else if (!line->empty()) {
            out << prompt.text() << printable(*line) << '\n';
        }
        drill.answer(*line);
    }
    return !LineEditor::wasTerminated() || drill.isOver();
}

/// The drill and all that it refers to, as one sealed file.
ExitCode seal(RehearsalInput& input, const Arguments& arguments, const Streams& streams) {
    std::vector<std::pair<std::string, std::string>> files;
    Diagnostics diagnostics;
    const auto add = [&](const std::string& path) {
        if (const auto source = input.input().files().read(path, {}, diagnostics)) {
            files.emplace_back(path, source->text());
        }
    };
    add(input.path());
    for (const std::string& path : input.input().paths()) {
        if (path != input.path()) {
            add(path);
        }
    }
    report(diagnostics, arguments, streams.err);
    return diagnostics.hasErrors() ? ExitCode::WrongInput : writeOutput(sealed(files), arguments, streams);
}

Drill::WallClock wallClock(const Arguments& arguments) {
    using Clock = std::chrono::steady_clock;
    return arguments.has(liveOption.name)
               ? [began = Clock::now()] { return std::chrono::duration_cast<Duration>(Clock::now() - began); }
               : Drill::WallClock{};
}

ExitCode run(const Arguments& arguments, const Streams& streams) {
    const auto script = arguments.value(scriptOption.name);
    if (script && arguments.has(liveOption.name)) {
        streams.err << "cmksim drill: error: '--live' needs a player; a script takes no time\n";
        return ExitCode::WrongInput;
    }
    RehearsalInput input{arguments, streams, Sealed::Opened};
    if (!input.isSound()) {
        return ExitCode::WrongInput;
    }
    const bool plays = !arguments.has(sealOption.name);
    const TextStyle style = textStyle(false, streams);
    std::ostringstream unseen;
    SessionRecording recording{script ? SessionRecording::Pace::OfAPerson : SessionRecording::Pace::AsItIs};
    RecordedStream out{script || !plays ? static_cast<std::ostream&>(unseen) : streams.out, recording};
    Prompt prompt{input.rehearsal(), Disclosure::Symptoms, input.path(), style, out, saveToNewFile()};
    Drill drill{input.rehearsal(), prompt, style, out, wallClock(arguments)};
    if (const auto none = drill.noDrill()) {
        report(drill.outOfReach(), arguments, streams.err);
        streams.err << "cmksim drill: error: " << textOf(*none) << '\n';
        return ExitCode::WrongInput;
    }
    if (!plays) {
        return seal(input, arguments, streams);
    }
    brief(input, style, out);
    drill.begin();
    if (script && !playScript(*script, prompt, drill, recording, arguments, streams)) {
        return ExitCode::WrongInput;
    }
    const bool isComplete = script || playAtPrompt(prompt, drill, recording, out);
    DrillResult result = drill.finish();
    result.complete = isComplete;
    std::ostringstream text;
    writeDrillText(result, style, text);
    recording.print(text.str());
    ExitCode written = ExitCode::Done;
    if (const auto file = arguments.value(recordOption.name)) {
        written = writeFile(recording.text(input.scenario().name), *file, streams);
    }
    if (arguments.value(formatOption.name).value_or("text") == "json") {
        const std::string player = arguments.value(playerOption.name).value_or("");
        text.str(drillJson(result, input.scenario().name, input.path(), player).line() + '\n');
    } else if (arguments.has(outputOption.name)) {
        text.str("");
        writeDrillText(result, textStyle(true, streams), text);
    }
    const ExitCode printed = writeOutput(text.str(), arguments, streams);
    if (!isComplete) {
        streams.err << "cmksim drill: terminated; the result is not complete\n";
        return ExitCode::Terminated;
    }
    return written != ExitCode::Done   ? written
           : printed != ExitCode::Done ? printed
           : result.passed             ? ExitCode::Done
                                       : ExitCode::FellShort;
}

constexpr std::string_view detailsBefore =
    "The scenario's actions happen unseen; the drill begins with the first symptom. The player sees symptoms "
    "only, may look, try and repair as in 'play', and ask for a 'hint'. The story goes on to its end, though "
    "the player has stopped. A hundred points, less: one for every five minutes that a resource is down, or "
    "shows a fault that is not repaired, longer than with the best plan from the first symptom on (at most "
    "40), 5 for a hint (or what the file says), 3 for ";
constexpr std::string_view detailsAfter =
    ", 10 for a step that nothing undoes, 30 for a resource left behind. It is passed, with at least 50 points and "
    "exit code 0, when everything that could be kept is whole, all that must be is, and nothing forbidden was "
    "done. Else it is failed, with exit code 1: with 31 to 49 points where something was repaired and every rule kept, "
    "else with at most 30; with none where nothing was repaired and no step that a plan has was taken. "
    "A scenario without anything to repair, or whose best plan does not come to what must be, is no drill: exit code "
    "2.";

template <const std::string_view&... parts>
struct Joined {
    static constexpr auto letters = [] {
        std::array<char, (parts.size() + ...)> all{};
        auto place = all.begin();
        ((place = std::copy(parts.begin(), parts.end(), place)), ...);
        return all;
    }();
    static constexpr std::string_view text{letters.data(), letters.size()};
};
constexpr std::string_view details = Joined<detailsBefore, DrillPrices::wrongLine, detailsAfter>::text;

/// What it prints as JSON.
JsonValue resultSchema(const KnownWords& /*words*/) {
    return printedSchema("What cmksim drill --format json prints", {drillProperties()});
}
constexpr std::array drillResults{schema::Kind{"drill", resultSchema}};

} // namespace drill_command
} // namespace

constinit const Command drillCommand{
    .name = "drill",
    .synopsis = "FILE",
    .summary = "repair a scenario's faults at a prompt, and be graded",
    .details = drill_command::details,
    .leastArguments = 1,
    .mostArguments = 1,
    .options = drill_command::drillOptions,
    .run = drill_command::run,
    .results = drill_command::drillResults,
    .isInteractive = true,
};

} // namespace cmksim::program
