#include "program/rehearsal_input.hpp"

#include "program/loading.hpp"
#include "program/timing_option.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <ostream>

namespace cmksim {

RehearsalInput::RehearsalInput(const Arguments& arguments, std::string_view command, const Streams& streams)
    : path_{arguments.positional.front()}, catalog_{loadCatalog(arguments, files_, diagnostics_)} {
    const auto overrides = readOverrides(arguments, streams.err);
    const auto seed = readSeed(arguments, command, streams.err);
    if (!overrides || !seed) {
        return;
    }
    const TimingChoice timing = timingChoice(arguments, rehearsalTimingOption);
    std::vector<ScenarioCase> cases = parseScenarioCases(path_, files_, *overrides, diagnostics_);
    if (cases.size() > 1) {
        diagnostics_.warning({}, fmt::format("{} has a matrix; its first case is played", path_));
    }
    if (!cases.empty()) {
        scenario_ = std::move(cases.front().scenario);
        rehearsal_ = Rehearsal::begin(
            scenario_, catalog_, [=](Program& program) { return choose(timing, *seed, program); }, diagnostics_);
    }
    report(diagnostics_, arguments, streams.err);
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

} // namespace cmksim
