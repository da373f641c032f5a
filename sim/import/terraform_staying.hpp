// What stays in Azure when a plan destroys something that has said it of another thing: the provider changes nothing
// then.
#pragma once

#include "base/diagnostics.hpp"
#include "import/raw_import.hpp"
#include "import/terraform.hpp"

#include <span>
#include <string>

namespace cmksim::import {

/// What something says of another one, and what stays so once that is destroyed.
struct TerraformStaying {
    std::string address;
    Mark mark;
    RawImport raw;
};

/// Keeps in the estate after a plan what stays of what it destroys, as long as the thing of which it is said is there
/// and nothing else is said of it, and tells so. `stillSaid` is what the plan leaves that says such things.
void keepWhatStays(const TerraformStaying& staying, std::span<const TerraformStaying> stillSaid,
                   TerraformReading& reading, Diagnostics& diagnostics);

} // namespace cmksim::import
