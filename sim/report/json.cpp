#include "report/json.hpp"

#include "action/action.hpp"
#include "analysis/lost_bases.hpp"
#include "base/time.hpp"
#include "engine/wording.hpp"
#include "report/extent.hpp"
#include "report/fleet_json.hpp"
#include "report/rests_on.hpp"
#include "report/shapes.hpp"
#include "report/tags.hpp"
#include "report/unmodelled.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <functional>
#include <iterator>
#include <optional>
#include <ranges>
#include <utility>
#include <vector>

namespace cmksim::report {

namespace {

/// What the events of a run are told of.
struct RunContext {
    const Program& program;
    const Trace& trace;
    const AzCommands* commands;
    const EventRanges* ranges;
    const reads::ReadOutputs* outputs;

    operator const Program&() const { return program; }
};

using EventShape = shape::Record<Record, RunContext>;

/// What a refusal, a denial or a reason is called in the service's own words.
struct ReportedWording {
    int status = 0;
    std::string_view error;
    std::string message;
};

ReportedWording refusalWording(const Record& record, const Program& program) {
    if (!record.refused()) {
        return {};
    }
    const Wording wording = wordingOf(program, record);
    return {wording.status, wording.error, filled(program, record, wording.message)};
}

ReportedWording reasonWording(const Record& record, const Program& program) {
    const Wording wording = wordingOf(program, *record.on, record.as<Transition>().reason);
    return {0, wording.error, filled(program, record, wording.message)};
}

shape::Record<ReportedWording> wordingShape() {
    return shape::Record<ReportedWording>{}
        .unlessEmpty("error", &ReportedWording::error)
        .unlessEmpty("message", &ReportedWording::message);
}

/// The same with the HTTP status, where there is one.
shape::Record<ReportedWording> responseShape() {
    const shape::Shape<int> status{JsonObject{{"type", "integer"}, {"minimum", 100}, {"maximum", 599}},
                                   [](int value, const shape::Free&) { return JsonValue{value}; }};
    return shape::Record<ReportedWording>{}
        .optional("status", status,
                  [](const ReportedWording& one) { return one.status != 0 ? std::optional{one.status} : std::nullopt; })
        .include(wordingShape(), std::identity{});
}

/// The earliest and the latest instant at which it can happen.
shape::Shape<Extent<Instant>> rangeShape() {
    return {JsonObject{{"type", "array"}, {"items", shape::countSchema()}, {"minItems", 2}, {"maxItems", 2}},
            [](const Extent<Instant>& within, const shape::Free&) {
                return JsonValue{JsonArray{seconds(within.least), seconds(within.most)}};
            }};
}

const Extent<Instant>* rangeOf(const Record& record, const RunContext& context) {
    if (context.ranges == nullptr) {
        return nullptr;
    }
    const auto& within = context.ranges->ranges[static_cast<std::size_t>(&record - context.trace.records.data())];
    return within ? &*within : nullptr;
}

std::optional<Instant> noticedAt(const Record& record, const Program& program) {
    const EntryId entry = record.entry();
    return entry.valid() && program.entries[entry].firing ? std::optional{program.entries[entry].firing->noticed}
                                                          : std::nullopt;
}

std::string joinedLines(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) {
        text.append(line).append("\n");
    }
    return text;
}

/// A value where the command prints JSON, else its lines as one text.
std::optional<JsonValue> printedBy(const Record& record, const RunContext& context) {
    const reads::ReadOutput* printed = outputOf(context.outputs, record);
    if (printed == nullptr || (!printed->structured && printed->text.empty())) {
        return std::nullopt;
    }
    return printed->structured ? printed->value : JsonValue{joinedLines(printed->text)};
}

std::vector<std::string> actionNames() {
    std::vector<std::string> names;
    for (const ActionRule& rule : actionRules()) {
        names.emplace_back(rule.traits.name);
    }
    return names;
}

/// A verdict, as it is told.
struct ReportedVerdict {
    ExpectationView view;
    bool passed = false;
};

/// The shapes of all kinds of events, in the order in which the schema has them.
class EventShapes {
public:
    explicit EventShapes(const RunWords& words) {
        add<FactHappened>(fact());
        add<ActionDone>(action());
        add<Transition>(transition(words));
        add<ConditionChanged>(condition());
        add<KeyRotated>(rotation());
        add<DataLost>(besides(ofResource("data-lost"), Comes::ByItself));
        add<LossCame>(loss());
        add<OperationTried>(operation(words));
        add<ReadDone>(readDone());
        kinds_.push_back(
            {[](const Record& one) { return one.is<Verdict>() && one.on.has_value(); }, expectation("resource")});
        kinds_.push_back({[](const Record& one) { return one.is<Verdict>() && !one.on; }, expectation("target")});
    }

    [[nodiscard]] JsonValue write(const Record& record, const RunContext& context) const {
        const auto kind = std::ranges::find_if(kinds_, [&](const Kind& one) { return one.holds(record); });
        assert(kind != kinds_.end() && "what is listed is of some kind");
        return kind->event.write(record, context);
    }

    [[nodiscard]] JsonValue schema() const {
        JsonArray all;
        for (const Kind& one : kinds_) {
            all.push_back(one.event.schema());
        }
        return JsonObject{{"oneOf", std::move(all)}};
    }

private:
    struct Kind {
        bool (*holds)(const Record&);
        EventShape event;
    };

    template <class What>
    void add(EventShape event) {
        kinds_.push_back({[](const Record& one) { return one.is<What>(); }, std::move(event)});
    }

    /// Of what comes to a resource by itself a run can say when else it could.
    enum class Comes : std::uint8_t { ByTheTimeline, ByItself };

    static EventShape ofKind(std::string_view name) {
        return EventShape{}
            .field("t", [](const Record& one) { return one.position.at; })
            .field("kind", shape::constant(name), std::identity{});
    }
    static EventShape ofResource(std::string_view name) {
        return ofKind(name).field("resource",
                                  [](const Record& one, const Program& of) { return subjectName(of, one); });
    }

    /// The shape with the fields that events of every kind end with.
    static EventShape besides(EventShape event, Comes comes) {
        event.optional("noticed", noticedAt);
        if (comes == Comes::ByItself) {
            event.optional("range", rangeShape(), rangeOf).listedBefore("noticed");
        }
        event.optional("members", membersShape(), [](const Record& one) { return one.isOfMembers() ? &one : nullptr; })
            .listedBefore("noticed");
        return event;
    }

    /// The name of the entry of the timeline.
    static const std::string& entryName(const Record& one, const Program& of) { return of.entries[one.entry()].name; }

    static const Model& modelOf(const Record& one, const Program& of) { return of.modelOf(one.on->resource); }

    template <class What>
    static std::optional<std::string> slotName(const Record& one, const Program& of) {
        const SlotId slot = one.as<What>().slot;
        return slot.valid() ? std::optional<std::string>{of.names.slots[slot]} : std::nullopt;
    }

    static EventShape fact() {
        return besides(ofKind("fact")
                           .field("fact", shape::word<FactKind>(factNames),
                                  [](const Record& one) { return one.as<FactHappened>().kind; })
                           .field("target", [](const Record& one, const Program& of) { return factTarget(of, one); }),
                       Comes::ByItself);
    }

    static EventShape action() {
        return besides(
            ofKind("action")
                .field("action", oneOfWords(actionNames()), entryName)
                .field("target",
                       [](const Record& one, const Program& of) {
                           return one.isOfListedMember() ? subjectName(of, one) : of.entries[one.entry()].target;
                       })
                .field("result", oneOfWords({"ok", "refused"}),
                       [](const Record& one) { return one.refused() ? "refused" : "ok"; })
                .include(wordingShape(), refusalWording)
                .unlessEmpty("az",
                             [](const Record& one, const RunContext& context) {
                                 return context.commands != nullptr
                                            ? joinedCommands(context.commands->of(context.program.entries[one.entry()]))
                                            : std::string{};
                             }),
            Comes::ByTheTimeline);
    }

    static EventShape transition(const RunWords& words) {
        const auto state = oneOfWords(words.states);
        return besides(ofResource("transition")
                           .field("from", state,
                                  [](const Record& one, const Program& of) -> const auto& {
                                      return modelOf(one, of).states[one.as<Transition>().from].name;
                                  })
                           .field("to", state,
                                  [](const Record& one, const Program& of) -> const auto& {
                                      return modelOf(one, of).states[one.as<Transition>().to].name;
                                  })
                           .field("reason", shape::word<Reason>(reasonNames),
                                  [](const Record& one) { return one.as<Transition>().reason; })
                           .optional("slot", slotName<Transition>)
                           .include(wordingShape(), reasonWording),
                       Comes::ByItself);
    }

    static EventShape condition() {
        return besides(ofResource("condition")
                           .field("condition",
                                  [](const Record& one, const Program& of) -> const auto& {
                                      return modelOf(one, of).conditions[one.as<ConditionChanged>().condition].name;
                                  })
                           .field("value", [](const Record& one) { return one.as<ConditionChanged>().raised; }),
                       Comes::ByItself);
    }

    static EventShape rotation() {
        return besides(ofResource("key-rotated")
                           .field("from", [](const Record& one,
                                             const Program& of) { return of.names.text(one.as<KeyRotated>().from); })
                           .field("to", [](const Record& one,
                                           const Program& of) { return of.names.text(one.as<KeyRotated>().to); })
                           .optional("slot", slotName<KeyRotated>),
                       Comes::ByItself);
    }

    static EventShape loss() {
        return besides(
            ofResource("loss")
                .field("what", [](const Record& one, const Program& of) -> const auto& { return lossOf(of, one).what; })
                .field("forGood", [](const Record& one, const Program& of) { return lossOf(of, one).forGood; }),
            Comes::ByItself);
    }

    static EventShape operation(const RunWords& words) {
        return besides(ofKind("operation")
                           .field("operation", oneOfWords(words.operations), entryName)
                           .field("resource", [](const Record& one, const Program& of) { return subjectName(of, one); })
                           .field("result", oneOfWords({"ok", "denied"}),
                                  [](const Record& one) { return one.refused() ? "denied" : "ok"; })
                           .optional("output", shape::as(JsonObject{}), printedBy)
                           .include(responseShape(), refusalWording)
                           .listedBefore("output"),
                       Comes::ByTheTimeline);
    }

    static EventShape readDone() {
        const auto key =
            shape::Record<KeySeen, Program>{}
                .field("versions", &KeySeen::versions)
                .field("version", [](const KeySeen& one, const Program& of) { return of.names.text(one.version); })
                .field("enabled", &KeySeen::enabled);
        return besides(ofKind("sight")
                           .field("sight", oneOfWords({"show", "show deleted", "list"}), entryName)
                           .unlessEmpty("target",
                                        [](const Record& one, const Program& of) -> const auto& {
                                            return of.entries[one.entry()].target;
                                        })
                           .field("result", oneOfWords({"ok", "denied"}),
                                  [](const Record& one) { return one.refused() ? "denied" : "ok"; })
                           .include(responseShape(), refusalWording)
                           .include(key,
                                    [](const Record& one) {
                                        const ReadDone& read = one.as<ReadDone>();
                                        return read.key && !read.refusal ? &*read.key : nullptr;
                                    })
                           .optional("output", shape::as(JsonObject{}), printedBy),
                       Comes::ByTheTimeline);
    }

    /// One of a resource, or of what an action acts on.
    static EventShape expectation(const std::string& subject) {
        const auto verdict =
            shape::Record<ReportedVerdict>{}
                .field(subject, [](const ReportedVerdict& one) -> const auto& { return one.view.subject; })
                .field("passed", &ReportedVerdict::passed)
                .field("expected", [](const ReportedVerdict& one) { return one.view.expected; })
                .field("actual", [](const ReportedVerdict& one) -> const auto& { return one.view.actual; })
                .field("line", shape::line<std::uint32_t>(), [](const ReportedVerdict& one) { return one.view.line; });
        return besides(ofKind("expectation")
                           .include(verdict,
                                    [](const Record& one, const Program& of) {
                                        return ReportedVerdict{expectationView(of, one), one.as<Verdict>().held};
                                    }),
                       Comes::ByTheTimeline);
    }

    std::vector<Kind> kinds_;
};

/// How a resource, or a member of a fleet, ended.
struct ReportedEnd {
    std::string_view name;
    const ResourceEnd& end;
    bool dataLostBelow = false; // it stands on data that is lost
};

shape::Record<ReportedEnd, Program> endShape(const RunWords& words) {
    using One = ReportedEnd;
    return shape::Record<One, Program>{}
        .field("name", &One::name)
        .field("service", oneOfWords(words.services),
               [](const One& one, const Program& of) -> const auto& { return of.modelOf(one.end.resource).service; })
        .field(
            "state", anyStateName(words),
            [](const One& one, const Program& of) { return stateName(of.modelOf(one.end.resource), one.end.status); })
        .field("reason", shape::word<Reason>(reasonNames), [](const One& one) { return one.end.status.reason; })
        .field("downtime", [](const One& one) { return one.end.status.downtime; })
        .field("outages", [](const One& one) { return one.end.status.outages; })
        .field("recoverable", [](const One& one) { return one.end.status.recoverable; })
        .unlessEmpty("dataLostBelow", &One::dataLostBelow)
        .optional("tags", tagsShape(), [](const One& one, const Program& of) { return tagsOf(of, one.end.resource); });
}

shape::Record<SparedHere, Program> sparedShape() {
    using One = SparedHere;
    const auto ends = [](bool isThere, const Extent<Instant>& within) {
        return isThere ? std::optional{std::vector{within.least, within.most}} : std::nullopt;
    };
    return shape::Record<One, Program>{}
        .field("resource", resourceName(), &One::resource)
        .field("outages", &One::outages)
        .optional("from", [ends](const One& one) { return ends(one.outages > 0, one.from); })
        .field("impaired", [](const One& one) { return one.impairment.any(); })
        .field("dataLost", &One::dataLost)
        .optional("denied",
                  [](const One& one, const Program& of) {
                      return one.impairment.any() ? std::optional{deniedNames(of, one.resource, one.impairment)}
                                                  : std::nullopt;
                  })
        .optional("rotationBlocked",
                  [](const One& one) { return one.impairment.any() ? &one.impairment.rotationBlocked : nullptr; })
        .optional("impairedFrom", [ends](const One& one) { return ends(one.impairment.any(), one.impairedFrom); })
        .optional("lostFrom", [ends](const One& one) { return ends(one.dataLost, one.lostFrom); });
}

/// A run, but for what grows with it: its lists are written item by item.
struct ReportedRun {
    const Program& program;
    std::string_view file;
    bool passed;
    const std::vector<SparedHere>* spared; // null: it was not asked for
};

/// What stands before its lists.
shape::Record<ReportedRun> runHeadShape() {
    using One = ReportedRun;
    return shape::Record<One>{}
        .field("cmksim", shape::constant(1), std::identity{})
        .field("scenario", [](const One& one) -> const auto& { return one.program.name; })
        .field("file", &One::file)
        .field("start", timestampShape(), [](const One& one) { return formatTimestamp(one.program.start); })
        .field("end", timestampShape(),
               [](const One& one) { return formatTimestamp(one.program.start + one.program.until.time_since_epoch()); })
        .field("passed", &One::passed);
}

/// What stands behind them, apart from what every result has.
shape::Record<ReportedRun, Program> runTailShape() {
    return shape::Record<ReportedRun, Program>{}.optional(
        "otherTimings", shape::list(sparedShape()),
        [](const ReportedRun& one) { return one.spared != nullptr && !one.spared->empty() ? one.spared : nullptr; });
}

/// The lists, and the shapes of what they hold.
struct RunShapes {
    explicit RunShapes(const RunWords& words) : event{words}, end{endShape(words)}, fleet{fleetRowShape(words)} {}

    EventShapes event;
    shape::Record<ReportedEnd, Program> end;
    shape::Record<FleetRun, Program> fleet;
};

/// Where values are written, no words of models are needed.
const RunShapes& shapesToWrite() {
    static const RunShapes all{RunWords{}};
    return all;
}

constexpr std::string_view eventsField = "events";
constexpr std::string_view resourcesField = "resources";

class RunWriter {
public:
    RunWriter(const RunContext& context, const FleetRuns& fleets)
        : context_{context}, program_{context.program}, trace_{context.trace}, fleets_{fleets},
          lostBelow_{analysis::lostBelow(program_, trace_)} {}

    std::string write(std::string_view file, const JsonValue* evidence) {
        const ReportedRun run{program_, file, trace_.passed,
                              context_.ranges != nullptr ? &context_.ranges->spared : nullptr};
        out_ = runHeadShape().write(run).line();
        out_.pop_back();
        const auto isListed = [](const Record& record) { return !record.isUnlisted(); };
        writeList(eventsField, trace_.records | std::views::filter(isListed),
                  [this](const Record& record) { item(shapes_.event.write(record, context_)); });
        writeList(resourcesField, trace_.ends, [this](const ResourceEnd& end) { resource(end); });
        JsonValue tail = withUnmodelled(runTailShape().write(run, program_), program_);
        if (evidence != nullptr) {
            tail = tail.with("evidence", *evidence);
        }
        out_ += tail.fields().empty() ? "}" : ", " + tail.line().substr(1);
        return std::move(out_);
    }

private:
    template <class Items, class Write>
    void writeList(std::string_view name, Items&& items, Write write) {
        fmt::format_to(std::back_inserter(out_), ", \"{}\": [", name);
        isFirst_ = true;
        for (const auto& one : items) {
            write(one);
        }
        out_ += ']';
    }

    void item(const JsonValue& value) {
        out_ += std::exchange(isFirst_, false) ? "" : ", ";
        out_ += value.line();
    }

    void resource(const ResourceEnd& end) {
        const std::string& name = program_.resources[end.resource].name;
        const FleetRun* fleet = fleets_.of(end.resource);
        if (fleet == nullptr) {
            row(name, end);
        } else if (fleets_.detail == FleetDetail::Joined) {
            item(shapes_.fleet.write(*fleet, program_));
        } else {
            forEachMember(program_, *fleet, [&](Member member, const ResourceStatus& status) {
                row(memberName(name, member), {end.resource, status});
            });
        }
    }

    void row(std::string_view name, const ResourceEnd& end) {
        const bool dataLostBelow = std::ranges::find(lostBelow_, end.resource) != lostBelow_.end();
        item(shapes_.end.write(ReportedEnd{name, end, dataLostBelow}, program_));
    }

    RunContext context_;
    const Program& program_;
    const Trace& trace_;
    const FleetRuns& fleets_;
    std::vector<ResourceId> lostBelow_; // that stand on data that is lost
    const RunShapes& shapes_ = shapesToWrite();
    std::string out_;
    bool isFirst_ = true; // of a list
};

} // namespace

shape::Properties runProperties() {
    const JsonValue row =
        JsonObject{{"anyOf", JsonArray{shape::definitionSchema("resource"), shape::definitionSchema("fleet")}}};
    const shape::Properties lists{{std::string{eventsField}, shape::listSchema(shape::definitionSchema("event"))},
                                  {std::string{resourcesField}, shape::listSchema(row)}};
    return shape::joined({runHeadShape().properties(), lists, runTailShape().properties(), unmodelledProperties(),
                          evidenceProperties()});
}

shape::Properties runDefinitions(const RunWords& words) {
    const RunShapes shapes{words};
    return {{"event", shapes.event.schema()},
            {"members", membersSchema()},
            {"resource", shapes.end.schema()},
            {"fleet", shapes.fleet.schema()}};
}

std::string runJson(const Program& program, const Trace& trace, std::string_view file, const FleetRuns& fleets,
                    const AzCommands* commands, const EventRanges* ranges, const reads::ReadOutputs* outputs,
                    const JsonValue* evidence) {
    return RunWriter{{program, trace, commands, ranges, outputs}, fleets}.write(file, evidence);
}

} // namespace cmksim::report
