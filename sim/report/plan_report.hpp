// A recovery as a runbook, for people and programs.
#pragma once

#include "base/json_value.hpp"
#include "recovery/plan.hpp"
#include "report/layout.hpp"

#include <iosfwd>
#include <string_view>

namespace cmksim {

JsonValue planJson(const Recovery& recovery);

void writePlanText(const Recovery& recovery, std::string_view file, const TextStyle& style, std::ostream& out);

} // namespace cmksim
