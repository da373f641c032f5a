// What each node of an estate would take down with it.
#pragma once

#include "base/json_value.hpp"
#include "blast/blast.hpp"
#include "report/layout.hpp"

#include <iosfwd>
#include <span>
#include <string>
#include <string_view>

namespace cmksim {

JsonValue blastJson(const Program& program, std::span<const Blast> blasts);

/// The estate as a graph for Graphviz or Mermaid: what resources stand on, coloured by what is lost with it.
std::string blastDot(const Program& program, std::span<const Blast> blasts);
std::string blastMermaid(const Program& program, std::span<const Blast> blasts);

void writeBlastText(const Program& program, std::string_view file, std::span<const Blast> blasts,
                    const TextStyle& style, std::ostream& out);

} // namespace cmksim
