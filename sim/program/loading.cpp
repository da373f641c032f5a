#include "program/loading.hpp"

#include "base/text.hpp"
#include "compile/compile.hpp"
#include "report/unmodelled.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <ostream>
#include <system_error>

namespace cmksim::program {

std::optional<ScenarioOverrides> readOverrides(const Arguments& arguments, std::ostream& err) {
    ScenarioOverrides overrides;
    overrides.estateFile = arguments.value(estateOption.name);
    auto sets = arguments.assignments(setOption.name, err);
    auto phases = arguments.assignments(phaseOption.name, err);
    auto models = arguments.assignments(modelOption.name, err);
    if (!sets || !phases || !models) {
        return {};
    }
    overrides.sets = std::move(*sets);
    overrides.phases = std::move(*phases);
    overrides.models = std::move(*models);
    return overrides;
}

Catalog loadCatalog(const Arguments& arguments, FileReader& files, Diagnostics& diagnostics) {
    Catalog catalog;
    for (const std::string& directory : arguments.values(modelsOption.name)) {
        catalog.addDirectory(directory, files, diagnostics);
    }
    return catalog;
}

std::string caseName(std::string_view scenario, std::string_view label) {
    return label.empty() ? std::string{scenario} : fmt::format("{} [{}]", scenario, label);
}

std::vector<LoadedScenario> loadScenarios(const std::string& path, const ScenarioOverrides& overrides, Catalog& catalog,
                                          FileReader& files, Diagnostics& diagnostics, Written written) {
    std::vector<LoadedScenario> loaded;
    for (ScenarioCase& one : parseScenarioCases(path, files, overrides, diagnostics)) {
        if (std::optional<Program> program = compileScenario(one.scenario, catalog, diagnostics)) {
            program->name = caseName(program->name, one.label);
            loaded.push_back({path, std::move(*program), std::nullopt});
            if (written == Written::Kept) {
                loaded.back().written = std::move(one.scenario);
            }
        }
    }
    return loaded;
}

ScenarioInput::ScenarioInput(const Arguments& arguments, std::ostream& err, Written written)
    : catalog_{loadCatalog(arguments, files_, diagnostics_)} {
    const std::optional<ScenarioOverrides> overrides = readOverrides(arguments, err);
    if (!overrides) {
        return;
    }
    for (const std::string& path : arguments.positional) {
        for (LoadedScenario& scenario : loadScenarios(path, *overrides, catalog_, files_, diagnostics_, written)) {
            scenarios_.push_back(std::move(scenario));
        }
    }
    report(diagnostics_, arguments, err);
    sound_ = !diagnostics_.hasErrors() && checkOutputs(arguments, files_.paths(), err) == ExitCode::Done;
}

void noteUnmodelled(const LoadedScenario& scenario, std::ostream& err) {
    for (const Unmodelled& one : scenario.program.unmodelled) {
        err << fmt::format("{}: warning: {} ({}): {}\n", scenario.path, one.name, one.type, unmodelledWords);
    }
}

void report(const Diagnostics& diagnostics, const Arguments& arguments, std::ostream& err) {
    if (diagnostics.hasErrors() || !arguments.has(quietOption.name)) {
        diagnostics.print(err);
    }
}

} // namespace cmksim::program
