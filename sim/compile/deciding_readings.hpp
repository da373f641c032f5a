// Under which readings something holds, in the fewest readings that decide it.
#pragma once

#include "catalog/readings.hpp"

#include <span>
#include <string>
#include <vector>

namespace cmksim::compile {

/// Of something that holds under some `choices`, each with a value of all `readings`, and not under others: the values
/// of the fewest readings that decide it under which it holds. All of them where no few do.
std::vector<ReadingChoice> whereItHolds(std::span<const FactReading> readings, std::span<const ReadingChoice> choices,
                                        const std::vector<bool>& holds);

/// `trusted-by-bypass is not-listed, or …`.
std::string whereText(const std::vector<ReadingChoice>& under);

} // namespace cmksim::compile
