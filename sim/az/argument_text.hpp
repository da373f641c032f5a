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
    bool plain = false; // a boolean or a number, which JSON has without quotes
};

/// Those of a list, or the one of a scalar; none of a mapping.
std::vector<std::string> textsOf(const JsonValue& value);

ArgumentText argumentOf(std::string name, const JsonValue& value);

/// The keys of a resource by slot: each as `keys.SLOT`, and who uses it as `keys.SLOT.identity`; those that come onto
/// its list as `keys.+1`, and those that go off it as `keys.-1`.
std::vector<ArgumentText> argumentsOfSlots(const JsonValue& bySlot);

/// A key by its URI as the URI of its vault, its name and its version; as it is where it is no URI of a key.
/// `saysNoVersion`: an empty version is said, too, as it lets go of one.
std::vector<ArgumentText> keyInParts(const std::string& key, const std::string& uri, bool saysNoVersion);

} // namespace cmksim::az
