#include "property/engine_player.hpp"

#include "catalog/catalog.hpp"
#include "compile/compile.hpp"
#include "engine/replay.hpp"
#include "engine/timings.hpp"
#include "engine/wording.hpp"

#include <memory>

namespace cmksim::property {

using namespace compile;

namespace {

class Teller {
public:
    explicit Teller(const Program& program) : program_{program} {}

    reference::Replay tell(const Trace& trace) {
        reference::Replay replay;
        for (const Record& record : trace.records) {
            if (!isVerdictOnAnother(record)) {
                replay.events.push_back(event(record));
            }
        }
        for (const ResourceEnd& end : trace.ends) {
            const Model& model = program_.modelOf(end.resource);
            replay.resources.push_back({program_.resources[end.resource].name, model.service,
                                        std::string{stateName(model, end.status)},
                                        std::string{nameOf(end.status.reason)}, end.status.downtime.count(),
                                        end.status.outages, end.status.recoverable});
        }
        replay.passed = trace.passed;
        return replay;
    }

private:
    /// The reference has no events for what an action or operation was expected to come to.
    bool isVerdictOnAnother(const Record& record) const {
        return record.kind == RecordKind::Expectation &&
               !std::holds_alternative<std::vector<Expectation>>(program_.entries[record.entry].what);
    }

    reference::Event event(const Record& record) const {
        using reference::EventKind;
        reference::Event event;
        event.t = record.position.at.time_since_epoch().count();
        if (record.resource.valid()) {
            event.subject = program_.resources[record.resource].name;
        }
        switch (record.kind) {
        case RecordKind::Fact:
            event.kind = EventKind::Fact;
            event.name = factNames[static_cast<std::size_t>(record.fact)];
            event.subject = factTarget(program_, record);
            break;
        case RecordKind::Action:
            event.kind = EventKind::Action;
            event.name = program_.entries[record.entry].name;
            event.subject = program_.entries[record.entry].target;
            event.result = record.refused ? "refused" : "ok";
            if (record.refused) {
                event.error = wordingOf(program_, record).error;
            }
            break;
        case RecordKind::DataLost: event.kind = EventKind::DataLost; break;
        case RecordKind::Condition:
            event.kind = EventKind::Condition;
            event.name = program_.modelOf(record.resource).conditions[record.condition].name;
            event.result = record.flag ? "true" : "false";
            break;
        case RecordKind::Transition:
            event.kind = EventKind::Transition;
            event.from = program_.modelOf(record.resource).states[record.from].name;
            event.to = program_.modelOf(record.resource).states[record.to].name;
            event.reason = nameOf(record.reason);
            break;
        case RecordKind::KeyRotated:
            event.kind = EventKind::KeyRotated;
            event.from = program_.names.text(record.fromVersion);
            event.to = program_.names.text(record.toVersion);
            break;
        case RecordKind::Operation:
            event.kind = EventKind::Operation;
            event.name = program_.entries[record.entry].name;
            event.result = record.refused ? "denied" : "ok";
            if (record.refused) {
                event.status = wordingOf(program_, record).status;
            }
            break;
        case RecordKind::ReadRequest: break; // no random world looks at anything
        case RecordKind::Expectation: expectation(record, event); break;
        }
        return event;
    }

    void expectation(const Record& record, reference::Event& event) const {
        const ResourceStatus& status = record.status;
        event.kind = reference::EventKind::Expectation;
        event.result = record.flag ? "true" : "false";
        event.to = stateName(program_.modelOf(record.resource), status);
        event.reason = nameOf(status.reason);
        event.from = std::to_string(status.downtime.count()) + "s, " + std::to_string(status.outages);
        event.recoverable = status.recoverable;
    }

    const Program& program_;
};

/// Entries are told apart by where they stand.
void delay(const Scenario& scenario, const reference::Delays& delays, Program& program) {
    for (const EntrySpec& spec : scenario.timeline) {
        for (TimelineEntry& entry : program.entries) {
            const bool same = entry.place.line == spec.mark.line && entry.place.column == spec.mark.column;
            if (same && openTiming(program, entry) != nullptr) {
                setDelay(entry, *delays(spec));
            }
        }
    }
}

} // namespace

Player enginePlayer() {
    return [catalog = std::make_shared<Catalog>()](
               const Scenario& scenario, const reference::Delays& delays) -> std::optional<reference::Replay> {
        Diagnostics diagnostics;
        std::optional<Program> program = compileScenario(scenario, *catalog, diagnostics);
        if (!program) {
            return {};
        }
        if (delays) {
            delay(scenario, delays, *program);
        }
        return Teller{*program}.tell(replay(*program, nominalPhases(*program)));
    };
}

} // namespace cmksim::property
