// How the services of a story differ, as data of its page.
#pragma once

#include "base/json_value.hpp"
#include "engine/program.hpp"

namespace cmksim::page {

/// What 'models --compare' tells of those that the resources are of; null where there are no two.
JsonValue comparedServices(const Program& program);

} // namespace cmksim::page
