// What of a script or runbook is no command of the Azure CLI, and may do anything.
#pragma once

#include "program/runbook_file.hpp"

#include <string>
#include <vector>

namespace cmksim::program {

/// The lines of a script, or of the code blocks of a Markdown text, that do something which is not simulated: other
/// programs, loops, conditions, waits; and in Markdown, commands that stand in the text itself. Each as a sentence.
std::vector<std::string> linesNotKnown(const Source& file, RunbookForm form);

} // namespace cmksim::program
