#include "program/last_failed.hpp"

#include "base/json_value.hpp"
#include "document/json.hpp"

#include <algorithm>
#include <filesystem>

namespace cmksim::program {

std::optional<std::vector<NamedCase>> readLastFailed(const std::string& path, FileReader& files,
                                                     Diagnostics& diagnostics) {
    std::vector<NamedCase> cases;
    std::error_code error;
    if (!std::filesystem::exists(path, error)) {
        return cases;
    }
    const auto source = files.read(path, {}, diagnostics);
    const auto document = source ? parseJson(source, diagnostics) : nullptr;
    if (!document) {
        return std::nullopt;
    }
    const auto refuse = [&](Node node) {
        diagnostics.error(node.mark(), "this is no list of cases that failed",
                          "'--last-failed' writes such a file anew");
        return std::nullopt;
    };
    if (!document->root().isSequence()) {
        return refuse(document->root());
    }
    for (const Node item : document->root().items()) {
        const Node file = item.find("file");
        const Node name = item.find("name");
        if (!file || !name || !file.isScalar() || !name.isScalar()) {
            return refuse(item);
        }
        cases.push_back({std::string{file.text()}, std::string{name.text()}});
    }
    return cases;
}

std::string lastFailedText(const SuiteResult& suite, const std::vector<NamedCase>& before) {
    JsonArray failed;
    const auto add = [&](const std::string& file, const std::string& name) {
        failed.push_back(JsonObject{{"file", file}, {"name", name}});
    };
    for (const CaseResult& one : suite.cases) {
        if (std::ranges::find(suite.foldersNotRead, one.file) != suite.foldersNotRead.end()) {
            continue; // it names no case that could run the next time
        }
        switch (one.outcome) {
        case CaseOutcome::Failed:
        case CaseOutcome::Error:
        case CaseOutcome::Undecided: add(one.file, one.name); break;
        case CaseOutcome::Passed:
        case CaseOutcome::Skipped:
        case CaseOutcome::Todo:
        case CaseOutcome::TodoPassed:
        case CaseOutcome::Listed: break;
        }
    }
    for (const NamedCase& one : before) {
        const bool hasRun = std::ranges::any_of(
            suite.cases, [&](const CaseResult& result) { return isCase(one, result.file, result.name); });
        const bool isMissing = !suite.interrupted && !suite.stoppedEarly && suite.foldersNotRead.empty(); // it is gone
        if (!hasRun && !isMissing) {
            add(one.file, one.name);
        }
    }
    return JsonValue{std::move(failed)}.print() + '\n';
}

} // namespace cmksim::program
