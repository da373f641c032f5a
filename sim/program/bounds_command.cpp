// `cmksim bounds`: the exact bounds of what a scenario leaves open.
#include "program/commands.hpp"

#include "analysis/reaction_worlds.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "deadline/breakpoints.hpp"
#include "deadline/open_bounds.hpp"
#include "program/loading.hpp"
#include "program/number_options.hpp"
#include "program/reading_claims.hpp"
#include "program/terminal.hpp"
#include "program/terminal_progress.hpp"
#include "program/timing_option.hpp"
#include "report/bounds_report.hpp"
#include "report/objective_report.hpp"
#include "report/open_bounds_report.hpp"
#include "report/readings.hpp"
#include "report/rests_on.hpp"
#include "report/retirement_report.hpp"
#include "report/unmodelled.hpp"
#include "schema/printed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <limits>
#include <ostream>
#include <sstream>

namespace cmksim::program {

namespace {
namespace bounds_command {

constexpr OptionRule formatOption{"format", "text|json|csv",
                                  "for a person (the default), JSON Lines, one object a scenario, or a table"};
constexpr OptionRule freePhasesOption{"free-phases", "", "open every phase, also those that the scenario pins"};

constexpr OptionRule timingOption{
    "timing", "all|phases|nominal|earliest|latest",
    "which timings are open: all (the default), phases alone, with all else nominal or at "
    "one end of its range, or none"};

/// What `--timing` says: what is open, and where all that is not stands.
struct BoundsTiming {
    OpenTimings open = OpenTimings::All;
    TimingChoice rest = TimingChoice::Nominal;
};

BoundsTiming timingOf(const Arguments& arguments) {
    const std::string text = arguments.value(timingOption.name).value_or("all");
    if (text == "earliest" || text == "latest") {
        return {OpenTimings::Phases, text == "earliest" ? TimingChoice::Earliest : TimingChoice::Latest};
    }
    const auto found = std::ranges::find(openTimingsNames, text);
    return {static_cast<OpenTimings>(found - openTimingsNames.begin()), TimingChoice::Nominal};
}

constexpr OptionRule maxReplaysOption =
    withNumbers({"max-replays", "N",
                 "how many ways reactions are followed before so many are drawn; default 10000, "
                 "and fewer draws for a large estate"},
                1);

constexpr OptionRule retireOption{"retire", "VAULT/KEY/VERSION",
                                  "say from when on this version can be disabled: until then something needs it"};

constexpr std::array boundsOptions{formatOption, freePhasesOption, timingOption, maxReplaysOption, retireOption,
                                   outputOption, estateOption,     setOption,    phaseOption,      modelOption,
                                   modelsOption, readingOption,    quietOption};

/// A version that is asked about, and what was found of it.
struct Retiring {
    OnVersion version;
    Retirement found;
};

/// The version of that name; nothing, as reported, where the story has none.
std::optional<OnVersion> versionCalled(std::string_view name, const LoadedScenario& scenario, std::ostream& err) {
    const std::vector<OnVersion> versions = versionsOf(scenario.program);
    std::vector<std::string> names;
    for (const OnVersion& one : versions) {
        names.push_back(report::nameOf(scenario.program, one));
        if (names.back() == name) {
            return one;
        }
    }
    const std::vector<std::string_view> known(names.begin(), names.end());
    err << fmt::format("{}: error: {}\n", printable(scenario.path),
                       withSuggestion(fmt::format("no key of this story has the version {}", inQuotes(name)), name,
                                      known, "name it as VAULT/KEY/VERSION, such as 'kv1/cmk/v1'"));
    return std::nullopt;
}

/// The bounds of one scenario, and what they are told of.
struct Bounded {
    const LoadedScenario& scenario; // as it goes at nominal phases
    ScenarioBounds bounds;
    std::vector<Deadline> deadlines;
    UnderReadings readings;
    JudgedObjectives objectives;
    std::optional<Retiring> retiring;
    std::optional<deadline::OpenBounds> open; // of one whose timeline leaves an instant open: instead of the others

    [[nodiscard]] BoundsView view() const {
        return {scenario.program, scenario.path, bounds, deadlines, readings.agree()};
    }
};

/// Of one whose timeline leaves an instant open.
void writeOpen(const Bounded& one, OpenTimings open, std::string_view format, const TextStyle& style,
               const Evidence& evidence, std::ostream& out) {
    const OpenBoundsView view{one.scenario.program, one.scenario.path, *one.open, open};
    if (format == "json") {
        out << withReadings(withUnmodelled(openBoundsJson(view), one.scenario.program), one.readings)
                   .with(evidenceField, evidence.of(one.scenario.program))
                   .line()
            << '\n';
        return;
    }
    writeOpenBoundsText(view, style, out);
    writeReadingsText(one.readings, style, out);
}

std::string reportOf(const std::vector<Bounded>& all, OpenTimings open, std::string_view format, const TextStyle& style,
                     const Evidence& evidence, std::ostream& err) {
    std::ostringstream text;
    if (format == "csv") {
        std::vector<BoundsView> views;
        for (const Bounded& one : all) {
            views.push_back(one.view());
            noteReadings(one.scenario.path, one.readings, err);
        }
        writeBoundsCsv(views, text);
        return std::move(text).str();
    }
    for (const Bounded& one : all) {
        if (one.open) {
            text << (format == "json" || &one == &all.front() ? "" : "\n");
            writeOpen(one, open, format, style, evidence, text);
        } else if (format == "json") {
            JsonValue bounds = withUnmodelled(boundsJson(one.view()), one.scenario.program);
            if (one.retiring) {
                bounds = std::move(bounds).with(
                    "retire", retirementJson(one.scenario.program, one.retiring->version, one.retiring->found));
            }
            text << withObjectives(withReadings(bounds, one.readings), one.objectives)
                        .with(evidenceField, evidence.of(one.scenario.program))
                        .line()
                 << '\n';
        } else {
            text << (&one == &all.front() ? "" : "\n");
            writeBoundsText(one.view(), style, text);
            writeObjectivesText(one.objectives, style, text);
            if (one.retiring) {
                writeRetirementText(one.scenario.program, one.retiring->version, one.retiring->found, style, text);
            }
            writeUnmodelledText(one.scenario.program, style, text);
            writeReadingsText(one.readings, style, text);
        }
    }
    return std::move(text).str();
}

/// Whether an expectation hangs on the words of an answer: then readings of words alone decide too.
compile::WordReadings wordsThatCount(const Program& program) {
    const bool compares = std::ranges::any_of(program.entries, [](const TimelineEntry& entry) {
        const auto* list = std::get_if<std::vector<Expectation>>(&entry.what);
        return (entry.result && (entry.result->error || entry.result->status)) ||
               (list != nullptr &&
                std::ranges::any_of(*list, [](const Expectation& one) { return one.error.has_value(); }));
    });
    return compares ? compile::WordReadings::Counted : compile::WordReadings::LeftOut;
}

/// What is concluded over an instant that is open.
Claims openClaimsOf(const Program& program, const deadline::OpenBounds& bounds, OpenTimings open) {
    Claims claims;
    for (const deadline::OpenResource& one : bounds.resources) {
        claims.push_back({program.resources[one.resource].name, outcomeText(one)});
    }
    for (const deadline::OpenExpectation& one : bounds.expectations) {
        claims.push_back({expectationText(program, one), stretchesText(one.stretches, inNoCase(open))});
    }
    for (const deadline::OpenObjective& one : bounds.objectives) {
        claims.push_back(
            {program.objectives[one.objective].name + ", " + askedText(program.objectives[one.objective], one.kind),
             stretchesText(one.stretches, inNoCase(OpenTimings::Nominal))});
    }
    return claims;
}

/// Whether something that an objective asks for fares so at some instant.
bool anyOpen(const deadline::OpenBounds& bounds, bool (*fares)(Held)) {
    return std::ranges::any_of(bounds.objectives, [fares](const deadline::OpenObjective& one) {
        return std::ranges::any_of(one.stretches,
                                   [fares](const deadline::HeldStretch& stretch) { return fares(stretch.held); });
    });
}

/// Reports what cannot be asked of a story whose timeline leaves an instant open.
bool canBeAsked(const Arguments& arguments, const std::vector<LoadedScenario>& scenarios, std::ostream& err) {
    const auto open =
        std::ranges::find_if(scenarios, [](const LoadedScenario& one) { return one.program.openInstant.has_value(); });
    for (const LoadedScenario& one : scenarios) {
        if (const auto& instant = one.program.openInstant;
            instant && deadline::isTooLong(one.program, {instant->first, instant->last})) {
            err << fmt::format("{}:{}:{}: error: {}\n", printable(one.path), instant->place.line, instant->place.column,
                               deadline::tooLongText({instant->first, instant->last}));
            return false;
        }
    }
    const bool isTable = arguments.value(formatOption.name).value_or("text") == "csv";
    if (open == scenarios.end() || (!isTable && !arguments.has(retireOption.name))) {
        return true;
    }
    const TextPlace place = open->program.openInstant->place;
    err << fmt::format("{}:{}:{}: error: {} takes no open instant; {}\n", printable(open->path), place.line,
                       place.column, isTable ? "--format csv" : "--retire",
                       isTable ? "'cmksim deadline --format csv' prints the curve over it" : "give it one instant");
    return false;
}

ExitCode exitCodeOf(const std::vector<Bounded>& all) {
    const auto any = [&](auto what) {
        return std::ranges::any_of(all, [&](const Bounded& one) { return (one.objectives.*what)(); });
    };
    const auto anyRetires = [&](RetirementVerdict verdict) {
        return std::ranges::any_of(
            all, [&](const Bounded& one) { return one.retiring && one.retiring->found.verdict == verdict; });
    };
    const auto anyOfOpen = [&](auto fares) {
        return std::ranges::any_of(all, [&](const Bounded& one) { return one.open && fares(*one.open); });
    };
    const bool broken = anyOfOpen([](const deadline::OpenBounds& one) {
        return anyOpen(one, [](Held held) { return held == Held::Sometimes || held == Held::Never; });
    });
    const bool unknown = anyOfOpen([](const deadline::OpenBounds& one) {
        return one.interrupted || anyOpen(one, [](Held held) { return held == Held::NotKnown; });
    });
    return broken || any(&JudgedObjectives::anyBroken) || anyRetires(RetirementVerdict::Needed) ? ExitCode::FellShort
           : unknown || any(&JudgedObjectives::anyUnknown) || anyRetires(RetirementVerdict::Unknown)
               ? ExitCode::Undecided
               : ExitCode::Done;
}

ExitCode run(const Arguments& arguments, const Streams& streams) {
    const std::string format = arguments.value(formatOption.name).value_or("text");
    const std::optional<std::uint64_t> mostReplays = arguments.number(maxReplaysOption.name);
    ScenarioInput input{arguments, streams.err, Written::Dropped, Sealed::Refused, compile::OpenInstants::Kept};
    if (!input.isSound() || !canBeAsked(arguments, input.scenarios(), streams.err)) {
        return ExitCode::WrongInput;
    }
    const BoundsTiming timing = timingOf(arguments);
    const auto prepared = [&](Program program) {
        choose(timing.rest, 0, program);
        if (arguments.has(freePhasesOption.name)) {
            program = withFreePhases(program);
        }
        return timing.open == OpenTimings::Nominal ? withNominalPhases(program) : program;
    };
    // Of phases that are pinned already; reactions stay, over which objectives are not judged.
    const auto judged = [&](const Program& program) {
        return JudgedObjectives{program.objectives, judgeObjectives(program, program.objectives, timing.open)};
    };
    OtherReadings others{arguments, input, streams, Written::Dropped};
    const std::optional<std::string> retire = arguments.value(retireOption.name);

    std::vector<Bounded> all;
    std::optional<TerminalProgress> progress{std::in_place, arguments, streams, "scenarios", input.scenarios().size()};
    for (LoadedScenario& scenario : input.scenarios()) {
        if (progress->cancelled()) {
            streams.err << fmt::format("{}: warning: interrupted; neither it nor what follows is shown\n",
                                       printable(scenario.path));
            break;
        }
        const Program program = prepared(scenario.program);
        scenario.program = nominalTimeline(program);
        if (program.openInstant) {
            all.push_back({scenario, {}, {}, {}, {}, {}, deadline::openBounds(program, timing.open, {{}, &*progress})});
            if (all.back().open->interrupted) {
                streams.err << fmt::format("{}: warning: interrupted; what is shown of it is incomplete, and nothing "
                                           "of what follows\n",
                                           printable(scenario.path));
                break;
            }
            const auto conclude = [&](const LoadedScenario& other, Catalog&, Progress&) {
                const Program under = prepared(other.program);
                return openClaimsOf(under, deadline::openBounds(under, timing.open), timing.open);
            };
            all.back().readings = others.look(scenario, openClaimsOf(program, *all.back().open, timing.open), conclude,
                                              mostCombinations, wordsThatCount(program));
            progress->advance(1);
            continue;
        }
        std::optional<Retiring> retiring;
        if (retire) {
            const std::optional<OnVersion> version = versionCalled(*retire, scenario, streams.err);
            if (!version) {
                return ExitCode::WrongInput;
            }
            retiring = Retiring{*version, {}};
        }
        ScenarioBounds bounds = boundsOf(program, scenario.program, timing.open,
                                         mostReplays.value_or(usualReactionWorlds(program)), {{}, &*progress});
        const bool interrupted = bounds.interrupted;
        all.push_back({scenario, std::move(bounds), {}, {}, {}, {}, {}});
        if (interrupted) {
            streams.err << fmt::format("{}: warning: interrupted; what is shown of it is incomplete, and nothing of "
                                       "what follows\n",
                                       printable(scenario.path));
            break;
        }
        all.back().deadlines = deadlinesOver(program, scenario.program, timing.open,
                                             mostReplays.value_or(usualReactionWorlds(program)), {{}, &*progress});
        all.back().objectives = judged(program);
        const auto withObjectiveClaims = [](Claims claims, const JudgedObjectives& objectives) {
            std::ranges::move(claimsOf(objectives), std::back_inserter(claims));
            return claims;
        };
        const auto withRetirement = [&](Claims claims, const Program& shown, const std::optional<Retiring>& one) {
            if (one) {
                claims.push_back({report::nameOf(shown, one->version), retirementText(shown, one->found)});
            }
            return claims;
        };
        const auto retired = [&](const Program& under, const std::optional<Retiring>& asked) {
            std::optional<Retiring> one = asked;
            if (one) {
                one->found = retirementOf(under, one->version, timing.open,
                                          mostReplays.value_or(usualReactionWorlds(under)), {{}, &*progress});
            }
            return one;
        };
        all.back().retiring = retired(program, retiring);
        const auto conclude = [&](const LoadedScenario& other, Catalog&, Progress&) {
            const Program under = prepared(other.program);
            const Program shown = nominalTimeline(under);
            return withRetirement(
                withObjectiveClaims(
                    claimsOf(
                        shown, boundsOf(under, shown, timing.open, mostReplays.value_or(usualReactionWorlds(under))),
                        deadlinesOver(under, shown, timing.open, mostReplays.value_or(usualReactionWorlds(under)))),
                    judged(under)),
                shown, retired(under, retiring));
        };
        all.back().readings = others.look(
            scenario,
            withRetirement(withObjectiveClaims(claimsOf(scenario.program, all.back().bounds, all.back().deadlines),
                                               all.back().objectives),
                           scenario.program, all.back().retiring),
            conclude, mostCombinations, wordsThatCount(program));
        if (!all.back().bounds.everyWorld) {
            streams.err << fmt::format("{}: warning: the reactions can go more ways than are followed; {} of them, "
                                       "drawn, are looked at\n",
                                       printable(scenario.path), all.back().bounds.worlds);
        }
        progress->advance(1);
    }
    progress.reset();
    const TextStyle style = textStyle(arguments.has(outputOption.name), streams);
    const ExitCode written =
        writeOutput(reportOf(all, timing.open, format, style, input.evidence(), streams.err), arguments, streams);
    return written != ExitCode::Done ? written : exitCodeOf(all);
}

/// What it prints as JSON: of an instant that is open it is another thing.
JsonValue resultSchema(const KnownWords& /*words*/) {
    const JsonValue open = shape::recordSchema(
        shape::joined({unmodelledProperties(), evidenceProperties(), readingsProperties(), openBoundsProperties()}));
    const JsonValue closed =
        shape::recordSchema(shape::joined({unmodelledProperties(), evidenceProperties(), readingsProperties(),
                                           retirementProperties(), boundsProperties(), objectivesProperties()}));
    return printedSchema(
        "A line of what cmksim bounds --format json prints",
        JsonObject{{"if", JsonObject{{"required", JsonArray{"openInstant"}}}}, {"then", open}, {"else", closed}},
        boundsDefinitions());
}
constexpr std::array boundsResults{schema::Kind{"bounds", resultSchema}};

} // namespace bounds_command
} // namespace

constinit const Command boundsCommand{
    .name = "bounds",
    .synopsis = "FILE…",
    .summary = "show the earliest and latest of everything that the documented timings leave open",
    .details = "Replays each scenario for every class of timings that goes its own way: when resources look, how long "
               "grants take to count, how long last tokens go on working, and when credentials lapse. Shows for each "
               "outage the earliest and latest start and end and its length, without sampling; beside it what phases "
               "alone give, where that is narrower; and how likely it is when every phase is as likely as any other "
               "and all else is nominal. Then the points of no return, and for which phases each expectation holds. "
               "Judges the objectives of the scenario and its estate; exits with 1 where one does not hold in every "
               "case, 4 where it is not known. Of a timeline with an open instant ('at: 10m..3h') it shows what that "
               "can come to over every second of the range, and at which instants each expectation holds. With "
               "--retire it says from when on a version of a key can be disabled "
               "without a difference to any resource; exits with 1 where something needs it to the end.",
    .leastArguments = 1,
    .mostArguments = std::numeric_limits<std::size_t>::max(),
    .options = bounds_command::boundsOptions,
    .run = bounds_command::run,
    .results = bounds_command::boundsResults,
};

} // namespace cmksim::program
