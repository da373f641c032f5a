#include "report/exploration_report.hpp"

#include "base/time.hpp"
#include "engine/replay.hpp"
#include "engine/timings.hpp"
#include "engine/wording.hpp"
#include "exploration/phase_offsets.hpp"
#include "exploration/phase_sets.hpp"
#include "report/action_fields.hpp"
#include "report/all_clear.hpp"
#include "report/az_commands.hpp"
#include "report/clock.hpp"
#include "report/shapes.hpp"
#include "report/shifted_phases.hpp"
#include "report/signs.hpp"
#include "report/state_losses.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ostream>

namespace cmksim::report {

namespace {

/// The documents behind what a counterexample comes to: each reason that shows on the way, and the retention where data
/// is lost.
std::vector<std::string> sourcesOf(const Exploration& found, const Violation& violation) {
    const Program program = storyOf(found, violation);
    std::vector<std::string> sources;
    const auto cite = [&](const Provenance& provenance) {
        for (const std::string& source : provenance.sources) {
            if (std::ranges::find(sources, source) == sources.end()) {
                sources.push_back(source);
            }
        }
    };
    for (const Record& record : replay(program, violation.phases).records) {
        if (record.is<DataLost>()) {
            cite(program.platform->retentionProvenance);
        } else if (const auto* moved = record.asIf<Transition>()) {
            const Wording wording = wordingOf(program.modelOf(record.on->resource), moved->reason);
            if (wording.provenance != nullptr) {
                cite(*wording.provenance);
            }
        }
    }
    return sources;
}

constexpr std::array<std::string_view, 3> byNames{"fault", "story", "responder"};

std::string_view nameOf(CourseStep::By by) { return byNames.at(static_cast<std::size_t>(by)); }

/// A fault that takes so long to count is like one that takes an end of its range and happens at another instant, and
/// faults are tried at every instant that makes a difference; two of them that meet an answer, or a clock of the
/// estate's own, cannot be moved so. Every value is tried against this for up to two faults, and one that is answered.
bool valuesBetweenCanMatter(const Exploration& found, const ExplorationOptions& options) {
    const bool isAnswered = std::ranges::any_of(options.invariants, &Invariant::is<invariant::MaxDowntime>);
    return differingEnds(found.program).size() > 1 || options.faults > (isAnswered ? 1U : 2U);
}

std::string phasesText(const Exploration& found) {
    if (found.phaseSets == 1) {
        return "nominal phases";
    }
    return fmt::format("{}{} sets of phases", found.phaseSets, found.everyPhase ? "" : " of more");
}

SearchLimits allLimits(const Exploration& found) {
    SearchLimits all;
    for (const SearchLimits& limits : found.limits) {
        all.insert(limits.begin(), limits.end());
    }
    return all;
}

/// What was left out, and by which limit.
std::string limitText(SearchLimit limit, const ExplorationOptions& options) {
    switch (limit) {
    case SearchLimit::States:
        return fmt::format("the states after these: the search was cut short at {} of what hangs together "
                           "(--max-states)",
                           options.mostStates);
    case SearchLimit::Interrupted: return "the states after these: the search was cut short as it was interrupted";
    case SearchLimit::PhaseSets: return fmt::format("more than {} sets of phases", mostPhaseSets);
    case SearchLimit::WaysBack:
        return "some ways back where none was found: there are more than are tried for one resource";
    case SearchLimit::Offsets: return fmt::format("more than {} sets of phases, beside a responder", mostOffsetPhases);
    case SearchLimit::Instants:
        return fmt::format("faults later than after {} instants at which something happens", mostInstants);
    case SearchLimit::Responses:
        return fmt::format("more than {} combinations of how long answers take", mostResponses);
    case SearchLimit::Together:
        return fmt::format("all answers that repair several resources at once: no more than {} such states are looked "
                           "at, of no more than {} resources",
                           std::min(mostStatesTogether, options.mostStates), mostTogether);
    case SearchLimit::Others:
        return "other phases of resources that show the responder sooner that something is wrong: it may be longer";
    case SearchLimit::Clocks: return "every length of what rules count where resources stand on others";
    }
    return {};
}

/// Which invariants a limit concerns, where it does not concern all.
std::string concernedText(const Exploration& found, const ExplorationOptions& options, SearchLimit limit) {
    std::string concerned;
    std::size_t count = 0;
    for (std::size_t i = 0; i < found.limits.size(); ++i) {
        if (found.limits[i].contains(limit)) {
            concerned += (concerned.empty() ? "" : ", ") + options.invariants[i].text;
            ++count;
        }
    }
    return count == found.limits.size() ? std::string{} : fmt::format(", for {}", concerned);
}

/// What the fields of an exploration are told of.
struct ExplorationContext {
    const Exploration& found;
    const ExplorationOptions& options;
    const CourseCommands& commands;

    operator const Program&() const { return found.program; }
    operator const CourseCommands&() const { return commands; }
};

std::vector<std::string> undecidedTexts(const ExplorationContext& context) {
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < context.options.invariants.size(); ++i) {
        if (context.found.isUndecided(i)) {
            texts.push_back(context.options.invariants[i].text);
        }
    }
    return texts;
}

const shape::Record<ExplorationContext, ExplorationContext>& explorationShape() {
    using shape::line;
    using shape::list;
    using shape::Record;
    static const auto violation =
        Record<Violation, ExplorationContext>{}
            .field("invariant",
                   [](const Violation& one, const ExplorationContext& context) -> const auto& {
                       return context.options.invariants[one.invariant].text;
                   })
            .field("phases", shiftedPhasesShape(ShiftedPhase::Of::Revalidation), &Violation::phases)
            .field("steps", list(courseStepShape()), &Violation::steps)
            .field("resource", resourceName(), &Violation::resource)
            .field("t", &Violation::at)
            .field("sources", [](const Violation& one,
                                 const ExplorationContext& context) { return sourcesOf(context.found, one); })
            .field("timings", list(takenShape()), &Violation::timings)
            .field("recoveryPhases", shiftedPhasesShape(ShiftedPhase::Of::Recovery), &Violation::phases)
            .listedBefore("steps")
            .field("rotationPhases", shiftedPhasesShape(ShiftedPhase::Of::Rotation), &Violation::phases)
            .listedBefore("steps");
    using Context = ExplorationContext;
    static const auto all =
        Record<Context, Context>{}
            .field("faults", line<unsigned>(), [](const Context& context) { return context.options.faults; })
            .field("states", line<std::uint64_t>(), [](const Context& context) { return context.found.states; })
            .field("complete", [](const Context& context) { return context.found.complete; })
            .field("phaseSets", line<std::size_t>(), [](const Context& context) { return context.found.phaseSets; })
            .field("everyPhase", [](const Context& context) { return context.found.everyPhase; })
            .field("violations", list(violation),
                   [](const Context& context) -> const auto& { return context.found.violations; })
            .field("within", [](const Context& context) { return context.options.within; })
            .unlessEmpty("undecided", [](const Context& context) { return undecidedTexts(context); })
            .unlessEmpty("lossesNotLookedAt",
                         [](const Context& context) { return lossesNotLookedAt(context.found.program); });
    return all;
}

} // namespace

std::string takenText(const TakenTiming& taken) {
    return fmt::format("{}: {}", taken.timing->meaning, formatDuration(taken.value));
}

const shape::Record<TakenTiming>& takenShape() {
    static const auto all =
        shape::Record<TakenTiming>{}
            .field("what", [](const TakenTiming& taken) -> const auto& { return taken.timing->meaning; })
            .field("seconds", &TakenTiming::value);
    return all;
}

const shape::Record<CourseStep, CourseCommands>& courseStepShape() {
    struct ReportedStep {
        const CourseStep& step;
        TimelineEntry entry;
    };
    static const auto reported = shape::Record<ReportedStep, CourseCommands>{}
                                     .field("t", [](const ReportedStep& one) { return one.step.at; })
                                     .field("by", [](const ReportedStep& one) { return nameOf(one.step.by); })
                                     .include(entryShape(), &ReportedStep::entry)
                                     .field("az", [](const ReportedStep& one, const CourseCommands& commands) {
                                         return joinedCommands(commands.of(one.step, one.entry));
                                     });
    static const auto all = shape::Record<CourseStep, CourseCommands>{}.include(
        reported, [](const CourseStep& step, const CourseCommands& commands) {
            return ReportedStep{step, entryOf(commands.program(), step.action, step.at)};
        });
    return all;
}

void writeCourseStep(const Program& program, const CourseStep& step, NamesWho who, const CourseCommands& commands,
                     Page& page) {
    const TimelineEntry entry = entryOf(program, step.action, step.at);
    Phrase lead{"  "};
    lead.add(Clock::sinceStart(step.at)).add("  ");
    if (who == NamesWho::Always) {
        lead.add(nameOf(step.by), Paint::Quiet).add("  ");
    }
    Phrase body{entry.name + ' ' + entry.target, Paint::Event};
    page.paragraph(lead, body.add("  ").add(flowYaml(argumentsOf(program, entry)), Paint::Quiet));
    if (step.by != CourseStep::By::Story) {
        for (const std::string& command : commands.of(step, entry)) {
            page.whole(Phrase{}.padTo(lead.width()).add("$ ", Paint::Quiet).add(command, Paint::Quiet));
        }
    }
}

void writeTaken(const Program& program, const Phases& phases, const std::vector<TakenTiming>& timings, Page& page) {
    for (const ShiftedPhase& one : shiftedPhases(program, phases)) {
        page.paragraph(Phrase{fmt::format("  {}   ", one.word()), Paint::Quiet},
                       Phrase{fmt::format("{} {}", program.resources[one.resource].name, formatDuration(one.phase)),
                              Paint::Quiet});
    }
    for (const TakenTiming& taken : timings) {
        page.paragraph(Phrase{"  timing  ", Paint::Quiet}, Phrase{takenText(taken), Paint::Quiet});
    }
}

shape::Properties explorationProperties() { return explorationShape().properties(); }

JsonValue explorationJson(const Exploration& found, const ExplorationOptions& options,
                          const std::vector<AzureTerms>& terms) {
    const CourseCommands commands{found.program, terms};
    const ExplorationContext context{found, options, commands};
    return explorationShape().write(context, context);
}

void writeExplorationText(const Exploration& found, const ExplorationOptions& options,
                          const std::vector<AzureTerms>& terms, std::string_view file, const TextStyle& style,
                          std::ostream& out) {
    const CourseCommands commands{found.program, terms};
    const Signs& signs = style.unicode ? unicodeSigns : asciiSigns;
    Page page{style, out};
    page.paragraph({}, Phrase{found.program.name, Paint::Strong});
    page.paragraph({}, Phrase{file, Paint::Quiet});
    for (std::size_t invariant = 0; invariant < options.invariants.size(); ++invariant) {
        page.blank();
        page.heading(options.invariants[invariant].text, signs.rule);
        bool broken = false;
        for (const Violation& violation : found.violations) {
            if (violation.invariant != invariant) {
                continue;
            }
            broken = true;
            page.paragraph(
                {}, Phrase{fmt::format("BROKEN for {} at {} by{}", found.program.resources[violation.resource].name,
                                       Clock::sinceStart(violation.at), violation.steps.empty() ? " time alone" : ""),
                           Paint::Bad});
            const bool isAnswered = std::ranges::any_of(
                violation.steps, [](const CourseStep& step) { return step.by == CourseStep::By::Responder; });
            for (const CourseStep& step : violation.steps) {
                writeCourseStep(found.program, step, isAnswered ? NamesWho::Always : NamesWho::Never, commands, page);
            }
            writeTaken(found.program, violation.phases, violation.timings, page);
            for (const std::string& source : sourcesOf(found, violation)) {
                page.paragraph(Phrase{"  source  ", Paint::Quiet}, Phrase{source, Paint::Quiet});
            }
        }
        const bool isOfKeys = options.invariants[invariant].is<invariant::NoDataLoss>();
        for (const std::string& loss : isOfKeys ? lossesNotLookedAt(found.program) : std::vector<std::string>{}) {
            page.paragraph(Phrase{"  not looked at  ", Paint::Quiet}, Phrase{loss, Paint::Quiet});
        }
        if (!broken) {
            page.paragraph({}, found.isUndecided(invariant)
                                   ? Phrase{"undecided: not broken in what was looked at", Paint::Warning}
                                   : Phrase{textOf(AllClear::InvariantHolds), Paint::Good});
        }
    }
}

Scope explorationScope(const Exploration& found, const ExplorationOptions& options) {
    Scope scope{fmt::format("{} different state{}, up to {} fault{} within {}, at {}", found.states,
                            found.states == 1 ? "" : "s", options.faults, options.faults == 1 ? "" : "s",
                            formatDuration(options.within), phasesText(found)),
                {},
                {}};
    for (const SearchLimit limit : allLimits(found)) {
        scope.notSearched.push_back(limitText(limit, options) + concernedText(found, options, limit));
    }
    scope = scope.atEnds(found.program);
    if (!valuesBetweenCanMatter(found, options)) {
        scope.ends.clear();
    }
    return scope.over(found.program);
}

} // namespace cmksim::report
