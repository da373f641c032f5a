#include "program/rehearsal_input.hpp"

#include "base/output_file.hpp"
#include "base/text.hpp"
#include "program/timing_option.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <ostream>

namespace cmksim::program {

RehearsalInput::RehearsalInput(const Arguments& arguments, const Streams& streams, Sealed sealed)
    : input_{arguments, streams.err, Written::Kept, sealed, compile::OpenInstants::First} {
    if (!input_.isSound()) {
        return;
    }
    if (input_.scenarios().size() > 1 && !arguments.has(quietOption.name)) {
        streams.err << fmt::format("{}: warning: of its matrix the first case is played\n", printable(path()));
    }
    const TimingChoice timing = timingChoice(arguments, rehearsalTimingOption);
    Diagnostics diagnostics; // that a sound scenario does not add to
    rehearsal_ = Rehearsal::begin(
        scenario(), input_.catalog(), [=](Program& program) { return choose(timing, seedOf(arguments), program); },
        diagnostics);
}

Prompt::Save saveToNewFile() {
    return [](const std::string& path, const std::string& text) -> std::string {
        if (const auto failure = writeOutputFile(path, text, {.existing = Existing::Kept, .before = {}})) {
            std::error_code error;
            return std::filesystem::exists(path, error)
                       ? fmt::format("? {} is there already; choose another name", printable(path))
                       : fmt::format("? nothing was saved: {}", *failure);
        }
        return fmt::format("saved to {}", printable(path));
    };
}

} // namespace cmksim::program
