// What an analysis looked at, and what not: the last line of each text, and fields of each JSON. Without it silence
// reads as safety.
#pragma once

#include "base/shape.hpp"
#include "engine/program.hpp"
#include "report/layout.hpp"

#include <iosfwd>
#include <string>
#include <vector>

namespace cmksim::report {

/// What no analysis looks at where some resources have no model, and what stands on those: a phrase.
std::string unmodelledText(const Program& program);

/// What an all-clear says besides: `; not known: what becomes of um, for which there is no model`. Empty where every
/// resource has one.
std::string besideUnmodelled(const Program& program);

struct Scope {
    std::string searched;                       // `the loss of each of 9 nodes at the start`
    std::vector<std::string> notSearched;       // `the states after these: the search was cut short`
    std::vector<std::string> nominal;           // timings that the documents leave open and that were not
    std::vector<std::string> ends = {};         // those that were taken at both ends of their ranges alone
    std::vector<std::string> undocumented = {}; // those of which no page says anything

    /// With what `program` knows of and no model plays.
    [[nodiscard]] Scope over(const Program& program) const;
    /// Of an analysis that plays `program` at nominal timings, phases apart.
    [[nodiscard]] Scope atNominal(const Program& program) const;

    /// Of one that takes what the documents leave open at each end of its range, and each clock as `atNominal`.
    [[nodiscard]] Scope atEnds(const Program& program) const;

    /// Whether nothing was left out of what it looks at. That timings are nominal is a matter of what it looks at.
    [[nodiscard]] bool complete() const { return notSearched.empty(); }
};

/// `Looked at: …`, then what was not and what no page documents, where there is such.
std::vector<std::string> scopeSentences(const Scope& scope);

void writeScopeText(const Scope& scope, const TextStyle& style, std::ostream& out);

/// The fields `searched`, `complete`, `notSearched` and `notDocumented`.
shape::Properties scopeProperties();

/// The report with `searched`, `complete` and `notSearched`, which has nominal timings too; `notDocumented`, where
/// something is not.
JsonValue withScope(JsonValue report, const Scope& scope);

} // namespace cmksim::report
