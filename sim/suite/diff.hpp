// What differs between two worlds of the same scenarios, and how that is reported.
#pragma once

#include "analysis/compare.hpp"
#include "report/layout.hpp"
#include "report/objective_report.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::suite {

/// Something that an objective asks for, and that is held in every case on one side alone.
struct ObjectiveDifference {
    std::string name;
    std::string asked; // `rto 1h`
    bool holdsInA = false;
    bool holdsInB = false;
    std::string a; // how it is held; empty: it is not asked for on this side
    std::string b;
};

/// Those of two sides, in the order of A, then what B alone asks for.
std::vector<ObjectiveDifference> differencesOf(const JudgedObjectives& a, const JudgedObjectives& b);

/// A scenario, or one combination of its matrix, that does not go the same way in both worlds.
struct DifferingCase {
    std::string file;
    std::string scenario; // its name
    std::string name;     // the scenario's, with the combination's values behind it
    Comparison comparison;
    std::vector<ObjectiveDifference> objectives = {};
};

struct DiffResult {
    std::string a; // what makes each side: `as it is`, `--estate new.yaml`
    std::string b;
    std::size_t cases = 0;    // how many were compared
    bool interrupted = false; // before all were
    std::vector<DifferingCase> differences;
    std::set<std::string> atNominal; // clocks of which one phase alone was looked at, in words
};

enum class DiffFormat : std::uint8_t { Text, Json, Markdown };

/// What the command line calls them, in the order of DiffFormat.
inline constexpr std::array<std::string_view, 3> diffFormatNames{"text", "json", "markdown"};

/// The format of that name; nothing when there is none.
std::optional<DiffFormat> diffFormatNamed(std::string_view name);

/// Writes the report: the same bytes for the same result. Only Text looks at the style.
void writeDiff(DiffFormat format, const DiffResult& result, const TextStyle& style, const JsonValue& evidence,
               std::ostream& out);

} // namespace cmksim::suite
