#include "gate/rotation.hpp"

#include "engine/free_slot.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace cmksim::gate {

namespace {

/// What of a resource decides whether it rotates.
class Rotation {
public:
    Rotation(const Program& program, const ResourceProgram& resource)
        : program_{program}, model_{*program.models[resource.model]} {
        if (resource.described) {
            begin(*resource.described);
        }
    }

    void begin(const NewResource& described) {
        keys_.clear();
        described.eachKey([this](const KeyUse& use) { keys_[use.slot] = use.key; });
        isOn_ = described.automaticRotation.value_or(model_.automaticRotation);
    }

    void update(const ResourceUpdate& change) {
        if (change.key.cleared) {
            keys_.clear();
        }
        if (change.key.to.valid()) {
            keys_[shortSlotOf(program_.names, model_)] = change.key.to;
        }
        for (const SlotChange& slot : change.slots) {
            if (!slot.slot.valid()) {
                updateList(slot);
            } else if (slot.removed) {
                keys_.erase(slot.slot);
            } else if (slot.key.valid()) {
                keys_[slot.slot] = slot.key;
            }
        }
        isOn_ = change.automaticRotation.value_or(isOn_);
    }

    /// The slots whose key moves on by itself.
    [[nodiscard]] std::set<SlotId> rotating() const {
        std::set<SlotId> slots;
        for (const auto& [slot, key] : keys_) {
            const bool can = model_.rotationIsSetting ? isOn_ : model_.automaticRotation;
            const std::optional<NamedKey>& named = program_.keys[key].named;
            if (can && named && !named->version.valid()) {
                slots.insert(slot);
            }
        }
        return slots;
    }
    [[nodiscard]] bool hasKeyIn(SlotId slot) const { return keys_.contains(slot); }

private:
    /// As the engine does, but for the identities, which decide nothing here.
    void updateList(const SlotChange& listed) {
        const std::optional<NamedKey>& named = program_.keys[listed.key].named;
        const auto held = std::ranges::find_if(keys_, [&](const auto& one) {
            return one.second == listed.key || (named && program_.keys[one.second].named == named);
        });
        if (listed.removed && held != keys_.end()) {
            keys_.erase(held);
        } else if (!listed.removed && held == keys_.end()) {
            const auto& slots = program_.names.slots;
            const auto isTaken = [this](SlotId slot) { return keys_.contains(slot); };
            if (const SlotId slot = engine::freeSlot({slots.begin(), slots.end()}, isTaken); slot.valid()) {
                keys_[slot] = listed.key;
            }
        }
    }

    const Program& program_;
    const Model& model_;
    std::map<SlotId, KeyReferenceId> keys_;
    bool isOn_ = false;
};

} // namespace

std::vector<EntryId> stepsThatEndRotation(const Program& program) {
    std::vector<EntryId> steps;
    std::vector<Rotation> rotations;
    rotations.reserve(program.resources.size());
    for (const ResourceProgram& resource : program.resources) {
        rotations.emplace_back(program, resource);
    }
    for (const EntryId id : program.entries.ids()) {
        const TimelineEntry& entry = program.entries[id];
        if (const auto* made = entry.action<ResourceCreate>()) {
            rotations[made->resource.index()].begin(*made->described);
        } else if (const auto* change = entry.action<ResourceUpdate>()) {
            Rotation& rotation = rotations[change->resource.index()];
            const std::set<SlotId> before = rotation.rotating();
            rotation.update(*change);
            const std::set<SlotId> after = rotation.rotating();
            if (std::ranges::any_of(before,
                                    [&](SlotId slot) { return rotation.hasKeyIn(slot) && !after.contains(slot); })) {
                steps.push_back(id);
            }
        }
    }
    return steps;
}

} // namespace cmksim::gate
