// What a creation holds and other commands add: the grants, keys and identities of a vault or resource.
#pragma once

#include "az/format_command.hpp"
#include "base/json_value.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::az {

/// The fields of a creation that commands of their own add.
inline constexpr std::array<std::string_view, 4> addedAfterwards{"accessPolicies", "roleAssignments", "keys",
                                                                 "identities"};

struct FurtherAction {
    std::string_view action;
    std::string target;
    JsonObject with;
};

/// What is still to be done after the command that makes the target of `action`, in order; nothing where all of it is
/// said there.
std::vector<FurtherAction> actionsBehind(const ActionText& action);

} // namespace cmksim::az
