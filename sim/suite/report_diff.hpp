// What the formats of `diff` say in the same words, and one function a format.
#pragma once

#include "suite/diff.hpp"

namespace cmksim::suite {

/// One thing that differs, for people: what it is, and how it is on each side at the phase shown.
struct DiffRow {
    std::string subject; // the resource, or what the action acts on
    std::string what;    // `ends`, `downtime`, `expected Ready`
    std::string a;
    std::string b;
    std::string where;   // of a check: `FILE:LINE`
    bool aIsGood = true; // of a check
    bool bIsGood = true;
};

/// The rows of one resource.
std::vector<DiffRow> rowsOf(const ResourceDifference& difference);
DiffRow rowOf(const CheckDifference& difference, std::string_view file);
DiffRow rowOf(const ObjectiveDifference& difference);

/// For which phases, `phases 0s…9m59s of 1h (16.7 %), told for 0s`; empty where the phase makes no difference.
std::string phasesOf(const DifferingPhases& where, std::string_view ellipsis);

/// What happens on one side alone, on one line; `nothing`.
std::string eventsOf(const std::vector<std::string>& events);

/// `2 of 17 cases differ`, `no difference in 17 cases`.
std::string diffSummary(const DiffResult& result);

/// What was left out, or at nominal values, and could differ; empty where nothing was.
std::vector<std::string> notCompared(const DiffResult& result);

void writeDiffText(const DiffResult& result, const TextStyle& style, std::ostream& out);
/// The fields of that as JSON, apart from the evidence; and what `$defs` say of them.
shape::Properties diffProperties();
shape::Properties diffDefinitions();
void writeDiffJson(const DiffResult& result, const JsonValue& evidence, std::ostream& out);
void writeDiffMarkdown(const DiffResult& result, std::ostream& out);

} // namespace cmksim::suite
