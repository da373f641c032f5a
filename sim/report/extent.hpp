// Times and ranges of times as reports print them.
#pragma once

#include "analysis/extent.hpp"
#include "base/json_value.hpp"
#include "base/time.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <string>

namespace cmksim::report {

/// A number of seconds; of an instant those since the start.
inline JsonValue seconds(Duration value) { return std::int64_t{value.count()}; }
inline JsonValue seconds(Instant value) { return seconds(value - scenarioStart); }

template <class T>
JsonValue extent(const analysis::Extent<T>& value) {
    return JsonObject{{"min", seconds(value.least)}, {"max", seconds(value.most)}};
}

/// `10m`, or `10m to 1h10m`.
inline std::string between(const analysis::Extent<Duration>& value) {
    return value.isPoint() ? formatDuration(value.least)
                           : fmt::format("{} to {}", formatDuration(value.least), formatDuration(value.most));
}

} // namespace cmksim::report
