#include "report/diagnosis_report.hpp"

#include "engine/replay.hpp"
#include "engine/wording.hpp"
#include "report/action_fields.hpp"
#include "report/az_commands.hpp"
#include "report/clock.hpp"
#include "report/signs.hpp"
#include "report/status_history.hpp"

#include <fmt/format.h>

#include <ostream>

namespace cmksim::report {

namespace {

/// Something that would be seen otherwise than if nothing had happened.
struct Sighting {
    std::string subject;
    std::string looksLike;
};

/// Nobody reads further; JSON has all.
constexpr std::size_t mostShown = 10;

StatusHistory statusesAfter(const DiagnosisView& view, std::vector<TimelineEntry> entries) {
    const Program program = withTimeline(view.estate, std::move(entries), view.until);
    return statusHistoryOf(program, nominalPhases(program));
}

std::vector<Sighting> sightingsOf(const DiagnosisView& view, const Diagnosis& cause) {
    std::vector<TimelineEntry> entries;
    for (std::size_t i = 0; i < cause.steps.size(); ++i) {
        entries.push_back(entryOf(view.estate, cause.steps[i].action, cause.at[i]));
    }
    const StatusHistory quiet = statusesAfter(view, {});
    const StatusHistory now = statusesAfter(view, std::move(entries));
    std::vector<Sighting> sightings;
    for (std::size_t i = 0; i < quiet.subjects.size(); ++i) {
        const Subject& subject = now.subjects[i];
        if (subject.kind != SubjectKind::Resource &&
            subject.intervals.back().text != quiet.subjects[i].intervals.back().text) {
            sightings.push_back(
                {fmt::format("{} {}", subjectKindNames[static_cast<std::size_t>(subject.kind)], subject.name),
                 subject.intervals.back().text});
        }
    }
    return sightings;
}

std::string whenOf(const Extent<Instant>& when) {
    return when.isPoint()
               ? "at " + Clock::sinceStart(when.least)
               : fmt::format("between {} and {}", Clock::sinceStart(when.least), Clock::sinceStart(when.most));
}

} // namespace

void writeDiagnosisText(const DiagnosisView& view, const TextStyle& style, std::ostream& out) {
    Page page{style, out};
    page.paragraph({}, Phrase{view.estate.name, Paint::Strong});
    page.paragraph({}, Phrase{view.file, Paint::Quiet});
    if (view.causes.empty()) {
        page.blank();
        page.paragraph({}, Phrase{"no cause was found among the mishaps that were tried", Paint::Bad});
    }
    const auto fact = [&](std::string_view label, const Phrase& body) {
        page.paragraph(Phrase{"   "}.add(label, Paint::Quiet).padTo(13), body);
    };
    std::size_t number = 0;
    for (const Diagnosis& cause : view.causes) {
        page.blank();
        if (number == mostShown) {
            page.paragraph({}, Phrase{fmt::format("and {} more; further symptoms, such as resources that are {}, "
                                                  "rule some out",
                                                  view.causes.size() - number, firstStates(view.estate)),
                                      Paint::Quiet});
            break;
        }
        ++number;
        if (cause.steps.empty()) {
            page.paragraph(Phrase{fmt::format("{}. ", number), Paint::Strong},
                           Phrase{"time alone; nobody did anything"});
        }
        for (const SuspectedFault& step : cause.steps) {
            const TimelineEntry entry = entryOf(view.estate, step.action, step.when.least);
            Phrase body{entry.name + ' ' + entry.target, Paint::Event};
            if (const std::string with = flowYaml(argumentsOf(view.estate, entry)); !with.empty()) {
                body.add("  ").add(with, Paint::Quiet);
            }
            const bool first = &step == &cause.steps.front();
            page.paragraph(Phrase{first ? fmt::format("{}. ", number) : "   ", Paint::Strong},
                           body.add("  " + whenOf(step.when)));
        }
        for (const Sighting& sighting : sightingsOf(view, cause)) {
            fact("look at", Phrase{sighting.subject}.add(": ").add(sighting.looksLike, Paint::Warning));
        }
        std::string names;
        for (const ResourceId id : cause.alsoDown) {
            names += (names.empty() ? "" : ", ") + view.estate.resources[id].name;
        }
        fact("also down", Phrase{names.empty() ? "nothing" : names});
    }
}

JsonValue diagnosisJson(const DiagnosisView& view, const std::vector<AzureTerms>& terms) {
    const AzCommands commands{view.estate, terms};
    JsonArray causes;
    for (const Diagnosis& cause : view.causes) {
        JsonArray steps;
        for (const SuspectedFault& step : cause.steps) {
            const TimelineEntry entry = entryOf(view.estate, step.action, step.when.least);
            steps.push_back(JsonObject{{"action", entry.name},
                                       {"target", entry.target},
                                       {"with", argumentsOf(view.estate, entry)},
                                       {"az", joinedCommands(commands.of(entry))},
                                       {"earliest", std::int64_t{step.when.least.time_since_epoch().count()}},
                                       {"latest", std::int64_t{step.when.most.time_since_epoch().count()}}});
        }
        JsonArray sightings;
        for (const Sighting& sighting : sightingsOf(view, cause)) {
            sightings.push_back(JsonObject{{"subject", sighting.subject}, {"looksLike", sighting.looksLike}});
        }
        JsonArray down;
        for (const ResourceId id : cause.alsoDown) {
            down.emplace_back(view.estate.resources[id].name);
        }
        causes.push_back(
            JsonObject{{"steps", std::move(steps)}, {"lookAt", std::move(sightings)}, {"alsoDown", std::move(down)}});
    }
    return JsonObject{{"scenario", view.estate.name}, {"file", view.file}, {"causes", std::move(causes)}};
}

} // namespace cmksim::report
