// What a word means that a report, a service or a refusal uses: reasons, errors, states, conditions, refusals, timings,
// facts, and the codes and texts that services and tools answer with.
#pragma once

#include "catalog/catalog.hpp"
#include "model/reason.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::explanation {

enum class CodeKind : std::uint8_t { Reason, Error, Refusal, State, Condition, Timing, Fact, Answer };
inline constexpr std::array<std::string_view, 8> codeKindNames{"reason",    "error",  "refusal", "state",
                                                               "condition", "timing", "fact",    "answer"};

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
    Reason reason = Reason::None;   // that brings it about, where one does
    std::vector<std::string> also;  // other names of the code
    std::vector<std::string> texts; // other messages that mean the same
    std::vector<Reason> causes;     // of an answer: what may stand behind it, the most common first
};

/// Everything that any model, newest versions first named, says of a code, whatever its case; none for a word that
/// nothing uses. What is wrong with a model is reported.
std::vector<Explanation> explain(std::string_view code, Catalog& catalog, Diagnostics& diagnostics);

/// All that can be explained, every service after the other.
std::vector<Explanation> everythingExplained(Catalog& catalog, Diagnostics& diagnostics);

/// The shortest story in which a resource of the model comes to that reason, as a scenario that passes; found by
/// playing what a person may do by mistake, one thing after the other. Nothing when none of it leads there.
std::optional<std::string> shortestStory(const Model& model, Reason reason, Catalog& catalog);

/// What some services mean by a text that others answer with as well, and what leads back there.
struct ServiceAdvice {
    std::vector<std::string> services; // none: it is not of one service
    std::string meaning;
    std::string fix;
};

/// How well an explanation fits a pasted text.
struct SymptomMatch {
    Explanation explanation;           // of the most common cause, and of the first service that says so
    std::vector<std::string> services; // that say so; none: it is not of one service
    std::vector<ServiceAdvice> advice; // of each of them, those with the same together
    std::vector<Reason> causes;        // that may stand behind it, the most common first
    double told = 0;                   // how much of what is the same tells this one from others
    double share = 0;                  // of the message or of the text that is the same
};

/// The explanations whose messages or codes stand in the text, at most `most` of them: the one that is told most
/// specifically first, and of those that fit equally well the one with the most common cause. Texts that say the same
/// for several causes or services are one match. None for a text that is not known.
std::vector<SymptomMatch> matchSymptom(std::string_view text, std::size_t most, Catalog& catalog,
                                       Diagnostics& diagnostics);

/// Whether a match fits as well as the best, so that nothing tells which of them it is.
bool fitsAsWell(const SymptomMatch& match, const SymptomMatch& best);

/// The causes that may stand behind the best matches of every one of several texts, the most common first.
std::vector<Reason> commonCauses(const std::vector<std::vector<SymptomMatch>>& symptoms);

} // namespace cmksim::explanation
