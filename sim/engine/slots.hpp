// Several keys of one resource (rules, section 5): each is checked as one key is, and what all say together is the
// answer.
#pragma once

#include "engine/resource.hpp"

#include <vector>

namespace cmksim::engine {

/// What a look sees of all keys of a resource.
class SeenTogether {
public:
    explicit SeenTogether(const Model& model) : model_{&model} {}

    /// Of a resource without a key.
    static SeenTogether ofNone(const Model& model) {
        SeenTogether seen{model};
        seen.add({}, {}, Reason::None);
        return seen;
    }

    /// The next key: its own check, and its answer with the versions that are retained for it.
    void add(SlotId slot, const KeyCheck& own, Reason reason);

    /// After the last.
    void finish();

    [[nodiscard]] Look look() const { return {answer_, slots_, slot_}; }
    [[nodiscard]] const Answer& answer() const { return answer_; }
    /// The reason where the keys themselves stand in the way of nothing.
    void setReason(Reason reason) { answer_.reason = reason; }

private:
    const Model* model_;
    Answer answer_;
    SlotId slot_; // whose answer it is
    std::vector<KeyCheck> slots_;
};

/// The keys of a resource as it is described, wrapped by what is not known yet; of one without a key the identity that
/// it has all the same.
template <class PrincipalOf, class Visit>
void eachSlotOfNew(const NewResource& described, PrincipalOf principalOf, Visit visit) {
    const auto slotOf = [&](const KeyUse& use) {
        return SlotState{.slot = use.slot,
                         .identity = use.identity,
                         .principal = use.identity.valid() ? principalOf(use.identity) : PrincipalId{},
                         .key = use.key};
    };
    bool any = false;
    described.eachKey([&](const KeyUse& use) {
        any = true;
        visit(slotOf(use));
    });
    if (!any) {
        visit(slotOf({described.slot, {}, described.identity}));
    }
}

template <class PrincipalOf>
Slots slotsOfNew(const NewResource& described, PrincipalOf principalOf) {
    Slots slots;
    eachSlotOfNew(described, principalOf, [&](SlotState slot) { slots.push_back(std::move(slot)); });
    return slots;
}

/// Whether one check of one key says all of a resource.
[[nodiscard]] inline bool isSeenAtOnce(const ResourceState& resource) {
    return resource.otherSlots.empty() && resource.retained.empty();
}

/// Looks at all keys of a resource. `checkOf(slot)` is the check of one by itself, `reasonOf(slot, retained)` that of
/// a version which no longer wraps it; that one goes past conditions and raises none.
template <class CheckOf, class ReasonOf>
SeenTogether seenTogether(const Model& model, const ResourceState& resource, CheckOf checkOf, ReasonOf reasonOf) {
    SeenTogether seen{model};
    resource.eachSlot([&](const SlotState& slot) {
        const KeyCheck own = checkOf(slot);
        Reason reason = own.answer.reason;
        for (const RetainedVersion& retained : slot.retained) {
            const Reason its = reasonOf(slot, retained);
            reason = reason == Reason::None ? its : reason;
        }
        seen.add(slot.slot, own, reason);
    });
    seen.finish();
    return seen;
}

/// What a look sees in a world, or a check that is asked for says.
SeenTogether seenTogether(const ResourceRules& rules, const ResourceState& resource, const WorldView& world);
SeenTogether askedTogether(const ResourceRules& rules, const ResourceState& resource, const WorldView& world);

/// Whether the data of a resource is lost, where `gone(material)` says what is gone for good.
template <class Gone>
bool isLost(const ResourceRules& rules, const ResourceState& resource, Gone gone) {
    const bool any = rules.model->anyKeyWillDo();
    bool lost = any;
    resource.eachSlot([&](const SlotState& slot) {
        const bool its = slot.wrapping.known() && gone(slot.wrapping.material());
        if (any) {
            lost = lost && its;
        } else {
            lost = lost || (its && !isOptional(rules, slot.slot));
        }
    });
    return lost;
}

} // namespace cmksim::engine
