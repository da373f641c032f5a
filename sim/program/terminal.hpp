// How much a terminal can show.
#pragma once

#include "program/command.hpp"
#include "report/text.hpp"

namespace cmksim::program {

/// The style for a text: plain and 80 columns wide, unless it goes to a terminal, or COLUMNS says how wide; never in
/// colour with NO_COLOR set.
TextStyle textStyle(bool toFile, const Streams& streams);

} // namespace cmksim::program
