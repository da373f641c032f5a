// The way back: from the world at some instant, the actions that make resources `Ready` again, proved by replaying
// them; and what nothing brings back, why, and since when.
#pragma once

#include "recovery/proof.hpp"

#include <optional>
#include <vector>

namespace cmksim::recovery {

/// A resource that no plan brings back.
struct Loss {
    ResourceId resource;
    Reason reason = Reason::None; // that it suffers from
    bool materialGone = false;    // what wraps its data is in no key and no backup
    std::optional<Instant> until; // the last instant at which there was a plan
    std::optional<Record> ended;  // what happened then
};

struct RecoveryPlan {
    Instant when{}; // of its steps: at once, or when every resource has noticed what is wrong
    Steps steps;
    Proof proof;
};

struct Recovery {
    Program program; // in whose names the steps are told
    Instant at{};
    std::vector<ResourceId> wanted;      // that can be brought back
    std::vector<RecoveryPlan> plans;     // the best first; none where nothing is wanted
    std::optional<RecoveryPlan> inDoubt; // another, with a step of which documents disagree whether it works
    std::vector<Loss> lost;
};

/// Plans for `goal`, or for every resource that is there where it is empty; up to `alternatives` of them. One whose
/// steps work however documents are read comes first, unless doubt is allowed, as where a reading is settled.
Recovery planRecovery(const Program& program, Instant at, std::vector<ResourceId> goal, std::size_t alternatives,
                      Doubt doubt = Doubt::Avoided);

} // namespace cmksim::recovery
