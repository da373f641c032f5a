// What several options of a command say together: a key in parts, an identity and the application that it is used as.
#pragma once

#include "az/command_target.hpp"

namespace cmksim::az {

/// Puts the field that they stand for in the place of the parts. Complains of parts that do not go together.
void joinParts(GivenCommand& given, CommandAction& action);

} // namespace cmksim::az
