// Explanations of codes, for people and programs.
#pragma once

#include "base/json_value.hpp"
#include "explanation/explain.hpp"
#include "report/layout.hpp"

#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::report {

JsonValue explanationJson(std::string_view asked, const std::vector<Explanation>& explanations,
                          const std::optional<std::string>& story);

/// The story, where there is one, stands at the end as it would in a file.
void writeExplanationText(const std::vector<Explanation>& explanations, const std::optional<std::string>& story,
                          const TextStyle& style, std::ostream& out);

/// What a pasted text fits, best first, a line each with what to ask next.
void writeSymptomText(const std::vector<SymptomMatch>& matches, const TextStyle& style, std::ostream& out);
JsonValue symptomJson(std::string_view text, const std::vector<SymptomMatch>& matches);

} // namespace cmksim::report
