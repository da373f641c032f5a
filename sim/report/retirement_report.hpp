// From when on a version of a key can be disabled, for a person and for programs.
#pragma once

#include "analysis/retirement.hpp"
#include "base/shape.hpp"
#include "engine/program.hpp"
#include "report/layout.hpp"

#include <array>
#include <iosfwd>
#include <string>
#include <string_view>

namespace cmksim::report {

inline constexpr std::array<std::string_view, 3> retirementVerdictNames{"found", "needed", "unknown"};

/// `kv1/cmk/v1`, as a scenario names it.
std::string nameOf(const Program& program, const OnVersion& version);

/// `can be disabled from +2h on: …`, `is still needed at +3d, by reg`.
std::string retirementText(const Program& program, const Retirement& found);

/// The section of a text report.
void writeRetirementText(const Program& program, const OnVersion& version, const Retirement& found,
                         const TextStyle& style, std::ostream& out);

/// The field `retire` of the report.
shape::Properties retirementProperties();
JsonValue retirementJson(const Program& program, const OnVersion& version, const Retirement& found);

} // namespace cmksim::report
