// What lint found, for a person, for programs, and for whatever reads SARIF.
#pragma once

#include "base/diagnostics.hpp"
#include "base/shape.hpp"
#include "lint/lint.hpp"
#include "report/layout.hpp"

#include <functional>
#include <iosfwd>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::report {

/// A finding that is left, and why.
struct LeftFinding {
    LintFinding finding;
    std::string reason;
};

/// The findings of one file, and where in it a subject stands.
struct LintView {
    std::string_view file; // as given
    std::string_view name;
    const std::vector<LintFinding>& findings;
    std::function<Mark(const std::string& subject)> placeOf; // no place where it stands in none
    const std::vector<LeftFinding>& left;
};

void writeLintText(const LintView& view, const TextStyle& style, std::ostream& out);

/// Its fields, apart from what every result has.
shape::Properties lintProperties();
JsonValue lintJson(const LintView& view);

/// SARIF 2.1.0, one run over all files; the story of the estate as it is, is the code flow. What is left is suppressed.
/// `undone`: what was not looked at, as the search ended early.
JsonValue lintSarif(const std::vector<LintView>& views, std::string_view version, std::span<const std::string> undone);

} // namespace cmksim::report
