// What a plan of Terraform destroys and makes anew.
#pragma once

#include "base/diagnostics.hpp"
#include "model/azure.hpp"

#include <map>
#include <string>
#include <vector>

namespace cmksim::import {

class TerraformInstances;

/// Something that a plan destroys and makes anew under its name.
struct TerraformReplacement {
    TerraformThing thing{};
    std::string name;
    std::string vault;      // of a key
    Mark mark{};            // where it stands as it is to be
    Mark earlier{};         // and as it is before
    bool madeFirst = false; // and destroyed once its successor is there
};

/// Where the instances of a state stand, by their addresses.
using TerraformPlaces = std::map<std::string, Mark>;

/// Those of the types that are simulated, of the planned `instances`; `prior` are the places of those before them. Why
/// each is made anew is told as a warning.
std::vector<TerraformReplacement> readReplacements(const TerraformInstances& instances, const TerraformPlaces& prior,
                                                   Diagnostics& diagnostics);

} // namespace cmksim::import
