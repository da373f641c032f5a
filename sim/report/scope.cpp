#include "report/scope.hpp"

#include "analysis/timing_texts.hpp"

#include <fmt/format.h>

#include <ostream>
#include <set>

namespace cmksim::report {

namespace {

/// All that was not looked at, a phrase each.
std::vector<std::string> leftOut(const Scope& scope) {
    std::vector<std::string> all = scope.notSearched;
    if (!scope.nominal.empty()) {
        all.push_back(fmt::format("other than nominal values of {}", fmt::join(scope.nominal, ", ")));
    }
    if (!scope.ends.empty()) {
        all.push_back(fmt::format("values between nominal ones and both ends of {}", fmt::join(scope.ends, ", ")));
    }
    return all;
}

const shape::Record<Scope>& scopeShape() {
    static const auto all = shape::Record<Scope>{}
                                .field("searched", &Scope::searched)
                                .field("complete", &Scope::complete)
                                .field("notSearched", leftOut)
                                .unlessEmpty("notDocumented", &Scope::undocumented);
    return all;
}

} // namespace

std::string unmodelledText(const Program& program) {
    std::string names;
    std::string carried;
    std::set<ResourceId> reported;
    for (const Unmodelled& one : program.unmodelled) {
        names.append(names.empty() ? "" : ", ").append(one.name);
        for (const ResourceId id : one.carries) {
            if (reported.insert(id).second) {
                carried.append(carried.empty() ? "" : ", ").append(program.resources[id].name);
            }
        }
    }
    return fmt::format("what becomes of {}, for which there is no model{}{}", names,
                       carried.empty() ? "" : ", and by it of ", carried);
}

std::string besideUnmodelled(const Program& program) {
    return program.unmodelled.empty() ? std::string{} : "; not known: " + unmodelledText(program);
}

Scope Scope::over(const Program& program) const {
    Scope whole = *this;
    if (!program.unmodelled.empty()) {
        whole.notSearched.push_back(unmodelledText(program));
    }
    whole.undocumented = undocumentedTexts(program);
    return whole;
}

Scope Scope::atNominal(const Program& program) const {
    Scope whole = *this;
    whole.nominal = timingTexts(program);
    return whole;
}

Scope Scope::atEnds(const Program& program) const {
    Scope whole = *this;
    whole.nominal = clockTexts(program);
    whole.ends = rangeTexts(program);
    return whole;
}

std::vector<std::string> scopeSentences(const Scope& scope) {
    std::vector<std::string> sentences{"Looked at: " + scope.searched};
    if (const std::vector<std::string> left = leftOut(scope); !left.empty()) {
        sentences.push_back(fmt::format("Not looked at: {}", fmt::join(left, "; ")));
    }
    if (!scope.undocumented.empty()) {
        sentences.push_back(fmt::format("Not documented: {}", fmt::join(scope.undocumented, "; ")));
    }
    return sentences;
}

void writeScopeText(const Scope& scope, const TextStyle& style, std::ostream& out) {
    Page page{style, out};
    page.blank();
    for (const std::string& sentence : scopeSentences(scope)) {
        page.paragraph({}, Phrase{sentence, Paint::Quiet});
    }
}

shape::Properties scopeProperties() { return scopeShape().properties(); }

JsonValue withScope(JsonValue report, const Scope& scope) {
    return shape::extended(std::move(report), scopeShape().write(scope));
}

} // namespace cmksim::report
