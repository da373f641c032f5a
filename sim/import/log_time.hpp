// When an event of a log was, in whichever form its export has instants.
#pragma once

#include "document/document.hpp"

#include <string>

namespace cmksim::import {

struct LogTime {
    std::string at;            // RFC 3339 in whole seconds; empty: nothing says it, or it may be one of several
    std::string said;          // as the event has it
    bool isMonthFirst = false; // `5/14/2024, 9:12:33.123 AM`, as the portal exports tables
};

/// The instant of an event. One in the portal's form is of UTC. Its month comes first where nothing else can: the day
/// is above 12, or the form is that of the United States, without zeros in front and with AM or PM in capitals.
LogTime logTimeOf(Node event);

/// Whether it has any of the fields in which events have their instant.
bool hasLogTime(Node event);

} // namespace cmksim::import
