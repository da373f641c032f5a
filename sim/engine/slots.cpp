#include "engine/slots.hpp"

#include <algorithm>

namespace cmksim::engine {

namespace {

void include(ConditionSet& some, ConditionSet more, const Model& model) {
    for (const ConditionId condition : model.conditions.ids()) {
        if (more.contains(condition)) {
            some.insert(condition);
        }
    }
}

/// One key that meets a condition past which nothing is seen makes the whole look blind.
void goBlind(Blindness& whole, const Answer& before, const Blindness& own, const Answer& answer, const Model& model) {
    if (whole.reason == Reason::None && own.reason == Reason::None) {
        return;
    }
    if (whole.reason == Reason::None) {
        whole = {own.reason, before.raised};
    }
    include(whole.raised, own.reason == Reason::None ? answer.raised : own.raised, model);
}

} // namespace

void SeenTogether::add(SlotId slot, const KeyCheck& own, Reason reason) {
    const Answer before = answer_;
    const bool first = slots_.empty();
    slots_.push_back(own);
    if (first) {
        answer_ = own.answer;
        answer_.reason = reason;
        slot_ = slot;
        return;
    }
    goBlind(answer_.blindDown, before, own.answer.blindDown, own.answer, *model_);
    goBlind(answer_.blindUp, before, own.answer.blindUp, own.answer, *model_);
    include(answer_.raised, own.answer.raised, *model_);
    if (model_->anyKeyWillDo()) {
        answer_.reason = reason == Reason::None ? reason : answer_.reason;
    } else if (answer_.reason == Reason::None) {
        answer_.reason = reason;
        slot_ = slot;
    }
}

void SeenTogether::finish() {
    const bool blocked = std::ranges::any_of(model_->conditions.ids(), [&](ConditionId condition) {
        return answer_.raised.contains(condition) && model_->conditions[condition].blocksRotation;
    });
    for (KeyCheck& one : slots_) {
        one.wrapsNext = blocked ? one.answer.versionInUse : one.wrapsNext;
    }
    if (answer_.reason == Reason::None) {
        slot_ = {};
    }
}

SeenTogether seenTogether(const ResourceRules& rules, const ResourceState& resource, const WorldView& world) {
    return seenTogether(
        *rules.model, resource,
        [&](const SlotState& slot) { return world.look(accessPath(rules, resource, slot), slot.wrapping); },
        [&](const SlotState& slot, const RetainedVersion& retained) {
            return world.look(accessPath(rules, resource, slot, retained), Wrapping::by(retained.material))
                .answer.reason;
        });
}

SeenTogether askedTogether(const ResourceRules& rules, const ResourceState& resource, const WorldView& world) {
    return seenTogether(
        *rules.model, resource,
        [&](const SlotState& slot) {
            return KeyCheck{world.asked(accessPath(rules, resource, slot), slot.wrapping), {}};
        },
        [&](const SlotState& slot, const RetainedVersion& retained) {
            return world.look(accessPath(rules, resource, slot, retained), Wrapping::by(retained.material))
                .answer.reason;
        });
}

} // namespace cmksim::engine
