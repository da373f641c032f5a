// What the check of a runbook found, command by command.
#pragma once

#include "base/shape.hpp"
#include "program/runbook_file.hpp"
#include "recovery/runbook.hpp"
#include "report/layout.hpp"
#include "report/scope.hpp"

#include <cstdint>
#include <iosfwd>

namespace cmksim::program {

/// What comes of a runbook as a whole.
enum class RunbookEnd : std::uint8_t {
    Sound,
    NotKnown,   // nothing that is played falls short, but not everything is
    FallsShort, // a command does not help, or the end is not reached
};
RunbookEnd endOf(const Runbook& runbook, const CheckedRunbook& checked);

/// What was looked at, and what not.
Scope runbookScope(const Runbook& runbook, const CheckedRunbook& checked);

/// Its fields, apart from what every result has.
shape::Properties runbookProperties();
JsonValue runbookJson(const Runbook& runbook, const CheckedRunbook& checked);

void writeRunbookText(const Runbook& runbook, const CheckedRunbook& checked, const TextStyle& style, std::ostream& out);

} // namespace cmksim::program
