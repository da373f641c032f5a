#include "program/rehearsal_input.hpp"

#include "program/timing_option.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <ostream>

namespace cmksim::program {

RehearsalInput::RehearsalInput(const Arguments& arguments, std::string_view command, const Streams& streams)
    : input_{arguments, streams.err, Written::Kept} {
    const auto seed = readSeed(arguments, command, streams.err);
    if (!seed || !input_.isSound()) {
        return;
    }
    if (input_.scenarios().size() > 1 && !arguments.has(quietOption.name)) {
        streams.err << fmt::format("{}: warning: of its matrix the first case is played\n", path());
    }
    const TimingChoice timing = timingChoice(arguments, rehearsalTimingOption);
    Diagnostics diagnostics; // that a sound scenario does not add to
    rehearsal_ = Rehearsal::begin(
        scenario(), input_.catalog(), [=](Program& program) { return choose(timing, *seed, program); }, diagnostics);
}

Prompt::Save saveTo(const Streams& streams) {
    return [&streams](const std::string& path, const std::string& text) -> std::string {
        std::error_code error;
        if (std::filesystem::exists(path, error)) {
            return fmt::format("? {} is there already; choose another name", path);
        }
        return writeFile(text, path, streams) == ExitCode::Done ? fmt::format("saved to {}", path)
                                                                : std::string{"? nothing was saved"};
    };
}

} // namespace cmksim::program
