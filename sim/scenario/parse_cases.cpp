// From a scenario file to its cases.
#include "scenario/matrix.hpp"
#include "scenario/parse.hpp"

#include "document/yaml.hpp"

#include <map>
#include <memory>
#include <utility>

namespace cmksim::scenario {

namespace {

/// More would not be read; cases that are all wrong alike need not all be tried.
constexpr std::size_t enoughDiagnostics = 1'000;

/// Reads each file once, so that what is wrong with it stands in one place, and standard input can be read at all.
class RememberingReader final : public FileReader {
public:
    explicit RememberingReader(FileReader& files) : files_{files} {}

    std::shared_ptr<const Source> read(const std::string& path, Mark from, Diagnostics& diagnostics) override {
        const auto known = sources_.find(path);
        if (known != sources_.end()) {
            return known->second;
        }
        return sources_.emplace(path, files_.read(path, from, diagnostics)).first->second;
    }

private:
    FileReader& files_;
    std::map<std::string, std::shared_ptr<const Source>> sources_;
};

} // namespace

std::vector<ScenarioCase> parseScenarioCases(const std::string& path, std::shared_ptr<const Document> document,
                                             FileReader& files, const ScenarioOverrides& overrides,
                                             Diagnostics& diagnostics) {
    std::vector<ScenarioCase> cases;
    const std::optional<Matrix> matrix = readMatrix(std::move(document), diagnostics);
    if (!matrix) {
        return cases;
    }
    RememberingReader remembering{files};
    cases.reserve(matrix->size());
    const auto hopeless = [&] { return diagnostics.hasErrors() && diagnostics.all().size() >= enoughDiagnostics; };
    for (std::size_t i = 0; i < matrix->size() && !hopeless(); ++i) {
        std::optional<Scenario> scenario =
            parseScenario(path, matrix->document(i, diagnostics), remembering, overrides, diagnostics);
        if (scenario) {
            cases.push_back({matrix->label(i), std::move(*scenario)});
        }
    }
    return cases;
}

std::vector<ScenarioCase> parseScenarioCases(const std::string& path, FileReader& files,
                                             const ScenarioOverrides& overrides, Diagnostics& diagnostics) {
    const std::shared_ptr<const Source> source = files.read(path, {}, diagnostics);
    std::shared_ptr<const Document> document = source ? parseDocument(source, diagnostics) : nullptr;
    return document ? parseScenarioCases(path, std::move(document), files, overrides, diagnostics)
                    : std::vector<ScenarioCase>{};
}

} // namespace cmksim::scenario
