// The values of options in the words of the language.
#pragma once

#include "az/command_target.hpp"

#include <string>
#include <string_view>

namespace cmksim::az {

/// Adds what a value of the field `name` stands for: the names of the estate for ids, the words of the language for
/// those of the tool. Complains of what stands for nothing here.
void appendValue(std::string_view name, const ShellWord& value, GivenCommand& given, CommandField& field);

/// The federated identity of the estate that a text names; empty, as complained of, where there is none.
std::string federatedIdentity(std::string_view at, std::string_view text, GivenCommand& given);

} // namespace cmksim::az
