// What goes wrong in a timeline of actions, over every case that the documents leave open: data that is lost, outages,
// impairments, and actions that are refused.
#pragma once

#include "analysis/extent.hpp"
#include "analysis/impairment_bounds.hpp"
#include "engine/program.hpp"
#include "trace/record.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace cmksim::gate {

/// The worst first.
enum class HarmKind : std::uint8_t { DataLoss, Deletion, Outage, Impairment, Refusal };
inline constexpr std::array<std::string_view, 5> harmNames{"data-loss", "deletion", "outage", "impairment", "refusal"};
inline constexpr std::string_view nameOf(HarmKind kind) { return harmNames[static_cast<std::size_t>(kind)]; }

/// What happens to one resource because of one step.
struct Harm {
    HarmKind kind{};
    ResourceId resource;              // invalid: the refused step acts on none
    EntryId step;                     // the action behind it; invalid: no single one is
    std::optional<FactHappened> fact; // what time alone brought about in between
    bool lapse = false;               // likewise, of the resource's own credential
    Reason reason = Reason::None;     // of an outage, its first
    Impairer impairer;                // of an impairment
    std::optional<Refusal> refusal;
    bool always = false; // in every case that was looked at
    Extent<Instant> start;
    std::optional<Extent<Duration>> length; // of what is over in every case; none: it may last
};

struct FoundHarms {
    std::vector<Harm> harms; // by kind, resource and step
    bool exact = true;       // else extents may be wider than the truth
    bool everyCase = true;   // else of some timing not all values were looked at
};

/// Everything that goes wrong in a program without reactions, up to its end. Costs its bounds twice.
FoundHarms findHarms(const Program& program);

/// The harms that are not there, or come later, without the steps.
std::vector<Harm> harmsOfSteps(std::vector<Harm> with, const std::vector<Harm>& without);

} // namespace cmksim::gate
