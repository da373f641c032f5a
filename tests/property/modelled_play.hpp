// A world on random models, played by the engine and by the naive reference.
#pragma once

#include "property/model_generator.hpp"
#include "reference/event.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cmksim::property {

/// What the reference says of a world; nothing when it cannot be read.
std::optional<reference::Replay> playModelledByReference(const std::vector<std::string>& models,
                                                         const std::string& yaml);

/// What the engine tells of a world that is sound, event by event, and whether all in it is as expected.
std::vector<std::string> linesOf(const std::vector<std::string>& models, const std::string& yaml);
bool passes(const std::vector<std::string>& models, const std::string& yaml);

/// Where engine and reference differ on a world; empty: nowhere. `complaints` where it is not sound.
std::string differenceOnModels(const std::vector<std::string>& models, const std::string& yaml);

/// The same, with all that a person needs to look into it, of a world made as small as it gets.
std::string describedDifference(const ModelledWorld& world);

} // namespace cmksim::property
