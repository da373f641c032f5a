// `cmksim plan`: the way back.
#include "program/commands.hpp"

#include "analysis/reaction_worlds.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "program/judged_stories.hpp"
#include "program/loading.hpp"
#include "program/number_options.hpp"
#include "program/reading_claims.hpp"
#include "program/runbook_file.hpp"
#include "program/runbook_report.hpp"
#include "program/terminal.hpp"
#include "program/terminal_progress.hpp"
#include "recovery/plan.hpp"
#include "recovery/set_up.hpp"
#include "report/least_grant_report.hpp"
#include "report/objective_report.hpp"
#include "report/plan_report.hpp"
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
#include <sstream>

namespace cmksim::program {

namespace {
namespace plan_command {

constexpr OptionRule formatOption{"format", "text|json", "for a person (the default), or one JSON object a scenario"};
constexpr OptionRule atOption{"at", "TIME", "since the start, or an instant of the calendar; default: the end"};
constexpr OptionRule goalOption{"goal", "RESOURCE=STATE", "what to bring back; default: every resource that is there",
                                true};
constexpr OptionRule alternativesOption =
    withNumbers({"alternatives", "K", "show so many ways, the best first; default 1"}, 1, 100);

constexpr OptionRule runbookOption{"runbook", "FILE.md", "check the commands of this file instead of searching",
                                   false,     {},        FileRole::Read};

constexpr OptionRule setUpOption{"set-up", "", "how everything that the estate describes is made out of nothing"};

constexpr OptionRule leastRoleOption{"least-role", "IDENTITY=VAULT/KEY",
                                     "the least role or permissions that let it use the key, and the scope", true};

constexpr OptionRule timingOption{"timing", "all|phases|nominal",
                                  "which timings a plan is proved over: all that the documents leave open (the "
                                  "default), phases alone, or none"};

constexpr std::array planOptions{formatOption, atOption,     goalOption,      alternativesOption,
                                 timingOption, setUpOption,  leastRoleOption, runbookOption,
                                 outputOption, estateOption, setOption,       phaseOption,
                                 modelOption,  modelsOption, readingOption,   quietOption};

OpenTimings timingOf(const Arguments& arguments) {
    const std::string text = arguments.value(timingOption.name).value_or("all");
    return text == "nominal" ? OpenTimings::Nominal : text == "phases" ? OpenTimings::Phases : OpenTimings::All;
}

/// What the command line asks for, of one scenario.
class Request {
public:
    Request(const Arguments& arguments, const Program& program, std::ostream& err)
        : arguments_{arguments}, program_{program}, err_{err} {}

    std::optional<Instant> at() const {
        const auto text = arguments_.value(atOption.name);
        if (!text) {
            return program_.until;
        }
        if (const auto since = parseDuration(*text)) {
            return scenarioStart + *since;
        }
        const auto calendar = parseTimestamp(*text);
        if (calendar && *calendar >= program_.start) {
            return scenarioStart + (*calendar - program_.start);
        }
        fail(fmt::format("--at: expected a duration (2h) or an instant after the start (2026-01-01T12:00:00Z), not {}",
                         inQuotes(*text)));
        return {};
    }

    std::optional<std::vector<ResourceId>> goal() const {
        const auto wanted = arguments_.assignments(goalOption.name);
        std::vector<ResourceId> goal;
        for (const auto& [name, state] : wanted) {
            const auto id = find(name);
            if (!id) {
                return {};
            }
            const std::string& ready = program_.modelOf(*id).states[program_.modelOf(*id).ready()].name;
            if (state != ready) {
                fail(
                    fmt::format("a plan brings {} back to {}, and to no other state", inQuotes(name), inQuotes(ready)));
                return {};
            }
            goal.push_back(*id);
        }
        return goal;
    }

private:
    void fail(std::string_view what) const { err_ << fmt::format("cmksim plan: error: {}\n", what); }

    [[nodiscard]] std::optional<ResourceId> find(std::string_view name) const {
        const auto found = std::ranges::find(program_.resources, name, &ResourceProgram::name);
        if (found != program_.resources.end()) {
            return ResourceId{static_cast<std::size_t>(found - program_.resources.begin())};
        }
        std::vector<std::string_view> known;
        for (const ResourceProgram& resource : program_.resources) {
            known.push_back(resource.name);
        }
        fail(withSuggestion(fmt::format("unknown resource {}", inQuotes(name)), name, known));
        return {};
    }

    const Arguments& arguments_;
    const Program& program_;
    std::ostream& err_;
};

/// The resources that are there at an instant; or those that are asked for.
std::vector<ResourceId> wantedOf(const Program& program, std::vector<ResourceId> goal) {
    if (goal.empty()) {
        for (const ResourceId id : program.resources.ids()) {
            if (program.resources[id].described) {
                goal.push_back(id);
            }
        }
    }
    return goal;
}

ExitCode check(const std::string& path, const Arguments& arguments, const Streams& streams) {
    ScenarioInput input{arguments, streams.err, Written::Kept};
    if (!input.isSound()) {
        return ExitCode::WrongInput;
    }
    const std::string format = arguments.value(formatOption.name).value_or("text");
    std::ostringstream text;
    auto end = RunbookEnd::Sound;
    for (const LoadedScenario& one : input.scenarios()) {
        Diagnostics diagnostics;
        const auto runbook = readRunbook(path, *one.written, input.catalog(), input.files(), diagnostics);
        report(diagnostics, arguments, streams.err);
        if (!runbook || diagnostics.hasErrors()) {
            return ExitCode::WrongInput;
        }
        const Program program = nominalTimeline(runbook->program);
        const Request request{arguments, program, streams.err};
        const auto at = request.at();
        auto goal = request.goal();
        if (!at || !goal) {
            return ExitCode::WrongInput;
        }
        const OpenTimings open = timingOf(arguments);
        CheckedRunbook checked = checkRunbook(program, *at, runbook->steps, wantedOf(program, std::move(*goal)), open);
        checkLooks(checked, program, runbook->steps, runbook->looks, open);
        end = std::max(end, endOf(*runbook, checked));
        const Scope scope = runbookScope(*runbook, checked);
        if (format == "json") {
            text << withScope(withUnmodelled(runbookJson(*runbook, checked), program), scope).line() << '\n';
        } else {
            const TextStyle style = textStyle(arguments.has(outputOption.name), streams);
            writeRunbookText(*runbook, checked, style, text);
            writeUnmodelledText(program, style, text);
            writeScopeText(scope, style, text);
        }
    }
    const ExitCode written = writeOutput(text.str(), arguments, streams);
    if (written != ExitCode::Done) {
        return written;
    }
    return end == RunbookEnd::FallsShort ? ExitCode::FellShort
           : end == RunbookEnd::NotKnown ? ExitCode::Undecided
                                         : ExitCode::Done;
}

/// What an identity has to be granted for a key, of the names that the command line gives; says so when there are none.
class GrantAsked {
public:
    GrantAsked(const Program& program, std::ostream& err) : program_{program}, err_{err} {}

    std::optional<LeastGrant> find(std::string_view identity, std::string_view key) const {
        const auto identityId = named<IdentityId>(program_.names.identities, identity, "identity",
                                                  [](const IdentityName& name) { return name.text; });
        const auto keyId = named<KeyId>(program_.names.keys, key, "key", [&](const KeyName& name) {
            return program_.names.vaults[name.vault].text + '/' + name.text;
        });
        if (!identityId || !keyId) {
            return std::nullopt;
        }
        auto found = leastGrantOf(program_, *identityId, program_.names.keys[*keyId].vault, *keyId);
        if (!found) {
            err_ << fmt::format("cmksim plan: error: the estate does not describe the vault of {}\n", inQuotes(key));
        }
        return found;
    }

private:
    template <class IdType, class Names, class NameOf>
    std::optional<IdType> named(const Names& names, std::string_view wanted, std::string_view what,
                                NameOf nameOf) const {
        std::vector<std::string> known;
        for (const IdType id : names.ids()) {
            known.push_back(nameOf(names[id]));
            if (known.back() == wanted) {
                return id;
            }
        }
        err_ << withSuggestion(fmt::format("cmksim plan: error: the estate has no {} {}", what, inQuotes(wanted)),
                               wanted, std::vector<std::string_view>{known.begin(), known.end()})
             << '\n';
        return std::nullopt;
    }

    const Program& program_;
    std::ostream& err_;
};

ExitCode tellLeastRoles(const std::vector<std::pair<std::string, std::string>>& asked, const Arguments& arguments,
                        const Streams& streams) {
    ScenarioInput input{arguments, streams.err};
    if (!input.isSound()) {
        return ExitCode::WrongInput;
    }
    const bool json = arguments.value(formatOption.name).value_or("text") == "json";
    const TextStyle style = textStyle(arguments.has(outputOption.name), streams);
    std::ostringstream text;
    bool suffice = true;
    for (const LoadedScenario& scenario : input.scenarios()) {
        for (const auto& [identity, key] : asked) {
            const auto found = GrantAsked{scenario.program, streams.err}.find(identity, key);
            if (!found) {
                return ExitCode::WrongInput;
            }
            suffice = suffice && found->suffices;
            if (json) {
                text << leastGrantJson(scenario.program, *found, input.catalog().azure()).line() << '\n';
            } else {
                text << (text.view().empty() ? "" : "\n");
                writeLeastGrantText(scenario.program, *found, input.catalog().azure(), style, text);
            }
        }
    }
    const ExitCode written = writeOutput(text.str(), arguments, streams);
    return written != ExitCode::Done ? written : suffice ? ExitCode::Done : ExitCode::FellShort;
}

/// What was found for one scenario.
struct FoundPlan {
    const LoadedScenario& scenario;
    const Program& program;
    const Recovery& recovery;
    const UnderReadings& readings;
    const JudgedObjectives& objectives; // over the story with the plan
};

void writePlan(const FoundPlan& found, std::string_view format, ScenarioInput& input, const Arguments& arguments,
               const Streams& streams, std::ostream& text) {
    const Scope scope = planScope(found.recovery, timingOf(arguments));
    if (format == "json") {
        const JsonValue whole = withUnmodelled(planJson(found.recovery, input.catalog().azure()), found.program);
        text << withReadings(withScope(withObjectives(whole, found.objectives), scope), found.readings)
                    .with(evidenceField, input.evidence().of(found.program))
                    .line()
             << '\n';
    } else {
        const TextStyle style = textStyle(arguments.has(outputOption.name), streams);
        writePlanText(found.recovery, input.catalog().azure(), found.scenario.path, style, text,
                      found.readings.depending.empty() ? ReadingsSay::TheSame : ReadingsSay::Otherwise);
        writeObjectivesText(found.objectives, style, text, "Objectives, over the story with this plan");
        writeUnmodelledText(found.program, style, text);
        writeReadingsText(found.readings, style, text);
        writeScopeText(scope, style, text);
    }
}

ExitCode run(const Arguments& arguments, const Streams& streams) {
    if (arguments.has(leastRoleOption.name)) {
        return tellLeastRoles(arguments.assignments(leastRoleOption.name), arguments, streams);
    }
    if (const auto runbook = arguments.value(runbookOption.name)) {
        return check(*runbook, arguments, streams);
    }
    const std::string format = arguments.value(formatOption.name).value_or("text");
    const std::size_t most = arguments.number(alternativesOption.name).value_or(1);
    ScenarioInput input{arguments, streams.err};
    if (!input.isSound()) {
        return ExitCode::WrongInput;
    }
    std::ostringstream text;
    bool possible = true;
    bool missed = false; // an objective
    OtherReadings others{arguments, input, streams, Written::Dropped};
    bool undecided = false;
    std::optional<TerminalProgress> progress{std::in_place, arguments, streams, "scenarios", input.scenarios().size()};
    for (const LoadedScenario& scenario : input.scenarios()) {
        if (progress->cancelled()) {
            streams.err << fmt::format("{}: warning: interrupted; neither it nor what follows is shown\n",
                                       printable(scenario.path));
            break;
        }
        const Program program = nominalTimeline(scenario.program);
        const Request request{arguments, program, streams.err};
        const auto at = request.at();
        const auto goal = request.goal();
        if (!at || !goal) {
            return ExitCode::WrongInput;
        }
        const bool setsUp = arguments.has(setUpOption.name);
        PlanOptions options{*goal, most, true, true, timingOf(arguments), Doubt::Avoided};
        options.otherwise = [&](const Recovery& found, const RecoveryPlan& plan) {
            const Claim holds{"the plan", "holds"};
            return others
                .look(scenario, {holds},
                      [&](const LoadedScenario& other, Catalog&, Progress&) {
                          const bool does = holdsUnder(nominalTimeline(other.program), found, plan);
                          return does ? Claims{holds} : Claims{};
                      })
                .depending.empty();
        };
        Recovery recovery = setsUp ? planSetUp(program) : planRecovery(program, *at, options);
        possible = possible && recovery.lost.size() == recovery.undecided.size();
        undecided = undecided || !recovery.undecided.empty() || !judgedByOneMember(program).empty() ||
                    (!recovery.plans.empty() && !recovery.plans.front().proof.holds());
        std::vector<Instant> later;
        const auto judged = [&](const Program& of) {
            return setsUp ? JudgedObjectives{} : objectivesWith(of, recovery, timingOf(arguments));
        };
        const auto withObjectiveClaims = [](Claims claims, const JudgedObjectives& objectives) {
            std::ranges::move(claimsOf(objectives), std::back_inserter(claims));
            return claims;
        };
        const auto conclude = [&](const LoadedScenario& other, Catalog&, Progress&) {
            if (setsUp) {
                return claimsOf(planSetUp(other.program));
            }
            const Program under = nominalTimeline(other.program);
            return withObjectiveClaims(claimsUnder(under, recovery, *goal, &later), judged(under));
        };
        JudgedObjectives objectives = judged(program);
        UnderReadings readings = others.look(scenario, withObjectiveClaims(claimsOf(recovery), objectives), conclude);
        if (auto plan = postponed(program, recovery, later)) { // it works under more readings
            recovery.plans.front() = *std::move(plan);
            objectives = judged(program);
            readings = others.look(scenario, withObjectiveClaims(claimsOf(recovery), objectives), conclude);
        }
        missed = missed || objectives.anyBroken();
        undecided = undecided || objectives.anyUnknown();
        text << (format == "text" && &scenario != &input.scenarios().front() ? "\n" : "");
        writePlan({scenario, program, recovery, readings, objectives}, format, input, arguments, streams, text);
        progress->advance(1);
    }
    progress.reset();
    const ExitCode written = writeOutput(text.str(), arguments, streams);
    if (written != ExitCode::Done) {
        return written;
    }
    return !possible || missed ? ExitCode::FellShort : undecided ? ExitCode::Undecided : ExitCode::Done;
}

/// What it prints as JSON.
JsonValue resultSchema(const KnownWords& /*words*/) {
    return printedSchema("A line of what cmksim plan --format json prints",
                         {planProperties(), scopeProperties(), unmodelledProperties(), evidenceProperties(),
                          readingsProperties(), objectivesProperties()},
                         {{"step", planStepSchema()}, {"ratio", ratioSchema()}});
}
JsonValue runbookSchema(const KnownWords& /*words*/) {
    return printedSchema("A line of what cmksim plan --runbook --format json prints",
                         {runbookProperties(), scopeProperties(), unmodelledProperties()});
}
JsonValue leastRoleSchema(const KnownWords& /*words*/) {
    return printedSchema("A line of what cmksim plan --least-role --format json prints", {leastGrantProperties()});
}
constexpr std::array planResults{schema::Kind{"plan", resultSchema}, schema::Kind{"runbook", runbookSchema},
                                 schema::Kind{"least-role", leastRoleSchema}};

} // namespace plan_command
} // namespace

constinit const Command planCommand{
    .name = "plan",
    .synopsis = "FILE…",
    .summary = "find the shortest recovery, as a runbook",
    .details =
        "Takes the world as it is at some instant of a scenario, and searches for the actions that make its "
        "resources whole again: of the cheapest ways the soonest, and among those the fewest, that take the least "
        "rights and can be undone. The plan is replayed for everything that is open before it is printed. What nothing "
        "can bring "
        "back is named, with the last instant at which there was a way; then the exit code is 1. So it is where the "
        "story with the plan does not keep an objective of the estate in every case. With "
        "--runbook the commands of a Markdown file are played instead, and judged one by one.",
    .leastArguments = 1,
    .mostArguments = 1'000,
    .options = plan_command::planOptions,
    .run = plan_command::run,
    .results = plan_command::planResults,
};

} // namespace cmksim::program
