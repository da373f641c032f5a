#include "program/commands.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "catalog/fact_reader.hpp"
#include "document/json.hpp"
#include "import/activity_log.hpp"
#include "import/carry.hpp"
#include "import/estate.hpp"
#include "import/estate_change.hpp"
#include "import/plan_timeline.hpp"
#include "program/collect.hpp"
#include "program/import_files.hpp"
#include "program/loading.hpp"
#include "program/look_at_rest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <iterator>
#include <limits>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <vector>

namespace cmksim::program {

namespace {
namespace import_command {

constexpr OptionRule formatOption{"format", "yaml|json", "default: yaml, or json where the output's name ends so"};
constexpr OptionRule summaryOption{"summary", "", "print what there is, counted and listed, instead of the estate"};

constexpr OptionRule paramOption{"param", "NAME=VALUE", "the value of a template's parameter", true};
constexpr OptionRule fromOption{"from", "FOLDER", "read every file of a folder, whatever each is, as one estate"};
constexpr OptionRule strictOption{"strict", "",
                                  "exit with 1 when anything is left out, taken for granted or not known"};
constexpr OptionRule attemptsOption{"attempts", "",
                                    "list the calls of a log that failed, instead of writing the story"};

constexpr std::array importOptions{formatOption, summaryOption, strictOption, attemptsOption, fromOption,
                                   paramOption,  estateOption,  outputOption, modelsOption,   quietOption};

/// What is read, and what it is read with.
struct ImportContext {
    const Arguments& arguments;
    std::span<const std::string> files;
    FileReader& reader;
    Catalog& catalog;
    Diagnostics& diagnostics;
    std::vector<std::pair<std::string, std::string>> parameters;
};

/// An estate, or a scenario where there is a timeline.
struct Imported {
    ImportedEstate estate;
    std::optional<std::vector<JsonObject>> timeline;
    ImportedEstate reached{};              // by the timeline
    std::string estatePath{};              // where the estate stands instead
    std::string start{};                   // of the timeline; empty: the usual
    std::optional<std::string> attempts{}; // that a log tells of
    bool isLookedAt = false;               // at rest, after all that was read is told
};

/// The raw import as an estate.
std::optional<Imported> joined(ImportFiles& files, const ImportContext& context) {
    RawImport raw = files.finish();
    if (context.diagnostics.hasErrors()) {
        return std::nullopt;
    }
    Imported imported{joinEstate(std::move(raw), context.catalog, context.diagnostics), {}};
    imported.isLookedAt = true;
    return imported;
}

/// What `show`, `list` and graph queries print: several files are one estate.
std::optional<Imported> importCommandOutput(const ImportContext& context) {
    ImportFiles files{context.catalog, context.reader, context.diagnostics};
    for (const std::string& path : context.files) {
        files.takeRows(path);
    }
    return joined(files, context);
}

/// States of Terraform are one estate; a plan is an estate with what applying it does.
std::optional<Imported> importTerraform(const ImportContext& context) {
    ImportFiles files{context.catalog, context.reader, context.diagnostics};
    for (const std::string& path : context.files) {
        files.takeTerraform(path);
    }
    if (!files.plan()) {
        return joined(files, context);
    }
    if (context.files.size() > 1) {
        context.diagnostics.error({}, "a plan is imported by itself");
        return std::nullopt;
    }
    Diagnostics quiet; // what is wrong before the plan is so after it, or does not matter any more
    TerraformReading& plan = *files.plan();
    shareIdentities(plan.before, plan.after);
    Imported imported{joinEstate(plan.before, context.catalog, quiet), {}};
    imported.reached = joinEstate(plan.after, context.catalog, context.diagnostics);
    tellUndescribed({&plan.before, &plan.after}, context.diagnostics);
    ImportedEstate made = imported.reached; // what still names a thing that goes makes it stand there
    dropWhatGoes(plan.before, plan.after, imported.estate, made);
    carryAssumed(imported.estate, made);
    imported.timeline = planTimeline(imported.estate, made, plan.replaced, context.diagnostics);
    carryUnmodelled(imported.estate, imported.reached, context.catalog.platform());
    imported.isLookedAt = true;
    return imported;
}

/// Templates are one estate; files of parameters give them their values, '--param' before them.
std::optional<Imported> importTemplate(const ImportContext& context) {
    ImportFiles files{context.catalog, context.reader, context.diagnostics};
    for (const std::string& path : context.files) {
        files.takeTemplate(path);
    }
    files.setParameters(context.parameters);
    return joined(files, context);
}

/// Everything in a folder is one estate.
std::optional<Imported> importFolder(const ImportContext& context) {
    ImportFiles files{context.catalog, context.reader, context.diagnostics};
    files.takeFolder(*context.arguments.value(fromOption.name));
    files.setParameters(context.parameters);
    return joined(files, context);
}

/// Logs are a timeline of an estate that '--estate' names.
std::optional<Imported> importActivityLog(const ImportContext& context) {
    const auto estatePath = context.arguments.value(estateOption.name);
    if (!estatePath) {
        context.diagnostics.error({}, "a log tells what happened to an estate", "name it with --estate FILE");
        return std::nullopt;
    }
    const auto estate = parseScenario(*estatePath, context.reader, {}, context.diagnostics);
    if (!estate) {
        return std::nullopt;
    }
    const AzureReferences references{estate->estate};
    ActivityLog log{context.catalog.azure(), context.catalog.platform(), estate->estate, references,
                    context.diagnostics};
    for (const std::string& path : context.files) {
        if (const auto source = context.reader.read(path, {}, context.diagnostics)) {
            forEachJsonRow(source, context.diagnostics, [&](Node row) { log.take(row); });
        }
    }
    if (context.diagnostics.hasErrors()) {
        return std::nullopt;
    }
    Imported imported;
    imported.estatePath = *estatePath;
    imported.timeline.emplace();
    for (const LoggedAction& action : log.actions()) {
        if (imported.start.empty()) {
            imported.start = action.time;
        }
        JsonObject& entry = imported.timeline->emplace_back(
            JsonObject{{"at", action.time}, {"do", action.action}, {"target", action.target}});
        if (!action.with.empty()) {
            entry.emplace_back("with", action.with);
        }
    }
    imported.attempts.emplace();
    const std::vector<ActivityLog::Attempt> attempts = log.attempts();
    for (const ActivityLog::Attempt& one : attempts) {
        *imported.attempts += fmt::format("{}  {}  {}  {}\n", one.time, one.operation, one.target, one.status);
    }
    log.tellLooks();
    log.tellUnplayed();
    if (!attempts.empty()) {
        context.diagnostics.warning({}, fmt::format("{} calls failed, and are not in the story", attempts.size()),
                                    "'--attempts' lists them");
    }
    if (log.passedOver() > 0) {
        context.diagnostics.warning(
            {}, fmt::format("{} events that change nothing here are passed over", log.passedOver()));
    }
    return imported;
}

std::string textOf(const Imported& imported, const Arguments& arguments) {
    const ImportedEstate& estate = imported.estate;
    if (arguments.has(attemptsOption.name) && imported.attempts) {
        return *imported.attempts;
    }
    if (arguments.has(summaryOption.name)) {
        if (!imported.estatePath.empty()) {
            return fmt::format("{} actions\n", imported.timeline->size());
        }
        return estateSummary(imported.timeline ? imported.reached : estate);
    }
    const std::string output = arguments.value(outputOption.name).value_or("");
    const bool json =
        arguments.value(formatOption.name).value_or(output.ends_with(".json") ? "json" : "yaml") == "json";
    if (imported.timeline) {
        const std::filesystem::path file{arguments.positional.back()};
        const ScenarioHead head{file.filename().string(), imported.start, imported.estatePath};
        return json ? JsonValue{scenarioFields(head, estate, *imported.timeline)}.print() + '\n'
                    : scenarioYaml(head, estate, *imported.timeline);
    }
    return json ? estateJson(estate) : estateYaml(estate);
}

using Import = std::optional<Imported> (*)(const ImportContext& context);

struct Origin {
    std::string_view name;
    Import import;
};

constexpr std::array origins{Origin{"az", importCommandOutput}, Origin{"terraform", importTerraform},
                             Origin{"arm", importTemplate}, Origin{"activity-log", importActivityLog}};

/// The commands that collect an estate, with the applications that the services' files name.
std::string scriptOf(Catalog& catalog) {
    std::string script{collectScript()};
    for (const AzureTerms& terms : catalog.azure()) {
        if (!terms.firstParty.empty()) {
            script += fmt::format("az ad sp show --id {} -o json > \"$folder/principal-{}.json\"\n", terms.firstParty,
                                  terms.service);
        }
    }
    return script + "printf '%s\\n' \"cmksim import --from '$folder' -o estate.yaml\"\n";
}

/// Whether the words before the files say what to do; reports it where they do not.
Import importOf(const Arguments& arguments, std::ostream& err) {
    if (arguments.has(fromOption.name)) {
        if (!arguments.positional.empty()) {
            err << "cmksim import: error: '--from' takes the files of a folder, and no others\n";
            return nullptr;
        }
        return importFolder;
    }
    if (arguments.positional.size() < 2) {
        err << "cmksim import: error: expected what is imported and its files, or '--from FOLDER'\n";
        return nullptr;
    }
    const std::string& name = arguments.positional.front();
    const auto origin = std::ranges::find(origins, name, &Origin::name);
    if (origin == origins.end()) {
        std::vector<std::string_view> known;
        for (const Origin& one : origins) {
            known.push_back(one.name);
        }
        err << fmt::format("cmksim import: error: nothing can be imported from {}; {}\n", inQuotes(name),
                           suggestion(name, known));
        return nullptr;
    }
    return origin->import;
}

ExitCode run(const Arguments& arguments, const Streams& streams) {
    DiskFileReader files;
    Diagnostics diagnostics;
    Catalog catalog = loadCatalog(arguments, files, diagnostics);
    if (arguments.positional == std::vector<std::string>{"script", "az"}) {
        return writeOutput(scriptOf(catalog), arguments, streams);
    }
    const Import import = importOf(arguments, streams.err);
    if (import == nullptr) {
        return ExitCode::WrongInput;
    }
    std::span<const std::string> paths{arguments.positional};
    paths = paths.subspan(std::min<std::size_t>(1, paths.size()));
    auto parameters = arguments.assignments(paramOption.name);
    report(diagnostics, arguments, streams.err);
    std::optional<Diagnostics> reported{std::in_place};
    auto imported = import({arguments, paths, files, catalog, *reported, std::move(parameters)});
    report(*reported, arguments, streams.err);
    if (!imported || reported->hasErrors() || diagnostics.hasErrors()) {
        return ExitCode::WrongInput;
    }
    bool isAnythingReported = !reported->all().empty() || !diagnostics.all().empty();
    reported.reset(); // and with it the texts that were read, which may be large
    const std::string text = textOf(*imported, arguments);
    if (imported->isLookedAt) {
        const bool isReached = imported->timeline.has_value(); // what a plan leads to
        JsonValue estate = estateFields(std::move(isReached ? imported->reached : imported->estate));
        imported.reset();
        Diagnostics atRest;
        lookAtRest(std::move(estate), isReached ? "after the plan" : "at the start", files, catalog, atRest);
        report(atRest, arguments, streams.err);
        isAnythingReported = isAnythingReported || !atRest.all().empty();
    }
    const ExitCode written = writeOutput(text, arguments, streams);
    const bool fellShort = arguments.has(strictOption.name) && isAnythingReported;
    return written != ExitCode::Done ? written : fellShort ? ExitCode::FellShort : ExitCode::Done;
}

} // namespace import_command
} // namespace

constinit const Command importCommand{
    .name = "import",
    .synopsis = "arm|terraform|az|activity-log|script FILE…",
    .summary = "write an estate from what Azure's own tools say of a real one",
    .details =
        "arm reads templates, as people write them or as Bicep compiles them, and files of parameters. az reads JSON "
        "that 'az … show' and 'az … list' print, or exports of 'az graph query'; several files are "
        "one estate. terraform reads what 'terraform show -json' prints of a state, or of a plan, whose changes "
        "become a timeline. activity-log reads the activity log and Key Vault's audit events as a timeline of what "
        "'--estate' names. '--from' reads a folder of all of them as one estate; 'script az' prints the commands that "
        "collect one. Descriptions of one thing are joined by its id, the later one holding. Names stay as they are. "
        "What cannot be joined, what is assumed, and what has no model or is left out is reported on standard error "
        "with its place. The file that is written can be simulated as it is, or named in a scenario as 'estate: FILE'.",
    .leastArguments = 0,
    .mostArguments = std::numeric_limits<std::size_t>::max(),
    .options = import_command::importOptions,
    .run = import_command::run,
};

} // namespace cmksim::program
