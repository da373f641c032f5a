// What each analysis concludes, claim by claim, so that it can be held against what it concludes under another reading.
#pragma once

#include "analysis/bounds.hpp"
#include "blast/blast.hpp"
#include "exploration/explore.hpp"
#include "lint/lint.hpp"
#include "program/under_readings.hpp"
#include "recovery/plan.hpp"

#include <span>

namespace cmksim::program {

Claims claimsOf(const Program& program, const ScenarioBounds& bounds);
Claims claimsOf(const Program& program, std::span<const Blast> blasts);
Claims claimsOf(const Exploration& found, const ExplorationOptions& options);
Claims claimsOf(std::span<const LintFinding> findings);

/// What is concluded where the way back was searched for.
Claims claimsOf(const Recovery& recovery);

/// Whether a plan reaches its goal in a program compiled under other readings.
bool holdsUnder(const Program& original, const Recovery& recovery, const RecoveryPlan& plan);

/// What becomes of that way back where another reading holds: whether its steps reach the goal there, and which do
/// where they do not.
Claims claimsUnder(const Program& program, const Recovery& recovery, const std::vector<ResourceId>& goal);

} // namespace cmksim::program
