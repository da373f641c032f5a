// What an analysis looked at, and what not: the last line of each text, and fields of each JSON. Without it silence
// reads as safety.
#pragma once

#include "base/json_value.hpp"
#include "engine/program.hpp"
#include "report/layout.hpp"

#include <iosfwd>
#include <string>
#include <vector>

namespace cmksim::report {

struct Scope {
    std::string searched;                 // `the loss of each of 9 nodes at the start, at every open phase`
    std::vector<std::string> notSearched; // `what stands after --timeout`; what has no model is added by itself

    /// The scope with what `program` knows of and no model plays.
    [[nodiscard]] Scope over(const Program& program) const;
    [[nodiscard]] bool complete() const { return notSearched.empty(); }
};

void writeScopeText(const Scope& scope, const TextStyle& style, std::ostream& out);

/// The report with `searched`, `complete` and `notSearched`.
JsonValue withScope(JsonValue report, const Scope& scope);

} // namespace cmksim::report
