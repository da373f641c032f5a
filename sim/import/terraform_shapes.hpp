// Of which kinds the parts of a plan or state of Terraform are.
#pragma once

#include "import/terraform_instances.hpp"

namespace cmksim::import {

/// Tells what around the resources is of a kind in which nothing can be read.
void judgeFrame(Node root, Diagnostics& diagnostics);

/// Tells which attributes of a resource are.
void judgeAttributes(const TerraformInstance& instance, Diagnostics& diagnostics);

} // namespace cmksim::import
