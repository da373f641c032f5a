#include "rehearsal/event_reporter.hpp"

#include "analysis/causes.hpp"
#include "base/time.hpp"
#include "engine/impairment.hpp"
#include "engine/wording.hpp"
#include "reads/read_outputs.hpp"
#include "report/action_fields.hpp"
#include "report/clock.hpp"
#include "report/output_line.hpp"
#include "report/run_view.hpp"
#include "report/signs.hpp"
#include "report/status_history.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cmksim::rehearsal {

namespace {

Phrase lead(Instant at, std::string_view sign, Paint paint) {
    Phrase phrase{Clock::sinceStart(at), Paint::Quiet};
    return phrase.padTo(9).add(" ").add(sign, paint).add(" ");
}

const Signs& signsOf(const TextStyle& style) { return style.unicode ? unicodeSigns : asciiSigns; }

} // namespace

void EventReporter::tellNews() {
    Page page{style_, out_};
    for (const Record& record : rehearsal_.trace().records) {
        if (record.position.at > told_) {
            tell(record, page);
        }
    }
    told_ = rehearsal_.now();
}

void EventReporter::tell(const Record& record, Page& page) const {
    const Program& program = rehearsal_.program();
    const Signs& signs = signsOf(style_);
    const bool everything = disclosure_ == Disclosure::Everything;
    const Instant at = record.position.at;
    if (record.is<ActionDone>() || record.is<OperationTried>() || record.is<ReadDone>()) {
        if (everything || rehearsal_.isDoneHere(program.entries[record.entry()])) {
            tellDone(record, page);
        }
    } else if (record.is<Transition>()) {
        tellTransition(record, page);
    } else if (const auto* change = record.asIf<ConditionChanged>()) {
        const std::string& name = program.modelOf(record.on->resource).conditions[change->condition].name;
        page.paragraph(
            lead(at, change->raised ? signs.raised : signs.cleared, Paint::Warning),
            Phrase{fmt::format("{}: {}{}", subjectName(program, record), change->raised ? "" : "no longer ", name)});
    } else if (record.is<LossCame>()) {
        const LossRule& rule = lossOf(program, record);
        page.paragraph(lead(at, signs.lost, Paint::Bad),
                       Phrase{fmt::format("{}: lost{}: {}", subjectName(program, record),
                                          rule.forGood ? " for good" : "", rule.what),
                              Paint::Bad});
    } else if (!everything) {
        return;
    } else if (record.is<FactHappened>()) {
        page.paragraph(lead(at, signs.fact, Paint::Fact), Phrase{eventName(program, record)});
    } else if (record.is<DataLost>()) {
        page.paragraph(lead(at, signs.lost, Paint::Bad),
                       Phrase{subjectName(program, record) + ": its data is lost", Paint::Bad});
    } else if (const auto* rotated = record.asIf<KeyRotated>()) {
        page.paragraph(lead(at, signs.rotated, Paint::Plain),
                       Phrase{fmt::format("{}: goes over from {} to {}", subjectName(program, record),
                                          program.names.text(rotated->from), program.names.text(rotated->to))});
    }
}

void EventReporter::tellDone(const Record& record, Page& page) const {
    const Program& program = rehearsal_.program();
    const Signs& signs = signsOf(style_);
    const TimelineEntry& entry = program.entries[record.entry()];
    const reads::ReadOutputs outputs =
        record.is<ActionDone>()
            ? reads::ReadOutputs{}
            : reads::readOutputsOf(program, rehearsal_.phases(), rehearsal_.commands(), rehearsal_.catalog().azure());
    const reads::ReadOutput* printed = outputOf(&outputs, record);
    Phrase body{(printed != nullptr ? printed->command : entry.name) + (entry.target.empty() ? "" : " ") + entry.target,
                record.refused() ? Paint::Plain : Paint::Event};
    if (const std::string with = flowYaml(argumentsOf(program, entry)); !with.empty()) {
        body.add("  ").add(with, Paint::Quiet);
    }
    if (!record.refused()) {
        body.add(": ok", Paint::Good);
        if (const auto* read = record.asIf<ReadDone>(); read != nullptr && read->key) {
            const KeySeen& seen = *read->key;
            body.add(fmt::format(", {} {}, {} {}", seen.versions, seen.versions == 1 ? "version" : "versions",
                                 program.names.text(seen.version), seen.enabled ? "enabled" : "disabled"));
        }
    } else {
        const Wording wording = wordingOf(program, record);
        body.add(record.is<ActionDone>() ? ": REFUSED" : ": denied", Paint::Bad);
        if (wording.status != 0) {
            body.add(fmt::format(" {}", wording.status));
        }
        body.add(wording.error.empty() ? "" : " ").add(wording.error);
        if (const std::string message = filled(program, record, wording.message); !message.empty()) {
            body.add(": ").add(message, Paint::Quiet);
        }
    }
    page.paragraph(lead(record.position.at, record.refused() ? signs.refused : signs.action,
                        record.refused() ? Paint::Bad : Paint::Event),
                   body);
    if (printed != nullptr) {
        for (const std::string& line : printed->text) {
            page.whole(outputLine(line, 12));
        }
    }
}

void EventReporter::tellTransition(const Record& record, Page& page) const {
    const Program& program = rehearsal_.program();
    const Signs& signs = signsOf(style_);
    const Transition& change = record.as<Transition>();
    const Model& model = program.modelOf(record.on->resource);
    const bool up = !record.on->status.down;
    const Paint paint = up ? Paint::Good : Paint::Bad;
    if (disclosure_ == Disclosure::Symptoms && change.from == change.to) {
        return; // the reason alone changed
    }
    Phrase body{subjectName(program, record), Paint::Strong};
    body.add(": ").add(model.states[change.from].name).add(" ").add(signs.arrow).add(" ");
    body.add(model.states[change.to].name, paint);
    if (disclosure_ == Disclosure::Everything && change.reason != Reason::None) {
        body.add(", ").add(nameOf(change.reason));
    }
    const Wording wording = wordingOf(program, *record.on, change.reason);
    if (!wording.error.empty()) {
        body.add("  ").add(wording.error, Paint::Quiet);
    }
    page.paragraph(lead(record.position.at, up ? signs.up : signs.down, paint), body);
}

void EventReporter::tellStatus() const {
    const Program& program = rehearsal_.program();
    Page page{style_, out_};
    page.line(Phrase{fmt::format("{}, {}", Clock::sinceStart(rehearsal_.now()),
                                 formatTimestamp(program.start + rehearsal_.now().time_since_epoch())),
                     Paint::Strong});
    for (const ResourceEnd& end : rehearsal_.trace().ends) {
        const Model& model = program.modelOf(end.resource);
        const bool ready = end.status.presence == Presence::Present && !isImpaired(model, end.status);
        Phrase body{stateName(model, end.status), ready ? Paint::Good : Paint::Bad};
        if (disclosure_ == Disclosure::Everything && end.status.reason != Reason::None) {
            body.add(", ").add(nameOf(end.status.reason));
        }
        const std::string_view error = errorOf(model, end.status);
        body.add(error.empty() ? "" : "  ").add(error, Paint::Quiet);
        if (end.status.downtime > Duration::zero()) {
            body.add(fmt::format(", down {}", formatDuration(end.status.downtime)), Paint::Quiet);
        }
        page.paragraph(Phrase{"  "}.add(program.resources[end.resource].name, Paint::Strong).add("  "), body);
    }
    if (disclosure_ == Disclosure::Symptoms) {
        return;
    }
    for (const Subject& subject : statusHistoryOf(program, rehearsal_.phases()).subjects) {
        const StatusInterval& last = subject.intervals.back();
        if (subject.kind != SubjectKind::Resource && (last.tone == Tone::Bad || last.tone == Tone::Warning)) {
            page.paragraph(
                Phrase{"  "}.add(subjectKindNames[static_cast<std::size_t>(subject.kind)], Paint::Quiet).add(" "),
                Phrase{subject.name}.add(": ").add(last.text, Paint::Warning));
        }
    }
}

void EventReporter::tellWhy(ResourceId resource) const {
    const Program& program = rehearsal_.program();
    const Trace& trace = rehearsal_.trace();
    Page page{style_, out_};
    const auto end = std::ranges::find(trace.ends, resource, &ResourceEnd::resource);
    if (end == trace.ends.end() || end->status.reason == Reason::None) {
        const auto presence = end == trace.ends.end() ? ResourceStatus::Presence::Absent : end->status.presence;
        page.paragraph({}, Phrase{fmt::format("{} {}", program.resources[resource].name,
                                              presence == ResourceStatus::Presence::Absent ? "is not there yet"
                                              : presence == ResourceStatus::Presence::Deleted
                                                  ? "is deleted"
                                                  : "has no trouble that its service knows of")});
        return;
    }
    const Model& model = program.modelOf(resource);
    const Wording wording = wordingOf(model, end->status.reason);
    page.paragraph({}, Phrase{fmt::format("{} is {}: {}", program.resources[resource].name,
                                          stateName(model, end->status), nameOf(end->status.reason)),
                              Paint::Strong});
    const auto fact = [&](std::string_view label, std::string_view text) {
        if (!text.empty()) {
            page.paragraph(Phrase{"  "}.add(label, Paint::Quiet).padTo(12), Phrase{text});
        }
    };
    const Causes causes{program, rehearsal_.phases(), trace};
    const Record* change = nullptr;
    for (const Record& record : trace.records) {
        if (record.is<Transition>() && record.isOn(resource)) {
            change = &record;
        }
    }
    const auto eventFact = [&](std::string_view label, const Record& one) {
        fact(label, fmt::format("{} at {}", eventName(program, one), Clock::sinceStart(one.position.at)));
    };
    const Record* cause = change != nullptr ? causes.of(*change) : nullptr;
    if (cause != nullptr) {
        eventFact("after", *cause);
    }
    if (change != nullptr) {
        for (const Record* other : causes.othersOf(*change)) {
            eventFact("and", *other);
        }
    }
    if (const Record* first = cause != nullptr ? causes.of(*cause) : nullptr) {
        eventFact("after", *first);
    }
    const ReasonNotes& notes = notesOn(end->status.reason);
    fact("means", notes.holdsWhen);
    fact("says", change != nullptr ? filled(program, *change, wording.message) : std::string{wording.message});
    fact("fix", wording.fix);
    fact("no help", notes.doesNotHelp);
    if (wording.provenance != nullptr) {
        for (const std::string& source : wording.provenance->sources) {
            fact(&source == &wording.provenance->sources.front() ? "source" : "", source);
        }
    }
}

} // namespace cmksim::rehearsal
