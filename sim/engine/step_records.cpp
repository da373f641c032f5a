#include "engine/step_records.hpp"

namespace cmksim::engine {

void appendStep(const Record& after, const Model& model, const Step& step, const KeyRotated& rotated,
                std::vector<Record>& records) {
    if (step.conditionsChanged) {
        for (const ConditionId condition : model.conditions.ids()) {
            if (step.before.contains(condition) != step.after.contains(condition)) {
                records.emplace_back(after).what = ConditionChanged{condition, step.after.contains(condition)};
            }
        }
    }
    if (step.moved) {
        records.emplace_back(after).what = Transition{step.from, step.to, step.reason};
    }
    if (step.rotatedTo.valid()) {
        records.emplace_back(after).what = rotated;
    }
}

void appendPresence(const Record& after, ResourceStatus::Presence before, std::vector<Record>& records) {
    if (after.status.presence == before) {
        return;
    }
    Record& done = records.emplace_back(after);
    if (after.status.presence == ResourceStatus::Presence::Deleted) {
        done.what = Deleted{};
    } else {
        done.what = Created{};
    }
}

} // namespace cmksim::engine
