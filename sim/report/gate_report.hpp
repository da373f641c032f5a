// What a gate found, for a person, for programs, for code scanning, for a pull request and for a test report.
#pragma once

#include "base/shape.hpp"
#include "report/gate_view.hpp"
#include "report/layout.hpp"

#include <iosfwd>
#include <string_view>

namespace cmksim::report {

void writeGateText(const GateView& view, const TextStyle& style, std::ostream& out);

/// Its fields, apart from what every result has.
shape::Properties gateProperties();
JsonValue gateJson(const GateView& view);

/// SARIF 2.1.0: a result a finding, at the place of its step in the input; what is allowed is suppressed.
JsonValue gateSarif(const GateView& view, std::string_view version);

/// A comment for a pull request, with a picture of who is down when.
void writeGateMarkdown(const GateView& view, std::ostream& out);

/// A test case a step, which fails by what counts against it; what is not known is an error.
void writeGateJUnit(const GateView& view, std::ostream& out);

} // namespace cmksim::report
