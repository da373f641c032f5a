// What a command of the Azure CLI acts on: several of its options can say so.
#pragma once

#include "az/command_action.hpp"
#include "az/command_line.hpp"
#include "az/references.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace cmksim::az {

struct CommandTarget {
    std::string text{};
    AzureThing thing{};
    const AzureTerms* terms = nullptr; // of its type, where it was named by one
    std::string_view at{};
    std::string vaultKind{}; // that an option gives the vault; empty: the ordinary one, or none is named
};

/// Whether a field of an option tells the target, or a part of it.
bool isTargetPart(std::string_view field);

/// The field that an option sets.
std::string_view fieldOf(std::string_view sets);

/// A command as those look at it who read it: what is given, what it is called, and where complaints go.
class GivenCommand {
public:
    GivenCommand(const CommandLine& line, std::string_view command, const CommandContext& context,
                 CommandComplaints& complaints)
        : line_{line}, command_{command}, context_{context}, complaints_{complaints} {}

    [[nodiscard]] const CommandLine& line() const { return line_; }
    [[nodiscard]] const CommandRule& rule() const { return *line_.rule; }
    [[nodiscard]] const CommandContext& context() const { return context_; }

    /// The option that sets a field, where it is given with a value.
    [[nodiscard]] const GivenOption* option(std::string_view sets) const;

    /// An option that says what is not simulated, where one is given.
    [[nodiscard]] const GivenOption* leftOut() const;

    /// The command, and the options that set a field, for a message.
    [[nodiscard]] std::string title() const;
    [[nodiscard]] std::string optionsFor(std::string_view field) const;

    /// At a part of the command, or at all of it where that is empty.
    void complain(std::string_view at, std::string message, std::string help = {});
    void warn(std::string_view at, std::string message) { complaints_.warn(at, std::move(message)); }
    /// Whether there was nothing to complain of.
    [[nodiscard]] bool isSound() const { return sound_; }

private:
    const CommandLine& line_;
    std::string_view command_;
    const CommandContext& context_;
    CommandComplaints& complaints_;
    bool sound_ = true;
};

/// None, as complained of, where the command does not say.
std::vector<CommandTarget> targetsOf(GivenCommand& given);

} // namespace cmksim::az
