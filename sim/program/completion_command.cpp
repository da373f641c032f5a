// `cmksim completion`: what shells need to complete command lines, and the manual page, from the commands' own
// definitions.
#include "program/commands.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "program/output.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <ostream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace cmksim::program {

namespace {
namespace completion_command {

constexpr std::array<std::string_view, 5> kinds{"bash", "zsh", "fish", "man", "all"};

std::vector<std::string> commandNames() {
    std::vector<std::string> names;
    for (const Command& command : commands()) {
        names.emplace_back(command.name);
    }
    return names;
}

std::vector<std::string> optionWords(const Command& command) {
    std::vector<std::string> options;
    for (const OptionRule& option : optionsOf(command)) {
        options.push_back(fmt::format("--{}", option.name));
    }
    options.emplace_back("--help");
    return options;
}

/// A text in single quotes, as shells take it.
std::string asShellWord(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        out += c == '\'' ? std::string{"'\\''"} : std::string{c};
    }
    return out + "'";
}

// --- bash ------------------------------------------------------------------------------------------------------------

void writeBash(std::ostream& out) {
    out << "# Completion of cmksim for bash: source it, or put it where bash-completion looks.\n"
           "_cmksim() {\n"
           "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]}\n"
           "    COMPREPLY=()\n"
           "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n";
    out << fmt::format("        mapfile -t COMPREPLY < <(compgen -W {} -- \"$word\")\n",
                       asShellWord(separated(commandNames(), " ") + " --help --version"));
    out << "        return\n    fi\n    case $command,$before in\n";
    for (const Command& command : commands()) {
        for (const OptionRule& option : optionsOf(command)) {
            if (const auto values = wordsOf(option); !values.empty()) {
                out << fmt::format("        {},--{}) mapfile -t COMPREPLY < <(compgen -W {} -- \"$word\"); return ;;\n",
                                   command.name, option.name, asShellWord(separated(values, " ")));
            }
        }
    }
    out << "    esac\n    case $word in\n        -*)\n            case $command in\n";
    for (const Command& command : commands()) {
        out << fmt::format("                {}) mapfile -t COMPREPLY < <(compgen -W {} -- \"$word\") ;;\n",
                           command.name, asShellWord(separated(optionWords(command), " ")));
    }
    out << "            esac ;;\n        *) mapfile -t COMPREPLY < <(compgen -f -- \"$word\") ;;\n    esac\n}\n"
           "complete -o filenames -F _cmksim cmksim\n";
}

// --- zsh -------------------------------------------------------------------------------------------------------------

/// A text within an `_arguments` specification.
std::string zshText(std::string_view text) {
    std::string out;
    for (const char c : text) {
        out += c == '[' || c == ']' || c == ':' || c == '\\' ? std::string{'\\', c} : std::string{c};
    }
    return out;
}

void writeZsh(std::ostream& out) {
    out << "#compdef cmksim\n# Completion of cmksim for zsh: put it into a folder of $fpath as _cmksim.\n"
           "_cmksim() {\n    local -a commands\n    commands=(\n";
    for (const Command& command : commands()) {
        out << fmt::format("        {}\n", asShellWord(fmt::format("{}:{}", command.name, zshText(command.summary))));
    }
    out << "    )\n    if (( CURRENT == 2 )); then\n        _describe command commands\n        return\n    fi\n"
           "    local command=$words[2]\n    shift words\n    (( CURRENT-- ))\n    case $command in\n";
    for (const Command& command : commands()) {
        out << fmt::format("        {})\n            _arguments -s \\\n", command.name);
        for (const OptionRule& option : optionsOf(command)) {
            std::string spec =
                fmt::format("{}--{}[{}]", option.repeatable ? "*" : "", option.name, zshText(option.meaning));
            if (const auto values = wordsOf(option); !values.empty()) {
                spec += fmt::format(":value:({})", separated(values, " "));
            } else if (!option.placeholder.empty()) {
                spec += fmt::format(":{}:_files", zshText(option.placeholder));
            }
            out << fmt::format("                {} \\\n", asShellWord(spec));
        }
        out << "                '--help[this text]' '*:file:_files' ;;\n";
    }
    out << "    esac\n}\n_cmksim \"$@\"\n";
}

// --- fish ------------------------------------------------------------------------------------------------------------

void writeFish(std::ostream& out) {
    out << "# Completion of cmksim for fish: put it into ~/.config/fish/completions as cmksim.fish.\n";
    for (const Command& command : commands()) {
        out << fmt::format("complete -c cmksim -n __fish_use_subcommand -a {} -d {}\n", command.name,
                           asShellWord(command.summary));
        for (const OptionRule& option : optionsOf(command)) {
            out << fmt::format("complete -c cmksim -n {} -l {} -d {}",
                               asShellWord(fmt::format("__fish_seen_subcommand_from {}", command.name)), option.name,
                               asShellWord(option.meaning));
            if (const auto values = wordsOf(option); !values.empty()) {
                out << fmt::format(" -x -a {}", asShellWord(separated(values, " ")));
            } else if (!option.placeholder.empty()) {
                out << " -r";
            }
            out << '\n';
        }
    }
}

// --- the manual ------------------------------------------------------------------------------------------------------

/// A text as roff takes it.
std::string roff(std::string_view text) {
    std::string out;
    for (const char c : text) {
        out += c == '\\' ? std::string{"\\e"} : c == '-' ? std::string{"\\-"} : std::string{c};
    }
    return !out.empty() && (out.front() == '.' || out.front() == '\'') ? "\\&" + out : out;
}

void writeOptions(const Command& command, std::ostream& out) {
    for (const OptionRule& option : optionsOf(command)) {
        const std::string letter = option.letter.empty() ? "" : fmt::format("\\fB\\-{}\\fR, ", option.letter);
        out << fmt::format(".TP\n{}\\fB\\-\\-{}\\fR \\fI{}\\fR\n{}\n", letter, roff(option.name),
                           roff(option.placeholder), roff(option.meaning));
    }
}

void writeExitStatus(std::ostream& out) {
    out << ".SH EXIT STATUS\n";
    for (const ExitCodeText& one : exitCodeTexts) {
        out << fmt::format(".TP\n{}\n{}\n", static_cast<int>(one.code), roff(one.meaning));
    }
}

void writeManual(std::ostream& out) {
    out << ".TH CMKSIM 1 \"\" \"cmksim " CMKSIM_VERSION "\" \"User Commands\"\n.SH NAME\ncmksim \\- "
           "replay what happens to encrypted cloud resources when their key goes away\n.SH SYNOPSIS\n"
           ".B cmksim\n.I COMMAND\n[\\fIOPTIONS\\fR] \\fIARGS\\fR\n.SH COMMANDS\n";
    for (const Command& command : commands()) {
        out << fmt::format(".SS {} [OPTIONS] {}\n{}\n", roff(command.name), roff(command.synopsis),
                           roff(command.details));
        writeOptions(command, out);
    }
    writeExitStatus(out);
}

/// The page of one command, `cmksim-run(1)`.
void writeManual(const Command& command, std::ostream& out) {
    std::string title = fmt::format("cmksim-{}", command.name);
    std::ranges::transform(title, title.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    out << fmt::format(".TH {} 1 \"\" \"cmksim " CMKSIM_VERSION "\" \"User Commands\"\n.SH NAME\ncmksim\\-{} \\- {}\n"
                       ".SH SYNOPSIS\n.B cmksim {}\n[\\fIOPTIONS\\fR] {}\n.SH DESCRIPTION\n{}\n.SH OPTIONS\n",
                       roff(title), roff(command.name), roff(command.summary), roff(command.name),
                       roff(command.synopsis), roff(command.details));
    writeOptions(command, out);
    writeExitStatus(out);
    out << ".SH SEE ALSO\n.BR cmksim (1)\n";
}

/// All of it below a folder such as /usr/share, each where its readers look.
ExitCode writeAll(const std::filesystem::path& folder, const Streams& streams) {
    std::vector<std::pair<std::filesystem::path, std::string>> files;
    const auto add = [&](const std::filesystem::path& path, auto write) {
        std::ostringstream text;
        write(text);
        files.emplace_back(folder / path, streams.ascii ? asciiOnly(text.str()) : text.str());
    };
    add("bash-completion/completions/cmksim", writeBash);
    add("zsh/vendor-completions/_cmksim", writeZsh);
    add("fish/vendor_completions.d/cmksim.fish", writeFish);
    add("man/man1/cmksim.1", [](std::ostream& out) { writeManual(out); });
    for (const Command& command : commands()) {
        add(fmt::format("man/man1/cmksim-{}.1", command.name), [&](std::ostream& out) { writeManual(command, out); });
    }
    for (const auto& [path, text] : files) {
        std::error_code error;
        std::filesystem::create_directories(path.parent_path(), error); // what is wrong shows when the file is written
        if (const ExitCode written = writeFile(text, path.string(), streams); written != ExitCode::Done) {
            return written;
        }
    }
    return ExitCode::Done;
}

ExitCode run(const Arguments& arguments, const Streams& streams) {
    const std::string& kind = arguments.positional.front();
    const bool takesFolder = kind == "all";
    if (takesFolder != (arguments.positional.size() == 2)) {
        streams.err << (takesFolder ? "cmksim completion: error: 'all' needs a folder, such as ~/.local/share\n"
                                    : fmt::format("cmksim completion: error: did not expect {}\n",
                                                  inQuotes(arguments.positional.back())));
        return ExitCode::WrongInput;
    }
    if (kind == "all") {
        return writeAll(arguments.positional.back(), streams);
    }
    std::ostringstream text;
    if (kind == "bash") {
        writeBash(text);
    } else if (kind == "zsh") {
        writeZsh(text);
    } else if (kind == "fish") {
        writeFish(text);
    } else if (kind == "man") {
        writeManual(text);
    } else {
        streams.err << fmt::format("cmksim completion: error: unknown shell {}; {}\n", inQuotes(kind),
                                   suggestion(kind, kinds));
        return ExitCode::WrongInput;
    }
    streams.out << (streams.ascii ? asciiOnly(text.str()) : text.str());
    return finishOutput(streams);
}

} // namespace completion_command
} // namespace

constinit const Command completionCommand{
    .name = "completion",
    .synopsis = "bash|zsh|fish|man|all [FOLDER]",
    .summary = "print what a shell needs to complete command lines, or the manual page",
    .details = "Prints a script for the shell that completes commands, options, what options take where that is one of "
               "a few words, and files; or, for 'man', the manual page. 'all' writes them all below a folder such as "
               "~/.local/share, "
               "with a manual page for each command.",
    .leastArguments = 1,
    .mostArguments = 2,
    .options = {},
    .run = completion_command::run,
};

} // namespace cmksim::program
