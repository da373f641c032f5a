// States told apart by what can still become of them.
#pragma once

#include "engine/alike.hpp"
#include "engine/simulation_state.hpp"

#include <cstdint>
#include <string>

namespace cmksim::exploration {

/// Everything that decides how a state goes on, as bytes.
using CanonicalForm = std::string;

/// Equal for two states of one program exactly when they go the same way from now on, but for which of the
/// resources of a class goes which.
CanonicalForm canonicalForm(const Program& program, const SimulationState& simulation, const ResourceClasses& classes);

/// 128 bits of the canonical form: a million million states are told apart all but certainly.
struct StateHash {
    std::uint64_t high = 0;
    std::uint64_t low = 0;

    friend bool operator==(const StateHash&, const StateHash&) = default;

    struct Hasher {
        std::size_t operator()(const StateHash& hash) const noexcept { return hash.low; }
    };
};
/// `buffer` is for the form, so that it takes no memory anew.
StateHash stateHash(const Program& program, const SimulationState& simulation, const ResourceClasses& classes,
                    CanonicalForm& buffer);

} // namespace cmksim::exploration
