#include "analysis/event_text.hpp"

#include "base/overloaded.hpp"
#include "engine/wording.hpp"

#include <fmt/format.h>

namespace cmksim::analysis {

namespace {

/// A refusal or denial with its status and code, as far as there are any.
std::string resultText(const Program& program, const Record& record, std::string_view refused) {
    if (!record.refused()) {
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
    const auto name = [&]() -> const std::string& { return program.resources[record.on->resource].name; };
    const auto result = [&](EntryId entry, std::string_view target, std::string_view refused) {
        return fmt::format("{} {}: {}", program.entries[entry].name, target, resultText(program, record, refused));
    };
    return std::visit(
        Overloaded{
            [&](const FactHappened& fact) {
                return fmt::format("{} {}", nameOf(fact.kind), factTarget(program, record));
            },
            [&](const ActionDone& one) { return result(one.entry, program.entries[one.entry].target, "refused"); },
            [&](Created) { return fmt::format("{} is created", name()); },
            [&](Deleted) { return fmt::format("{} is deleted", name()); },
            [&](DataLost) { return fmt::format("{}: its data is lost", name()); },
            [&](const ConditionChanged& one) {
                return fmt::format("{}: {} {}", name(),
                                   program.modelOf(record.on->resource).conditions[one.condition].name,
                                   one.raised ? "begins" : "ends");
            },
            [&](const Transition& one) {
                const Model& model = program.modelOf(record.on->resource);
                return fmt::format("{}: {} → {}{}", name(), model.states[one.from].name, model.states[one.to].name,
                                   one.reason == Reason::None ? "" : fmt::format(", {}", nameOf(one.reason)));
            },
            [&](const KeyRotated& one) {
                return fmt::format("{}: key rotated from {} to {}", name(), program.names.text(one.from),
                                   program.names.text(one.to));
            },
            [&](const LossCame&) { return fmt::format("{}: lost: {}", name(), lossOf(program, record).what); },
            [&](const OperationTried& one) { return result(one.entry, name(), "denied"); },
            [&](const ReadDone& one) { return result(one.entry, program.entries[one.entry].target, "denied"); },
            [&](const Verdict& verdict) {
                const ExpectationView view = expectationView(program, record);
                return fmt::format("{}: {}, {}", view.subject, view.actual, verdict.held ? "held" : "failed");
            }},
        record.what);
}

} // namespace cmksim::analysis
