// Which commands of the Azure CLI a script runs, and what of it is not understood.
#pragma once

#include "document/text_store.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::az {

using ShellVariables = std::map<std::string, std::string, std::less<>>;

/// Whose rules a script is written by; Unknown where nothing says so: those of both, as far as they agree.
enum class ShellKind : std::uint8_t { Posix, PowerShell, Unknown };

/// A command of the CLI in a script: what to run, its variables filled in and its lines joined by backslashes.
struct ScriptCommand {
    std::string_view text;
    std::string_view raw;    // as it stands in the script
    std::string doubt;       // why it may not run; empty: it runs
    std::string keptIn = {}; // the variable that takes what it prints; empty: none
};

/// A part of a script that is no command of the CLI and may do anything.
struct ScriptRest {
    std::string_view raw;
    bool holdsCommand = false; // it names one, which was not read
};

struct ShellScript {
    std::vector<ScriptCommand> commands;
    std::vector<ScriptRest> rest;
    bool assigns = false;                       // some variable, or takes its value away
    std::shared_ptr<document::TextStore> texts; // what `text` of a command may be a view of
};

/// Reads a script line by line: prompts, words that only wrap a command (`sudo`, `time`, `bash -c`), plain assignments
/// and what they are used for, commands in `$(…)` and `(…)`. What stands in a condition or a loop has a doubt.
ShellScript readShellScript(std::string_view script, ShellKind kind);

/// The same behind other scripts: with the variables that those leave, which it changes.
ShellScript readShellScript(std::string_view script, ShellKind kind, ShellVariables& variables);

/// Reads texts one after the other, as one shell does that they are typed into: what one assigns, those after it know.
class ShellSession {
public:
    struct Line {
        std::string_view command; // of the CLI, its variables filled in; the text where it runs none, or several
        std::string keptIn;       // the variable that takes what it prints; empty: none
        bool onlyAssigns = false; // it runs nothing
    };
    Line read(std::string_view text);

    /// What a variable holds from now on; nothing where that is not known.
    void assign(const std::string& name, std::optional<std::string> value);

private:
    ShellVariables variables_;
    std::vector<std::shared_ptr<document::TextStore>> texts_; // what commands are views of
};

/// Whether a text has a command of the CLI in it.
bool namesCommand(std::string_view text);

} // namespace cmksim::az
