// What a suite exercised of each model, and what it never did.
#pragma once

#include "analysis/coverage.hpp"
#include "base/shape.hpp"

#include <array>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::suite {

enum class CoverageFormat : std::uint8_t {
    Text,     // for a person at a terminal, 80 columns wide
    Json,     // one object
    Markdown, // a job summary
};

/// What the command line calls them, in the order of CoverageFormat.
inline constexpr std::array<std::string_view, 3> coverageFormatNames{"text", "json", "markdown"};

/// The format of that name; nothing when there is none.
std::optional<CoverageFormat> coverageFormatNamed(std::string_view name);

/// How much of a model was exercised, `99.5 %`, rounded down: 100 % is all of it.
std::string percentOf(const ModelCoverage& model);

/// The fields of the JSON.
shape::Properties coverageProperties();

void writeCoverage(CoverageFormat format, const std::vector<ModelCoverage>& models, std::ostream& out);

} // namespace cmksim::suite
