// What is asked of resources and of journeys that need several of them. The engine does nothing with it; analyses judge
// it.
#pragma once

#include "base/instant.hpp"
#include "model/ids.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace cmksim::engine {

struct Need;

/// Several things of which all or any one are needed.
struct NeedOfSeveral {
    enum class How : std::uint8_t { All, Any } how = How::All;
    std::vector<Need> parts;
};

/// A resource, or several things.
struct Need {
    std::variant<ResourceId, NeedOfSeveral> of;
};

/// Each that is needed in one way or another, once, in the order in which they are named.
std::vector<ResourceId> resourcesOf(const Need& need);

/// No more downtime than `most` in any stretch of time of `per`.
struct DowntimeLimit {
    Duration most{};
    Duration per{};
};

struct Objective {
    std::string name; // of the resource, or of the journey
    Need of;
    std::optional<Duration> rto; // no outage is longer
    std::optional<DowntimeLimit> downtime;
    bool noDataLoss = false;   // of any of the resources
    bool noImpairment = false; // likewise

    [[nodiscard]] bool isJourney() const { return std::holds_alternative<NeedOfSeveral>(of.of); }
};

} // namespace cmksim::engine
