// The timeline of a run's text report: a line an event, what follows from it further in.

#include "engine/impairment.hpp"
#include "engine/wording.hpp"
#include "report/action_fields.hpp"
#include "report/output_line.hpp"
#include "report/run_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace cmksim::report {

namespace {

std::string_view factMeaning(FactKind fact) {
    switch (fact) {
    case FactKind::KeyExpired: return "its time is over";
    case FactKind::KeyValid: return "its time has come";
    case FactKind::RetentionElapsed: return "purged for good";
    case FactKind::IdentityLapsed: return "its credential is no longer renewed and has run out";
    }
    return {};
}

class TimelineWriter {
public:
    TimelineWriter(const RunView& run, Page& page) : run_{run}, page_{page}, verdicts_{run.program.entries.size()} {
        for (const Record& record : run.trace.records) {
            if (const auto* verdict = record.asIf<Verdict>(); verdict != nullptr && !isOnStatus(*verdict)) {
                verdicts_[record.entry()] = &record;
            }
            offsetWidth_ = std::max(offsetWidth_, Clock::sinceStart(record.position.at).size());
            calendarWidth_ = std::max(calendarWidth_, run.clock.calendar(record.position.at).size());
        }
        // On a narrow terminal the time since the start has to do.
        if (offsetWidth_ + calendarWidth_ + 2 > page.columns() / 3) {
            calendarWidth_ = 0;
        }
    }

    void write() {
        const std::vector<Record>& records = run_.trace.records;
        for (std::size_t i = 0; i < records.size();) {
            const std::size_t end = endOfHeld(records, i);
            if (end > i) {
                held(i, end);
            } else {
                event(records[i]);
                range(i);
            }
            i = std::max(end, i + 1);
        }
    }

private:
    static constexpr std::size_t consequenceIndent = 2;

    /// Whether it is about how a resource stands, and not about what an entry did.
    [[nodiscard]] static bool isOnStatus(const Verdict& verdict) {
        return std::holds_alternative<StatusChecked>(verdict.on);
    }

    [[nodiscard]] static bool isHeldExpectation(const Record& record) {
        const auto* verdict = record.asIf<Verdict>();
        return verdict != nullptr && verdict->held && isOnStatus(*verdict);
    }

    // --- lines -------------------------------------------------------------------------------------------------------

    /// The beginning of an event's line. Only the first of an instant says when.
    Phrase lead(const Record& record, std::string_view sign, Paint paint, std::size_t indent = 0) {
        Phrase phrase;
        if (shownAt_ != record.position.at) {
            lastEvent_ = nullptr;
            phrase.add(Clock::sinceStart(record.position.at));
            if (calendarWidth_ > 0) {
                phrase.padTo(offsetWidth_ + 2).add(run_.clock.calendar(record.position.at), Paint::Quiet);
            }
        }
        shownAt_ = record.position.at;
        phrase.padTo(offsetWidth_ + (calendarWidth_ > 0 ? 2 + calendarWidth_ : 0) + 2 + indent);
        phrase.add(sign, paint).add(" ");
        textColumn_ = phrase.width();
        return phrase;
    }

    /// Something more about the event above.
    void more(const Phrase& body) { page_.paragraph(Phrase{}.padTo(textColumn_ + 2), body); }

    /// What the service says to it, the first time that it does. What it says of a state stands in full with the
    /// resource.
    void message(std::string_view text) {
        if (!text.empty() && said_.emplace(text).second) {
            more(Phrase{text, Paint::Quiet});
        }
    }

    void stateMessage(const Record& record, const Wording& wording) {
        const std::string text = filled(run_.program, record, wording.message);
        if (text.empty() || !said_.emplace(text).second) {
            return;
        }
        Phrase body{wording.error, Paint::Quiet};
        body.add(wording.error.empty() ? "" : ": ", Paint::Quiet).add(text, Paint::Quiet);
        page_.oneLine(Phrase{}.padTo(textColumn_ + 2), body, run_.signs.ellipsis);
    }

    /// A resource's name; its full length stands with the resource.
    [[nodiscard]] std::string shortName(const Record& record) const {
        return shortened(subjectName(run_.program, record), page_.columns() / 2, run_.signs.ellipsis);
    }

    [[nodiscard]] Phrase subject(const Record& record) const {
        Phrase phrase{shortName(record), Paint::Strong};
        if (record.isOfMembers()) {
            const std::uint32_t all = run_.program.resources[record.on->resource].fleet->members;
            phrase.add(record.on->members.count == all ? fmt::format(" (all {})", all)
                                                       : fmt::format(" ({} of {})", record.on->members.count, all));
        }
        return phrase;
    }

    /// Which members of a fleet it happens to, and when to the last of them.
    void membersOf(const Record& record) {
        if (!record.isOfMembers()) {
            return;
        }
        const std::string& name = run_.program.resources[record.on->resource].name;
        const std::uint32_t all = run_.program.resources[record.on->resource].fleet->members;
        const Members& members = record.on->members;
        Phrase body{fmt::format("{} to {}", memberName(name, members.first),
                                memberName(name, (members.first + members.count - 1) % all)),
                    Paint::Quiet};
        if (members.until != record.position.at) {
            body.add(fmt::format(", the last at {}", Clock::sinceStart(members.until)), Paint::Quiet);
        }
        more(body);
    }

    /// Of a verb that is meant for every member: how many it was otherwise for.
    void shortOf(const Record& record, std::string_view how) {
        if (record.isOfMembers() && record.on->members.fellShort > 0) {
            more(Phrase{fmt::format("{} of {} members {}", record.on->members.fellShort, record.on->members.count, how),
                        Paint::Warning});
        }
    }

    [[nodiscard]] std::string place(std::uint32_t line) const { return fmt::format("{}:{}", run_.file, line); }

    // --- events ------------------------------------------------------------------------------------------------------

    void event(const Record& record) {
        std::visit([&](const auto& what) { tell(record, what); }, record.what);
        if (record.isCause()) {
            lastEvent_ = &record;
        }
    }

    /// When else it could happen.
    void range(std::size_t record) {
        if (run_.ranges == nullptr || !run_.ranges->ranges[record]) {
            return;
        }
        const Record& event = run_.trace.records[record];
        if (event.on && run_.ranges->isCutShort(event.on->resource)) {
            more(Phrase{"earlier or later at other timings, not all of which were looked at", Paint::Quiet});
            return;
        }
        const Extent<Instant>& within = *run_.ranges->ranges[record];
        const bool earliest = within.least == event.position.at;
        more(Phrase{earliest ? fmt::format("or up to {}", Clock::sinceStart(within.most))
                             : fmt::format("from {} to {} at other timings", Clock::sinceStart(within.least),
                                           Clock::sinceStart(within.most)),
                    Paint::Quiet});
    }

    /// That a resource comes to be or goes is told by its action.
    static void tell(const Record&, Created) {}
    static void tell(const Record&, Deleted) {}

    void tell(const Record& record, const FactHappened& fact) {
        Phrase body{eventName(run_.program, record), Paint::Fact};
        body.add("  ").add(factMeaning(fact.kind), Paint::Quiet);
        page_.paragraph(lead(record, run_.signs.fact, Paint::Fact), body);
        if (const Record* cause = run_.causes.of(record)) {
            more(because(record, *cause));
        }
    }

    void tell(const Record& record, const ActionDone& done) {
        const TimelineEntry& entry = run_.program.entries[done.entry];
        const Record* verdict = verdicts_[done.entry];
        const bool fellShort = verdict != nullptr ? verdict->isFailedVerdict() : done.refusal.has_value();
        const std::string arguments = flowYaml(argumentsOf(run_.program, entry));
        Phrase body;
        if (fellShort) {
            body.add("FAILED ", Paint::Bad);
        }
        body.add(eventName(run_.program, record), done.refusal ? Paint::Plain : Paint::Event);
        if (!arguments.empty()) {
            body.add("  ").add(arguments, Paint::Quiet);
        }
        if (done.refusal) {
            addRefusal(record, verdict, body);
        }
        page_.paragraph(signOf(record, fellShort), body);
        if (run_.commands != nullptr) {
            for (const std::string& command : run_.commands->of(entry)) {
                Phrase line = Phrase{}.padTo(textColumn_ + 2);
                page_.whole(line.add("$ ", Paint::Quiet).add(command, Paint::Quiet));
            }
        }
        if (entry.firing) {
            more(Phrase{fmt::format("a reaction to what was noticed at {}", Clock::sinceStart(entry.firing->noticed)),
                        Paint::Quiet});
        }
        shortOf(record, "are refused it");
        if (done.refusal) {
            message(filled(run_.program, record, wordingOf(run_.program, record).message));
            leftBehind(record, *done.refusal);
        }
        if (fellShort) {
            shortfall(entry, verdict);
        }
    }

    Phrase signOf(const Record& record, bool fellShort) {
        if (fellShort) {
            return lead(record, run_.signs.failed, Paint::Bad);
        }
        return record.refused() ? lead(record, run_.signs.refused, Paint::Warning)
                                : lead(record, run_.signs.action, Paint::Event);
    }

    void addRefusal(const Record& record, const Record* verdict, Phrase& body) const {
        const Wording wording = wordingOf(run_.program, record);
        body.add(fmt::format("  refused: {}", wording.error), Paint::Warning);
        if (wording.status != 0) {
            body.add(fmt::format(" ({})", wording.status), Paint::Warning);
        }
        if (verdict != nullptr && !verdict->isFailedVerdict()) {
            body.add(", as expected", Paint::Quiet);
        }
    }

    /// A refused creation may leave something behind all the same.
    void leftBehind(const Record& record, const Refusal& refusal) {
        const auto* ofModel = std::get_if<ModelRefusal>(&refusal);
        if (ofModel == nullptr) {
            return;
        }
        const Model& model = run_.program.modelOf(record.on->resource);
        const StateId leaves = model.refusals[ofModel->rule].leaves;
        if (leaves.valid()) {
            more(Phrase{fmt::format("leaves {} behind, {}: {}", shortName(record), model.states[leaves].name,
                                    nameOf(ofModel->reason)),
                        Paint::Warning});
        }
    }

    void shortfall(const TimelineEntry& entry, const Record* verdict) {
        if (verdict == nullptr) {
            more(Phrase{fmt::format("unexpected, {}", place(entry.place.line)), Paint::Bad});
            return;
        }
        const ExpectationView view = expectationView(run_.program, *verdict);
        more(Phrase{fmt::format("expected {}, {}", view.expected, place(view.line)), Paint::Bad});
    }

    void tell(const Record& record, const OperationTried&) { tellTried(record, {}); }

    void tell(const Record& record, const ReadDone& read) {
        tellTried(record,
                  read.key ? fmt::format(", {} version{}, {} {}", read.key->versions,
                                         read.key->versions == 1 ? "" : "s", run_.program.names.text(read.key->version),
                                         read.key->enabled ? "enabled" : "disabled")
                           : std::string{});
    }

    /// `seen` is what is to be seen where it was not denied.
    void tellTried(const Record& record, std::string_view seen) {
        const TimelineEntry& entry = run_.program.entries[record.entry()];
        const Record* verdict = verdicts_[record.entry()];
        const bool fellShort = verdict != nullptr && verdict->isFailedVerdict();
        const Wording wording = record.refused() ? wordingOf(run_.program, record) : Wording{};
        Phrase body;
        if (fellShort) {
            body.add("FAILED ", Paint::Bad);
        }
        const reads::ReadOutput* printed = outputOf(run_.outputs, record);
        const std::string_view name = printed != nullptr ? printed->command : entry.name;
        body.add(entry.target.empty() ? fmt::format("{}: ", name) : fmt::format("{} {}: ", name, entry.target));
        if (!record.refused()) {
            body.add("ok", Paint::Good).add(seen);
        } else {
            body.add("denied", Paint::Warning);
            if (wording.status != 0) {
                body.add(fmt::format(" {}", wording.status), Paint::Warning);
            }
            body.add(wording.error.empty() ? "" : " ").add(wording.error, Paint::Warning);
        }
        if (verdict == nullptr) {
            page_.paragraph(lead(record, run_.signs.tried, Paint::Plain), body);
        } else if (fellShort) {
            page_.paragraph(lead(record, run_.signs.failed, Paint::Bad), body);
        } else {
            page_.paragraph(lead(record, run_.signs.held, Paint::Good), body);
        }
        shortOf(record, "are denied it");
        if (record.refused()) {
            message(filled(run_.program, record, wording.message));
        }
        if (fellShort) {
            shortfall(entry, verdict);
        }
        if (printed != nullptr) {
            for (const std::string& line : printed->text) {
                page_.whole(outputLine(line, textColumn_ + 2));
            }
        }
    }

    void tell(const Record& record, const Transition& change) {
        const Model& model = run_.program.modelOf(record.on->resource);
        const bool up = !record.on->status.down && (change.to == model.ready() || comesUp(model, change));
        const bool down = goesDown(model, change);
        const Wording wording = wordingOf(run_.program, *record.on, change.reason);
        Phrase body = subject(record);
        body.add("  ");
        if (change.from == change.to) {
            body.add("still ");
        } else {
            body.add(model.states[change.from].name).add(" ").add(run_.signs.arrow).add(" ");
        }
        body.add(model.states[change.to].name, up ? Paint::Good : Paint::Bad);
        if (change.reason != Reason::None) {
            body.add("  ").add(nameOf(change.reason));
        }
        body.add(ofSlot(run_.program, change.slot));
        const std::string_view sign = up ? run_.signs.up : down ? run_.signs.down : run_.signs.still;
        consequence(lead(record, sign, up ? Paint::Good : Paint::Bad, consequenceIndent), body, record);
        membersOf(record);
        stateMessage(record, wording);
    }

    void tell(const Record& record, const ConditionChanged& change) {
        const Model& model = run_.program.modelOf(record.on->resource);
        const std::string& name = model.conditions[change.condition].name;
        Phrase body = subject(record);
        body.add(change.raised ? "  " : "  no longer ").add(name, change.raised ? Paint::Warning : Paint::Good);
        const std::string_view sign = change.raised ? run_.signs.raised : run_.signs.cleared;
        consequence(lead(record, sign, change.raised ? Paint::Warning : Paint::Good, consequenceIndent), body, record);
        membersOf(record);
    }

    void tell(const Record& record, const KeyRotated& rotated) {
        const WorldNames& names = run_.program.names;
        Phrase body = subject(record);
        body.add(fmt::format("  key rotated: {} ", names.text(rotated.from)));
        body.add(run_.signs.arrow).add(" ").add(names.text(rotated.to));
        body.add(ofSlot(run_.program, rotated.slot));
        page_.paragraph(lead(record, run_.signs.rotated, Paint::Good, consequenceIndent), body);
        membersOf(record);
    }

    void tell(const Record& record, DataLost) {
        Phrase body{"DATA LOST", Paint::Bad};
        body.add(" ").add(subject(record));
        body.add("  nothing can open its data any more", Paint::Bad);
        page_.paragraph(lead(record, run_.signs.lost, Paint::Bad, consequenceIndent), body);
        membersOf(record);
    }

    void tell(const Record& record, const LossCame&) {
        const LossRule& rule = lossOf(run_.program, record);
        Phrase body{"LOST", Paint::Bad};
        body.add(" ").add(subject(record)).add("  ").add(rule.what, Paint::Bad);
        body.add(rule.forGood ? ", for good" : "", Paint::Bad);
        page_.paragraph(lead(record, run_.signs.lost, Paint::Bad, consequenceIndent), body);
        membersOf(record);
    }

    /// A change of a resource, and what was behind it: on its line where there is room, else under it.
    void consequence(const Phrase& lead, Phrase body, const Record& record) {
        const Record* cause = run_.causes.of(record);
        // What its cause brings about at once stands right under it.
        if (cause == nullptr || cause == lastEvent_) {
            page_.paragraph(lead, body);
            return;
        }
        const Phrase why = because(record, *cause);
        const auto others = run_.causes.othersOf(record);
        const bool fits = others.empty() && lead.width() + body.width() + 2 + why.width() <= page_.columns();
        if (fits) {
            body.add("  ").add(why);
        }
        page_.paragraph(lead, body);
        if (!fits) {
            more(why);
        }
        for (const Record* other : others) {
            more(because(record, *other));
        }
    }

    [[nodiscard]] Phrase because(const Record& record, const Record& cause) const {
        Phrase why{run_.signs.because, Paint::Quiet};
        why.add(" ").add(eventName(run_.program, cause), Paint::Quiet);
        if (cause.position.at != record.position.at) {
            why.add(" at ", Paint::Quiet).add(Clock::sinceStart(cause.position.at), Paint::Quiet);
        }
        return why;
    }

    // --- expectations ------------------------------------------------------------------------------------------------

    /// Past the expectations of one instant that hold, from `begin` on.
    [[nodiscard]] static std::size_t endOfHeld(const std::vector<Record>& records, std::size_t begin) {
        std::size_t end = begin;
        while (end < records.size() && isHeldExpectation(records[end]) &&
               records[end].position.at == records[begin].position.at) {
            ++end;
        }
        return end;
    }

    /// Expectations that hold are quiet: one line for all, in as much detail as it takes.
    void held(std::size_t begin, std::size_t end) {
        const Phrase lead = this->lead(run_.trace.records[begin], run_.signs.held, Paint::Good);
        const std::size_t room = page_.columns() - lead.width();
        const auto joined = [&](auto actual) {
            Phrase all;
            for (std::size_t i = begin; i < end; ++i) {
                if (i > begin) {
                    all.add(" ").add(run_.signs.dot, Paint::Quiet).add(" ");
                }
                const Record& record = run_.trace.records[i];
                all.add(fmt::format("{}: {}", shortName(record), actual(record)), Paint::Quiet);
            }
            return all;
        };
        Phrase body = joined([&](const Record& record) { return expectationView(run_.program, record).actual; });
        if (body.width() > room && end - begin > 1) {
            body = joined([&](const Record& record) {
                return stateName(run_.program.modelOf(record.on->resource), record.on->status);
            });
        }
        if (body.width() > room && end - begin > 1) {
            body = Phrase{fmt::format("{} expectations hold", end - begin), Paint::Quiet};
        }
        page_.paragraph(lead, body);
    }

    void tell(const Record& record, const Verdict& verdict) {
        if (!isOnStatus(verdict)) {
            return; // the entry's own line says so
        }
        const ExpectationView view = expectationView(run_.program, record);
        Phrase body{"FAILED ", Paint::Bad};
        body.add(fmt::format("{}: expected {}, is ", view.subject, view.expected)).add(view.actual, Paint::Bad);
        page_.paragraph(lead(record, run_.signs.failed, Paint::Bad), body);
        more(Phrase{place(view.line), Paint::Bad});
        shortOf(record, "are not as expected");
    }

    const RunView& run_;
    Page& page_;
    IdVector<EntryId, const Record*> verdicts_;
    std::size_t offsetWidth_ = 0;
    std::size_t calendarWidth_ = 0;
    Instant shownAt_ = never;
    std::size_t textColumn_ = 0;
    const Record* lastEvent_ = nullptr; // of this instant
    std::set<std::string, std::less<>> said_;
};

} // namespace

std::string eventName(const Program& program, const Record& event) {
    if (const auto* fact = event.asIf<FactHappened>()) {
        return fmt::format("{} {}", nameOf(fact->kind), factTarget(program, event));
    }
    const TimelineEntry& entry = program.entries[event.entry()];
    return fmt::format("{} {}", entry.name, entry.target);
}

void writeTimeline(const RunView& run, Page& page) {
    page.heading("Timeline", run.signs.rule);
    if (run.trace.records.empty()) {
        page.line(Phrase{"nothing happens", Paint::Quiet});
    }
    TimelineWriter{run, page}.write();
}

} // namespace cmksim::report
