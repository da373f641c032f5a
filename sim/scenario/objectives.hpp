// What is asked of resources, and of journeys that need several of them: `objectives` of estates and scenarios, as
// written.
#pragma once

#include "scenario/ast.hpp"

#include <array>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

namespace cmksim::scenario {

inline constexpr std::string_view objectivesField = "objectives";

struct NeedSpec;

/// Several things of which all or any one are needed.
struct NeedOfSeveralSpec {
    bool all = true; // else any
    std::vector<NeedSpec> parts;
};

/// A resource, or several things.
struct NeedSpec {
    std::variant<Name, NeedOfSeveralSpec> of;
};

/// `4h per 30d`: no more downtime than that in any stretch of time so long.
struct DowntimeSpec {
    Duration most{};
    Duration per{};
};

struct ObjectiveSpec {
    Name name; // of the resource, or of the journey
    NeedSpec of;
    std::optional<Duration> rto;
    std::optional<DowntimeSpec> downtime;
    bool noDataLoss = false;
    bool noImpairment = false;

    [[nodiscard]] bool isJourney() const { return std::holds_alternative<NeedOfSeveralSpec>(of.of); }
};

/// Reads a mapping of objectives by name; what is wrong is reported.
std::vector<ObjectiveSpec> readObjectives(Node node, Diagnostics& diagnostics);

/// Those of a scenario that was read, and of its estate; of one name the scenario's hold.
std::vector<ObjectiveSpec> objectivesOf(const Scenario& scenario);

} // namespace cmksim::scenario
