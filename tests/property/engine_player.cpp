#include "property/engine_player.hpp"

#include "catalog/catalog.hpp"
#include "compile/compile.hpp"
#include "engine/replay.hpp"
#include "engine/timings.hpp"
#include "engine/wording.hpp"

#include <array>
#include <map>
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
            if (!isVerdictOnAnother(record) && !record.isUnlisted()) {
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
        return record.is<Verdict>() &&
               !std::holds_alternative<std::vector<Expectation>>(program_.entries[record.entry()].what);
    }

    reference::Event event(const Record& record) const {
        using reference::EventKind;
        reference::Event event;
        event.t = record.position.at.time_since_epoch().count();
        if (record.on) {
            event.subject = program_.resources[record.on->resource].name;
        }
        std::visit([&](const auto& what) { tell(what, record, event); }, record.what);
        return event;
    }

    void tell(const FactHappened& fact, const Record& record, reference::Event& event) const {
        event.kind = reference::EventKind::Fact;
        event.name = nameOf(fact.kind);
        event.subject = factTarget(program_, record);
    }

    void tell(const ActionDone& done, const Record& record, reference::Event& event) const {
        event.kind = reference::EventKind::Action;
        event.name = program_.entries[done.entry].name;
        event.subject = program_.entries[done.entry].target;
        event.result = done.refusal ? "refused" : "ok";
        if (done.refusal) {
            event.error = wordingOf(program_, record).error;
        }
    }

    static void tell(DataLost, const Record&, reference::Event& event) { event.kind = reference::EventKind::DataLost; }

    void tell(const ConditionChanged& change, const Record& record, reference::Event& event) const {
        event.kind = reference::EventKind::Condition;
        event.name = program_.modelOf(record.on->resource).conditions[change.condition].name;
        event.result = change.raised ? "true" : "false";
    }

    void tell(const Transition& change, const Record& record, reference::Event& event) const {
        event.kind = reference::EventKind::Transition;
        event.from = program_.modelOf(record.on->resource).states[change.from].name;
        event.to = program_.modelOf(record.on->resource).states[change.to].name;
        event.reason = nameOf(change.reason);
        event.slot = change.slot.valid() ? program_.names.slots[change.slot] : std::string{};
    }

    void tell(const KeyRotated& rotated, const Record&, reference::Event& event) const {
        event.kind = reference::EventKind::KeyRotated;
        event.from = program_.names.text(rotated.from);
        event.to = program_.names.text(rotated.to);
        event.slot = rotated.slot.valid() ? program_.names.slots[rotated.slot] : std::string{};
    }

    void tell(const LossCame&, const Record& record, reference::Event& event) const {
        event.kind = reference::EventKind::Loss;
        event.name = lossOf(program_, record).what;
    }

    void tell(const OperationTried& tried, const Record& record, reference::Event& event) const {
        event.kind = reference::EventKind::Operation;
        event.name = program_.entries[tried.entry].name;
        event.result = tried.denied ? "denied" : "ok";
        if (tried.denied) {
            event.status = wordingOf(program_, record).status;
        }
    }

    void tell(const Verdict& verdict, const Record& record, reference::Event& event) const {
        const ResourceStatus& status = record.on->status;
        event.kind = reference::EventKind::Expectation;
        event.result = verdict.held ? "true" : "false";
        event.to = stateName(program_.modelOf(record.on->resource), status);
        event.reason = nameOf(status.reason);
        event.from = std::to_string(status.downtime.count()) + "s, " + std::to_string(status.outages);
        event.recoverable = status.recoverable;
    }

    // The reference has no events for these: the action tells of the first two, and no random world reads anything.
    static void tell(Created, const Record&, reference::Event&) {}
    static void tell(Deleted, const Record&, reference::Event&) {}
    static void tell(const ReadDone&, const Record&, reference::Event&) {}

    const Program& program_;
};

/// The names by which the models know the readings of the reference.
ReadingChoice choiceOf(const reference::Readings& readings) {
    constexpr std::array<std::string_view, 3> sights{"losses", "everything", "nothing"};
    const auto sight = static_cast<std::size_t>(readings.firewallSight);
    return {{"identity-recovery", readings.identitiesCanBeRecovered ? "within-30-days" : "never"},
            {"firewall-sight", std::string{sights.at(sight)}},
            {"rotation-after-identity-deletion", readings.rotatesFromDeletedIdentity ? "allowed" : "refused"},
            {"default-identity-update", readings.validatesDefaultIdentity ? "validated" : "unseen"},
            {"trusted-by-bypass", readings.databasesAreTrusted ? "as-its-own-pages-say" : "not-listed"}};
}

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

reference::Replay told(const Program& program, const Trace& trace) { return Teller{program}.tell(trace); }

Player enginePlayer() {
    return [catalogs = std::make_shared<std::map<ReadingChoice, Catalog>>()](
               const Scenario& scenario, const reference::Delays& delays,
               const reference::Readings& readings) -> std::optional<reference::Replay> {
        Diagnostics diagnostics;
        const ReadingChoice choice = choiceOf(readings);
        Catalog& catalog = catalogs->try_emplace(choice, choice).first->second;
        std::optional<Program> program = compileScenario(scenario, catalog, diagnostics);
        if (!program) {
            return {};
        }
        if (delays) {
            delay(scenario, delays, *program);
        }
        return told(*program, replay(*program, nominalPhases(*program)));
    };
}

} // namespace cmksim::property
