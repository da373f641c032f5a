// Explanations of codes, for people and programs.
#pragma once

#include "base/shape.hpp"
#include "explanation/explain.hpp"
#include "explanation/exposure.hpp"
#include "report/layout.hpp"

#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::report {

shape::Properties explanationProperties();
JsonValue explanationJson(std::string_view asked, const std::vector<Explanation>& explanations,
                          const std::optional<std::string>& story);

/// The story, where there is one, stands at the end as it would in a file.
void writeExplanationText(const std::vector<Explanation>& explanations, const std::optional<std::string>& story,
                          const TextStyle& style, std::ostream& out);

/// One pasted text, and what it fits, best first.
struct SymptomView {
    std::string text;
    std::vector<SymptomMatch> matches;
};

/// What is known of several texts together, and of the estate in which they were seen.
struct SymptomsView {
    std::vector<SymptomView> symptoms;
    std::vector<Reason> common; // that may stand behind all of them
    std::optional<std::vector<Exposed>> exposed;
};

void writeSymptomText(const SymptomsView& view, const TextStyle& style, std::ostream& out);

/// Of one text what it fits; of several, or with an estate, an object with `symptoms`.
JsonValue symptomSchema();
JsonValue symptomJson(const SymptomsView& view);

} // namespace cmksim::report
