// What a word means that a report, a service or a refusal uses: reasons, errors, states, conditions, refusals, timings.
#pragma once

#include "catalog/catalog.hpp"
#include "model/reason.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::explanation {

enum class CodeKind : std::uint8_t { Reason, Error, Refusal, State, Condition, Timing };
inline constexpr std::array<std::string_view, 6> codeKindNames{"reason", "error",     "refusal",
                                                               "state",  "condition", "timing"};

/// What one service, or the platform, says of a code.
struct Explanation {
    std::string code;
    CodeKind kind{};
    std::string service; // empty: holds for every service
    std::string version;
    std::string meaning;
    std::string state; // that a reason leads to, or the condition that it raises
    std::string error; // the service's own code for a reason
    int status = 0;    // 0: none
    std::string message;
    std::string fix;
    Provenance provenance;
    Reason reason = Reason::None; // that brings it about, where one does
};

/// Everything that any model, newest versions first named, says of a code, whatever its case; none for a word that
/// nobody uses. What is wrong with a model is reported.
std::vector<Explanation> explain(std::string_view code, Catalog& catalog, Diagnostics& diagnostics);

/// All that can be explained, every service after the other.
std::vector<Explanation> everythingExplained(Catalog& catalog, Diagnostics& diagnostics);

/// What the check of a reason looks at, whichever the service, and what people try that does not help.
struct ReasonNotes {
    std::string_view holdsWhen;
    std::string_view causes;
    std::string_view doesNotHelp;
};
const ReasonNotes& notesOn(Reason reason);

/// The shortest story in which a resource of the model comes to that reason, as a scenario that passes; found by
/// playing what a person may do by mistake, one thing after the other. Nothing when none of it leads there.
std::optional<std::string> shortestStory(const Model& model, Reason reason, Catalog& catalog);

/// How well an explanation fits a text that somebody pasted.
struct SymptomMatch {
    Explanation explanation;
    double share = 0; // of the message's words that stand in the text
};

/// The explanations whose messages or codes stand in the text, best first, at most `most` of them.
std::vector<SymptomMatch> matchSymptom(std::string_view text, std::size_t most, Catalog& catalog,
                                       Diagnostics& diagnostics);

} // namespace cmksim::explanation
