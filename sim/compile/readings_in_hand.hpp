// Which readings of what documents disagree about matter to a program.
#pragma once

#include "catalog/catalog.hpp"
#include "engine/program.hpp"

#include <cstdint>
#include <vector>

namespace cmksim::compile {

/// Whether readings count that change only what is said, and not what happens.
enum class WordReadings : std::uint8_t { Counted, LeftOut };

/// The readings that the platform and the models of a program give, but for those that are given a value already.
std::vector<FactReading> readingsInHand(const Program& program, const Catalog& catalog, const ReadingChoice& given,
                                        WordReadings ofWords);

} // namespace cmksim::compile
