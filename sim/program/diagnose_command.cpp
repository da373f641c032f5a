#include "program/commands.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "program/loading.hpp"
#include "program/number_options.hpp"
#include "program/terminal.hpp"
#include "program/terminal_progress.hpp"
#include "report/diagnosis_report.hpp"
#include "report/rests_on.hpp"
#include "report/scope.hpp"
#include "report/unmodelled.hpp"
#include "schema/printed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ostream>
#include <sstream>

namespace cmksim::program {

namespace {
namespace diagnose_command {

constexpr OptionRule formatOption{"format", "text|json", "for a person (the default), or one JSON object a scenario"};
constexpr OptionRule symptomOption{
    "symptom", "SYMPTOM", "what was seen: 'RESOURCE STATE|CONDITION|REASON|ERROR at TIME', a time since the start",
    true};
constexpr OptionRule faultsOption = withNumbers({"faults", "K", "up to so many faults, 1 or 2; default 2"}, 1, 2);

constexpr std::array diagnoseOptions{symptomOption, faultsOption, formatOption, outputOption,  estateOption, setOption,
                                     phaseOption,   modelOption,  modelsOption, readingOption, quietOption};

/// Reads symptoms in the light of one estate.
class SymptomReader {
public:
    SymptomReader(const Program& estate, std::ostream& err) : estate_{estate}, err_{err} {}

    std::optional<Symptom> read(const std::string& text) const {
        std::istringstream words{text};
        std::string resource;
        std::string seen;
        std::string at;
        std::string time;
        std::string more;
        words >> resource >> seen >> at >> time >> more;
        if (at != "at" || time.empty() || !more.empty()) {
            return fail(fmt::format("{} is no symptom; write it as 'RESOURCE STATE|CONDITION|REASON|ERROR at TIME'",
                                    inQuotes(text)));
        }
        Symptom symptom;
        const auto found = std::ranges::find(estate_.resources, resource, &ResourceProgram::name);
        if (found == estate_.resources.end()) {
            std::vector<std::string_view> known;
            for (const ResourceProgram& one : estate_.resources) {
                known.push_back(one.name);
            }
            return fail(withSuggestion(fmt::format("unknown resource {}", inQuotes(resource)), resource, known));
        }
        symptom.seen.resource = ResourceId{static_cast<std::size_t>(found - estate_.resources.begin())};
        if (!readSeen(seen, symptom.seen)) {
            return std::nullopt;
        }
        if (const auto since = parseDuration(time.starts_with('+') ? time.substr(1) : time)) {
            symptom.at = scenarioStart + *since;
        } else if (const auto calendar = parseTimestamp(time); calendar && *calendar >= estate_.start) {
            symptom.at = scenarioStart + (*calendar - estate_.start);
        } else {
            return fail(
                fmt::format("{} is no time since the start such as 2h, nor an instant after it", inQuotes(time)));
        }
        return symptom;
    }

private:
    std::nullopt_t fail(std::string_view what) const {
        err_ << fmt::format("cmksim diagnose: error: {}\n", what);
        return std::nullopt;
    }

    /// A state or condition of the resource's model, a reason, or an error that its service prints.
    bool readSeen(const std::string& word, Expectation& seen) const {
        const Model& model = estate_.modelOf(seen.resource);
        std::vector<std::string_view> known;
        for (const StateId id : model.states.ids()) {
            known.push_back(model.states[id].name);
            if (model.states[id].name == word) {
                seen.states.push_back(id);
                return true;
            }
        }
        for (const ConditionId id : model.conditions.ids()) {
            known.push_back(model.conditions[id].name);
            if (model.conditions[id].name == word) {
                seen.condition = id;
                return true;
            }
        }
        for (std::size_t i = 0; i < reasonCount; ++i) {
            const auto reason = static_cast<Reason>(i);
            known.push_back(nameOf(reason));
            if (nameOf(reason) == word) {
                seen.reason = reason;
                return true;
            }
        }
        for (const auto& rule : model.reasons) {
            known.push_back(rule.error);
            if (!rule.error.empty() && rule.error == word) {
                seen.error = word;
                return true;
            }
        }
        fail(withSuggestion(fmt::format("{} is no state, condition, reason or error of {}", inQuotes(word),
                                        inQuotes(estate_.resources[seen.resource].name)),
                            word, known));
        return false;
    }

    const Program& estate_;
    std::ostream& err_;
};

/// Those with a symptom that stand on others: which phases of these let it show is not looked at.
std::vector<std::string> namesOnOthers(const Program& estate, const std::vector<Symptom>& symptoms) {
    std::vector<std::string> names;
    for (const Symptom& symptom : symptoms) {
        const ResourceProgram& resource = estate.resources[symptom.seen.resource];
        const bool stands = resource.described && !resource.described->on.empty();
        if (stands && std::ranges::find(names, resource.name) == names.end()) {
            names.push_back(resource.name);
        }
    }
    return names;
}

ExitCode run(const Arguments& arguments, const Streams& streams) {
    const std::vector<std::string> texts = arguments.values(symptomOption.name);
    const auto faults = static_cast<unsigned>(arguments.number(faultsOption.name).value_or(2));
    if (texts.empty()) {
        streams.err << "cmksim diagnose: error: expected a '--symptom'\n";
        return ExitCode::WrongInput;
    }
    ScenarioInput input{arguments, streams.err};
    if (!input.isSound()) {
        return ExitCode::WrongInput;
    }
    std::ostringstream text;
    bool explained = true;
    bool undecided = false; // nothing was found, and not all of it looked at
    for (const LoadedScenario& scenario : input.scenarios()) {
        const Program estate = withTimeline(scenario.program, {}, scenario.program.until);
        std::vector<Symptom> symptoms;
        Instant last{};
        for (const std::string& one : texts) {
            auto symptom = SymptomReader{estate, streams.err}.read(one);
            if (!symptom) {
                return ExitCode::WrongInput;
            }
            last = std::max(last, symptom->at);
            symptoms.push_back(*std::move(symptom));
        }
        TerminalProgress progress{arguments, streams, "faults", 0};
        const std::vector<Diagnosis> causes = diagnose(estate, symptoms, faults, &progress);
        const DiagnosisView view{estate, scenario.path, causes, last, symptoms, scenario.program};
        explained = explained && !causes.empty();
        Scope scope =
            Scope{fmt::format("up to {} fault{}, at every revalidation phase", faults, faults == 1 ? "" : "s"), {}, {}}
                .atEnds(estate)
                .over(estate);
        if (!combinesEveryEnd(estate, faults)) {
            scope.notSearched.emplace_back(
                "where three or more timings besides phases are open, causes of a symptom that shows only with them at "
                "different ends, and of five or more combinations with more than one at another end than the rest");
        }
        if (const std::vector<std::string> names = namesOnOthers(estate, symptoms); !names.empty()) {
            scope.notSearched.push_back(fmt::format("causes that show in {} at some phases alone of what it stands on",
                                                    separated(names, ", ")));
            undecided = undecided || causes.empty();
        }
        if (progress.cancelled()) {
            scope.notSearched.emplace_back("the faults that it had not come to: it was interrupted");
        }
        if (arguments.value(formatOption.name).value_or("text") == "json") {
            const JsonValue whole = withUnmodelled(diagnosisJson(view, input.catalog().azure()), estate);
            text << withScope(whole, scope).with(evidenceField, input.evidence().of(estate)).line() << '\n';
        } else {
            text << (&scenario == &input.scenarios().front() ? "" : "\n");
            const TextStyle style = textStyle(arguments.has(outputOption.name), streams);
            writeDiagnosisText(view, style, text);
            writeUnmodelledText(estate, style, text);
            writeScopeText(scope, style, text);
        }
    }
    const ExitCode written = writeOutput(text.str(), arguments, streams);
    return written != ExitCode::Done ? written
           : explained               ? ExitCode::Done
           : undecided               ? ExitCode::Undecided
                                     : ExitCode::FellShort;
}

/// What it prints as JSON.
JsonValue resultSchema(const KnownWords& /*words*/) {
    return printedSchema("A line of what cmksim diagnose --format json prints",
                         {diagnosisProperties(), unmodelledProperties(), evidenceProperties(), scopeProperties()});
}
constexpr std::array diagnoseResults{schema::Kind{"diagnose", resultSchema}};

} // namespace diagnose_command
} // namespace

constinit const Command diagnoseCommand{
    .name = "diagnose",
    .synopsis = "FILE…",
    .summary = "find what may have caused some symptoms, and when",
    .details = "Tries which fault, or which two, can have made resources stand as they were seen to, at some phase of "
               "each: when at the earliest and latest, what one would then see of vaults, keys, identities and grants, "
               "and which other resources would be down or impaired. The timeline is left out, but for when its grants "
               "count. Exits with 1 when nothing that was tried explains it.",
    .leastArguments = 1,
    .mostArguments = 1'000,
    .options = diagnose_command::diagnoseOptions,
    .run = diagnose_command::run,
    .results = diagnose_command::diagnoseResults,
};

} // namespace cmksim::program
