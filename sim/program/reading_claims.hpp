// What each analysis concludes, claim by claim, so that it can be held against what it concludes under another reading.
#pragma once

#include "analysis/bounds.hpp"
#include "analysis/deadlines.hpp"
#include "blast/blast.hpp"
#include "exploration/explore.hpp"
#include "lint/lint.hpp"
#include "program/under_readings.hpp"
#include "recovery/plan.hpp"
#include "report/objective_report.hpp"

#include <optional>
#include <span>
#include <vector>

namespace cmksim::program {

Claims claimsOf(const Program& program, const ScenarioBounds& bounds, std::span<const Deadline> deadlines);
Claims claimsOf(const Program& program, std::span<const Blast> blasts);
Claims claimsOf(const Exploration& found, const ExplorationOptions& options);
Claims claimsOf(std::span<const LintFinding> findings);
Claims claimsOf(const JudgedObjectives& judged);

/// What is concluded where the way back was searched for.
Claims claimsOf(const Recovery& recovery);

/// Whether a plan reaches its goal in a program compiled under other readings.
bool holdsUnder(const Program& original, const Recovery& recovery, const RecoveryPlan& plan);

/// What becomes of that way back where another reading holds: whether its steps reach the goal there, and which do
/// where they do not. Where the same steps do, taken later, `later` is told when: the latest of all that it is told.
Claims claimsUnder(const Program& program, const Recovery& recovery, const std::vector<ResourceId>& goal,
                   std::vector<Instant>* later = nullptr);

/// The plan with its steps no sooner than at those instants; nothing where there are none, or it would not hold.
std::optional<RecoveryPlan> postponed(const Program& program, const Recovery& recovery,
                                      const std::vector<Instant>& later);

} // namespace cmksim::program
