// What a plan of Terraform destroys and makes anew.
#pragma once

#include "base/diagnostics.hpp"
#include "model/azure.hpp"

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
    bool madeFirst = false; // and destroyed once its successor is there
};

/// Those of the types that are simulated; why each is made anew is told as a warning.
std::vector<TerraformReplacement> readReplacements(const TerraformInstances& instances, Diagnostics& diagnostics);

} // namespace cmksim::import
