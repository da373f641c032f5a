// Every sequence of a few mishaps, at every instant that makes a difference, against what must never be.
#pragma once

#include "base/progress.hpp"
#include "engine/situation.hpp"
#include "recovery/candidate.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace cmksim {

enum class Invariant : std::uint8_t {
    NoDataLoss,  // no material goes that wraps a resource's data
    Recoverable, // of every resource that is there some plan makes it `Ready` again
};
inline constexpr std::array<std::string_view, 2> invariantNames{"no-data-loss", "recoverable"};

/// A mishap, and when.
struct Mishap {
    Instant at{};
    std::shared_ptr<const Candidate> action;
};

/// A shortest sequence that breaks an invariant, at the earliest instants.
struct Violation {
    Invariant invariant{};
    std::vector<Mishap> steps;
    ResourceId resource; // that it happens to
    Instant at{};        // when
};

struct Exploration {
    std::uint64_t states = 0; // that differ
    bool complete = true;     // nothing was left out within the bounds
    std::vector<Violation> violations;
    Program program; // in whose names the steps are told
};

struct ExplorationOptions {
    unsigned faults = 1;
    Duration within = std::chrono::hours{24}; // from the start: when mishaps happen, and what comes of them
    std::vector<Invariant> invariants{Invariant::NoDataLoss, Invariant::Recoverable};
    std::uint64_t mostStates = 1'000'000; // of each part of the estate
    unsigned jobs = 1;
};

/// From the estate's start, at nominal phases; parts of the estate that have nothing to do with each other one by one,
/// as no mishap ties them together and the invariants are of single resources. Mishaps happen at once after the one
/// before, a second before and after each deadline, a second after each revalidation that may find something new, and a
/// period on.
Exploration explore(const Program& estate, const ExplorationOptions& options, Progress* progress);

} // namespace cmksim
