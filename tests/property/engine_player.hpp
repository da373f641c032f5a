// The engine's side of the comparison: a scenario through compile and replay, told in the reference's terms.
#pragma once

#include "property/harness.hpp"

namespace cmksim::property {

using namespace scenario;

/// Plays scenarios by the base models; takes none that does not compile.
Player enginePlayer();

} // namespace cmksim::property
