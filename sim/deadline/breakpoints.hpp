// Between which instants of a repair everything goes the same way, at times that go in straight lines.
#pragma once

#include "analysis/extent.hpp"
#include "deadline/outcome.hpp"
#include "engine/program.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace cmksim::deadline {

/// The instants within a range at which another piece begins, its first instant among them. A repair at an instant cuts
/// the phases of a resource where it falls in its period, and so does what a model counts from it or from a look;
/// another piece begins where that meets another cut, or where the repair passes something else that happens. `program`
/// is without the repair; the steps of `repair` stand at their distances from the first, whose instant is
/// `scenarioStart`. `more` are instants at which something is looked at besides.
std::vector<Instant> breakpoints(const Program& program, std::span<const TimelineEntry> repair,
                                 const Extent<Instant>& range, std::span<const Instant> more = {});

/// `12 pieces`.
std::string piecesText(std::size_t pieces);

/// Whether a range has more periods of looks than can be waited for: 100,000, which are eleven years of hours.
bool isTooLong(const Program& program, const Extent<Instant>& range);

/// What is said of such a range.
std::string tooLongText(const Extent<Instant>& range);

} // namespace cmksim::deadline
