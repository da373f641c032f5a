#include "program/explain_command.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "explanation/explain.hpp"
#include "program/loading.hpp"
#include "program/terminal.hpp"
#include "report/explanation_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ostream>
#include <sstream>

namespace cmksim::program {

namespace {

constexpr OptionRule formatOption{"format", "text|json", "for a person (the default), or one JSON object"};
constexpr OptionRule symptomOption{"symptom", "TEXT", "find what an error message pasted here may come from"};
constexpr OptionRule serviceOption{"service", "NAME", "what this service says alone"};

constexpr std::array explainOptions{symptomOption, serviceOption, formatOption,
                                    outputOption,  modelsOption,  quietOption};

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

ExitCode explainSymptom(const std::string& symptom, Catalog& catalog, Diagnostics& diagnostics,
                        const Arguments& arguments, const Streams& streams) {
    const std::vector<SymptomMatch> matches = matchSymptom(symptom, mostMatches, catalog, diagnostics);
    if (matches.empty()) {
        streams.err << "cmksim explain: error: no message that any service is known to print is like this\n";
        return ExitCode::WrongInput;
    }
    std::ostringstream text;
    if (arguments.value(formatOption.name).value_or("text") == "json") {
        text << symptomJson(symptom, matches).line() << '\n';
    } else {
        writeSymptomText(matches, textStyle(arguments.has(outputOption.name), streams), text);
    }
    return writeOutput(text.str(), arguments, streams);
}

ExitCode run(const Arguments& arguments, const Streams& streams) {
    DiskFileReader files;
    Diagnostics diagnostics;
    Catalog catalog = loadCatalog(arguments, files, diagnostics);
    const auto symptom = arguments.value(symptomOption.name);
    if (symptom.has_value() == !arguments.positional.empty()) {
        streams.err << "cmksim explain: error: give a CODE, or '--symptom TEXT'\n";
        return ExitCode::WrongInput;
    }
    if (symptom) {
        return explainSymptom(*symptom, catalog, diagnostics, arguments, streams);
    }
    const std::string& code = arguments.positional.front();
    std::vector<Explanation> explanations = explain(code, catalog, diagnostics);
    if (const auto service = arguments.value(serviceOption.name)) {
        std::erase_if(explanations, [&](const Explanation& one) { return one.service != *service; });
    }
    report(diagnostics, arguments, streams.err);
    if (explanations.empty()) {
        std::vector<Explanation> all = everythingExplained(catalog, diagnostics);
        std::vector<std::string_view> known;
        for (const Explanation& one : all) {
            known.push_back(one.code);
        }
        streams.err << fmt::format("cmksim explain: error: nothing is known of {}; {}\n", inQuotes(code),
                                   suggestion(code, known));
        return ExitCode::WrongInput;
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

} // namespace

constinit const Command explainCommand{
    .name = "explain",
    .synopsis = "[CODE]",
    .summary = "explain a reason, error, refusal, state or timing, and show the shortest story of it",
    .details = "Says what a code means, what causes it, what fixes it and what does not, for every service, with the "
               "document behind it, and prints the shortest scenario that shows it. With --symptom it finds codes from "
               "an error message.",
    .leastArguments = 0,
    .mostArguments = 1,
    .options = explainOptions,
    .run = run,
};

} // namespace cmksim::program
