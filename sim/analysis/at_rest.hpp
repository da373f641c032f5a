// How an estate stands before any story: what is down or impaired though nothing has happened, and what exactly is
// missing. No analysis that starts from a healthy estate says anything true of one that is not.
#pragma once

#include "engine/impairment.hpp"
#include "engine/program.hpp"
#include "engine/simulation_state.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::analysis {

enum class RestStatus : std::uint8_t { Up, Impaired, Down };
inline constexpr std::array<std::string_view, 3> restStatusNames{"up", "impaired", "down"};
inline constexpr std::string_view nameOf(RestStatus status) {
    return restStatusNames[static_cast<std::size_t>(status)];
}

/// What a resource comes to when nothing is done: how it stands from its first revalidation on.
struct AtRest {
    ResourceId resource;
    RestStatus status{};
    StateId state;
    Reason reason = Reason::None;
    Impairment impairment;
    bool returns = false;             // down at the start, and up from its first revalidation on
    std::vector<std::string> missing; // `list is missing from the access policy of app-id in kv`, as a check goes
    std::optional<Instant> dataEnds;  // when its data is gone for good, if nothing is done
};

/// The resources that are not up, in the order of the estate; the timeline has no part in it. Costs a replay of one
/// period.
std::vector<AtRest> troublesAtRest(const Program& program);

/// When each resource loses its data for good, if nothing is done from a state on; those that never do are left out.
std::map<ResourceId, Instant> dataEndsFrom(SimulationState state);

/// What stands between a resource and its key now, each thing for itself; what follows from another is left out.
std::vector<std::string> missingOf(const Program& program, const SimulationState& simulation, ResourceId resource);

/// A grant of the timeline that a resource may be without at rest, and the instant by which it counts at the latest.
struct LateGrant {
    Instant made{};
    Instant countsBy{};
};

/// The grants of a timeline to what a resource uses for its keys at the start, in the order in which they are made.
std::vector<LateGrant> lateGrantsOf(const Program& story, ResourceId resource);

/// In one line: `down, IdentityUnauthorized: list is missing from the access policy of app-id in kv`.
std::string troubleText(const Program& program, const AtRest& trouble);

} // namespace cmksim::analysis
