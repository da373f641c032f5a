// `cmksim models`: which services are known, and what their models say, with citations.
#include "program/commands.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "catalog/compare.hpp"
#include "catalog/describe.hpp"
#include "program/loading.hpp"
#include "program/model_check.hpp"
#include "program/new_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <ostream>
#include <sstream>
#include <string>
#include <vector>

namespace cmksim::program {

namespace {
namespace models_command {

constexpr OptionRule newOption{"new", "SERVICE", "write a model to begin with: every field, each with its meaning"};
constexpr OptionRule compareOption{"compare", "", "show the services named side by side, or all of them"};
constexpr OptionRule formatOption{"format", "text|markdown",
                                  "of a comparison; default: text, or markdown for a .md file"};
constexpr std::array modelsOptions{modelsOption,  readingOption, compareOption, formatOption, checkOption,
                                   storiesOption, newOption,     outputOption,  quietOption};

/// The skeleton of a model of that service.
std::string skeletonOf(std::string_view service) {
    constexpr std::string_view name = "SERVICE";
    std::string model{newModel()};
    for (std::size_t at = model.find(name); at != std::string::npos; at = model.find(name, at + service.size())) {
        model.replace(at, name.size(), service);
    }
    return model;
}

/// Whether a service can be called so, on command lines and in files, without quotes.
bool isServiceName(std::string_view name) {
    const auto isLetter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    return !name.empty() && isLetter(name.front()) && std::ranges::all_of(name, [&](char c) {
        return isLetter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
}

/// The model that `NAME` or `NAME=VERSION` means; reports what is unknown.
const Model* findModel(std::string_view asked, Catalog& catalog, Diagnostics& diagnostics, std::ostream& err) {
    const std::string_view service = asked.substr(0, asked.find('='));
    const std::string_view version =
        asked.size() > service.size() ? asked.substr(service.size() + 1) : std::string_view{};
    const std::vector<std::string_view> versions = catalog.versions(service);
    if (versions.empty()) {
        err << withSuggestion(fmt::format("cmksim models: error: unknown service {}", inQuotes(service)), service,
                              catalog.services(), catalog::servicesAreListed)
            << '\n';
        return nullptr;
    }
    const Model* model = catalog.model(service, version, diagnostics);
    if (model == nullptr && !diagnostics.hasErrors()) {
        err << withSuggestion(fmt::format("cmksim models: error: {} has no version {}", service, inQuotes(version)),
                              version, versions)
            << '\n';
    }
    return model;
}

/// The models that are named, else the newest of every service, side by side. Nothing where one is not known.
std::optional<std::string> comparison(const Arguments& arguments, Catalog& catalog, Diagnostics& diagnostics,
                                      std::ostream& err) {
    std::vector<std::string> names = arguments.positional;
    if (names.empty()) {
        for (const std::string_view service : catalog.services()) {
            names.emplace_back(service);
        }
    }
    std::vector<const Model*> models;
    for (const std::string& name : names) {
        const Model* model = findModel(name, catalog, diagnostics, err);
        if (model == nullptr) {
            return std::nullopt;
        }
        models.push_back(model);
    }
    const bool isPage = arguments.value(outputOption.name).value_or("").ends_with(".md");
    const std::string format = arguments.value(formatOption.name).value_or(isPage ? "markdown" : "text");
    return format == "markdown" ? compareAsMarkdown(models, catalog.platform())
                                : compareAsText(models, catalog.platform());
}

ExitCode run(const Arguments& arguments, const Streams& streams) {
    if (const auto service = arguments.value(newOption.name)) {
        if (!isServiceName(*service)) {
            streams.err << fmt::format("cmksim models: error: --new: expected a name of letters, digits, '-' and '_' "
                                       "that begins with a letter, such as acr, not {}\n",
                                       inQuotes(*service));
            return ExitCode::WrongInput;
        }
        const std::string skeleton = skeletonOf(*service);
        return writeOutput(streams.ascii ? asciiOnly(skeleton) : skeleton, arguments, streams);
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
    if (arguments.has(compareOption.name)) {
        const auto compared = comparison(arguments, catalog, diagnostics, streams.err);
        found = compared.has_value();
        text << compared.value_or("");
    } else if (arguments.positional.size() > 1) {
        streams.err << "cmksim models: error: one model is shown at a time; '--compare' shows several side by side\n";
        found = false;
    } else if (arguments.positional.empty()) {
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
    return writeOutput(streams.ascii ? asciiOnly(text.str()) : text.str(), arguments, streams);
}

} // namespace models_command
} // namespace

constinit const Command modelsCommand{
    .name = "models",
    .synopsis = "[SERVICE[=VERSION]…]",
    .summary = "list the models, or show one with its citations",
    .details =
        "Without an argument, lists the services that can be simulated and the versions of their models. With "
        "one, shows that model: its states, what each reason does, timings, operations, refusals, and the "
        "document behind every fact. With '--compare' the services named, or all of them, are shown side by side: "
        "what each reason does, how soon a service looks, what it asks for, and in Markdown what brings it back. "
        "'--check' looks over a model of yours, '--new' writes one to begin with.",
    .leastArguments = 0,
    .mostArguments = std::numeric_limits<std::size_t>::max(),
    .options = models_command::modelsOptions,
    .run = models_command::run,
};

} // namespace cmksim::program
