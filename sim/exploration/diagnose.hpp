// From symptoms back to what may have caused them: the shortest sequences of faults after which, for some phase of
// every resource, each stands as it was seen to.
#pragma once

#include "analysis/bounds.hpp"
#include "base/progress.hpp"
#include "recovery/candidate.hpp"

#include <cstdint>
#include <vector>

namespace cmksim::exploration {

/// How a resource was seen to stand, and when.
struct Symptom {
    Expectation seen;
    Instant at{};
};

/// A fault, and between which instants it can have happened, the others of its sequence being where they were found.
struct SuspectedFault {
    Action action;
    Extent<Instant> when;
};

struct Diagnosis {
    std::vector<SuspectedFault> steps; // none: time alone did it
    std::vector<Instant> at;           // instants of the steps that explain it all
    // That have no symptom, and would at the last symptom be, at some phase:
    std::vector<ResourceId> alsoDown;
    std::vector<ResourceId> alsoImpaired; // and not down
};

/// Whether every combination of ends is looked at of what is open besides phases. Else a symptom that shows only with
/// timings at different ends may have a cause that is not found, and so may several of them where five or more are
/// open.
bool combinesEveryEnd(const Program& estate, unsigned faults);

/// The causes of up to `faults` faults (1 or 2), those with the fewest only, the best first: by how few other
/// resources would be down too. Parts of the estate that have nothing to do with each other are explained one by one,
/// and in those without symptoms nothing is taken to have happened. `estate` has no timeline; times are since its
/// start. Cancelled, it ends with those that it has found by then.
std::vector<Diagnosis> diagnose(const Program& estate, const std::vector<Symptom>& symptoms, unsigned faults,
                                Progress* progress = nullptr);

} // namespace cmksim::exploration
