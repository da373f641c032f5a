// What each node of an estate would take down with it.
#pragma once

#include "base/shape.hpp"
#include "blast/blast.hpp"
#include "blast/support.hpp"
#include "report/layout.hpp"

#include <iosfwd>
#include <span>
#include <string>
#include <string_view>

namespace cmksim::report {

/// Its fields, apart from what every result has.
shape::Properties blastProperties();
JsonValue blastJson(const Program& program, std::span<const Blast> blasts);

/// The estate as a graph for Graphviz or Mermaid: what resources stand on, coloured by what is lost with it.
std::string blastDot(const Dependencies& estate, std::span<const Blast> blasts);
std::string blastMermaid(const Dependencies& estate, std::span<const Blast> blasts);

void writeBlastText(const Program& program, std::string_view file, std::span<const Blast> blasts,
                    const TextStyle& style, std::ostream& out);

/// Pairs of losses, as another section of the same.
void writeLossPairsText(const Program& program, std::span<const LossPair> pairs, const TextStyle& style,
                        std::ostream& out);
/// The field `pairs`.
shape::Properties lossPairsProperties();
JsonValue lossPairsJson(const Program& program, std::span<const LossPair> pairs);

/// What holds one resource up. `doubt` says why that is not all; empty: it is, as far as was looked.
void writeSupportsText(const Program& program, ResourceId resource, std::span<const Support> supports,
                       std::string_view doubt, const TextStyle& style, std::ostream& out);

/// Its fields, apart from what every result has.
shape::Properties supportsProperties();
JsonValue supportsJson(const Program& program, ResourceId resource, std::span<const Support> supports);

} // namespace cmksim::report
