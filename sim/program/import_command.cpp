#include "program/import_command.hpp"

#include "base/flow_yaml.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "catalog/fact_reader.hpp"
#include "document/as_json.hpp"
#include "document/json.hpp"
#include "document/yaml.hpp"
#include "import/activity_log.hpp"
#include "import/arm_template.hpp"
#include "import/azure_resources.hpp"
#include "import/estate.hpp"
#include "import/plan_timeline.hpp"
#include "import/terraform.hpp"
#include "program/loading.hpp"

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

constexpr OptionRule formatOption{"format", "yaml|json", "default: yaml, or json where the output's name ends so"};
constexpr OptionRule summaryOption{"summary", "", "print what there is, counted and listed, instead of the estate"};

constexpr OptionRule paramOption{"param", "NAME=VALUE", "the value of a template's parameter", true};

constexpr std::array importOptions{formatOption, summaryOption, paramOption, estateOption,
                                   outputOption, modelsOption,  quietOption};

/// What is read, and what it is read with.
struct ImportContext {
    const Arguments& arguments;
    std::span<const std::string> files;
    FileReader& reader;
    Catalog& catalog;
    const std::vector<AzureTerms>& terms;
    const Platform& platform;
    Diagnostics& diagnostics;
    std::vector<std::pair<std::string, std::string>> parameters;
};

/// An estate, or a scenario where there is a timeline.
struct Imported {
    ImportedEstate estate;
    std::optional<std::vector<std::string>> timeline;
    ImportedEstate reached{}; // by the timeline
    std::string estatePath{}; // where the estate stands instead
    std::string start{};      // of the timeline; empty: the usual
};

/// What `show`, `list` and graph queries print: several files are one estate.
std::optional<Imported> importCommandOutput(const ImportContext& context) {
    AzureResources resources{context.terms, context.diagnostics};
    for (const std::string& path : context.files) {
        const auto source = context.reader.read(path, {}, context.diagnostics);
        if (source) {
            forEachJsonRow(source, context.diagnostics, [&](Node row) { resources.take(row); });
        }
    }
    if (context.diagnostics.hasErrors()) {
        return std::nullopt;
    }
    return Imported{joinEstate(resources.raw(), context.catalog, context.diagnostics), {}};
}

void append(RawImport& to, RawImport from) {
    const auto move = [](auto& target, auto& source) { std::ranges::move(source, std::back_inserter(target)); };
    move(to.vaults, from.vaults);
    move(to.keys, from.keys);
    move(to.identities, from.identities);
    move(to.grants, from.grants);
    move(to.resources, from.resources);
    to.others += from.others;
}

/// States of Terraform are one estate; a plan is an estate with what applying it does.
std::optional<Imported> importTerraform(const ImportContext& context) {
    RawImport states;
    for (const std::string& path : context.files) {
        const auto source = context.reader.read(path, {}, context.diagnostics);
        const auto document = source ? parseJson(source, context.diagnostics) : nullptr;
        auto reading = document ? readTerraform(document->root(), context.terms, context.platform, context.diagnostics)
                                : std::nullopt;
        if (!reading) {
            continue;
        }
        if (reading->isPlan && context.files.size() > 1) {
            context.diagnostics.error(document->root().mark(), "a plan is imported by itself");
            continue;
        }
        if (reading->isPlan) {
            Diagnostics quiet; // what is wrong before the plan is so after it, or does not matter any more
            Imported imported{joinEstate(reading->before, context.catalog, quiet), {}};
            imported.reached = joinEstate(reading->after, context.catalog, context.diagnostics);
            imported.timeline = planTimeline(imported.estate, imported.reached, reading->replaced, context.diagnostics);
            return imported;
        }
        append(states, std::move(reading->before));
    }
    if (context.diagnostics.hasErrors()) {
        return std::nullopt;
    }
    return Imported{joinEstate(states, context.catalog, context.diagnostics), {}};
}

/// Templates are one estate; files of parameters give them their values, '--param' before them.
std::optional<Imported> importTemplate(const ImportContext& context) {
    ArmParameters parameters;
    std::vector<std::shared_ptr<const Document>> templates;
    for (const std::string& path : context.files) {
        const auto source = context.reader.read(path, {}, context.diagnostics);
        const auto document = source ? parseJson(source, context.diagnostics, JsonComments::Allowed) : nullptr;
        if (!document) {
            continue;
        }
        if (isArmTemplate(document->root())) {
            templates.push_back(document);
        } else if (!readArmParameters(document->root(), context.terms, context.platform, parameters,
                                      context.diagnostics)) {
            context.diagnostics.error(document->root().mark(), "this is neither a template nor a file of parameters",
                                      "a template has 'resources', a file of parameters 'parameters'");
        }
    }
    for (const auto& [name, value] : context.parameters) {
        parameters.insert_or_assign(lowerCase(name), readArmParameter(value));
    }
    AzureResources resources{context.terms, context.diagnostics};
    for (const auto& one : templates) {
        expandArmTemplate(one->root(), parameters, resources, context.terms, context.platform, context.diagnostics);
    }
    if (context.diagnostics.hasErrors()) {
        return std::nullopt;
    }
    return Imported{joinEstate(resources.raw(), context.catalog, context.diagnostics), {}};
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
    ActivityLog log{context.terms, context.platform, references, context.diagnostics};
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
        imported.timeline->push_back(fmt::format("at: {}, do: {}, target: {}{}", action.time, action.action,
                                                 flowYaml(JsonValue{action.target}),
                                                 action.with.empty() ? "" : ", with: {" + action.with + "}"));
    }
    if (log.passedOver() > 0) {
        context.diagnostics.warning(
            {}, fmt::format("{} events that change nothing here are passed over", log.passedOver()));
    }
    return imported;
}

/// A scenario of ours as JSON, an entry of its timeline a line.
std::string asJsonText(const std::string& yaml) {
    Diagnostics none; // it is written by us
    return asJson(parseDocument(std::make_shared<const Source>("", yaml), none)->root()).print() + '\n';
}

std::string textOf(const Imported& imported, const Arguments& arguments) {
    const ImportedEstate& estate = imported.estate;
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
        const std::filesystem::path file{arguments.positional[1]};
        const std::string yaml =
            scenarioYaml({file.filename().string(), imported.start, imported.estatePath}, estate, *imported.timeline);
        return json ? asJsonText(yaml) : yaml;
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

ExitCode run(const Arguments& arguments, const Streams& streams) {
    const std::string& name = arguments.positional.front();
    const auto origin = std::ranges::find(origins, name, &Origin::name);
    if (origin == origins.end()) {
        std::vector<std::string_view> known;
        for (const Origin& one : origins) {
            known.push_back(one.name);
        }
        streams.err << fmt::format("cmksim import: error: nothing can be imported from {}; {}\n", inQuotes(name),
                                   suggestion(name, known));
        return ExitCode::WrongInput;
    }
    DiskFileReader files;
    Diagnostics diagnostics;
    Catalog catalog = loadCatalog(arguments, files, diagnostics);
    const std::span<const std::string> paths = std::span{arguments.positional}.subspan(1);
    auto parameters = arguments.assignments(paramOption.name, streams.err);
    if (!parameters) {
        return ExitCode::WrongInput;
    }
    const auto imported = origin->import(
        {arguments, paths, files, catalog, catalog.azure(), catalog.platform(), diagnostics, std::move(*parameters)});
    report(diagnostics, arguments, streams.err);
    if (!imported || diagnostics.hasErrors()) {
        return ExitCode::WrongInput;
    }
    return writeOutput(textOf(*imported, arguments), arguments, streams);
}

} // namespace

constinit const Command importCommand{
    .name = "import",
    .synopsis = "arm|terraform|az|activity-log FILE…",
    .summary = "write an estate from what Azure's own tools say of a real one",
    .details =
        "arm reads templates, as people write them or as Bicep compiles them, and files of parameters. az reads JSON "
        "that 'az … show' and 'az … list' print, or exports of 'az graph query'; several files are "
        "one estate. terraform reads what 'terraform show -json' prints of a state, or of a plan, whose changes "
        "become a timeline. activity-log reads the activity log and Key Vault's audit events as a timeline of what "
        "'--estate' names. Names stay as they are. Whatever cannot be joined, and whatever is taken for granted, is "
        "told on standard error with its place. What is written can be simulated as it stands, or stand in a "
        "scenario as 'estate: FILE'.",
    .leastArguments = 2,
    .mostArguments = std::numeric_limits<std::size_t>::max(),
    .options = importOptions,
    .run = run,
};

} // namespace cmksim::program
