#include "program/loading.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "compile/compile.hpp"
#include "report/unmodelled.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <ostream>
#include <system_error>

namespace cmksim::program {

ScenarioOverrides readOverrides(const Arguments& arguments) {
    ScenarioOverrides overrides;
    overrides.estateFile = arguments.value(estateOption.name);
    overrides.sets = arguments.assignments(setOption.name);
    overrides.phases = arguments.assignments(phaseOption.name);
    overrides.models = arguments.assignments(modelOption.name);
    return overrides;
}

namespace {

/// Reports a value of `--reading` that no model gives.
void checkReading(std::string_view given, Catalog& catalog, Diagnostics& diagnostics) {
    std::vector<FactReading> known = catalog.readings();
    for (const ModelEntry& entry : catalog.entries()) {
        if (const Model* model = catalog.model(entry.service, entry.version, diagnostics)) {
            std::ranges::copy(catalog.readingsOf(*model), std::back_inserter(known));
        }
    }
    const std::string_view name = given.substr(0, given.find('='));
    std::vector<std::string_view> names;
    std::vector<std::string_view> values;
    const auto add = [](std::vector<std::string_view>& all, std::string_view one) {
        if (std::ranges::find(all, one) == all.end()) { // several versions of a service have the same readings
            all.push_back(one);
        }
    };
    for (const FactReading& reading : known) {
        add(names, reading.name);
        if (reading.name == name) {
            for (const ReadingValue& value : reading.values) {
                add(values, value.name);
            }
        }
    }
    if (values.empty()) {
        diagnostics.error({}, fmt::format("--reading: there is no reading {}", inQuotes(name)),
                          suggestion(name, names));
        return;
    }
    const std::string_view value = given.substr(std::min(name.size() + 1, given.size()));
    if (std::ranges::find(values, value) == values.end()) {
        diagnostics.error({}, fmt::format("--reading: {} has no value {}", name, inQuotes(value)),
                          suggestion(value, values));
    }
}

} // namespace

bool asksForAllReadings(const Arguments& arguments) {
    const std::vector<std::string> given = arguments.values(readingOption.name);
    return std::ranges::find(given, allReadings) != given.end();
}

ReadingChoice givenReadings(const Arguments& arguments) {
    ReadingChoice choice;
    for (const std::string& one : arguments.values(readingOption.name)) {
        if (one != allReadings) {
            const std::size_t equals = std::min(one.find('='), one.size());
            choice[one.substr(0, equals)] = one.substr(std::min(equals + 1, one.size()));
        }
    }
    return choice;
}

Catalog loadCatalog(const Arguments& arguments, FileReader& files, Diagnostics& diagnostics) {
    Catalog catalog = loadCatalog(arguments, givenReadings(arguments), files, diagnostics);
    for (const std::string& one : arguments.values(readingOption.name)) {
        if (one != allReadings) {
            checkReading(one, catalog, diagnostics);
        }
    }
    return catalog;
}

Catalog loadCatalog(const Arguments& arguments, ReadingChoice choice, FileReader& files, Diagnostics& diagnostics) {
    Catalog catalog{std::move(choice)};
    for (const std::string& directory : arguments.values(modelsOption.name)) {
        catalog.addDirectory(directory, files, diagnostics);
    }
    return catalog;
}

std::string caseName(std::string_view scenario, std::string_view label) {
    return label.empty() ? std::string{scenario} : fmt::format("{} [{}]", scenario, label);
}

std::vector<LoadedScenario> loadScenarios(const std::string& path, const ScenarioOverrides& overrides, Catalog& catalog,
                                          FileReader& files, Diagnostics& diagnostics, Written written,
                                          compile::OpenInstants open) {
    std::vector<LoadedScenario> loaded;
    for (ScenarioCase& one : parseScenarioCases(path, files, overrides, diagnostics)) {
        if (std::optional<Program> program = compileScenario(one.scenario, catalog, diagnostics, open)) {
            program->name = caseName(program->name, one.label);
            loaded.push_back({path, std::move(*program), std::nullopt});
            if (written == Written::Kept) {
                loaded.back().written = std::move(one.scenario);
            }
        }
    }
    return loaded;
}

ScenarioInput::ScenarioInput(const Arguments& arguments, std::ostream& err, Written written, Sealed sealed,
                             compile::OpenInstants open)
    : evidence_{arguments, files_}, catalog_{loadCatalog(arguments, files_, diagnostics_)}, openInstants_{open} {
    if (diagnostics_.hasErrors()) {
        report(diagnostics_, arguments, err); // what is wrong with a model comes before what its scenarios say of it
        return;
    }
    const ScenarioOverrides overrides = readOverrides(arguments);
    FileReader& files = sealed == Sealed::Opened ? static_cast<FileReader&>(unsealing_) : files_;
    for (const std::string& path : arguments.positional) {
        for (LoadedScenario& scenario : loadScenarios(path, overrides, catalog_, files, diagnostics_, written, open)) {
            scenarios_.push_back(std::move(scenario));
        }
    }
    report(diagnostics_, arguments, err);
    sound_ = !diagnostics_.hasErrors() && checkOutputs(arguments, files_.paths(), err) == ExitCode::Done;
}

void noteUnmodelled(const LoadedScenario& scenario, std::ostream& err) {
    for (const Unmodelled& one : scenario.program.unmodelled) {
        err << fmt::format("{}: warning: {} ({}): {}\n", printable(scenario.path), printable(one.name),
                           printable(one.type), printable(knownOf(scenario.program, one)));
    }
}

void report(const Diagnostics& diagnostics, const Arguments& arguments, std::ostream& err) {
    if (diagnostics.hasErrors() || !arguments.has(quietOption.name)) {
        diagnostics.print(err);
    }
}

} // namespace cmksim::program
