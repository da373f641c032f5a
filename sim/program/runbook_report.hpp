// What the check of a runbook found, command by command.
#pragma once

#include "base/json_value.hpp"
#include "program/runbook_file.hpp"
#include "recovery/runbook.hpp"
#include "report/layout.hpp"

#include <iosfwd>
#include <string_view>

namespace cmksim::program {

/// Whether every command is right and helps, and the end is reached.
bool isSound(const Runbook& runbook, const CheckedRunbook& checked);

JsonValue runbookJson(const Runbook& runbook, const CheckedRunbook& checked);

void writeRunbookText(const Runbook& runbook, const CheckedRunbook& checked, const TextStyle& style, std::ostream& out);

} // namespace cmksim::program
