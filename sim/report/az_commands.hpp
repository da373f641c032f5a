// The actions of a program as commands of the Azure CLI.
#pragma once

#include "az/format_command.hpp"
#include "engine/program.hpp"

#include <string>
#include <vector>

namespace cmksim::report {

/// Formats the actions of one program as Azure CLI commands.
class AzCommands {
public:
    enum class Use : std::uint8_t { Shown, ToBeRun }; // what is not known is a name, or to be filled in
    AzCommands(const Program& program, const std::vector<AzureTerms>& terms, Use use = Use::Shown);

    /// From now on an identity is one that was made anew: its object id and client id are not known yet.
    void takeAsMadeAnew(IdentityId identity);

    /// The commands of an entry; none for what is no action, or one that only the simulator does.
    [[nodiscard]] std::vector<std::string> of(const TimelineEntry& entry) const;

    /// What one must be allowed to do it; null where the terms say nothing.
    [[nodiscard]] const RequiredPermission* requiredPermissionOf(const TimelineEntry& entry) const;

private:
    [[nodiscard]] std::string_view serviceOf(const TimelineEntry& entry) const;
    [[nodiscard]] std::vector<std::string> recoveryCommand(ResourceId resource) const;
    void sayDefaults(ResourceId resource, JsonObject& with) const;
    void sayShortSlot(ResourceId resource, JsonObject& with) const;

    const Program& program_;
    const std::vector<AzureTerms>& terms_;
    AzureNames names_;
};

/// What is said of a step for which there is no command: where else it may be done. Empty where its model says that.
std::string_view wordsWithoutCommand(const Program& program, const Action& step);

/// Several commands as one line of a shell.
std::string joinedCommands(const std::vector<std::string>& commands);

} // namespace cmksim::report
