// The work of the table in RESULTS.md, A to D and G: what it costs to look at everything that is left open, beside the
// least that the same work can cost and beside a queue of events.
#pragma once

#include "scenario/ast.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

namespace cmksim::bench {

using namespace scenario;

/// Does the work once.
using Work = std::function<void()>;

struct NamedWork {
    std::string_view name;
    std::function<Work()> prepare;
};

std::span<const NamedWork> works();

/// So many resources on one key, their phases spread, three deletions and restorations in a number of days.
Scenario fleetScenario(std::int64_t members, std::int64_t days);

} // namespace cmksim::bench
