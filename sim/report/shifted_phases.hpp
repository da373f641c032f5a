// The phases of a story that are not the ones its file gives.
#pragma once

#include "base/shape.hpp"
#include "engine/program.hpp"
#include "engine/world_history.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::report {

/// A phase, and the field of the resource that gives it.
struct ShiftedPhase {
    enum class Of : std::uint8_t { Revalidation, Recovery, Rotation } of{};
    ResourceId resource;
    Duration phase{};

    /// `revalidationPhase`.
    [[nodiscard]] std::string_view field() const;
    /// `phase`, `recovery phase`.
    [[nodiscard]] std::string_view word() const;
};

/// Those that differ from the nominal ones, in the order of the estate.
std::vector<ShiftedPhase> shiftedPhases(const Program& program, const Phases& phases);

/// Of one clock, by resource, in seconds.
shape::Shape<Phases, Program> shiftedPhasesShape(ShiftedPhase::Of of);

} // namespace cmksim::report
