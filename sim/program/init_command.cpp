// `cmksim init`.
#include "program/commands.hpp"

#include "base/shell_word.hpp"
#include "base/text.hpp"
#include "program/first_scenario.hpp"
#include "program/loading.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <ostream>
#include <system_error>

namespace cmksim::program {

namespace {
namespace init_command {

constexpr std::string_view fileName = "first-scenario.yaml";

ExitCode run(const Arguments& arguments, const Streams& streams) {
    const std::filesystem::path folder = arguments.positional.empty() ? "." : arguments.positional.front();
    const std::string path = arguments.positional.empty() ? std::string{fileName} : (folder / fileName).string();
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (!std::filesystem::is_directory(folder)) {
        streams.err << fmt::format("cmksim init: error: {} is no directory and cannot be made one\n",
                                   inQuotes(folder.string()));
        return ExitCode::WrongInput;
    }
    if (std::filesystem::exists(std::filesystem::symlink_status(path, error))) {
        streams.err << fmt::format("cmksim init: error: {} is there already, and is not overwritten\n", inQuotes(path));
        return ExitCode::WrongInput;
    }
    if (const auto failure =
            writeWhole(path, firstScenario(), {.existing = Existing::Kept, .before = {}}, streams.err)) {
        streams.err << fmt::format("cmksim: error: cannot write {}: {}\n", inQuotes(path), *failure);
        return ExitCode::CannotWrite;
    }
    streams.out << fmt::format("Wrote {0}: a registry whose key is deleted and recovered.\n\n"
                               "Play it:            cmksim run {0}\n"
                               "At another minute:  cmksim run --phase myregistry=30m {0}\n"
                               "What else there is: cmksim models\n\n"
                               "Then change it; its comments say what to try first.\n",
                               shellPath(path));
    return finishOutput(streams);
}

} // namespace init_command
} // namespace

constinit const Command initCommand{
    .name = "init",
    .synopsis = "[DIR]",
    .summary = "write a first scenario to play and to change",
    .details =
        "Writes first-scenario.yaml, which passes and explains itself, into DIR or the current directory. DIR is "
        "made where it does not exist; a file that is there already is not overwritten.",
    .leastArguments = 0,
    .mostArguments = 1,
    .options = {},
    .run = init_command::run,
};

} // namespace cmksim::program
