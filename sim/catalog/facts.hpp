// Every fact of a model with where it comes from: what is looked over before a model is shipped.
#pragma once

#include "model/model.hpp"

#include <string>
#include <vector>

namespace cmksim::catalog {

struct Fact {
    std::string name; // `states.Locked`, `reasons.KeyDisabled`
    const Provenance* provenance = nullptr;
    const Timing* timing = nullptr; // where it is one
};

/// In the order in which the language lists them; reasons that share a row are one fact. They point into the model.
std::vector<Fact> factsOf(const Model& model);

} // namespace cmksim::catalog
