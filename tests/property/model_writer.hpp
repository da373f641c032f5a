// Random models, within the language of models (rules, sections 1 to 6).
#pragma once

#include "property/random.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace cmksim::property {

/// What a story has to know of a model.
struct ModelRole {
    std::string service;
    std::string text;
    std::int64_t period = 0;
    std::int64_t rotationPeriod = 0; // 0: it has no clock of its own
    std::int64_t recoveryPeriod = 0; // likewise
    bool rotationIsSetting = false;
    std::vector<std::string> slots; // for its keys, by all names that there can be; none: it has one key
    std::size_t mostKeys = 1;
    std::vector<std::string> standsOn; // services
    std::vector<std::string> states;
    std::vector<std::string> downStates; // not the first, not terminal
};

/// A model of that service, which can stand on the services `below`.
ModelRole randomModel(Random& random, std::string service, std::vector<std::string> below);

} // namespace cmksim::property
