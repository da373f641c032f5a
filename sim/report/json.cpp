#include "report/json.hpp"

#include "analysis/lost_bases.hpp"
#include "base/json_value.hpp"
#include "engine/wording.hpp"
#include "report/fleet_json.hpp"
#include "report/tags.hpp"
#include "report/unmodelled.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <ranges>
#include <vector>

namespace cmksim::report {

namespace {

/// One JSON object on its way: fields are added in order, and those with nothing to say are left out.
class ObjectWriter {
public:
    explicit ObjectWriter(std::string& out) : out_{out} { out_ += '{'; }
    void close() { out_ += '}'; }

    void add(std::string_view name, std::int64_t value) { fmt::format_to(start(name), "{}", value); }
    void add(std::string_view name, bool value) { fmt::format_to(start(name), "{}", value); }
    void add(std::string_view name, std::string_view value) {
        start(name);
        out_ += jsonString(value);
    }
    void addUnlessEmpty(std::string_view name, std::string_view value) {
        if (!value.empty()) {
            add(name, value);
        }
    }

    /// Begins a field whose value is written by hand.
    std::back_insert_iterator<std::string> start(std::string_view name) {
        if (out_.back() != '{') {
            out_ += ", ";
        }
        fmt::format_to(std::back_inserter(out_), "\"{}\": ", name);
        return std::back_inserter(out_);
    }

private:
    std::string& out_;
};

class RunWriter {
public:
    RunWriter(const Program& program, const Trace& trace, const FleetRuns& fleets, const AzCommands* commands,
              const EventRanges* ranges, const reads::ReadOutputs* outputs)
        : program_{program}, trace_{trace}, fleets_{fleets}, commands_{commands}, ranges_{ranges}, outputs_{outputs},
          lostBelow_{analysis::lostBelow(program, trace)} {}

    std::string write(std::string_view file, const JsonValue* evidence) {
        ObjectWriter run{out_};
        run.add("cmksim", std::int64_t{1});
        run.add("scenario", std::string_view{program_.name});
        run.add("file", file);
        run.add("start", std::string_view{formatTimestamp(program_.start)});
        run.add("end", std::string_view{formatTimestamp(program_.start + program_.until.time_since_epoch())});
        run.add("passed", trace_.passed);
        run.start("events");
        const auto isListed = [](const Record& record) { return !record.isUnlisted(); };
        writeList(trace_.records | std::views::filter(isListed), [this](const Record& record) { event(record); });
        run.start("resources");
        writeList(trace_.ends, [this](const ResourceEnd& end) { resource(end); });
        if (ranges_ != nullptr && !ranges_->spared.empty()) {
            run.start("otherTimings");
            writeList(ranges_->spared, [this](const SparedHere& one) { spared(one); });
        }
        if (!program_.unmodelled.empty()) {
            run.start("unmodelled");
            out_ += unmodelledJson(program_).line();
        }
        if (evidence != nullptr) {
            run.start("evidence");
            out_ += evidence->line();
        }
        run.close();
        return std::move(out_);
    }

private:
    template <class Items, class Write>
    void writeList(Items&& items, Write write) {
        out_ += '[';
        bool first = true;
        for (const auto& item : items) {
            out_ += first ? "" : ", ";
            first = false;
            write(item);
        }
        out_ += ']';
    }

    [[nodiscard]] std::string_view nameOf(ResourceId id) const { return program_.resources[id].name; }

    void event(const Record& record) {
        ObjectWriter event{out_};
        event.add("t", std::int64_t{record.position.at.time_since_epoch().count()});
        std::visit([&](const auto& what) { add(event, record, what); }, record.what);
        if (record.entry().valid() && program_.entries[record.entry()].firing) {
            event.add("noticed",
                      std::int64_t{program_.entries[record.entry()].firing->noticed.time_since_epoch().count()});
        }
        if (ranges_ != nullptr) {
            if (const auto& within = ranges_->ranges[static_cast<std::size_t>(&record - trace_.records.data())]) {
                range(event, "range", *within);
            }
        }
        if (record.isOfMembers()) {
            event.start("members");
            out_ += membersJson(program_, record).line();
        }
        event.close();
    }

    void spared(const SparedHere& one) {
        ObjectWriter object{out_};
        object.add("resource", nameOf(one.resource));
        object.add("outages", std::int64_t{one.outages});
        if (one.outages > 0) {
            range(object, "from", one.from);
        }
        object.add("impaired", one.impairment.any());
        object.add("dataLost", one.dataLost);
        if (one.impairment.any()) {
            const Model& model = program_.modelOf(one.resource);
            object.start("denied");
            writeList(one.impairment.denied,
                      [&](OperationId id) { out_ += JsonValue{model.operations[id].name}.line(); });
            object.add("rotationBlocked", one.impairment.rotationBlocked);
            range(object, "impairedFrom", one.impairedFrom);
        }
        if (one.dataLost) {
            range(object, "lostFrom", one.lostFrom);
        }
        object.close();
    }

    static void range(ObjectWriter& object, std::string_view name, const Extent<Instant>& within) {
        fmt::format_to(object.start(name), "[{}, {}]", within.least.time_since_epoch().count(),
                       within.most.time_since_epoch().count());
    }

    void add(ObjectWriter& event, const Record& record, const FactHappened& fact) {
        event.add("kind", std::string_view{"fact"});
        event.add("fact", cmksim::nameOf(fact.kind));
        event.add("target", std::string_view{factTarget(program_, record)});
    }

    static void add(ObjectWriter&, const Record&, Created) {}
    static void add(ObjectWriter&, const Record&, Deleted) {}

    void add(ObjectWriter& event, const Record& record, DataLost) {
        event.add("kind", std::string_view{"data-lost"});
        event.add("resource", subjectName(program_, record));
    }

    void add(ObjectWriter& event, const Record& record, const ConditionChanged& change) {
        event.add("kind", std::string_view{"condition"});
        event.add("resource", subjectName(program_, record));
        event.add("condition",
                  std::string_view{program_.modelOf(record.on->resource).conditions[change.condition].name});
        event.add("value", change.raised);
    }

    void add(ObjectWriter& event, const Record& record, const KeyRotated& rotated) {
        event.add("kind", std::string_view{"key-rotated"});
        event.add("resource", subjectName(program_, record));
        event.add("from", std::string_view{program_.names.text(rotated.from)});
        event.add("to", std::string_view{program_.names.text(rotated.to)});
        slot(event, rotated.slot);
    }

    void slot(ObjectWriter& event, SlotId slot) {
        if (slot.valid()) {
            event.add("slot", std::string_view{program_.names.slots[slot]});
        }
    }

    void add(ObjectWriter& event, const Record& record, const LossCame&) {
        const LossRule& rule = lossOf(program_, record);
        event.add("kind", std::string_view{"loss"});
        event.add("resource", subjectName(program_, record));
        event.add("what", std::string_view{rule.what});
        event.add("forGood", rule.forGood);
    }

    void add(ObjectWriter& event, const Record& record, const ActionDone& done) {
        const TimelineEntry& entry = program_.entries[done.entry];
        event.add("kind", std::string_view{"action"});
        event.add("action", std::string_view{entry.name});
        event.add("target", std::string_view{record.isOfListedMember() ? subjectName(program_, record) : entry.target});
        event.add("result", std::string_view{done.refusal ? "refused" : "ok"});
        if (done.refusal) {
            wording(event, record);
        }
        if (commands_ != nullptr) {
            event.addUnlessEmpty("az", joinedCommands(commands_->of(entry)));
        }
    }

    void add(ObjectWriter& event, const Record& record, const Transition& change) {
        const Model& model = program_.modelOf(record.on->resource);
        const Wording reason = wordingOf(program_, *record.on, change.reason);
        event.add("kind", std::string_view{"transition"});
        event.add("resource", subjectName(program_, record));
        event.add("from", std::string_view{model.states[change.from].name});
        event.add("to", std::string_view{model.states[change.to].name});
        event.add("reason", cmksim::nameOf(change.reason));
        slot(event, change.slot);
        event.addUnlessEmpty("error", reason.error);
        event.addUnlessEmpty("message", filled(program_, record, reason.message));
    }

    void add(ObjectWriter& event, const Record& record, const OperationTried& tried) {
        event.add("kind", std::string_view{"operation"});
        event.add("operation", std::string_view{program_.entries[tried.entry].name});
        event.add("resource", subjectName(program_, record));
        event.add("result", std::string_view{tried.denied ? "denied" : "ok"});
        output(event, record);
        if (!tried.denied) {
            return;
        }
        if (const int status = wordingOf(program_, record).status; status != 0) {
            event.add("status", std::int64_t{status});
        }
        wording(event, record);
    }

    /// A value where the command prints JSON, else its lines as one text.
    void output(ObjectWriter& event, const Record& record) {
        const reads::ReadOutput* printed = outputOf(outputs_, record);
        if (printed == nullptr || (!printed->structured && printed->text.empty())) {
            return;
        }
        if (printed->structured) {
            event.start("output");
            out_ += printed->value.line();
        } else {
            event.add("output", std::string_view{joinedLines(printed->text)});
        }
    }

    static std::string joinedLines(const std::vector<std::string>& lines) {
        std::string text;
        for (const std::string& line : lines) {
            text.append(line).append("\n");
        }
        return text;
    }

    void add(ObjectWriter& event, const Record& record, const ReadDone& read) {
        const TimelineEntry& entry = program_.entries[read.entry];
        event.add("kind", std::string_view{"sight"});
        event.add("sight", std::string_view{entry.name});
        event.addUnlessEmpty("target", entry.target);
        event.add("result", std::string_view{read.refusal ? "denied" : "ok"});
        if (read.refusal) {
            if (const int status = wordingOf(program_, record).status; status != 0) {
                event.add("status", std::int64_t{status});
            }
            wording(event, record);
        } else if (read.key) {
            event.add("versions", std::int64_t{read.key->versions});
            event.add("version", std::string_view{program_.names.text(read.key->version)});
            event.add("enabled", read.key->enabled);
        }
        output(event, record);
    }

    void wording(ObjectWriter& event, const Record& record) {
        const Wording wording = wordingOf(program_, record);
        event.addUnlessEmpty("error", wording.error);
        event.addUnlessEmpty("message", filled(program_, record, wording.message));
    }

    void add(ObjectWriter& event, const Record& record, const Verdict& verdict) {
        const ExpectationView view = expectationView(program_, record);
        event.add("kind", std::string_view{"expectation"});
        event.add(record.on ? "resource" : "target", view.subject);
        event.add("passed", verdict.held);
        event.add("expected", view.expected);
        event.add("actual", std::string_view{view.actual});
        event.add("line", std::int64_t{view.line});
    }

    void resource(const ResourceEnd& end) {
        const FleetRun* fleet = fleets_.of(end.resource);
        if (fleet == nullptr) {
            row(nameOf(end.resource), end);
        } else if (fleets_.detail == FleetDetail::Joined) {
            out_ += fleetRowJson(program_, *fleet).line();
        } else {
            bool first = true;
            forEachMember(program_, *fleet, [&](Member member, const ResourceStatus& status) {
                out_ += first ? "" : ", ";
                first = false;
                row(memberName(nameOf(end.resource), member), {end.resource, status});
            });
        }
    }

    void row(std::string_view name, const ResourceEnd& end) {
        const Model& model = program_.modelOf(end.resource);
        ObjectWriter resource{out_};
        resource.add("name", name);
        resource.add("service", std::string_view{model.service});
        resource.add("state", stateName(model, end.status));
        resource.add("reason", cmksim::nameOf(end.status.reason));
        resource.add("downtime", std::int64_t{end.status.downtime.count()});
        resource.add("outages", std::int64_t{end.status.outages});
        resource.add("recoverable", end.status.recoverable);
        if (std::ranges::find(lostBelow_, end.resource) != lostBelow_.end()) {
            resource.add("dataLostBelow", true);
        }
        if (JsonObject tags = tagsJson(program_, end.resource); !tags.empty()) {
            resource.start("tags");
            out_ += JsonValue{std::move(tags)}.line();
        }
        resource.close();
    }

    const Program& program_;
    const Trace& trace_;
    const FleetRuns& fleets_;
    const AzCommands* commands_;
    const EventRanges* ranges_;
    const reads::ReadOutputs* outputs_;
    std::vector<ResourceId> lostBelow_; // that stand on data that is lost
    std::string out_;
};

} // namespace

std::string runJson(const Program& program, const Trace& trace, std::string_view file, const FleetRuns& fleets,
                    const AzCommands* commands, const EventRanges* ranges, const reads::ReadOutputs* outputs,
                    const JsonValue* evidence) {
    return RunWriter{program, trace, fleets, commands, ranges, outputs}.write(file, evidence);
}

} // namespace cmksim::report
