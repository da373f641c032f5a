// Random worlds, each from a number.
#pragma once

#include "property/world_text.hpp"

#include <cstdint>

namespace cmksim::property {

/// The world of that seed: the same on every machine, sound, and without fleets.
WorldText randomWorld(std::uint64_t seed);

} // namespace cmksim::property
