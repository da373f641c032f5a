// Scenarios from text, played, and what happened in them as lines to compare.
#pragma once

#include "scenario/read_scenario.hpp"

#include "compile/compile.hpp"
#include "engine/replay.hpp"
#include "engine/wording.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace cmksim::test {

using namespace compile;

/// One line of a story, without its instant.
inline std::string told(const Program& program, const Record& record) {
    const auto nameOfResource = [&] { return program.resources[record.resource].name; };
    const auto result = [&](std::string_view bad) {
        return record.refused ? std::string{bad} + ' ' + std::string{wordingOf(program, record).error} : "ok";
    };
    const auto stateOf = [&](StateId state) { return program.modelOf(record.resource).states[state].name; };
    switch (record.kind) {
    case RecordKind::Fact:
        return std::string{factNames[static_cast<std::size_t>(record.fact)]} + ' ' + factTarget(program, record);
    case RecordKind::Action:
        return program.entries[record.entry].name + ' ' + program.entries[record.entry].target + ' ' +
               result("refused");
    case RecordKind::DataLost: return "data lost: " + nameOfResource();
    case RecordKind::Condition:
        return nameOfResource() + (record.flag ? " is " : " is not ") +
               program.modelOf(record.resource).conditions[record.condition].name;
    case RecordKind::Transition:
        return nameOfResource() + ' ' + stateOf(record.from) + " -> " + stateOf(record.to) + ' ' +
               std::string{nameOf(record.reason)};
    case RecordKind::KeyRotated:
        return nameOfResource() + ' ' + program.names.text(record.fromVersion) + " => " +
               program.names.text(record.toVersion);
    case RecordKind::ReadRequest:
        return program.entries[record.entry].name + ' ' + program.entries[record.entry].target + ' ' + result("denied");
    case RecordKind::Operation:
        return program.entries[record.entry].name + ' ' + nameOfResource() + ' ' + result("denied");
    case RecordKind::Expectation: {
        const ExpectationView view = expectationView(program, record);
        return (record.flag ? "held: " : "failed: ") + std::string{view.subject} + ' ' + view.actual;
    }
    }
    return {};
}

/// A scenario that must be sound, replayed.
class Played {
public:
    /// `phase` is that of every resource that pins none.
    explicit Played(const std::string& text, Duration phase = Duration::zero()) {
        Read read{text};
        std::optional<Program> compiled;
        if (read.scenario) {
            compiled = compileScenario(*read.scenario, catalog_, read.diagnostics);
        }
        std::ostringstream errors;
        read.diagnostics.print(errors);
        INFO(errors.str());
        REQUIRE(compiled);
        program = std::move(*compiled);
        trace = replay(program, Phases(program.resources.size(), phase));
    }

    /// Everything that happened, a line each: `1h10m reg Ready -> Revoked KeyDisabled`.
    [[nodiscard]] std::string story() const {
        std::string text;
        for (const Record& record : trace.records) {
            text += formatDuration(record.position.at - scenarioStart) + ' ' + told(program, record) + '\n';
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
    Catalog catalog_;
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
