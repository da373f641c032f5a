// What exactly a resource lacks: the permission, the role, the opening of a firewall. For people who have to bring it.
#pragma once

#include "engine/simulation_state.hpp"

#include <optional>
#include <string>

namespace cmksim::recovery {

/// What a revalidation would find now; nothing where it finds nothing wrong, and where there is none.
struct Shortcoming {
    Reason reason = Reason::None;        // None: it stays up, impaired by conditions
    std::vector<std::string> conditions; // that it would raise
    std::string missing;                 // `'list' is missing from the access policy of app in kv`
};
std::optional<Shortcoming> shortcomingOf(const Program& program, const SimulationState& simulation,
                                         ResourceId resource);

} // namespace cmksim::recovery
