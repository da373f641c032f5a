// What several formats say in the same words.
#pragma once

#include "base/shape.hpp"
#include "suite/line_diff.hpp"
#include "suite/result.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::suite {

/// In the order of their enumerators.
inline constexpr std::array<std::string_view, 8> outcomeNames{"passed",      "failed", "skipped",   "todo",
                                                              "todo-passed", "error",  "undecided", "listed"};
inline constexpr std::array<std::string_view, 5> findingKindNames{"expectation", "unexpected-refusal", "wrong-result",
                                                                  "snapshot", "objective"};

/// `passed`, `failed`, `skipped`, `todo`, `todo-passed`, `error`.
std::string_view outcomeName(CaseOutcome outcome);

/// Whether the reason of such a case is diagnostics, with lines and carets of their own.
bool hasDiagnostics(CaseOutcome outcome);

/// Whether reports of what is wrong have nothing to say of such a case.
bool isSilent(CaseOutcome outcome);

/// `expectation`, `unexpected-refusal`, `wrong-result`, `snapshot`, `objective`.
std::string_view kindName(Finding::Kind kind);

/// Where it stands, in words: `first.yaml: its name`.
std::string caseTitle(const CaseResult& result);

/// The same as long as the file and the case keep their names.
std::string caseId(const CaseResult& result);

/// The file as a path with forward slashes and without a leading `./`.
std::string slashedPath(std::string_view path);

/// Which column of its line a place is, counted in characters from 1; 0 where it has none.
std::size_t characterColumn(const FilePlace& place);

/// What the cases left at nominal values, or did not go through, a sentence each.
std::vector<std::string> notSearched(const SuiteResult& suite);

/// `phases 0s…29m59s of 1h (50 %)`, `every phase of 1h`, `2 % of the pairs of phases (1h for revalidations, 1d for
/// newer versions)`; empty where no phase makes a difference.
std::string phasesInWords(const Finding& finding, std::string_view ellipsis = "…");

/// `0s`, or `0s and 30m` of two clocks: the phases that the finding is told for.
std::string shownPhases(const Finding& finding);

/// The fields of a finding that say for which phases it fails; none where no phase makes a difference.
const shape::Record<Finding>& findingPhasesShape();

/// `myregistry at +1h10m: expected Inaccessible, was Ready`, on one line.
std::string headline(const Finding& finding);

/// Whether what was expected and what came takes more than a line each, as the texts of a snapshot do.
bool comparesBlocks(const Finding& finding);

/// From the expected block to the one that came, line by line.
std::vector<DiffLine> differenceOf(const Finding& finding);

/// The lines of a text, without their ends.
std::vector<std::string_view> linesOf(std::string_view text);

/// All of a finding, for formats that show it as plain text, a line each. Blanks apart, every line starts with a word
/// or a sign of ours, so that no build service takes it for a command, and holds nothing but printable characters.
std::vector<std::string> findingLines(const Finding& finding);

/// All of a case that a person needs who looks at what became of it: the reason, then the findings.
std::vector<std::string> caseLines(const CaseResult& result);

/// One line about a case that did not simply pass: its reason, or how its first finding reads.
std::string caseMessage(const CaseResult& result);

/// The reason of a case with all its lines, or what stands for one.
std::string wholeReason(const CaseResult& result);

/// `12 cases: 9 passed, 2 failed, 1 skipped`; what is zero is left out.
std::string countsLine(const SuiteResult& suite);

/// Whether nothing fell short and nothing was wrong.
bool suitePassed(const SuiteResult& suite);

/// Whether nothing fell short or was wrong, and it did not pass: it ended early, or something was not decided.
bool suiteIsUndecided(const SuiteResult& suite);

/// A sentence or a name that may hold line ends, on one line and fit to be shown.
std::string oneLine(std::string_view text);

} // namespace cmksim::suite
