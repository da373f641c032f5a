// Scenarios from text, played, and what happened in them as lines to compare.
#pragma once

#include "support/compiled.hpp"

#include "base/overloaded.hpp"
#include "base/time.hpp"
#include "engine/replay.hpp"
#include "engine/wording.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace cmksim::test {

/// One line of a story, without its instant.
inline std::string told(const Program& program, const Record& record) {
    const auto nameOfResource = [&] { return program.resources[record.on->resource].name; };
    const auto result = [&](std::string_view bad) {
        return record.refused() ? std::string{bad} + ' ' + std::string{wordingOf(program, record).error} : "ok";
    };
    const auto stateOf = [&](StateId state) { return program.modelOf(record.on->resource).states[state].name; };
    const auto done = [&](EntryId entry, std::string_view target, std::string_view bad) {
        return program.entries[entry].name + ' ' + std::string{target} + ' ' + result(bad);
    };
    return std::visit(
        Overloaded{[&](const FactHappened& fact) {
                       return std::string{nameOf(fact.kind)} + ' ' + factTarget(program, record);
                   },
                   [&](const ActionDone& one) { return done(one.entry, program.entries[one.entry].target, "refused"); },
                   [&](Created) { return nameOfResource() + " is created"; },
                   [&](Deleted) { return nameOfResource() + " is deleted"; },
                   [&](DataLost) { return "data lost: " + nameOfResource(); },
                   [&](const ConditionChanged& one) {
                       return nameOfResource() + (one.raised ? " is " : " is not ") +
                              program.modelOf(record.on->resource).conditions[one.condition].name;
                   },
                   [&](const Transition& one) {
                       return nameOfResource() + ' ' + stateOf(one.from) + " -> " + stateOf(one.to) + ' ' +
                              std::string{nameOf(one.reason)};
                   },
                   [&](const KeyRotated& one) {
                       return nameOfResource() + ' ' + program.names.text(one.from) + " => " +
                              program.names.text(one.to);
                   },
                   [&](const LossCame& one) {
                       const StateRule& state = program.modelOf(record.on->resource).states[one.state];
                       return nameOfResource() + " loses " + state.losses[one.loss].what;
                   },
                   [&](const OperationTried& one) { return done(one.entry, nameOfResource(), "denied"); },
                   [&](const ReadDone& one) { return done(one.entry, program.entries[one.entry].target, "denied"); },
                   [&](const Verdict& verdict) {
                       const ExpectationView view = expectationView(program, record);
                       return (verdict.held ? "held: " : "failed: ") + std::string{view.subject} + ' ' + view.actual;
                   }},
        record.what);
}

/// A scenario that must be sound, replayed.
class Played {
public:
    /// `phase` is that of every resource that pins none.
    explicit Played(const std::string& text, Duration phase = Duration::zero()) : compiled_{text} {
        program = compiled_.sound();
        trace = replay(program, Phases(program.resources.size(), phase));
    }

    /// Everything that happened, a line each: `1h10m reg Ready -> Revoked KeyDisabled`.
    [[nodiscard]] std::string story() const {
        std::string text;
        for (const Record& record : trace.records) {
            if (!record.isUnlisted()) {
                text += formatDuration(record.position.at - scenarioStart) + ' ' + told(program, record) + '\n';
            }
        }
        return text;
    }

    /// How the resources stand at the end, in the order of the list.
    [[nodiscard]] std::string ends() const {
        std::string text;
        for (const auto& [resource, status] : trace.ends) {
            text += program.resources[resource].name + ' ' + std::string{stateName(program.modelOf(resource), status)} +
                    ' ' + std::string{nameOf(status.reason)} + ' ' + formatDuration(status.downtime) + ' ' +
                    std::to_string(status.outages) + (status.recoverable ? "" : " lost") + '\n';
        }
        return text;
    }

    Program program;
    Trace trace;

private:
    Compiled compiled_;
};

/// A registry `reg` with `app` and `kv1/cmk`, everything else at its default.
inline constexpr std::string_view smallEstate = R"(
estate:
  vaults:
    kv1: {accessPolicies: {app: [get, list, wrapKey, unwrapKey]}, keys: {cmk: {}}}
  identities: {app: {}, spare: {}}
  resources:
    reg: {service: acr, identity: app, key: kv1/cmk}
)";

/// A scenario on the small estate with these entries, and fields of its own before it.
inline std::string story(std::string_view entries, std::string_view fields = "",
                         std::string_view estate = smallEstate) {
    std::string text = "cmksim: 1\nname: x\n";
    text.append(fields).append(estate);
    if (!entries.empty()) {
        text.append("timeline:\n").append(entries);
    }
    return text;
}

/// `text` with its one `from` replaced.
inline std::string with(std::string_view text, std::string_view from, std::string_view to) {
    std::string changed{text};
    return changed.replace(changed.find(from), from.size(), to);
}

} // namespace cmksim::test
