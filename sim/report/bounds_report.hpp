// What a scenario's open timings leave open, for a person, for programs, and for a spreadsheet.
#pragma once

#include "analysis/bounds.hpp"
#include "analysis/deadlines.hpp"
#include "base/shape.hpp"
#include "engine/program.hpp"
#include "report/layout.hpp"

#include <array>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::report {

/// What a deadline does to those that lose by it.
inline constexpr std::array<std::string_view, 3> deadlineLosses{"loses the data of", "takes the identity for good from",
                                                                "takes down"};

/// One scenario's bounds and all that is told of them.
struct BoundsView {
    const Program& program;
    std::string_view file; // as given
    const ScenarioBounds& bounds;
    const std::vector<Deadline>& deadlines;
    bool everyReading = true; // holds however documents are read; else what it says is of the nominal readings
};

/// `key.delete contoso-kv/acr-cmk`, `KeyExpired contoso-kv/acr-cmk/v1`, `the start`.
std::string causeOf(const Program& program, const TurnCause& cause);

/// `KeyNotFound`; of an outage whose reason differs by phase, each with when it begins for it.
std::string reasonsText(const OutageBounds& outage);

/// What a deadline is about, as facts name it.
std::string targetOf(const Program& program, const Deadline& deadline);

/// Those without a model that use what a deadline puts an end to, or stand on what loses by it: what becomes of them is
/// not known.
std::vector<std::string> notKnownBy(const Program& program, const Deadline& deadline);

/// `failed as it was made, and so never up`; of one of which `failed` is not empty.
std::string failedText(const ResourceBounds& resource);

/// What the bounds do not cover, or cover more widely than the truth; empty where they are exact.
std::vector<std::string> notSearched(const BoundsView& view);

/// Its fields, apart from what every result has; and what `$defs` say of them.
shape::Properties boundsProperties();
shape::Properties boundsDefinitions();

/// The object that the command line promises; times are seconds since the start, ratios pairs in lowest terms.
JsonValue boundsJson(const BoundsView& view);

/// One line an outage, and one a resource without any; the first line names the columns.
void writeBoundsCsv(const std::vector<BoundsView>& views, std::ostream& out);

void writeBoundsText(const BoundsView& view, const TextStyle& style, std::ostream& out);

} // namespace cmksim::report
