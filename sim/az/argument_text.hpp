// The arguments of an action as the texts that stand behind the options of a command.
#pragma once

#include "base/json_value.hpp"

#include <string>
#include <vector>

namespace cmksim::az {

/// One scalar or list of an action's arguments.
struct ArgumentText {
    std::string name; // `networkAcls.bypass`
    std::vector<std::string> values;
    bool list = false;
    bool null = false;
};

/// Those of a list, or the one of a scalar; none of a mapping.
std::vector<std::string> textsOf(const JsonValue& value);

ArgumentText argumentOf(std::string name, const JsonValue& value);

} // namespace cmksim::az
