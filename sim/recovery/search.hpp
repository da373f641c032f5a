// The cheapest sequence of candidates after which nothing ails the resources wanted.
#pragma once

#include "engine/simulation_state.hpp"
#include "recovery/candidate.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace cmksim::recovery {

using Steps = std::vector<std::shared_ptr<const Candidate>>;

/// Takes all steps now.
void performAll(const Steps& steps, SimulationState& simulation);

/// Whether steps may be taken of which documents disagree whether they work.
enum class Doubt : std::uint8_t { Allowed, Avoided };

/// All steps at the instant of `start`. The best `most` sequences, the first of them the cheapest; their steps differ
/// as sets. None when nothing helps. Where several resources ail in so many ways that not all ways can be looked at,
/// one sequence that brings back one resource after the other, each in its own cheapest way.
std::vector<Steps> findRecoveries(const Program& program, const SimulationState& start,
                                  std::span<const ResourceId> wanted, std::size_t most, Doubt doubt = Doubt::Allowed);

/// Whether some step is one of which documents disagree.
bool isDoubtful(const Steps& steps);

} // namespace cmksim::recovery
