// Random models, and random worlds of resources of them: small, with clocks of seconds, so that the rules of models
// meet one another often (rules, "How this is checked").
#pragma once

#include "property/world_text.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace cmksim::property {

/// A world and the models that it is played on, as text.
struct ModelledWorld {
    std::vector<std::string> models;
    WorldText world;
};

/// The world of that seed: the same on every machine, and sound.
ModelledWorld randomModelledWorld(std::uint64_t seed);

} // namespace cmksim::property
