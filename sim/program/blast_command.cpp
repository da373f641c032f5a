// `cmksim blast`: what each node of an estate would take down with it.
#include "program/commands.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "blast/unmodelled.hpp"
#include "program/judged_stories.hpp"
#include "program/limits.hpp"
#include "program/loading.hpp"
#include "program/number_options.hpp"
#include "program/reading_claims.hpp"
#include "program/terminal.hpp"
#include "program/terminal_progress.hpp"
#include "report/at_rest.hpp"
#include "report/blast_report.hpp"
#include "report/objective_report.hpp"
#include "report/readings.hpp"
#include "report/rests_on.hpp"
#include "report/scope.hpp"
#include "report/shapes.hpp"
#include "report/unmodelled.hpp"
#include "schema/printed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <ostream>
#include <span>
#include <sstream>
#include <string_view>

namespace cmksim::program {

namespace {
namespace blast_command {

constexpr OptionRule formatOption{"format", "text|json|dot|mermaid",
                                  "for a person (the default), one JSON object a scenario, or a graph"};
constexpr OptionRule nodeOption{"node", "NODE", "this one alone, such as VAULT, VAULT/KEY or an identity"};
constexpr OptionRule guardOption{"guard", "NODE", "the same, and exit with 1 when anything uses it"};

constexpr OptionRule whyOption{"why", "RESOURCE", "what holds this resource up, alone or together with another"};
constexpr OptionRule pairsOption{"pairs", "", "also every two losses that do together what neither does alone"};

constexpr std::array blastOptions{formatOption, nodeOption,   guardOption,   whyOption,  pairsOption,
                                  jobsOption,   outputOption, estateOption,  setOption,  phaseOption,
                                  modelOption,  modelsOption, readingOption, quietOption};

/// Whether the estate has the node asked for, or something in it uses what is not there; says so when not.
bool hasNode(const Dependencies& dependencies, const std::string& name, std::ostream& err) {
    const Program& program = dependencies.estate();
    for (const BlastNode& node : nodesNamed(program, dependencies, name)) {
        if (node.isThere() || !resourcesOn(program, dependencies, node).empty() ||
            !unmodelledUsing(program, node.loss, {}).empty()) {
            return true;
        }
    }
    std::vector<std::string> names;
    for (const BlastNode& node : nodesOf(program, dependencies)) {
        names.push_back(node.name);
    }
    err << withSuggestion(fmt::format("cmksim blast: error: the estate has no node {}", inQuotes(name)), name,
                          std::vector<std::string_view>{names.begin(), names.end()})
        << '\n';
    return false;
}

/// The resource of that name; says so when there is none.
std::optional<ResourceId> resourceNamed(const Program& program, const std::string& name, std::ostream& err) {
    std::vector<std::string_view> names;
    for (const ResourceId id : program.resources.ids()) {
        if (program.resources[id].name == name) {
            return id;
        }
        names.push_back(program.resources[id].name);
    }
    err << withSuggestion(fmt::format("cmksim blast: error: unknown resource {}", inQuotes(name)), name, names) << '\n';
    return std::nullopt;
}

/// Why what holds a resource up cannot be told by taking it away; empty where it can.
std::string_view doubtAbout(const Program& estate, ResourceId resource, std::span<const AtRest> troubles) {
    if (std::ranges::find(troubles, resource, &AtRest::resource) != troubles.end()) {
        return "it is down or impaired at the start: what else takes it down is not known";
    }
    return isCarried(estate, resource)
               ? "it stands on what has no model: what takes that down, and it with it, is not known"
               : "";
}

ExitCode why(const std::string& name, ScenarioInput& input, const Arguments& arguments, const Streams& streams) {
    std::ostringstream text;
    for (const LoadedScenario& scenario : input.scenarios()) {
        const Program estate = withTimeline(scenario.program, {}, scenario.program.until);
        const auto resource = resourceNamed(estate, name, streams.err);
        if (!resource) {
            return ExitCode::WrongInput;
        }
        const std::vector<Support> supports = supportsOf(Dependencies{estate}, *resource);
        const std::vector<AtRest> troubles = troublesAtRest(estate);
        const Scope scope = Scope{
            fmt::format("the loss of each node that {} leans on, alone and two at a time, at the "
                        "start of the estate, at every open timing",
                        name),
            {},
            {}}.over(estate);
        if (arguments.value(formatOption.name).value_or("text") == "json") {
            text << withScope(
                        withAtRest(withUnmodelled(supportsJson(estate, *resource, supports), estate), estate, troubles),
                        scope)
                        .line()
                 << '\n';
        } else {
            const TextStyle style = textStyle(arguments.has(outputOption.name), streams);
            writeSupportsText(estate, *resource, supports, doubtAbout(estate, *resource, troubles), style, text);
            writeUnmodelledText(estate, style, text);
            writeAtRestText(estate, troubles, style, text);
            writeScopeText(scope, style, text);
        }
    }
    return writeOutput(text.str(), arguments, streams);
}

/// What an interrupted search says of itself.
constexpr std::string_view interruptedText = "the nodes that are missing here: it was interrupted";
constexpr std::string_view interruptedWithPairsText = "the nodes and pairs that are missing here: it was interrupted";

Scope scopeOf(const std::vector<Blast>& blasts, bool pairs, bool interrupted) {
    const auto lost = std::ranges::count_if(blasts, [](const Blast& one) { return one.node.isLosable(); });
    const std::ptrdiff_t left = std::ssize(blasts) - lost;
    std::string looked;
    if (lost > 0 || left == 0) {
        looked = fmt::format("the loss of {} node{}, one at a time{}, at the start of the estate, at every open timing",
                             lost, lost == 1 ? "" : "s", pairs ? " and two at a time" : "");
    }
    if (left > 0) {
        looked += fmt::format("{}what uses {} node{} that cannot be lost", looked.empty() ? "" : ", and ", left,
                              left == 1 ? "" : "s");
    }
    Scope scope{std::move(looked), {}, {}};
    if (const auto wide = std::ranges::count(blasts, false, &Blast::exact); wide > 0) {
        scope.notSearched.push_back(fmt::format("some combinations of timings, of which there are too many: when {} "
                                                "node{} take{} something down may be wider than what can happen",
                                                wide, wide == 1 ? "" : "s", wide == 1 ? "s" : ""));
    }
    if (interrupted) {
        scope.notSearched.emplace_back(pairs ? interruptedWithPairsText : interruptedText);
    }
    return scope;
}

/// What was found of one estate.
struct Shown {
    const LoadedScenario& scenario;
    const Dependencies& dependencies;
    const Program& estate;
    const std::vector<Blast>& blasts;
    const std::vector<AtRest>& troubles;
    const UnderReadings& readings;
    const std::vector<LossPair>& pairs;
    const Scope& scope;
    const LossObjectives& objectives;
    bool interrupted = false;
};

void writeShown(const Shown& shown, std::string_view format, ScenarioInput& input, const Arguments& arguments,
                const Streams& streams, std::ostream& text) {
    if (format == "json") {
        JsonValue whole =
            withReadings(withScope(withAtRest(withUnmodelled(blastJson(shown.estate, shown.blasts), shown.estate),
                                              shown.estate, shown.troubles),
                                   shown.scope),
                         shown.readings);
        if (shown.objectives.asked) {
            whole = whole.with("objectives", missedJson(shown.objectives.missed));
        }
        text << (arguments.has(pairsOption.name) ? whole.with("pairs", lossPairsJson(shown.estate, shown.pairs))
                                                 : whole)
                    .with(evidenceField, input.evidence().of(shown.estate))
                    .line()
             << '\n';
    } else if (format == "dot" || format == "mermaid") {
        if (shown.interrupted) {
            text << fmt::format("{} not complete: {}\n", format == "dot" ? "//" : "%%", interruptedText);
            streams.err << fmt::format("{}: warning: not complete: {}\n", printable(shown.scenario.path),
                                       interruptedText);
        }
        text << (format == "dot" ? blastDot(shown.dependencies, shown.blasts)
                                 : blastMermaid(shown.dependencies, shown.blasts));
        noteUnmodelled(shown.scenario, streams.err);
        noteReadings(shown.scenario.path, shown.readings, streams.err);
    } else {
        const TextStyle style = textStyle(arguments.has(outputOption.name), streams);
        writeBlastText(shown.estate, shown.scenario.path, shown.blasts, style, text);
        const bool isUnsaid = shown.interrupted && shown.pairs.empty(); // that there is none is not known
        if (arguments.has(pairsOption.name) && !isUnsaid) {
            writeLossPairsText(shown.estate, shown.pairs, style, text);
        }
        writeMissedText(shown.objectives.missed, style, text);
        writeUnmodelledText(shown.estate, style, text);
        writeReadingsText(shown.readings, style, text);
        writeAtRestText(shown.estate, shown.troubles, style, text);
        writeScopeText(shown.scope, style, text);
    }
}

ExitCode run(const Arguments& arguments, const Streams& streams) {
    const std::string format = arguments.value(formatOption.name).value_or("text");
    const auto guarded = arguments.value(guardOption.name);
    const auto only = guarded ? guarded : arguments.value(nodeOption.name);
    const unsigned jobs = jobsOf(arguments);
    ScenarioInput input{arguments, streams.err};
    if (!input.isSound()) {
        return ExitCode::WrongInput;
    }
    if (const auto resource = arguments.value(whyOption.name)) {
        if (format == "dot" || format == "mermaid") {
            streams.err << "cmksim blast: error: '--why' needs '--format' text or json\n";
            return ExitCode::WrongInput;
        }
        return why(*resource, input, arguments, streams);
    }
    std::ostringstream text;
    bool depended = false;
    bool undecided = false;
    OtherReadings others{arguments, input, streams, Written::Dropped};
    for (const LoadedScenario& scenario : input.scenarios()) {
        // The estate as it stands at the start: what the timeline does is another matter.
        const Program estate = withTimeline(scenario.program, {}, scenario.program.until);
        const Dependencies dependencies{estate};
        if (only && !hasNode(dependencies, *only, streams.err)) {
            return ExitCode::WrongInput;
        }
        bool interrupted = false;
        const std::vector<Blast> blasts = [&] {
            TerminalProgress progress{arguments, streams, "parts of the estate", 0};
            std::vector<Blast> found = blastsOf(dependencies, only, jobs, &progress);
            interrupted = progress.cancelled();
            return found;
        }();
        const std::vector<LossPair> pairs = [&] {
            if (!arguments.has(pairsOption.name) || interrupted) {
                return std::vector<LossPair>{};
            }
            TerminalProgress progress{arguments, streams, "parts of the estate, for pairs", 0};
            std::vector<LossPair> found = lossPairsOf(dependencies, jobs, &progress);
            interrupted = progress.cancelled();
            return found;
        }();
        const LimitWatch::Report whatWasFound;
        const LossObjectives objectives = objectivesWithout(estate, blasts);
        Scope looked = scopeOf(blasts, arguments.has(pairsOption.name), interrupted);
        objectives.tell(looked);
        const Scope scope = looked.over(estate);
        undecided = undecided || interrupted;
        depended = depended || std::ranges::any_of(blasts, [&](const Blast& one) {
                       return !one.users.empty() || !unmodelledUsing(estate, one).empty();
                   });
        const std::vector<AtRest> troubles = troublesAtRest(estate);
        const auto withObjectiveClaims = [](Claims claims, const LossObjectives& of) {
            for (const MissedBy& loss : of.missed) {
                for (Claim& one : claimsOf(loss.judged)) {
                    claims.push_back({"without " + loss.node, one.subject + ": " + one.text});
                }
            }
            return claims;
        };
        const auto conclude = [&](const LoadedScenario& other, Catalog&, Progress& progress) {
            const Program under = withTimeline(other.program, {}, other.program.until);
            const std::vector<Blast> found = blastsOf(Dependencies{under}, only, jobs, &progress);
            return withObjectiveClaims(claimsOf(under, found), objectivesWithout(under, found));
        };
        const UnderReadings readings =
            others.look(scenario, withObjectiveClaims(claimsOf(estate, blasts), objectives), conclude);
        text << (format == "text" && &scenario != &input.scenarios().front() ? "\n" : "");
        writeShown({scenario, dependencies, estate, blasts, troubles, readings, pairs, scope, objectives, interrupted},
                   format, input, arguments, streams, text);
    }
    const ExitCode written = writeOutput(text.str(), arguments, streams);
    if (written != ExitCode::Done) {
        return written;
    }
    return guarded && depended ? ExitCode::FellShort : undecided ? ExitCode::Undecided : ExitCode::Done;
}

/// What it prints as JSON.
JsonValue resultSchema(const KnownWords& /*words*/) {
    return printedSchema("A line of what cmksim blast --format json prints",
                         {blastProperties(), atRestProperties(), lossPairsProperties(), unmodelledProperties(),
                          evidenceProperties(), readingsProperties(), scopeProperties(), missedProperties()},
                         {{"ratio", ratioSchema()}});
}
JsonValue supportsSchema(const KnownWords& /*words*/) {
    return printedSchema("A line of what cmksim blast --why --format json prints",
                         {supportsProperties(), unmodelledProperties(), atRestProperties(), scopeProperties()});
}
constexpr std::array blastResults{schema::Kind{"blast", resultSchema}, schema::Kind{"supports", supportsSchema}};

} // namespace blast_command
} // namespace

constinit const Command blastCommand{
    .name = "blast",
    .synopsis = "FILE…",
    .summary = "show what each vault, key, identity and grant would take down with it",
    .details = "Takes away each vault, its network rules, each key, version, identity and grant of an estate, one at a "
               "time, and shows which resources go down, how soon, what brings them back and until when: by "
               "simulation, for every open phase. The worst come first. The timeline is left out.",
    .leastArguments = 1,
    .mostArguments = 1'000,
    .options = blast_command::blastOptions,
    .run = blast_command::run,
    .results = blast_command::blastResults,
};

} // namespace cmksim::program
