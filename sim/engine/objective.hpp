// What is asked of resources and of journeys that need several of them. The engine does nothing with it; analyses judge
// it.
#pragma once

#include "base/time.hpp"
#include "model/ids.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::engine {

/// A resource, or several things of which all or any one are needed.
struct Need {
    enum class Kind : std::uint8_t { Resource, All, Any } kind = Kind::Resource;
    ResourceId resource;
    std::vector<Need> parts;
};

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

    [[nodiscard]] bool isJourney() const { return of.kind != Need::Kind::Resource; }
};

} // namespace cmksim::engine
