// The objectives of an estate as invariants of a search.
#pragma once

#include "engine/program.hpp"
#include "exploration/invariant.hpp"
#include "report/scope.hpp"

#include <string>
#include <vector>

namespace cmksim::program {

struct ObjectiveInvariants {
    std::vector<Invariant> invariants;
    std::vector<std::string> left; // `images, downtime 4h per 30d: …`: what no invariant says

    /// What of it a reader must know.
    void tell(report::Scope& scope) const;
};

/// `within` is how far the search goes, `asked` what it looks for besides: an objective that no data is lost is held
/// against that where it has it.
ObjectiveInvariants invariantsOf(const Program& estate, Duration within, const std::vector<Invariant>& asked);

} // namespace cmksim::program
