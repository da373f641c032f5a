// What a story comes to over an instant that it leaves open, for a person and for programs.
#pragma once

#include "base/shape.hpp"
#include "deadline/open_bounds.hpp"
#include "engine/program.hpp"
#include "report/layout.hpp"
#include "report/scope.hpp"

#include <iosfwd>
#include <string>
#include <string_view>

namespace cmksim::report {

struct OpenBoundsView {
    const Program& program;
    std::string_view file; // as given
    const deadline::OpenBounds& bounds;
    OpenTimings open{};
};

/// What it looked at, and what not.
Scope scopeOf(const OpenBoundsView& view);

/// `key.recover kv/k at any instant from +10m to +3h`.
std::string openInstantText(const Program& program);

/// `down 0s to 3h`, of a resource.
std::string outcomeText(const deadline::OpenResource& resource);

/// When it holds: `holds in every case that was looked at, by +1h10m; does not hold in every case, from
/// +1h10m1s on`.
std::string stretchesText(const std::vector<deadline::HeldStretch>& stretches, std::string_view inNone);

/// What an expectation is about, and what it expects: `r at +3h: Ready`, of one that moves `r, with it: Ready`.
std::string expectationText(const Program& program, const deadline::OpenExpectation& one);

/// How an expectation fares in no case: over all timings that is known of nominal ones alone.
std::string_view inNoCase(OpenTimings open);

void writeOpenBoundsText(const OpenBoundsView& view, const TextStyle& style, std::ostream& out);

/// Its fields, apart from what every result has.
shape::Properties openBoundsProperties();

JsonValue openBoundsJson(const OpenBoundsView& view);

} // namespace cmksim::report
