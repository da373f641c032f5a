// `cmksim models`: which services are known, and what their models say, with citations.
#include "program/commands.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "catalog/describe.hpp"
#include "program/loading.hpp"
#include "program/model_check.hpp"
#include "program/new_model.hpp"

#include <fmt/format.h>

#include <array>
#include <ostream>
#include <sstream>

namespace cmksim::program {

namespace {

constexpr OptionRule newOption{"new", "SERVICE", "write a model to begin with: every field, each with its meaning"};
constexpr std::array modelsOptions{modelsOption, readingOption, checkOption, storiesOption,
                                   newOption,    outputOption,  quietOption};

/// The skeleton of a model of that service.
std::string skeletonOf(std::string_view service) {
    constexpr std::string_view name = "SERVICE";
    std::string model{newModel()};
    for (std::size_t at = model.find(name); at != std::string::npos; at = model.find(name, at + service.size())) {
        model.replace(at, name.size(), service);
    }
    return model;
}

/// The model that `NAME` or `NAME=VERSION` means; reports what is unknown.
const Model* findModel(std::string_view asked, Catalog& catalog, Diagnostics& diagnostics, std::ostream& err) {
    const std::string_view service = asked.substr(0, asked.find('='));
    const std::string_view version =
        asked.size() > service.size() ? asked.substr(service.size() + 1) : std::string_view{};
    const std::vector<std::string_view> versions = catalog.versions(service);
    if (versions.empty()) {
        err << fmt::format("cmksim models: error: unknown service {}; {}\n", inQuotes(service),
                           suggestion(service, catalog.services()));
        return nullptr;
    }
    const Model* model = catalog.model(service, version, diagnostics);
    if (model == nullptr && !diagnostics.hasErrors()) {
        err << fmt::format("cmksim models: error: {} has no version {}; {}\n", service, inQuotes(version),
                           suggestion(version, versions));
    }
    return model;
}

ExitCode run(const Arguments& arguments, const Streams& streams) {
    if (const auto service = arguments.value(newOption.name)) {
        return writeOutput(skeletonOf(*service), arguments, streams);
    }
    if (arguments.has(checkOption.name)) {
        return checkModel(arguments, streams);
    }
    DiskFileReader files;
    Diagnostics diagnostics;
    Catalog catalog = loadCatalog(arguments, files, diagnostics);
    if (diagnostics.hasErrors()) {
        report(diagnostics, arguments, streams.err);
        return ExitCode::WrongInput;
    }
    std::ostringstream text;
    bool found = true;
    if (arguments.positional.empty()) {
        listModels(catalog, text);
    } else if (const Model* model = findModel(arguments.positional.front(), catalog, diagnostics, streams.err)) {
        describeModel(*model, catalog.platform(), catalog.readingsOf(*model), text);
    } else {
        found = false;
    }
    report(diagnostics, arguments, streams.err);
    if (!found || diagnostics.hasErrors()) {
        return ExitCode::WrongInput;
    }
    return writeOutput(std::move(text).str(), arguments, streams);
}

} // namespace

constinit const Command modelsCommand{
    .name = "models",
    .synopsis = "[SERVICE[=VERSION]]",
    .summary = "list the models, or show one with its citations",
    .details = "Without an argument, lists the services that can be simulated and the versions of their models. With "
               "one, shows that model: its states, what each reason does, timings, operations, refusals, and the "
               "document behind every fact. '--check' looks over a model of yours, '--new' writes one to begin with.",
    .leastArguments = 0,
    .mostArguments = 1,
    .options = modelsOptions,
    .run = run,
};

} // namespace cmksim::program
