// `cmksim deadline`: by when a repair must be done.
#include "program/commands.hpp"

#include "base/text.hpp"
#include "base/time.hpp"
#include "compile/compile.hpp"
#include "deadline/breakpoints.hpp"
#include "deadline/open_bounds.hpp"
#include "deadline/repair_curve.hpp"
#include "document/from_json.hpp"
#include "document/text_store.hpp"
#include "program/loading.hpp"
#include "program/terminal.hpp"
#include "program/terminal_progress.hpp"
#include "program/under_readings.hpp"
#include "recovery/plan.hpp"
#include "rehearsal/typed_entry.hpp"
#include "report/deadline_chart.hpp"
#include "report/deadline_report.hpp"
#include "report/rests_on.hpp"
#include "report/shapes.hpp"
#include "report/state_losses.hpp"
#include "scenario/timeline.hpp"
#include "schema/printed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <ostream>
#include <sstream>

namespace cmksim::program {

namespace {
namespace deadline_command {

constexpr OptionRule formatOption{
    "format", "text|json|csv|svg",
    "for a person (the default), a JSON object a scenario, a table of the curves, or a picture of "
    "them, of one scenario"};
constexpr OptionRule repairOption{
    "repair", "ACTION",
    "the action whose instant is asked for, such as 'key.recover VAULT/KEY' or 'az …'; it replaces the same action in "
    "the timeline; several are done one after the other",
    true};
constexpr OptionRule planOption{"plan", "", "ask for the steps that 'cmksim plan' finds"};
constexpr OptionRule rtoOption{"rto", "DURATION", "that no outage is to be longer than"};
constexpr OptionRule fromOption{"from", "TIME", "the first instant of the repair; default: the first action"};
constexpr OptionRule toOption{"to", "TIME", "the last; default: the scenario's end"};
constexpr OptionRule timingOption{"timing", "all|phases", "which timings are open: all (the default), or phases alone"};

constexpr std::array deadlineOptions{repairOption, planOption,   rtoOption,    fromOption,    toOption,
                                     timingOption, formatOption, outputOption, estateOption,  setOption,
                                     phaseOption,  modelOption,  modelsOption, readingOption, quietOption};

/// What the command line asks for, of one scenario.
class QuestionReader {
public:
    QuestionReader(const Arguments& arguments, const LoadedScenario& scenario, Catalog& catalog, std::ostream& err)
        : arguments_{arguments}, scenario_{scenario}, catalog_{catalog}, err_{err} {}

    /// The program without the repair, and what is asked of it; nothing, as reported, when it cannot be.
    struct Asked {
        Program program;
        RepairQuestion question;
        std::vector<std::string> steps;
    };

    std::optional<Asked> read() {
        if (!scenario_.program.reactions.empty()) {
            return fail("a story with reactions repairs itself; ask 'cmksim bounds' for it");
        }
        if (arguments_.has(repairOption.name) && arguments_.has(planOption.name)) {
            return fail("--repair names the steps, and --plan has them found; give one of the two");
        }
        Asked asked{scenario_.program, {}, {}};
        asked.question.open =
            arguments_.value(timingOption.name).value_or("all") == "phases" ? OpenTimings::Phases : OpenTimings::All;
        const bool sound = readRto(asked) &&
                           (scenario_.program.openInstant     ? opened(asked)
                            : arguments_.has(planOption.name) ? planned(asked)
                                                              : given(asked)) &&
                           readRange(asked);
        return sound ? std::optional{std::move(asked)} : std::nullopt;
    }

private:
    std::nullopt_t fail(std::string_view what) const {
        err_ << fmt::format("cmksim deadline: error: {}\n", what);
        return std::nullopt;
    }

    bool readRto(Asked& asked) const {
        if (const auto text = arguments_.value(rtoOption.name)) {
            asked.question.rto = parseDuration(*text);
            if (!asked.question.rto) {
                fail(fmt::format("--rto: expected a duration such as 1h, got {}", inQuotes(*text)));
                return false;
            }
        }
        return true;
    }

    std::optional<Instant> instantOf(const OptionRule& option, Instant usual) const {
        const auto text = arguments_.value(option.name);
        if (!text) {
            return usual;
        }
        if (const auto since = parseDuration(*text)) {
            return scenarioStart + *since;
        }
        if (const auto calendar = parseTimestamp(*text); calendar && *calendar >= scenario_.program.start) {
            return scenarioStart + (*calendar - scenario_.program.start);
        }
        fail(fmt::format("--{}: expected a duration since the start (2h) or an instant after it, got {}", option.name,
                         inQuotes(*text)));
        return std::nullopt;
    }

    bool readRange(Asked& asked) const {
        const auto& entries = asked.program.entries;
        const std::optional<OpenInstant>& open = scenario_.program.openInstant;
        const Instant first = entries.empty() ? scenarioStart : entries[EntryId{0}].at;
        const auto from = instantOf(fromOption, open ? open->first : first);
        const auto to = instantOf(toOption, open ? open->last : asked.program.until);
        if (!from || !to) {
            return false;
        }
        if (*to < *from) {
            fail("--to is before --from");
            return false;
        }
        asked.question.range = {*from, *to};
        if (deadline::isTooLong(asked.program, asked.question.range)) {
            fail(deadline::tooLongText(asked.question.range));
            return false;
        }
        return true;
    }

    /// The actions whose instant the timeline leaves open.
    bool opened(Asked& asked) const {
        if (arguments_.has(repairOption.name) || arguments_.has(planOption.name)) {
            fail(fmt::format("the timeline has an open instant on line {}, which is what is asked for; give it one "
                             "instant, or leave --repair and --plan away",
                             scenario_.program.openInstant->place.line));
            return false;
        }
        deadline::OpenQuestion open = deadline::questionOf(scenario_.program);
        if (open.question.repair.empty()) {
            fail("the entries at the open instant do nothing");
            return false;
        }
        asked.program = std::move(open.program);
        asked.question.repair = std::move(open.question.repair);
        for (const TimelineEntry& step : asked.question.repair) {
            asked.steps.push_back(step.name + ' ' + step.target);
        }
        return true;
    }

    /// The actions of `--repair`.
    bool given(Asked& asked) {
        const std::vector<std::string> lines = arguments_.values(repairOption.name);
        if (lines.empty()) {
            fail("say which action repairs it with --repair, ask for the plan's steps with --plan, or leave its "
                 "instant open in the timeline ('at: 10m..3h')");
            return false;
        }
        Scenario whole = *scenario_.written;
        const Instant behind = std::max(whole.until.value_or(scenarioStart), scenario_.program.until) + Duration{1};
        whole.until.reset();
        Diagnostics diagnostics;
        for (std::size_t i = 0; i < lines.size(); ++i) {
            auto entry = entryOf(lines[i], diagnostics);
            if (!entry) {
                tellOfRepair(diagnostics);
                return false;
            }
            entry->at = behind + Duration{static_cast<std::int64_t>(i)};
            whole.timeline.push_back(*std::move(entry));
        }
        auto compiled = compileScenario(whole, catalog_, diagnostics);
        if (!compiled || diagnostics.hasErrors()) {
            tellOfRepair(diagnostics);
            return false;
        }
        std::vector<TimelineEntry> story;
        for (TimelineEntry& entry : compiled->entries) {
            if (entry.at < behind) {
                story.push_back(std::move(entry));
            } else if (entry.action() != nullptr) {
                asked.steps.push_back(entry.name + ' ' + entry.target);
                entry.at = scenarioStart + (entry.at - behind);
                asked.question.repair.push_back(std::move(entry));
            }
        }
        if (asked.question.repair.empty()) {
            fail("what --repair says does nothing");
            return false;
        }
        const Instant until = scenario_.program.until;
        asked.program = withoutActions(withTimeline(*compiled, std::move(story), until), asked.question.repair);
        return true;
    }

    /// The timeline was sound before. Places would be those of the entry that is made from the option.
    void tellOfRepair(const Diagnostics& diagnostics) {
        Diagnostics told;
        for (const Diagnostic& one : diagnostics.all()) {
            if (one.severity == Severity::Error) {
                told.error({}, "--repair: " + one.message, one.help);
            }
        }
        told.print(err_);
    }

    std::optional<EntrySpec> entryOf(const std::string& line, Diagnostics& diagnostics) {
        const auto typed = typedEntry(line);
        if (const auto* complaint = std::get_if<TypedComplaint>(&typed)) {
            diagnostics.error({}, complaint->message, complaint->help);
            return std::nullopt;
        }
        const auto document = documentOf(JsonArray{std::get<JsonObject>(typed)}, "--repair", diagnostics);
        if (!document) {
            return std::nullopt;
        }
        documents_.push_back(document);
        std::vector<EntrySpec> entries =
            readTimeline(document->root(), std::nullopt, {diagnostics, texts_, CalendarTime{}});
        return entries.size() == 1 && !diagnostics.hasErrors() ? std::optional{std::move(entries.front())}
                                                               : std::nullopt;
    }

    /// The steps of the plan at the end of what went wrong, at the distances that it gives them.
    bool planned(Asked& asked) {
        asked.program =
            withTimeline(asked.program, actionsUpTo(asked.program, asked.program.until), asked.program.until);
        const Instant at = asked.program.entries.empty() ? scenarioStart : asked.program.entries.back().at;
        const Recovery recovery = planRecovery(asked.program, at, {});
        if (recovery.plans.empty() || recovery.plans.front().steps.empty()) {
            fail("no plan with a step was found; 'cmksim plan' says why");
            return false;
        }
        const std::vector<PlannedStep>& steps = recovery.plans.front().steps;
        for (const PlannedStep& step : steps) {
            TimelineEntry entry =
                engine::entryOf(recovery.program, step.step->action, scenarioStart + (step.at - steps.front().at));
            asked.steps.push_back(entry.name + ' ' + entry.target);
            asked.question.repair.push_back(std::move(entry));
        }
        std::vector<TimelineEntry> story{asked.program.entries.begin(), asked.program.entries.end()};
        asked.program = withTimeline(recovery.program, std::move(story), asked.program.until);
        return true;
    }

    const Arguments& arguments_;
    const LoadedScenario& scenario_;
    Catalog& catalog_;
    std::ostream& err_;
    std::vector<std::shared_ptr<const Document>> documents_; // what was read of '--repair' points into them
    TextStore texts_;
};

Scope scopeOf(const RepairCurve& curve, OpenTimings open, const Program& program,
              const std::optional<std::string>& readings) {
    Scope scope{
        fmt::format("every second of the repair from {} to {}, in {}, over {}",
                    formatDuration(curve.pieces.front().repair.least - scenarioStart),
                    formatDuration(curve.pieces.back().repair.most - scenarioStart),
                    deadline::piecesText(curve.pieces.size()),
                    open == OpenTimings::All ? "every timing that the documents leave open" : "revalidation phases"),
        {},
        {}};
    if (curve.interrupted) {
        scope.notSearched.emplace_back("instants after those at which it was interrupted");
    }
    if (!curve.everyCase) {
        scope.notSearched.emplace_back("some values of some timings: there are too many");
    }
    std::ranges::move(lossesNotLookedAt(program), std::back_inserter(scope.notSearched));
    if (readings) {
        scope.notSearched.push_back(*readings);
    }
    if (open != OpenTimings::All) {
        scope = scope.atNominal(program);
    }
    return scope.over(program);
}

/// Whether an objective of the estate asks that a resource is never impaired.
bool mustNotBeImpaired(const Program& program, ResourceId id) {
    return std::ranges::any_of(program.objectives, [id](const Objective& one) {
        const std::vector<ResourceId> those = resourcesOf(one.of);
        return one.noImpairment && std::ranges::find(those, id) != those.end();
    });
}

/// Whether some instant of the repair keeps what is asked, for each resource.
bool isInTime(const RepairCurve& curve, bool hasObjective) {
    return !hasObjective || std::ranges::all_of(curve.latest, [&](const LatestRepair& one) {
        const bool isReported = one.mayBeImpaired && mustNotBeImpaired(curve.program, one.resource);
        return one.within && (!isReported || one.noImpairment);
    });
}

ExitCode run(const Arguments& arguments, const Streams& streams) {
    ScenarioInput input{arguments, streams.err, Written::Kept, Sealed::Refused, compile::OpenInstants::Kept};
    if (!input.isSound()) {
        return ExitCode::WrongInput;
    }
    const std::string format = arguments.value(formatOption.name).value_or("text");
    if (format == "svg" && input.scenarios().size() > 1) {
        streams.err << "cmksim deadline: error: a picture is of one scenario, and there are more\n";
        return ExitCode::WrongInput;
    }
    std::ostringstream text;
    bool holds = true;
    bool decided = true;
    std::optional<TerminalProgress> progress{std::in_place, arguments, streams, "scenarios", input.scenarios().size()};
    for (const LoadedScenario& scenario : input.scenarios()) {
        const auto asked = QuestionReader{arguments, scenario, input.catalog(), streams.err}.read();
        if (!asked) {
            return ExitCode::WrongInput;
        }
        const RepairCurve curve = repairCurve(asked->program, asked->question, {{}, &*progress});
        progress->advance(1);
        const DeadlineView view{
            scenario.path,
            scenario.program.name,
            asked->steps,
            curve,
            asked->question.rto,
            scopeOf(curve, asked->question.open, asked->program,
                    readingsNotLookedAt(asked->program, input.catalog(), givenReadings(arguments)))};
        decided = decided && curve.everyCase && !curve.interrupted;
        holds = holds && isInTime(curve, asked->question.rto.has_value());
        const TextStyle style = textStyle(arguments.has(outputOption.name), streams);
        if (format == "json") {
            text << deadlineJson(view).with(evidenceField, input.evidence().of(asked->program)).line() << '\n';
        } else if (format == "csv") {
            writeDeadlineCsv(view, text);
        } else if (format == "svg") {
            text << deadlineSvg(view);
        } else {
            text << (&scenario == &input.scenarios().front() ? "" : "\n");
            writeDeadlineText(view, style, text);
            writeScopeText(view.scope, style, text);
        }
        if (curve.interrupted) {
            streams.err << fmt::format("{}: warning: interrupted; what is shown of it is incomplete, and nothing of "
                                       "what follows\n",
                                       printable(scenario.path));
            break;
        }
    }
    progress.reset();
    const ExitCode written = writeOutput(text.str(), arguments, streams);
    return written != ExitCode::Done ? written
           : !holds                  ? ExitCode::FellShort
           : !decided                ? ExitCode::Undecided
                                     : ExitCode::Done;
}

/// What it prints as JSON.
JsonValue resultSchema(const KnownWords& /*words*/) {
    return printedSchema("A line of what cmksim deadline --format json prints",
                         {deadlineProperties(), evidenceProperties()}, {{"ratio", ratioSchema()}});
}
constexpr std::array deadlineResults{schema::Kind{"deadline", resultSchema}};

} // namespace deadline_command
} // namespace

constinit const Command deadlineCommand{
    .name = "deadline",
    .synopsis = "FILE…",
    .summary = "find the latest instant of a repair that still keeps an objective",
    .details =
        "Plays the story with the repair at every instant of a range ('--from' to '--to', or the open instant of the "
        "timeline, 'at: 10m..3h'), over every timing that the documents leave open, "
        "and says for each resource by when it must be done: for no outage in any case, for none at half of the "
        "phases, "
        "for no outage longer than '--rto', and from when on its data is lost. The instants at which another course "
        "begins are worked out, and between them everything goes in straight lines, so that the answer is exact to the "
        "second. Exits with 1 where even the first instant is too late for '--rto', or for an objective "
        "'no-impairment' "
        "of the estate.",
    .leastArguments = 1,
    .mostArguments = 1'000,
    .options = deadline_command::deadlineOptions,
    .run = deadline_command::run,
    .results = deadline_command::deadlineResults,
};

} // namespace cmksim::program
