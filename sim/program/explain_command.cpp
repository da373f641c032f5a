#include "program/commands.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "explanation/explain.hpp"
#include "explanation/exposure.hpp"
#include "program/loading.hpp"
#include "program/terminal.hpp"
#include "report/explanation_report.hpp"
#include "schema/printed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ostream>
#include <sstream>

namespace cmksim::program {

namespace {
namespace explain_command {

constexpr OptionRule formatOption{"format", "text|json", "for a person (the default), or one JSON object"};
constexpr OptionRule symptomOption{
    "symptom", "TEXT", "find what an error message, code or JSON pasted here may come from; several: of one fault",
    true};
constexpr OptionRule exposedOption{"estate", "FILE",
                                   "with --symptom: which resources of this estate could show it now"};
constexpr OptionRule serviceOption{"service", "NAME", "what this service says alone"};

constexpr std::array explainOptions{symptomOption, exposedOption, serviceOption, formatOption,
                                    outputOption,  modelsOption,  readingOption, quietOption};

constexpr std::size_t mostMatches = 8;

/// The story of the first explanation that a reason stands behind.
std::optional<std::string> storyOf(const std::vector<Explanation>& explanations, Catalog& catalog,
                                   Diagnostics& diagnostics) {
    for (const Explanation& one : explanations) {
        const Model* model =
            one.reason != Reason::None ? catalog.model(one.service, one.version, diagnostics) : nullptr;
        if (model != nullptr) {
            if (auto story = shortestStory(*model, one.reason, catalog)) {
                return story;
            }
        }
    }
    return std::nullopt;
}

/// The resources of an estate that may show what the best matches of all symptoms say; nothing when it cannot be read,
/// which is reported.
std::optional<std::vector<Exposed>> exposedIn(const std::string& path, const SymptomsView& view, Catalog& catalog,
                                              const Arguments& arguments, const Streams& streams) {
    DiskFileReader files;
    Diagnostics diagnostics;
    const std::vector<LoadedScenario> loaded = loadScenarios(path, {}, catalog, files, diagnostics);
    report(diagnostics, arguments, streams.err);
    if (diagnostics.hasErrors() || loaded.empty()) {
        return std::nullopt;
    }
    std::vector<std::string> services;
    bool everyService = false;
    for (const SymptomView& symptom : view.symptoms) {
        for (const SymptomMatch& match : symptom.matches) {
            if (fitsAsWell(match, symptom.matches.front())) {
                everyService = everyService || match.services.empty();
                services.insert(services.end(), match.services.begin(), match.services.end());
            }
        }
    }
    return exposedTo(loaded.front().program, view.common, everyService ? std::vector<std::string>{} : services);
}

ExitCode explainSymptoms(const std::vector<std::string>& texts, Catalog& catalog, Diagnostics& diagnostics,
                         const Arguments& arguments, const Streams& streams) {
    SymptomsView view;
    std::vector<std::vector<SymptomMatch>> matches;
    for (const std::string& text : texts) {
        view.symptoms.push_back({text, matchSymptom(text, mostMatches, catalog, diagnostics)});
        if (const auto service = arguments.value(serviceOption.name)) {
            std::erase_if(view.symptoms.back().matches, [&](const SymptomMatch& match) {
                return std::ranges::find(match.services, *service) == match.services.end();
            });
            for (SymptomMatch& match : view.symptoms.back().matches) {
                std::erase_if(match.advice, [&](const ServiceAdvice& advice) {
                    return std::ranges::find(advice.services, *service) == advice.services.end();
                });
            }
        }
        if (!view.symptoms.back().matches.empty()) {
            matches.push_back(view.symptoms.back().matches);
        }
    }
    report(diagnostics, arguments, streams.err);
    if (matches.empty()) {
        streams.err << "cmksim explain: error: not known: no service, vault or tool is known to say this\n";
        return ExitCode::WrongInput;
    }
    view.common = commonCauses(matches);
    if (const auto estate = arguments.value(exposedOption.name)) {
        view.exposed = exposedIn(*estate, view, catalog, arguments, streams);
        if (!view.exposed) {
            return ExitCode::WrongInput;
        }
    }
    std::ostringstream text;
    if (arguments.value(formatOption.name).value_or("text") == "json") {
        text << symptomJson(view).line() << '\n';
    } else {
        writeSymptomText(view, textStyle(arguments.has(outputOption.name), streams), text);
    }
    return writeOutput(text.str(), arguments, streams);
}

/// What to say of a word that nothing is known of.
ExitCode notKnown(const std::string& code, Catalog& catalog, Diagnostics& diagnostics, const Arguments& arguments,
                  const Streams& streams) {
    if (const auto service = arguments.value(serviceOption.name);
        service && !explain(code, catalog, diagnostics).empty()) {
        streams.err << fmt::format("cmksim explain: error: {} says nothing of {}; leave --service out\n",
                                   inQuotes(*service), inQuotes(code));
        return ExitCode::WrongInput;
    }
    const std::vector<Explanation> all = everythingExplained(catalog, diagnostics);
    std::vector<std::string_view> known;
    for (const Explanation& one : all) {
        known.push_back(one.code);
        known.insert(known.end(), one.also.begin(), one.also.end());
    }
    const std::string near = suggestion(code, known);
    streams.err << fmt::format("cmksim explain: error: nothing is known of {}{}{}; a message goes behind --symptom\n",
                               inQuotes(code), near.empty() ? "" : "; ", near);
    return ExitCode::WrongInput;
}

ExitCode run(const Arguments& arguments, const Streams& streams) {
    DiskFileReader files;
    Diagnostics diagnostics;
    Catalog catalog = loadCatalog(arguments, files, diagnostics);
    const std::vector<std::string> symptoms = arguments.values(symptomOption.name);
    if (symptoms.empty() == arguments.positional.empty()) {
        streams.err << "cmksim explain: error: give a CODE, or '--symptom TEXT'\n";
        return ExitCode::WrongInput;
    }
    if (!symptoms.empty()) {
        return explainSymptoms(symptoms, catalog, diagnostics, arguments, streams);
    }
    if (arguments.has(exposedOption.name)) {
        streams.err << "cmksim explain: error: '--estate' goes with '--symptom'\n";
        return ExitCode::WrongInput;
    }
    const std::string& code = arguments.positional.front();
    std::vector<Explanation> explanations = explain(code, catalog, diagnostics);
    if (const auto service = arguments.value(serviceOption.name)) {
        std::erase_if(explanations, [&](const Explanation& one) { return one.service != *service; });
    }
    report(diagnostics, arguments, streams.err);
    if (explanations.empty()) {
        return notKnown(code, catalog, diagnostics, arguments, streams);
    }
    const auto story = storyOf(explanations, catalog, diagnostics);
    std::ostringstream text;
    if (arguments.value(formatOption.name).value_or("text") == "json") {
        text << explanationJson(code, explanations, story).line() << '\n';
    } else {
        writeExplanationText(explanations, story, textStyle(arguments.has(outputOption.name), streams), text);
    }
    return writeOutput(text.str(), arguments, streams);
}

/// What it prints as JSON.
JsonValue resultSchema(const KnownWords& /*words*/) {
    return printedSchema("What cmksim explain --format json prints", {explanationProperties()});
}
JsonValue symptomsSchema(const KnownWords& /*words*/) {
    return printedSchema("What cmksim explain --symptom --format json prints", symptomSchema());
}
constexpr std::array explainResults{schema::Kind{"explain", resultSchema}, schema::Kind{"symptom", symptomsSchema}};

} // namespace explain_command
} // namespace

constinit const Command explainCommand{
    .name = "explain",
    .synopsis = "[CODE]",
    .summary = "explain a reason, error, refusal, state or timing, and show the shortest story of it",
    .details = "Says what a code means, what causes it, what fixes it and what does not, for every service, with the "
               "document behind it, and prints the shortest scenario that shows it. With --symptom it finds out of an "
               "error message, a code or the JSON of an answer what may stand behind it, and with --estate which "
               "resources could show it.",
    .leastArguments = 0,
    .mostArguments = 1,
    .options = explain_command::explainOptions,
    .run = explain_command::run,
    .results = explain_command::explainResults,
};

} // namespace cmksim::program
