#include "report/worst_report.hpp"

#include "base/time.hpp"
#include "report/az_commands.hpp"
#include "report/clock.hpp"
#include "report/exploration_report.hpp"
#include "report/shapes.hpp"
#include "report/shifted_phases.hpp"
#include "report/signs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ostream>

namespace cmksim::report {

namespace {

std::string lengthText(const Badness& badness) {
    return badness.open ? fmt::format("not over after {}", formatDuration(badness.value))
                        : formatDuration(badness.value);
}

std::string measureText(const WorstOptions& options) {
    return options.measure == WorstMeasure::Impaired
               ? "impairment"
               : std::string{worstMeasureNames.at(static_cast<std::size_t>(options.measure))};
}

std::string responseText(const WorstOptions& options) {
    if (!options.response) {
        return options.during ? "repaired by the story alone" : "never repaired";
    }
    const auto& [least, most] = *options.response;
    return least == most
               ? fmt::format("each symptom answered after {}", formatDuration(most))
               : fmt::format("each symptom answered after {} to {}", formatDuration(least), formatDuration(most));
}

std::string faultsText(const WorstOptions& options) {
    return fmt::format("up to {} fault{}", options.faults, options.faults == 1 ? "" : "s");
}

std::string alikeText(const WorstFound& found, const WorstCase& worst) {
    constexpr std::size_t mostNamed = 5;
    std::string text;
    for (std::size_t i = 0; i < std::min(worst.alike.size(), mostNamed); ++i) {
        text += fmt::format("{}{}", i == 0 ? "" : ", ", found.program.resources[worst.alike[i]].name);
    }
    if (worst.alike.size() > mostNamed) {
        text += fmt::format(" and {} more", worst.alike.size() - mostNamed);
    }
    return text;
}

/// What the fields of a worst case are told of.
struct WorstContext {
    const WorstFound& found;
    const WorstOptions& options;
    const CourseCommands& commands;

    operator const Program&() const { return found.program; }
    operator const CourseCommands&() const { return commands; }
};

const shape::Record<WorstContext, WorstContext>& worstShape() {
    using shape::list;
    using shape::Record;
    using Context = WorstContext;
    static const auto one =
        Record<WorstCase, Context>{}
            .optional("resource", resourceName(), &WorstCase::resource)
            .optional("journey",
                      [](const WorstCase& worst, const Context& context) {
                          return worst.resource ? std::nullopt
                                                : std::optional{subjectOf(context.found, context.options, worst)};
                      })
            .field("seconds", [](const WorstCase& worst) { return worst.badness.value; })
            .field("over", [](const WorstCase& worst) { return !worst.badness.open; })
            .optional("from",
                      [](const WorstCase& worst) {
                          return worst.badness.value > Duration::zero() ? std::optional{worst.from} : std::nullopt;
                      })
            .optional("atMost", shape::orNull(shape::Deduced{}),
                      [](const WorstCase& worst) {
                          using Most = std::optional<Duration>; // none: without end
                          return worst.limit ? std::make_optional<Most>(worst.limit->open ? Most{} : worst.limit->value)
                                             : std::nullopt;
                      })
            .field("alike", list(resourceName()), &WorstCase::alike)
            .field("phases", shiftedPhasesShape(ShiftedPhase::Of::Revalidation), &WorstCase::phases)
            .field("recoveryPhases", shiftedPhasesShape(ShiftedPhase::Of::Recovery), &WorstCase::phases)
            .field("rotationPhases", shiftedPhasesShape(ShiftedPhase::Of::Rotation), &WorstCase::phases)
            .field("timings", list(takenShape()), &WorstCase::timings)
            .field("steps", list(courseStepShape()), &WorstCase::steps);
    static const auto response =
        Record<ResponseTime>{}.field("least", &ResponseTime::least).field("most", &ResponseTime::most);
    static const auto all =
        Record<Context, Context>{}
            .field("worst", shape::word<WorstMeasure>(worstMeasureNames),
                   [](const Context& context) { return context.options.measure; })
            .field("faults", [](const Context& context) { return context.options.faults; })
            .field("within", [](const Context& context) { return context.options.within; })
            .field("during", [](const Context& context) { return context.options.during; })
            .optional("response", response,
                      [](const Context& context) -> const auto& { return context.options.response; })
            .field("states", [](const Context& context) { return context.found.states; })
            .field("phaseSets", [](const Context& context) { return context.found.phaseSets; })
            .field("everyPhase", [](const Context& context) { return context.found.everyPhase; })
            .field("cases", list(one), [](const Context& context) -> const auto& { return context.found.cases; });
    return all;
}

void writeStory(const WorstFound& found, const WorstCase& worst, const CourseCommands& commands, Page& page) {
    for (const CourseStep& step : worst.steps) {
        writeCourseStep(found.program, step, NamesWho::Always, commands, page);
    }
    writeTaken(found.program, worst.phases, worst.timings, page);
}

} // namespace

std::string subjectOf(const WorstFound& found, const WorstOptions& options, const WorstCase& worst) {
    return worst.resource ? found.program.resources[*worst.resource].name : options.journey.value().name;
}

std::string worstText(const WorstFound& found, const WorstOptions& options, const WorstCase& worst) {
    return fmt::format("the worst {} of {}: {}", measureText(options), subjectOf(found, options, worst),
                       lengthText(worst.badness));
}

shape::Properties worstProperties() { return worstShape().properties(); }

JsonValue worstJson(const WorstFound& found, const WorstOptions& options, const std::vector<AzureTerms>& terms) {
    const CourseCommands commands{found.program, terms};
    const WorstContext context{found, options, commands};
    return worstShape().write(context, context);
}

void writeWorstText(const WorstFound& found, const WorstOptions& options, const std::vector<AzureTerms>& terms,
                    std::string_view file, const TextStyle& style, std::ostream& out) {
    const CourseCommands commands{found.program, terms};
    const Signs& signs = style.unicode ? unicodeSigns : asciiSigns;
    Page page{style, out};
    page.paragraph({}, Phrase{found.program.name, Paint::Strong});
    page.paragraph({}, Phrase{file, Paint::Quiet});
    page.blank();
    page.heading(fmt::format("worst {}, {}, {}", measureText(options), faultsText(options), responseText(options)),
                 signs.rule);
    for (const WorstCase& worst : found.cases) {
        const bool isFirst = &worst == &found.cases.front();
        Phrase line{lengthText(worst.badness), isFirst && worst.badness != Badness{} ? Paint::Bad : Paint::Plain};
        line.add(fmt::format("  {}", subjectOf(found, options, worst)));
        if (worst.badness.value > Duration::zero()) {
            line.add(fmt::format(", from {} on", Clock::sinceStart(worst.from)));
        }
        if (worst.limit) {
            line.add(worst.limit->open ? ", if not longer"
                                       : fmt::format(", if not up to {}", formatDuration(worst.limit->value)),
                     Paint::Warning);
        }
        page.paragraph({}, line);
        if (!worst.alike.empty()) {
            page.paragraph(Phrase{"  alike   ", Paint::Quiet}, Phrase{alikeText(found, worst), Paint::Quiet});
        }
        if (isFirst) {
            writeStory(found, worst, commands, page);
        }
    }
    if (found.cases.empty()) {
        page.paragraph({}, Phrase{"no resource of the estate has a model", Paint::Quiet});
    }
}

Scope worstScope(const WorstFound& found, const WorstOptions& options) {
    Scope scope{fmt::format("{} course{}, {} within {}, {}{}, over {} set{} of phases", found.states,
                            found.states == 1 ? "" : "s", faultsText(options), formatDuration(options.within),
                            responseText(options), options.during ? ", beside the story" : "", found.phaseSets,
                            found.phaseSets == 1 ? "" : "s"),
                {},
                {}};
    if (!found.complete) {
        scope.notSearched.emplace_back("the courses after these: the search was cut short");
    }
    if (!found.everyPhase) {
        scope.notSearched.emplace_back("other phases that can make a difference");
    }
    if (std::ranges::any_of(found.cases, [](const WorstCase& one) { return one.limit.has_value(); })) {
        scope.notSearched.emplace_back(
            "other phases of resources that show the responder sooner that something is wrong: it may be longer");
    }
    if (options.response && options.response->least < options.response->most) {
        scope.notSearched.emplace_back("every response between these, for every symptom: it may be longer");
    }
    if (!found.everyClock) {
        scope.notSearched.emplace_back(
            "every length of what rules count where resources stand on others: it may be longer");
    }
    if (!found.everyAnswer) {
        scope.notSearched.emplace_back(
            "answers that do worse for one resource as another is repaired with it: it may be longer");
    }
    return scope.atEnds(found.program).over(found.program);
}

} // namespace cmksim::report
