#include "report/scope.hpp"

#include <fmt/format.h>

#include <ostream>

namespace cmksim::report {

Scope Scope::over(const Program& program) const {
    Scope whole = *this;
    if (!program.unmodelled.empty()) {
        std::string names;
        for (const Unmodelled& one : program.unmodelled) {
            names.append(names.empty() ? "" : ", ").append(one.name);
        }
        whole.notSearched.push_back(fmt::format("what becomes of {}, for which there is no model", names));
    }
    return whole;
}

void writeScopeText(const Scope& scope, const TextStyle& style, std::ostream& out) {
    Page page{style, out};
    page.blank();
    Phrase line{"Looked at: " + scope.searched + '.', Paint::Quiet};
    for (const std::string& one : scope.notSearched) {
        line.add(" ").add("Not looked at: " + one + '.', Paint::Warning);
    }
    page.paragraph({}, line);
}

JsonValue withScope(JsonValue report, const Scope& scope) {
    return report.with("searched", scope.searched)
        .with("complete", scope.complete())
        .with("notSearched", JsonArray(scope.notSearched.begin(), scope.notSearched.end()));
}

} // namespace cmksim::report
