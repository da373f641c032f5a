#include "report/worst_report.hpp"

#include "report/action_fields.hpp"
#include "report/az_commands.hpp"
#include "report/clock.hpp"
#include "report/exploration_report.hpp"
#include "report/signs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ostream>

namespace cmksim::report {

namespace {

constexpr std::array<std::string_view, 3> byNames{"fault", "story", "responder"};

std::string_view nameOf(CourseStep::By by) { return byNames.at(static_cast<std::size_t>(by)); }

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

JsonObject phasesJson(const WorstFound& found, const WorstCase& worst, Duration (Phases::*of)(ResourceId) const) {
    JsonObject phases;
    for (const ResourceId id : found.program.resources.ids()) {
        const Duration phase = of == nullptr ? worst.phases[id] : (worst.phases.*of)(id);
        if (phase != Duration::zero()) {
            phases.emplace_back(found.program.resources[id].name, std::int64_t{phase.count()});
        }
    }
    return phases;
}

JsonObject stepJson(const WorstFound& found, const CourseStep& step, const AzCommands& commands) {
    const TimelineEntry entry = entryOf(found.program, step.action, step.at);
    return JsonObject{{"t", std::int64_t{step.at.time_since_epoch().count()}},
                      {"by", std::string{nameOf(step.by)}},
                      {"action", entry.name},
                      {"target", entry.target},
                      {"with", argumentsOf(found.program, entry)},
                      {"az", joinedCommands(commands.of(entry))}};
}

JsonObject caseJson(const WorstFound& found, const WorstOptions& options, const WorstCase& worst,
                    const AzCommands& commands) {
    JsonArray steps;
    for (const CourseStep& step : worst.steps) {
        steps.emplace_back(stepJson(found, step, commands));
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
    one.emplace_back("phases", phasesJson(found, worst, nullptr));
    one.emplace_back("recoveryPhases", phasesJson(found, worst, &Phases::recovery));
    one.emplace_back("rotationPhases", phasesJson(found, worst, &Phases::rotation));
    one.emplace_back("timings", takenJson(worst.timings));
    one.emplace_back("steps", std::move(steps));
    return one;
}

void writeStory(const WorstFound& found, const WorstCase& worst, const AzCommands& commands, Page& page) {
    for (const CourseStep& step : worst.steps) {
        const TimelineEntry entry = entryOf(found.program, step.action, step.at);
        Phrase lead{"  "};
        lead.add(Clock::sinceStart(step.at)).add("  ").add(nameOf(step.by), Paint::Quiet).add("  ");
        Phrase body{entry.name + ' ' + entry.target, Paint::Event};
        page.paragraph(lead, body.add("  ").add(flowYaml(argumentsOf(found.program, entry)), Paint::Quiet));
        if (step.by != CourseStep::By::Story) {
            for (const std::string& command : commands.of(entry)) {
                page.whole(Phrase{}.padTo(lead.width()).add("$ ", Paint::Quiet).add(command, Paint::Quiet));
            }
        }
    }
    const auto write = [&](std::string_view what, ResourceId id, Duration phase) {
        if (phase != Duration::zero()) {
            page.paragraph(
                Phrase{fmt::format("  {}   ", what), Paint::Quiet},
                Phrase{fmt::format("{} {}", found.program.resources[id].name, formatDuration(phase)), Paint::Quiet});
        }
    };
    for (const TakenTiming& taken : worst.timings) {
        page.paragraph(Phrase{"  timing   ", Paint::Quiet}, Phrase{takenText(taken), Paint::Quiet});
    }
    for (const ResourceId id : found.program.resources.ids()) {
        write("phase", id, worst.phases[id]);
        write("recovery phase", id, worst.phases.recovery(id));
        write("rotation phase", id, worst.phases.rotation(id));
    }
}

} // namespace

std::string subjectOf(const WorstFound& found, const WorstOptions& options, const WorstCase& worst) {
    return worst.resource ? found.program.resources[*worst.resource].name : options.journey.value().name;
}

std::string worstText(const WorstFound& found, const WorstOptions& options, const WorstCase& worst) {
    return fmt::format("the worst {} of {}: {}", measureText(options), subjectOf(found, options, worst),
                       lengthText(worst.badness));
}

std::vector<ResourceId> shiftedPhases(const WorstFound& found, const WorstCase& worst) {
    std::vector<ResourceId> shifted;
    for (const ResourceId id : found.program.resources.ids()) {
        if (worst.phases[id] != Duration::zero()) {
            shifted.push_back(id);
        }
    }
    return shifted;
}

JsonValue worstJson(const WorstFound& found, const WorstOptions& options, const std::vector<AzureTerms>& terms) {
    const AzCommands commands{found.program, terms};
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
    const AzCommands commands{found.program, terms};
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
    const auto countsLate = [](const Timing& grant) { return grant.nominal < grant.latest; };
    const Platform& platform = *found.program.platform;
    if (options.response && (countsLate(platform.roleEffect) || countsLate(platform.policyEffect))) {
        scope.notSearched.emplace_back("every course in which the grants of an answer count late: it may be longer");
    }
    if (options.response && found.program.resources.size() > 1) {
        scope.notSearched.emplace_back(
            "answers that do worse for one resource as another is mended with it: it may be longer");
    }
    return scope.atEnds(found.program).over(found.program);
}

} // namespace cmksim::report
