// Which commands of the Azure CLI a script runs, and what of it is not understood.
#pragma once

#include "document/text_store.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::az {

/// Whose rules a script is written by; Unknown where nothing says so: those of both, as far as they agree.
enum class ShellKind : std::uint8_t { Posix, PowerShell, Unknown };

/// A command of the CLI in a script: what to run, its variables filled in and its lines joined by backslashes.
struct ScriptCommand {
    std::string_view text;
    std::string_view raw; // as it stands in the script
    std::string doubt;    // why it may not run; empty: it runs
};

/// A part of a script that is no command of the CLI and may do anything.
struct ScriptRest {
    std::string_view raw;
    bool holdsCommand = false; // it names one, which was not read
};

struct ShellScript {
    std::vector<ScriptCommand> commands;
    std::vector<ScriptRest> rest;
    std::shared_ptr<document::TextStore> texts; // what `text` of a command may be a view of
};

/// Reads a script line by line: prompts, words that only wrap a command (`sudo`, `time`, `bash -c`), plain assignments
/// and what they are used for, commands in `$(…)` and `(…)`. What stands in a condition or a loop has a doubt.
ShellScript readShellScript(std::string_view script, ShellKind kind);

/// The command of the CLI that a text of one line runs, such as that in `KEY=$(az …)`; the text where there is none or
/// more than one.
std::string_view commandWithin(std::string_view text);

/// Whether a text has a command of the CLI in it.
bool namesCommand(std::string_view text);

} // namespace cmksim::az
