// The commands of the program. A new one is a file `NAME_command.cpp` that defines it, and a line in each list here.
#pragma once

#include "program/command.hpp"

#include <array>
#include <ranges>

namespace cmksim::program {

extern const Command runCommand;
extern const Command testCommand;
extern const Command boundsCommand;
extern const Command sampleCommand;
extern const Command mergeCommand;
extern const Command blastCommand;
extern const Command planCommand;
extern const Command deadlineCommand;
extern const Command exploreCommand;
extern const Command diagnoseCommand;
extern const Command lintCommand;
extern const Command diffCommand;
extern const Command gateCommand;
extern const Command verifyCommand;
extern const Command playCommand;
extern const Command drillCommand;
extern const Command classCommand;
extern const Command handoutCommand;
extern const Command reportCommand;
extern const Command importCommand;
extern const Command fmtCommand;
extern const Command modelsCommand;
extern const Command explainCommand;
extern const Command diagramCommand;
extern const Command schemaCommand;
extern const Command initCommand;
extern const Command completionCommand;

/// Every command, in the order in which help lists them.
inline auto commands() {
    static constexpr std::array all{
        &runCommand,    &testCommand,     &boundsCommand,    &sampleCommand,   &mergeCommand,   &blastCommand,
        &planCommand,   &deadlineCommand, &exploreCommand,   &diagnoseCommand, &lintCommand,    &diffCommand,
        &gateCommand,   &verifyCommand,   &playCommand,      &drillCommand,    &classCommand,   &handoutCommand,
        &reportCommand, &importCommand,   &fmtCommand,       &modelsCommand,   &explainCommand, &diagramCommand,
        &schemaCommand, &initCommand,     &completionCommand};
    return all | std::views::transform([](const Command* command) -> const Command& { return *command; });
}

} // namespace cmksim::program
