#include "report/worst_report.hpp"

#include "report/action_fields.hpp"
#include "report/az_commands.hpp"
#include "report/clock.hpp"
#include "report/exploration_report.hpp"
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

JsonObject caseJson(const WorstFound& found, const WorstOptions& options, const WorstCase& worst,
                    const CourseCommands& commands) {
    JsonArray steps;
    for (const CourseStep& step : worst.steps) {
        steps.emplace_back(courseStepJson(found.program, step, commands));
    }
    JsonArray alike;
    for (const ResourceId id : worst.alike) {
        alike.emplace_back(found.program.resources[id].name);
    }
    JsonObject one{{worst.resource ? "resource" : "journey", subjectOf(found, options, worst)},
                   {"seconds", std::int64_t{worst.badness.value.count()}},
                   {"over", !worst.badness.open}};
    if (worst.badness.value > Duration::zero()) {
        one.emplace_back("from", std::int64_t{worst.from.time_since_epoch().count()});
    }
    if (worst.limit) {
        one.emplace_back("atMost",
                         worst.limit->open ? JsonValue{nullptr} : JsonValue{std::int64_t{worst.limit->value.count()}});
    }
    one.emplace_back("alike", std::move(alike));
    one.emplace_back("phases", shiftedPhasesJson(found.program, worst.phases, ShiftedPhase::Of::Revalidation));
    one.emplace_back("recoveryPhases", shiftedPhasesJson(found.program, worst.phases, ShiftedPhase::Of::Recovery));
    one.emplace_back("rotationPhases", shiftedPhasesJson(found.program, worst.phases, ShiftedPhase::Of::Rotation));
    one.emplace_back("timings", takenJson(worst.timings));
    one.emplace_back("steps", std::move(steps));
    return one;
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

JsonValue worstJson(const WorstFound& found, const WorstOptions& options, const std::vector<AzureTerms>& terms) {
    const CourseCommands commands{found.program, terms};
    JsonArray cases;
    for (const WorstCase& worst : found.cases) {
        cases.emplace_back(caseJson(found, options, worst, commands));
    }
    JsonObject all{{"worst", std::string{worstMeasureNames.at(static_cast<std::size_t>(options.measure))}},
                   {"faults", std::int64_t{options.faults}},
                   {"within", std::int64_t{options.within.count()}},
                   {"during", options.during}};
    if (options.response) {
        all.emplace_back("response", JsonObject{{"least", std::int64_t{options.response->least.count()}},
                                                {"most", std::int64_t{options.response->most.count()}}});
    }
    all.emplace_back("states", JsonNumber{std::to_string(found.states)});
    all.emplace_back("phaseSets", JsonNumber{std::to_string(found.phaseSets)});
    all.emplace_back("everyPhase", found.everyPhase);
    all.emplace_back("cases", std::move(cases));
    return all;
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
            "answers that do worse for one resource as another is mended with it: it may be longer");
    }
    return scope.atEnds(found.program).over(found.program);
}

} // namespace cmksim::report
