// An update of a resource's keys: what it is refused, slot by slot, and what the keys are after it (rules, section 5).
#pragma once

#include "engine/resource.hpp"

#include <optional>
#include <vector>

namespace cmksim::engine {

class SlotUpdate {
public:
    SlotUpdate(const ResourceRules& rules, const ResourceState& resource, const WorldView& world,
               const ResourceUpdate& action, Instant now);

    /// Whether it is about a key or the identity for one at all.
    [[nodiscard]] bool isEmpty() const { return changes_.empty(); }
    [[nodiscard]] bool namesMissingIdentity() const;
    /// Whether it is one that can be made of a resource like this, before the model is asked.
    [[nodiscard]] bool isPossible() const;
    /// Whether it takes away every key.
    [[nodiscard]] bool leavesNone() const;
    [[nodiscard]] bool isTooMany() const;

    /// The first refusal of the model: of the first slot that it has one for.
    std::optional<ModelRefusal> refusal(PropertyValues properties);
    /// The same of a change of properties, be it of none that is simulated, of each key as it is after the update.
    [[nodiscard]] std::optional<ModelRefusal> refusalOfProperties(PropertyValues properties) const;
    /// Whether a key is taken away and none of those that stay opens the data.
    [[nodiscard]] bool locksOut() const;

    /// Calls `visit` with each identity that is named, or that the service makes for a key.
    template <class Visit>
    void eachIdentity(Visit visit) const {
        for (const Change& change : changes_) {
            if (change.named.identity.valid()) {
                visit(change.named.identity);
            }
        }
    }

    /// Gives the resource its keys; says whether a check was asked for.
    bool applyTo(ResourceState& resource) const;

private:
    struct Change {
        SlotChange named;
        KeyReferenceId key;                 // to which it is an update; invalid: of the identity alone
        const SlotState* present = nullptr; // null: the slot is not there
        std::optional<Answer> checked = {}; // the check that was asked for
    };

    void add(const SlotChange& named);
    /// What a change of the list, which names no slot, does to one slot; nothing where it changes nothing.
    std::optional<SlotChange> inSlot(const SlotChange& listed);
    /// Whether a slot holds the key of a change of the list.
    [[nodiscard]] bool isListed(const SlotState& slot, const SlotChange& listed) const;
    [[nodiscard]] bool isNamed(SlotId slot) const;
    [[nodiscard]] bool isPossible(const Change& change) const;
    [[nodiscard]] std::size_t placeOf(SlotId slot) const;
    [[nodiscard]] const SlotState& before(const Change& change) const;
    [[nodiscard]] SlotState after(const Change& change) const;
    [[nodiscard]] Slots slotsAfter() const;

    const ResourceRules& rules_;
    const ResourceState& resource_;
    const WorldView& world_;
    Instant now_;
    SlotState none_;              // what is in a slot that is not there
    std::vector<Change> changes_; // in the order of the slots
    bool isFull_ = false;         // there is no slot for a key that is to come onto the list
};

} // namespace cmksim::engine
