// What sampling found, for people and programs.
#pragma once

#include "base/shape.hpp"
#include "report/layout.hpp"
#include "sampling/sample.hpp"

#include <iosfwd>

namespace cmksim::report {

/// Its fields, apart from what every result has; and what `$defs` say of them.
shape::Properties sampleProperties();
shape::Properties sampleDefinitions();

/// Intervals hold what they are of in 95 of 100 samplings.
JsonValue sampleJson(const Sampled& sampled);

void writeSampleText(const Sampled& sampled, const TextStyle& style, std::ostream& out);

} // namespace cmksim::report
