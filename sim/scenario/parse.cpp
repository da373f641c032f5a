#include "scenario/parse.hpp"

#include "base/text.hpp"
#include "base/time.hpp"
#include "document/mapping_reader.hpp"
#include "document/text_store.hpp"
#include "document/values.hpp"
#include "document/yaml.hpp"
#include "scenario/drill.hpp"
#include "scenario/estate.hpp"
#include "scenario/matrix.hpp"
#include "scenario/named.hpp"
#include "scenario/objectives.hpp"
#include "scenario/overrides.hpp"
#include "scenario/suite_fields.hpp"
#include "scenario/timeline.hpp"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>

namespace cmksim::scenario {

namespace {

constexpr std::string_view scenarioVersionField = "cmksim";
constexpr std::string_view estateVersionField = "cmksim-estate";
constexpr std::string_view estateField = "estate";
constexpr std::int64_t languageVersion = 1;
constexpr CalendarTime defaultStart = std::chrono::sys_days{std::chrono::year{2026} / std::chrono::January / 1};

/// Beyond it, one command line stands for more documents than marks can tell apart.
constexpr std::size_t mostSets = 10'000;

void readVersion(MappingReader& fields, std::string_view field) {
    const Node node = fields.require(field);
    if (node && asInteger(node) != languageVersion) {
        reportUnexpected(node, fmt::format("{}, the version of the language", languageVersion), fields.diagnostics());
    }
}

/// When an estate at rest starts: as usual, or where something in it was deleted later, at the midnight after that.
CalendarTime startAtRest(Node estate) {
    CalendarTime start = defaultStart;
    const auto consider = [&](Node thing) {
        const Node deleted = thing.isMapping() ? thing.find("deleted") : Node{};
        if (const auto at = deleted && deleted.isScalar() ? parseTimestamp(deleted.text()) : std::nullopt;
            at && *at >= start) {
            start = std::chrono::floor<std::chrono::days>(*at) + std::chrono::days{1};
        }
    };
    const auto each = [&](Node parent, std::string_view field, const auto& visit) {
        const Node things = parent.isMapping() ? parent.find(field) : Node{};
        for (std::size_t i = 0; things && things.isMapping() && i < things.size(); ++i) {
            visit(things.entry(i).value);
        }
    };
    each(estate, "vaults", [&](Node vault) {
        consider(vault);
        each(vault, "keys", consider);
    });
    each(estate, "identities", consider);
    return start;
}

/// Reads one scenario's fields; its estate may stand in another file.
class ScenarioReader {
public:
    ScenarioReader(std::string path, FileReader& files, const ScenarioOverrides& overrides, Diagnostics& diagnostics)
        : path_{std::move(path)}, files_{files}, overrides_{overrides}, diagnostics_{diagnostics},
          reading_{diagnostics, *texts_} {}

    std::optional<Scenario> read(std::shared_ptr<const Document> document) {
        const Node written = document->root().find(estateField);
        const bool inlined = !overrides_.estateFile && (!written || !written.isScalar());
        if (inlined) {
            document = withSets(std::move(document), estateField, overrides_, diagnostics_);
        }
        Scenario scenario;
        scenario.documents.push_back(document);
        MappingReader fields{document->root(), "a scenario", diagnostics_};
        fields.take(matrixField); // has its say before there is a scenario
        readHead(fields, scenario);
        const bool hasEstate = readEstateField(fields, scenario);
        if (const Node timeline = fields.take("timeline")) {
            scenario.timeline = readTimeline(timeline, scenario.until, reading_);
        }
        fields.finish();
        if (!hasEstate) {
            return std::nullopt;
        }
        applyPhases(scenario, overrides_, diagnostics_);
        applyModels(scenario, overrides_, diagnostics_);
        scenario.texts = texts_;
        return scenario;
    }

    /// An estate file by itself: a scenario at rest, named after the file.
    std::optional<Scenario> readAtRest(std::shared_ptr<const Document> document) {
        Scenario scenario;
        scenario.name = texts_->keep(std::filesystem::path{path_}.filename().string());
        scenario.nameMark = document->root().mark();
        isAtRest_ = true;
        const bool sound = overrides_.estateFile ? readEstateFile(*overrides_.estateFile, {}, scenario)
                                                 : readEstateDocument(std::move(document), scenario);
        if (!sound) {
            return std::nullopt;
        }
        applyPhases(scenario, overrides_, diagnostics_);
        applyModels(scenario, overrides_, diagnostics_);
        scenario.texts = texts_;
        return scenario;
    }

private:
    void readHead(MappingReader& fields, Scenario& scenario) {
        readVersion(fields, scenarioVersionField);
        if (const Node name = fields.require("name")) {
            scenario.name = readText(name, "a name", diagnostics_);
            scenario.nameMark = name.mark();
        }
        if (const Node description = fields.take("description")) {
            if (!description.isScalar()) {
                reportUnexpected(description, "a text", diagnostics_);
            }
            scenario.description = description.text();
        }
        if (const Node source = fields.take("source")) {
            scenario.sources = readNameOrNames(source, "the name of a document", diagnostics_);
        }
        readSuiteFields(fields, scenario);
        const std::optional<Entry> drill = fields.takeEntry("drill");
        readTimes(fields, scenario);
        static_cast<void>(readObjectives(fields.take(objectivesField), diagnostics_)); // `objectivesOf` gives them
        if (drill) {
            scenario.drill = readDrill(*drill, reading_);
        }
        scenario.models = readNamed<ModelChoice>(
            fields.take("models"), "versions by service", diagnostics_, [&](const Name& service, Node version) {
                return ModelChoice{service, readName(version, "the version of a model", diagnostics_)};
            });
    }

    void readTimes(MappingReader& fields, Scenario& scenario) {
        const Node start = fields.take("start");
        scenario.start = start ? readTimestamp(start, diagnostics_).value_or(defaultStart) : defaultStart;
        reading_.start = scenario.start;
        if (const Node until = fields.take("until")) {
            scenario.until = readInstant(until, reading_);
            scenario.untilMark = until.mark();
            if (scenario.until && *scenario.until < scenarioStart) {
                diagnostics_.error(until.mark(),
                                   fmt::format("{} is before the scenario's start", inQuotes(until.text())));
                scenario.until.reset();
            }
        }
    }

    /// Whether there is an estate to go on with.
    bool readEstateField(MappingReader& fields, Scenario& scenario) {
        if (overrides_.estateFile) {
            fields.take(estateField);
            return readEstateFile(*overrides_.estateFile, {}, scenario);
        }
        const Node node = fields.require(estateField);
        if (!node) {
            return false;
        }
        if (node.isScalar()) {
            const std::filesystem::path folder = std::filesystem::path{path_}.parent_path();
            const std::filesystem::path file{std::string{node.text()}};
            return readEstateFile((folder / file).string(), node.mark(), scenario);
        }
        MappingReader estate{node, "an estate", diagnostics_};
        scenario.estate = readEstate(estate, reading_);
        return estate.readable();
    }

    bool readEstateFile(const std::string& path, Mark from, Scenario& scenario) {
        const std::shared_ptr<const Source> source = files_.read(path, from, diagnostics_);
        std::shared_ptr<const Document> document = source ? parseDocument(source, diagnostics_) : nullptr;
        if (!document) {
            return false;
        }
        if (fileKind(*document) == FileKind::Scenario) {
            diagnostics_.error(document->root().mark(), "this is a scenario, not an estate",
                               "an estate file says 'cmksim-estate: 1'");
            return false;
        }
        return readEstateDocument(std::move(document), scenario);
    }

    bool readEstateDocument(std::shared_ptr<const Document> document, Scenario& scenario) {
        document = withSets(std::move(document), {}, overrides_, diagnostics_);
        scenario.documents.push_back(document);
        MappingReader fields{document->root(), "an estate file", diagnostics_};
        if (!fields.readable()) {
            return false;
        }
        if (isAtRest_) {
            scenario.start = reading_.start = startAtRest(document->root());
        }
        readVersion(fields, estateVersionField);
        scenario.estate = readEstate(fields, reading_);
        return true;
    }

    std::string path_;
    FileReader& files_;
    const ScenarioOverrides& overrides_;
    Diagnostics& diagnostics_;
    std::shared_ptr<TextStore> texts_ = std::make_shared<TextStore>();
    Reading reading_;
    bool isAtRest_ = false; // there is no scenario that says when it starts
};

/// Whether a mapping without a version is meant as a scenario all the same.
bool looksLikeScenario(Node root) { return root.find(estateField) || root.find("timeline"); }

} // namespace

FileKind fileKind(const Document& document) {
    const Node root = document.root();
    if (root.find(scenarioVersionField)) {
        return FileKind::Scenario;
    }
    return root.find(estateVersionField) ? FileKind::Estate : FileKind::Other;
}

std::optional<Scenario> parseScenario(const std::string& path, std::shared_ptr<const Document> document,
                                      FileReader& files, const ScenarioOverrides& overrides, Diagnostics& diagnostics) {
    const Node root = document->root();
    const FileKind kind = fileKind(*document);
    if (root.find(sealedVersionField)) {
        diagnostics.error(root.mark(), "this is a sealed drill", "'cmksim drill' plays it, and no other command");
        return std::nullopt;
    }
    if (!root.isMapping() || (kind == FileKind::Other && !looksLikeScenario(root))) {
        diagnostics.error(root.mark(), "this is no scenario", "a scenario says 'cmksim: 1'");
        return std::nullopt;
    }
    if (overrides.sets.size() > mostSets) {
        diagnostics.error({}, fmt::format("more than {} values to set", mostSets));
        return std::nullopt;
    }
    ScenarioReader reader{path, files, overrides, diagnostics};
    return kind == FileKind::Estate ? reader.readAtRest(std::move(document)) : reader.read(std::move(document));
}

std::optional<Scenario> parseScenario(const std::string& path, FileReader& files, const ScenarioOverrides& overrides,
                                      Diagnostics& diagnostics) {
    const std::shared_ptr<const Source> source = files.read(path, {}, diagnostics);
    std::shared_ptr<const Document> document = source ? parseDocument(source, diagnostics) : nullptr;
    return document ? parseScenario(path, std::move(document), files, overrides, diagnostics) : std::nullopt;
}

} // namespace cmksim::scenario
