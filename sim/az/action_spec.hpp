// A command's action as the parse step leaves those that are written out: typed fields, each at the place of its word.
#pragma once

#include "az/command_action.hpp"
#include "scenario/ast.hpp"
#include "scenario/scalars.hpp"

#include <functional>
#include <optional>
#include <string_view>

namespace cmksim::az {

/// Where a part of the command stands; that of the command for none.
using PlaceOfPart = std::function<Mark(std::string_view part)>;

/// The action that a command's fields say. Nothing, as reported, where its target is none.
std::optional<ActionSpec> specOf(const CommandAction& command, const PlaceOfPart& placeOf, const Reading& reading);

} // namespace cmksim::az
