// What a refusal, a denial or a state is called in the service's own words: status, code, message, the way back.
#pragma once

#include "engine/program.hpp"
#include "trace/record.hpp"

#include <string>
#include <string_view>

namespace cmksim::engine {

/// Views into the models; messages with their placeholders still in them.
struct Wording {
    int status = 0; // 0: none
    std::string_view error;
    std::string_view message;
    std::string_view fix;
    const Provenance* provenance = nullptr;
};

/// Of a refused action or a denied operation.
Wording wordingOf(const Program& program, const Record& record);

/// Of a reason; empty for `None`. The fix is that of a key in an ordinary vault.
Wording wordingOf(const Model& model, Reason reason);

/// The same with the fix for the vault that the key lies in.
Wording wordingOf(const Program& program, const Model& model, Reason reason, VaultId vault);

/// Of what a resource suffers from, by the key that it has then.
Wording wordingOf(const Program& program, const ResourceThen& then, Reason reason);

/// The way back by hand of the model, where a step is that; null where it is another.
const RecoveryRule* ruleByHand(const Program& program, const Action& step);

/// Of a step that helps a resource with what it suffers from: the documented way back. That by hand has a wording of
/// its own, whatever the reason.
Wording wordingOf(const Program& program, ResourceId helped, Reason reason, const Action& step);

/// The code that a resource shows for its reason; empty where there is none.
std::string_view errorOf(const Model& model, const ResourceStatus& status);

/// What a resource's state is called: its model's name for it, `Deleted` or `Absent`.
std::string_view stateName(const Model& model, const ResourceStatus& status);

/// A message with `{resource}`, `{identity}`, `{key}`, `{vault}`, `{reason}` and `{state}` filled in for what a record
/// is about. Unknown placeholders stay as they are.
std::string filled(const Program& program, const Record& record, std::string_view message);

/// The resource that a record is about: its name, a fleet's, or that of a member which stands for itself.
std::string subjectName(const Program& program, const Record& record);

/// What a fact is about: `VAULT`, `VAULT/KEY`, `VAULT/KEY/VERSION`, or a resource.
std::string factTarget(const Program& program, const Record& record);
std::string factTarget(const Program& program, const FactTarget& target);

/// A verdict as a report quotes it.
struct ExpectationView {
    std::string subject; // the resource, or what the entry acts on
    std::string_view expected;
    std::string actual;
    std::uint32_t line = 0;
};
ExpectationView expectationView(const Program& program, const Record& record);

/// What the resources of a program are when all is well: the names of their models' first states, `Ready or Online`.
std::string firstStates(const Program& program);

/// Of which key something is told, of a resource that has several: ` (backup)`. Empty of one with one key.
std::string ofSlot(const Program& program, SlotId slot);

/// What was lost, of a record of a loss.
const LossRule& lossOf(const Program& program, const Record& record);

} // namespace cmksim::engine
