// Follows a situation while nobody acts, and tells which invariants that breaks.
#pragma once

#include "engine/situation.hpp"
#include "exploration/invariant.hpp"

#include <optional>
#include <vector>

namespace cmksim {

/// That an invariant is broken: for which resource, and when.
struct Breach {
    ResourceId resource;
    Instant at{};
};

/// The breaches of `invariants`, in their order, from `situation` until `end`; nothing for those that hold or that are
/// not `wanted`. `records` is what has been recorded at the situation's own instant, such as a loss of data;
/// `scratch` any situation of the program, which is led on in its place.
std::vector<std::optional<Breach>> breachesFrom(const Program& program, const Situation& situation, Instant end,
                                                const std::vector<Invariant>& invariants,
                                                const std::vector<bool>& wanted, const std::vector<Record>& records,
                                                Situation& scratch);

} // namespace cmksim
