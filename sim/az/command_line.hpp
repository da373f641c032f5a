// Which command of the Azure CLI the words are, and which options it is given: the CLI's own rules.
#pragma once

#include "az/shell_words.hpp"
#include "model/azure.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::az {

/// What options set that say what a command prints, and how.
inline constexpr std::string_view outputPrefix = "output.";
inline constexpr std::string_view outputFormat = "output.format";
inline constexpr std::string_view outputQuery = "output.query";
inline constexpr std::array<std::string_view, 7> outputFormats{"json", "jsonc", "none", "table",
                                                               "tsv",  "yaml",  "yamlc"};

/// One option with its values; those of a switch may be none.
struct GivenOption {
    const CommandOption* option = nullptr;
    std::string_view raw; // the option as it stands in the command
    std::vector<ShellWord> values;
    std::size_t number = 0; // of one that may be given several times, and of its parts: which time it is, from 1 on
};

/// A command as given. It points into the terms.
struct CommandLine {
    const CommandRule* rule = nullptr;
    const AzureTerms* terms = nullptr;
    std::string words;              // that name it, as given
    std::vector<GivenOption> given; // each option once: a later one takes the place of an earlier, unless each counts
};

/// What the caller does with the complaints: the part of the command, what is wrong, what to do.
class CommandComplaints {
public:
    virtual ~CommandComplaints() = default;
    virtual void complain(std::string_view at, std::string message, std::string help) = 0;
    /// What the command says and the simulator leaves out; the command is carried out without it.
    virtual void warn(std::string_view at, std::string message) = 0;
};

/// Reads the words of one command, the first of which may be `az`. Nothing, as complained of, when it is no command or
/// its options are not those that it takes.
std::optional<CommandLine> readCommandLine(const std::vector<ShellWord>& words, std::string_view command,
                                           const std::vector<AzureTerms>& terms, CommandComplaints& complaints);

} // namespace cmksim::az
