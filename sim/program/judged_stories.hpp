// The stories that a plan and a loss come to, held against the objectives of the estate.
#pragma once

#include "blast/blast.hpp"
#include "recovery/plan.hpp"
#include "report/objective_report.hpp"
#include "report/scope.hpp"

#include <span>
#include <string>
#include <vector>

namespace cmksim::program {

/// The objectives over what the timeline does up to the moment of a recovery and then its first plan; nothing where
/// there are none. `program` may be compiled under other readings than the recovery.
JudgedObjectives objectivesWith(const Program& program, const Recovery& recovery, OpenTimings open);

/// The objectives that losses break.
struct LossObjectives {
    std::vector<report::MissedBy> missed;  // of each loss that breaks some, or of which it is not known
    std::vector<std::string> missedAnyway; // `images, rto 1h`: not held with no loss either
    std::size_t notJudged = 0;             // losses that do harm and of which it was not looked at
    bool asked = false;                    // the estate has objectives

    /// What of it a reader must know.
    void tell(report::Scope& scope) const;
};

/// Of each loss that takes something away, where nothing is done about it, at every open timing; of the first 200
/// alone.
LossObjectives objectivesWithout(const Program& estate, std::span<const Blast> blasts);

} // namespace cmksim::program
