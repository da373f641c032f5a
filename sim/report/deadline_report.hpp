// By when a repair must be done, for people and programs.
#pragma once

#include "base/shape.hpp"
#include "deadline/repair_curve.hpp"
#include "report/layout.hpp"
#include "report/scope.hpp"

#include <iosfwd>
#include <string>
#include <vector>

namespace cmksim::report {

struct DeadlineView {
    std::string file;
    std::string scenario;
    std::vector<std::string> repair; // its steps, `key.recover kv/k`
    const RepairCurve& curve;
    std::optional<Duration> rto;
    Scope scope;

    operator const Program&() const { return curve.program; }
};

/// `by +1h10m`; `not before +20m, by +1h10m` where an earlier one does not do.
std::string stretchText(const deadline::Stretch& stretch);

void writeDeadlineText(const DeadlineView& view, const TextStyle& style, std::ostream& out);

/// Its fields, apart from what every result has.
shape::Properties deadlineProperties();
JsonValue deadlineJson(const DeadlineView& view);

/// The curves as a table: a row for each end of each piece and each resource.
void writeDeadlineCsv(const DeadlineView& view, std::ostream& out);

} // namespace cmksim::report
