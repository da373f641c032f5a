// What the commands of a timeline that only read print: what a person would see at that moment.
#pragma once

#include "base/json_value.hpp"
#include "engine/program.hpp"
#include "engine/world_history.hpp"
#include "model/azure.hpp"
#include "reads/folder.hpp"
#include "scenario/ast.hpp"

#include <map>
#include <string>
#include <vector>

namespace cmksim::reads {

struct ReadOutput {
    std::string command;           // its words, `keyvault key list`
    JsonValue value;               // after its query; null where only lines are printed
    std::vector<std::string> text; // line by line, in the format that the command asks for
    bool structured = false;       // it is asked for as JSON
};

/// By entry. A command that finds nothing to see has none, one whose output is not simulated one without lines.
using ReadOutputs = std::map<EntryId, ReadOutput>;

/// What the command of a record printed; null: nothing, or nothing is to be shown.
const ReadOutput* outputOf(const ReadOutputs* outputs, const Record& record);

/// The commands of a timeline by the places of their entries.
using CommandTexts = std::map<TextPlace, std::string>;
CommandTexts commandTextsOf(const std::vector<EntrySpec>& timeline);

/// Of a program on one concrete timing, without reactions. It is stepped through only where some command prints.
ReadOutputs readOutputsOf(const Program& program, const Phases& phases, const CommandTexts& commands,
                          const std::vector<AzureTerms>& terms);

} // namespace cmksim::reads
