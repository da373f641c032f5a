#include "report/diagnosis_report.hpp"

#include "analysis/at_rest.hpp"
#include "base/time.hpp"
#include "engine/replay.hpp"
#include "engine/wording.hpp"
#include "report/action_fields.hpp"
#include "report/all_clear.hpp"
#include "report/az_commands.hpp"
#include "report/clock.hpp"
#include "report/resource_names.hpp"
#include "report/shapes.hpp"
#include "report/status_history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <ostream>

namespace cmksim::report {

namespace {

/// Something that would be seen otherwise than if nothing had happened.
struct VisibleChange {
    std::string subject;
    std::string looksLike;
};

/// Enough for a person to read; JSON has all.
constexpr std::size_t mostShown = 10;

StatusHistory statusesAfter(const DiagnosisView& view, std::vector<TimelineEntry> entries) {
    const Program program = withTimeline(view.estate, std::move(entries), view.until);
    return statusHistoryOf(program, nominalPhases(program));
}

std::vector<VisibleChange> visibleChangesOf(const DiagnosisView& view, const Diagnosis& cause) {
    std::vector<TimelineEntry> entries;
    for (std::size_t i = 0; i < cause.steps.size(); ++i) {
        entries.push_back(entryOf(view.estate, cause.steps[i].action, cause.at[i]));
    }
    const StatusHistory quiet = statusesAfter(view, {});
    const StatusHistory now = statusesAfter(view, std::move(entries));
    std::vector<VisibleChange> changes;
    for (std::size_t i = 0; i < quiet.subjects.size(); ++i) {
        const Subject& subject = now.subjects[i];
        if (subject.kind != SubjectKind::Resource &&
            subject.intervals.back().text != quiet.subjects[i].intervals.back().text) {
            changes.push_back(
                {fmt::format("{} {}", subjectKindNames[static_cast<std::size_t>(subject.kind)], subject.name),
                 subject.intervals.back().text});
        }
    }
    return changes;
}

/// What a symptom says of a grant: that it is missing from the estate, or else until when it may not count yet.
struct GrantDoubt {
    ResourceId resource;
    std::vector<std::string> missing; // empty: it is there
    std::optional<Instant> countsBy;  // at the latest, where it was made right before the symptom or by the timeline
    std::optional<Instant> made;      // by the timeline; after the symptom where it has no `countsBy`
};

/// The grant of the timeline that is to be seen at an instant: the last one made by then, else the next.
void addTimeline(const DiagnosisView& view, Instant seen, GrantDoubt& doubt) {
    for (const LateGrant& grant : lateGrantsOf(view.story, doubt.resource)) {
        if (grant.made <= seen) {
            doubt.made = grant.made;
            doubt.countsBy = grant.countsBy;
        } else if (!doubt.made) {
            doubt.made = grant.made;
        }
    }
}

/// Whether a symptom is that of an identity without the permissions that its service needs, or can be where nothing
/// else explains it.
bool canBeUnauthorized(const Model& model, const Expectation& seen, bool explained) {
    const ReasonRule& rule = model.reasons[static_cast<std::size_t>(Reason::IdentityUnauthorized)];
    if (seen.reason) {
        return *seen.reason == Reason::IdentityUnauthorized;
    }
    if (seen.error) {
        return *seen.error == rule.error;
    }
    return !explained && rule.state.valid() && std::ranges::find(seen.states, rule.state) != seen.states.end();
}

std::vector<GrantDoubt> grantDoubtsOf(const DiagnosisView& view) {
    std::vector<GrantDoubt> doubts;
    const Platform& platform = *view.estate.platform;
    const std::vector<AtRest> troubles = troublesAtRest(view.estate);
    for (const Symptom& symptom : view.symptoms) {
        const ResourceId id = symptom.seen.resource;
        if (!canBeUnauthorized(view.estate.modelOf(id), symptom.seen, !view.causes.empty())) {
            continue;
        }
        const auto trouble = std::ranges::find(troubles, id, &AtRest::resource);
        GrantDoubt doubt{id, {}, {}, {}};
        if (trouble != troubles.end()) {
            doubt.missing = trouble->missing;
        }
        if (doubt.missing.empty()) {
            doubt.countsBy = symptom.at + std::max(platform.policyEffect.latest, platform.roleEffect.latest);
        } else {
            addTimeline(view, symptom.at, doubt);
        }
        if (trouble == troubles.end() || trouble->reason == Reason::IdentityUnauthorized) {
            doubts.push_back(std::move(doubt));
        }
    }
    return doubts;
}

Phrase grantText(const DiagnosisView& view, const GrantDoubt& doubt) {
    const Platform& platform = *view.estate.platform;
    const std::string& name = view.estate.resources[doubt.resource].name;
    if (doubt.missing.empty()) {
        const Duration effect = std::max(platform.policyEffect.latest, platform.roleEffect.latest);
        return Phrase{fmt::format("{}: the estate has the grant that it needs. If it was made less than {} before the "
                                  "symptom, it may not count yet; it does by {}, and the next look sees it. What is "
                                  "still so then has another cause.",
                                  name, formatDuration(effect), Clock::sinceStart(*doubt.countsBy))};
    }
    const std::string missing = fmt::format("{}", fmt::join(doubt.missing, "; "));
    if (doubt.countsBy) {
        return Phrase{
            fmt::format("{}: the grant is late. It is missing at the start ({}), and the timeline makes it at "
                        "{}; it counts by {} at the latest, and the next look sees it. What is still so then "
                        "has another cause.",
                        name, missing, Clock::sinceStart(*doubt.made), Clock::sinceStart(*doubt.countsBy))};
    }
    return Phrase{fmt::format("{}: the grant is missing from the estate, not late: {}{}", name, missing,
                              doubt.made ? fmt::format("; the timeline makes it at {}, after the symptom",
                                                       Clock::sinceStart(*doubt.made))
                                         : ""),
                  Paint::Bad};
}

/// Tells a grant that is missing from one that may not have taken effect yet.
void writeGrants(const DiagnosisView& view, Page& page) {
    for (const GrantDoubt& one : grantDoubtsOf(view)) {
        page.blank();
        page.paragraph({}, grantText(view, one));
    }
}

std::string whenOf(const Extent<Instant>& when) {
    return when.isPoint()
               ? "at " + Clock::sinceStart(when.least)
               : fmt::format("between {} and {}", Clock::sinceStart(when.least), Clock::sinceStart(when.most));
}

/// What the fields of a diagnosis are told of.
struct DiagnosisContext {
    const DiagnosisView& view;
    const AzCommands& commands;

    operator const Program&() const { return view.estate; }
};

struct ReportedStep {
    TimelineEntry entry;
    Extent<Instant> when;
};

std::vector<ReportedStep> stepsOf(const Diagnosis& cause, const DiagnosisContext& context) {
    std::vector<ReportedStep> steps;
    for (const SuspectedFault& step : cause.steps) {
        steps.push_back({entryOf(context.view.estate, step.action, step.when.least), step.when});
    }
    return steps;
}

const shape::Record<DiagnosisView, DiagnosisContext>& diagnosisShape() {
    using shape::list;
    using shape::Record;
    static const auto step =
        Record<ReportedStep, DiagnosisContext>{}
            .include(entryShape(), &ReportedStep::entry)
            .field("az", [](const ReportedStep& one,
                            const DiagnosisContext& context) { return joinedCommands(context.commands.of(one.entry)); })
            .field("earliest", [](const ReportedStep& one) { return one.when.least; })
            .field("latest", [](const ReportedStep& one) { return one.when.most; });
    static const auto change =
        Record<VisibleChange>{}.field("subject", &VisibleChange::subject).field("looksLike", &VisibleChange::looksLike);
    static const auto cause = Record<Diagnosis, DiagnosisContext>{}
                                  .field("steps", list(step), stepsOf)
                                  .field("lookAt", list(change),
                                         [](const Diagnosis& one, const DiagnosisContext& context) {
                                             return visibleChangesOf(context.view, one);
                                         })
                                  .field("alsoDown", list(resourceName()), &Diagnosis::alsoDown)
                                  .field("alsoImpaired", list(resourceName()), &Diagnosis::alsoImpaired);
    static const auto grant = Record<GrantDoubt, DiagnosisContext>{}
                                  .field("resource", resourceName(), &GrantDoubt::resource)
                                  .field("missing", &GrantDoubt::missing)
                                  .field("countsBy", &GrantDoubt::countsBy);
    static const auto all =
        Record<DiagnosisView, DiagnosisContext>{}
            .field("scenario", [](const DiagnosisView& view) { return view.estate.name; })
            .field("file", &DiagnosisView::file)
            .field("causes", list(cause), [](const DiagnosisView& view) -> const auto& { return view.causes; })
            .field("grants", list(grant), grantDoubtsOf);
    return all;
}

} // namespace

void writeDiagnosisText(const DiagnosisView& view, const TextStyle& style, std::ostream& out) {
    Page page{style, out};
    page.paragraph({}, Phrase{view.estate.name, Paint::Strong});
    page.paragraph({}, Phrase{view.file, Paint::Quiet});
    writeGrants(view, page);
    if (view.causes.empty()) {
        page.blank();
        page.paragraph({}, Phrase{"no cause was found among the faults that were tried", Paint::Bad});
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
                           Phrase{"time alone, without any action"});
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
        for (const VisibleChange& change : visibleChangesOf(view, cause)) {
            fact("look at", Phrase{change.subject}.add(": ").add(change.looksLike, Paint::Warning));
        }
        const std::string down = resourceNames(view.estate, cause.alsoDown);
        const std::string impaired = resourceNames(view.estate, cause.alsoImpaired);
        if (!down.empty() || impaired.empty()) {
            fact("also down", Phrase{down.empty() ? std::string{textOf(AllClear::AlsoDownNone)} : down});
        }
        if (!impaired.empty()) {
            fact("impaired", Phrase{impaired});
        }
    }
}

shape::Properties diagnosisProperties() { return diagnosisShape().properties(); }

JsonValue diagnosisJson(const DiagnosisView& view, const std::vector<AzureTerms>& terms) {
    const AzCommands commands{view.estate, terms};
    return diagnosisShape().write(view, DiagnosisContext{view, commands});
}

} // namespace cmksim::report
