// The nearest known name for an unknown one.
#pragma once

#include "base/folders.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim {

/// The known name with the fewest edits from `name` (letter case counts for little), or an empty view when none is
/// near. Ties go to the earlier name. Cost is bounded: names longer than 64 bytes are only compared for equality
/// without case, and so are those after the first 10,000 of a likely length.
std::string_view nearestName(std::string_view name, std::span<const std::string_view> known);

/// `did you mean 'x'?`, or, where nothing is near and few are known, `known: a, b, c`; empty otherwise.
std::string suggestion(std::string_view name, std::span<const std::string_view> known);

/// The same where all that are known are listed, however many: for the fields of one mapping.
std::string suggestionOrAll(std::string_view name, std::span<const std::string_view> known);

/// A message with the suggestion behind a semicolon; with `otherwise`, or alone, where there is none.
std::string withSuggestion(std::string message, std::string_view name, std::span<const std::string_view> known,
                           std::string_view otherwise = {});

} // namespace cmksim
