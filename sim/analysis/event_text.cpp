#include "analysis/event_text.hpp"

#include "engine/wording.hpp"

#include <fmt/format.h>

namespace cmksim::analysis {

namespace {

std::string transitionText(const Program& program, const Record& record) {
    const Model& model = program.modelOf(record.resource);
    return fmt::format("{}: {} → {}{}", program.resources[record.resource].name, model.states[record.from].name,
                       model.states[record.to].name,
                       record.reason == Reason::None ? "" : fmt::format(", {}", nameOf(record.reason)));
}

/// A refusal or denial with its status and code, as far as there are any.
std::string resultText(const Program& program, const Record& record, std::string_view refused) {
    if (!record.refused) {
        return "ok";
    }
    const Wording wording = wordingOf(program, record);
    std::string text{refused};
    if (wording.status != 0) {
        text += fmt::format(" {}", wording.status);
    }
    if (!wording.error.empty()) {
        text += fmt::format(" {}", wording.error);
    }
    return text;
}

} // namespace

std::string eventText(const Program& program, const Record& record) {
    const auto name = [&]() -> const std::string& { return program.resources[record.resource].name; };
    switch (record.kind) {
    case RecordKind::Fact:
        return fmt::format("{} {}", factNames[static_cast<std::size_t>(record.fact)], factTarget(program, record));
    case RecordKind::Action:
        return fmt::format("{} {}: {}", program.entries[record.entry].name, program.entries[record.entry].target,
                           resultText(program, record, "refused"));
    case RecordKind::DataLost: return fmt::format("{}: its data is lost", name());
    case RecordKind::Condition:
        return fmt::format("{}: {} {}", name(), program.modelOf(record.resource).conditions[record.condition].name,
                           record.flag ? "begins" : "ends");
    case RecordKind::Transition: return transitionText(program, record);
    case RecordKind::KeyRotated:
        return fmt::format("{}: key rotated from {} to {}", name(), program.names.text(record.fromVersion),
                           program.names.text(record.toVersion));
    case RecordKind::Operation:
        return fmt::format("{} {}: {}", program.entries[record.entry].name, name(),
                           resultText(program, record, "denied"));
    case RecordKind::ReadRequest:
        return fmt::format("{} {}: {}", program.entries[record.entry].name, program.entries[record.entry].target,
                           resultText(program, record, "denied"));
    case RecordKind::Expectation: break;
    }
    const ExpectationView view = expectationView(program, record);
    return fmt::format("{}: {}, {}", view.subject, view.actual, record.flag ? "held" : "failed");
}

} // namespace cmksim::analysis
