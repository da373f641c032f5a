#include "program/model_check.hpp"

#include "analysis/coverage.hpp"
#include "catalog/bases_reader.hpp"
#include "catalog/facts.hpp"
#include "catalog/layout.hpp"
#include "document/yaml.hpp"
#include "engine/replay.hpp"
#include "program/loading.hpp"
#include "suite/collect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <sstream>

namespace cmksim::program {

namespace {

constexpr std::size_t indent = 4;

/// One model, looked over.
class ModelCheck {
public:
    ModelCheck(const Model& model, std::ostream& out) : model_{model}, out_{out} {}

    void write(const std::optional<ModelCoverage>& coverage) {
        const std::vector<Fact> facts = factsOf(model_);
        out_ << fmt::format("{}: {} {}, {} facts\n", model_.file, model_.service, model_.version, facts.size());
        writeStories(coverage);
        std::vector<std::string> alone;
        std::vector<std::string> partly;
        std::vector<std::string> unsaid;
        for (const Fact& fact : facts) {
            if (fact.timing != nullptr && fact.timing->notDocumented) {
                unsaid.push_back(fmt::format("{}: {}", fact.name, fact.timing->meaning));
            }
            if (!fact.provenance->assumed.empty()) {
                auto& list = fact.provenance->sources.empty() ? alone : partly;
                list.push_back(fmt::format("{}: {}", fact.name, fact.provenance->assumed));
            }
        }
        writeList("without a source, assumed alone", alone);
        writeList("with a source, and assumed in part", partly);
        writeList("not documented", unsaid);
    }

private:
    void writeStories(const std::optional<ModelCoverage>& coverage) {
        if (!coverage) {
            out_ << fmt::format("\nno story was given: --stories PATH says which of its {} rows have one\n",
                                rowsOf(model_).size());
            return;
        }
        std::vector<std::string> missing;
        for (const CoverageRow& row : coverage->rows) {
            if (!row.exercised) {
                missing.push_back(row.name);
            }
        }
        out_ << fmt::format("\n{} of {} rows have a story\n", coverage->exercised(), coverage->rows.size());
        writeList("without a story", missing);
    }

    void writeList(std::string_view title, const std::vector<std::string>& items) {
        if (items.empty()) {
            return;
        }
        out_ << fmt::format("\n{} ({})\n", title, items.size());
        for (const std::string& item : items) {
            printWrapped(out_, "  - ", item, indent);
        }
    }

    const Model& model_;
    std::ostream& out_;
};

/// What stories exercise of a model; nothing where no story is named. Reports what is wrong with them.
std::optional<ModelCoverage> storiesOf(const Model& model, const Arguments& arguments, Catalog& catalog,
                                       FileReader& files, Diagnostics& diagnostics) {
    const std::vector<std::string> paths = arguments.values(storiesOption.name);
    if (paths.empty()) {
        return std::nullopt;
    }
    Coverage coverage;
    for (const suite::SuiteFile& file : suite::collectFiles(paths, diagnostics)) {
        for (const LoadedScenario& story : loadScenarios(file.path, {}, catalog, files, diagnostics)) {
            const Trace trace = replay(story.program, nominalPhases(story.program));
            for (const ResourceId id : story.program.resources.ids()) {
                std::vector<Record> own;
                std::ranges::copy_if(trace.records, std::back_inserter(own),
                                     [&](const Record& record) { return record.isOn(id); });
                coverage.add(story.program, own);
            }
        }
    }
    for (ModelCoverage& one : coverage.models()) {
        if (one.service == model.service && one.version == model.version) {
            return one;
        }
    }
    return ModelCoverage{model.service, model.version, model.title, rowsOf(model)};
}

/// Looks for the services that a sound model names in the light of all that there are.
void checkNames(const std::string& path, const Catalog& catalog, FileReader& files, Diagnostics& diagnostics) {
    const auto source = files.read(path, {}, diagnostics);
    const auto document = source ? parseDocument(source, diagnostics) : nullptr;
    if (document) {
        catalog::FactReader facts{diagnostics};
        catalog::checkBases(document->root(), catalog.services(), facts);
    }
}

} // namespace

ExitCode checkModel(const Arguments& arguments, const Streams& streams) {
    DiskFileReader files;
    Diagnostics diagnostics;
    Catalog catalog = loadCatalog(arguments, files, diagnostics);
    const std::string path = *arguments.value(checkOption.name);
    const Model* model = nullptr;
    if (!diagnostics.hasErrors()) {
        model = catalog.addFile(path, files, diagnostics);
    }
    if (model != nullptr && !diagnostics.hasErrors()) {
        checkNames(path, catalog, files, diagnostics);
    }
    std::ostringstream text;
    if (model != nullptr && !diagnostics.hasErrors()) {
        const std::optional<ModelCoverage> coverage = storiesOf(*model, arguments, catalog, files, diagnostics);
        ModelCheck{*model, text}.write(coverage);
    }
    report(diagnostics, arguments, streams.err);
    if (model == nullptr || diagnostics.hasErrors()) {
        if (!diagnostics.hasErrors()) {
            streams.err << fmt::format(
                "cmksim models: error: '{}' is a file of Azure's tools or of the platform, and no "
                "model\n",
                path);
        }
        return ExitCode::WrongInput;
    }
    return writeOutput(std::move(text).str(), arguments, streams);
}

} // namespace cmksim::program
