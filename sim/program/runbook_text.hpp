// The commands of the Azure CLI in a runbook or a script, and what of it may do anything.
#pragma once

#include "document/text_store.hpp"
#include "scenario/ast.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace cmksim::program {

/// How commands stand in a file.
enum class RunbookForm : std::uint8_t { Markdown, Script };

struct TextCommand {
    Name text;
    std::string keptIn; // the variable that takes what it prints; empty: none
    std::string doubt;  // why it may not run; empty: it runs
};

/// A line, or a part of one, that does something which is not simulated.
struct TextRest {
    Name raw;
    std::string why;
    bool holdsCommand = false; // in code, of the CLI, and not read
    bool isStep = false;       // in code that is to be run
};

/// Both in the order in which they stand in the file.
struct RunbookText {
    std::vector<TextCommand> commands;
    std::vector<TextRest> rest;
    std::vector<std::shared_ptr<const TextStore>> texts; // what some of these are views of
};

/// Reads a script, or the code blocks of a Markdown text and the code within its sentences.
RunbookText readRunbookText(const Source& file, RunbookForm form);

} // namespace cmksim::program
