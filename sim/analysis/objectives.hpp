// Whether objectives hold: in every case that the documents leave open, in some, in none; how likely, and how bad it
// can be. A journey is judged over the product of the classes of its resources.
#pragma once

#include "analysis/exact.hpp"
#include "analysis/phase_classes.hpp"
#include "engine/objective.hpp"
#include "engine/program.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::analysis {

enum class ObjectiveKind : std::uint8_t { Rto, Downtime, NoDataLoss, NoImpairment };
inline constexpr std::array<std::string_view, 4> objectiveKindNames{"rto", "downtime", "no-data-loss", "no-impairment"};

/// What is not known is never taken as held.
enum class Held : std::uint8_t { Always, Sometimes, Never, NotKnown };
inline constexpr std::array<std::string_view, 4> heldNames{"always", "sometimes", "never", "not-known"};

/// `rto 1h`, `downtime 4h per 30d`, `no data loss`.
std::string askedText(const Objective& objective, ObjectiveKind kind);

/// One thing that one of several objectives asks for.
struct AskedThing {
    std::size_t objective = 0; // in the list
    ObjectiveKind kind{};
};

/// All of them, in the order in which they are judged.
std::vector<AskedThing> askedBy(std::span<const Objective> objectives);

/// What became of one thing that an objective asks for.
struct ObjectiveResult {
    std::size_t objective = 0; // in the list
    ObjectiveKind kind{};
    Held held = Held::NotKnown;
    std::optional<Ratio> probability; // of phases, all else being nominal; none: not computed
    std::vector<PhaseClass> holds;    // of one resource with an open phase: the phases for which it does, likewise
    std::optional<Duration> worst;    // the longest outage, or the most downtime in a stretch of time
    bool worstIsOpen = false;         // it is not over when the program ends, and may be longer
    std::string why;                  // it is not known
};

/// Judges the objectives of a program, each by each thing that it asks for. Costs its bounds, and for a journey the
/// number of combinations of the classes of its resources, up to a limit beyond which it is not known.
std::vector<ObjectiveResult> judgeObjectives(const Program& program, std::span<const Objective> objectives,
                                             OpenTimings open);

} // namespace cmksim::analysis
