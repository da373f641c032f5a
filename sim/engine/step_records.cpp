#include "engine/step_records.hpp"

namespace cmksim::engine {

void appendStep(const Record& blank, const Model& model, const Step& step, VersionNameId from, VersionNameId to,
                std::vector<Record>& records) {
    const auto add = [&](RecordKind kind) -> Record& {
        Record& done = records.emplace_back(blank);
        done.kind = kind;
        return done;
    };
    if (step.conditionsChanged) {
        for (const ConditionId condition : model.conditions.ids()) {
            if (step.before.contains(condition) != step.after.contains(condition)) {
                Record& done = add(RecordKind::Condition);
                done.condition = condition;
                done.flag = step.after.contains(condition);
            }
        }
    }
    if (step.moved) {
        Record& done = add(RecordKind::Transition);
        done.from = step.from;
        done.to = step.to;
        done.reason = step.reason;
    }
    if (step.rotatedTo.valid()) {
        Record& done = add(RecordKind::KeyRotated);
        done.fromVersion = from;
        done.toVersion = to;
    }
}

} // namespace cmksim::engine
