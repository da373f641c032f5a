// The scenario that `cmksim init` writes: first_scenario.yaml, as it stands.
#pragma once

#include <string_view>

namespace cmksim::program {

std::string_view firstScenario();

} // namespace cmksim::program
