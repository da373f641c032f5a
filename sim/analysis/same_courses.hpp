// Whether a resource fares the same in two programs at every phase, however its outages are taken together in bounds.
#pragma once

#include "engine/program.hpp"

#include <cstdint>

namespace cmksim::analysis {

enum class Courses : std::uint8_t {
    Same,
    Different, // at some phase
    NotKnown,  // something besides phases of looks is open, so that courses of the one belong to none of the other
};

/// Both have the same resources and no reactions, and end at the same instant. Compares when the resource is there,
/// down and impaired, and whether its data is lost, at both ends of what classes of phases have in common: between them
/// every instant shifts with the phase, in both. Costs a replay or two for each class of either.
Courses coursesOf(const Program& one, const Program& other, OpenTimings open, ResourceId resource);

} // namespace cmksim::analysis
