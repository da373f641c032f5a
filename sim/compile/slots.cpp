// Keys by slot (rules, section 5).

#include "base/text.hpp"
#include "compile/compiler.hpp"
#include "engine/free_slot.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cmksim::compile {

namespace {

std::string_view shortSlotIn(const Model& model) {
    if (!model.keys || model.keys->slots.empty()) {
        return shortSlotName;
    }
    const std::vector<std::string>& slots = model.keys->slots;
    return std::ranges::find(slots, shortSlotName) != slots.end() ? shortSlotName : std::string_view{slots.front()};
}

} // namespace

/// Invalid where the service has no slot of that name, which is reported.
SlotId Compiler::slotNamed(const Model& model, const Name& name) {
    if (!isKnown(model) || (model.keys && model.keys->slots.empty())) {
        return names_.slot(name.text);
    }
    std::vector<std::string_view> known{shortSlotName};
    if (model.keys) {
        known.assign(model.keys->slots.begin(), model.keys->slots.end());
    }
    if (std::ranges::find(known, name.text) == known.end()) {
        names_.reportUnknown(fmt::format("slot of {}", model.service), name.text, name.mark, std::move(known));
        return {};
    }
    return names_.slot(name.text);
}

void Compiler::declareSlots(const Model& model) {
    names_.slot(shortSlotName);
    if (model.keys) {
        for (const std::string& slot : model.keys->slots) {
            names_.slot(slot);
        }
    }
}

/// The slots that a mapping names, but for one that `key` has named already.
std::vector<std::pair<SlotId, const KeyUseSpec*>> Compiler::slotsNamed(const Model& model,
                                                                       std::span<const KeyUseSpec> specs,
                                                                       bool shortForm) {
    std::vector<std::pair<SlotId, const KeyUseSpec*>> named;
    for (const KeyUseSpec& spec : specs) {
        const SlotId slot = slotNamed(model, spec.slot);
        if (slot.valid() && shortForm && spec.slot.text == shortSlotIn(model)) {
            diagnostics_.error(spec.slot.mark, fmt::format("a second key for the slot {}", inQuotes(spec.slot.text)),
                               "'key' and 'identity' are that slot's already");
        } else if (slot.valid()) {
            named.emplace_back(slot, &spec);
        }
    }
    return named;
}

void Compiler::giveKeys(ResourceId id, const ResourceSpec& spec, Scope scope, NewResource& resource) {
    const Model& model = program_.modelOf(id);
    std::vector<KeyUse> uses;
    const auto use = [&](std::string_view slot, KeyReferenceId key, IdentityId identity) {
        const bool isMade = !identity.valid() && model.makesIdentityFor(slot);
        uses.push_back({names_.slot(slot), key, isMade ? program_.resources[id].ownIdentity : identity});
    };
    if (spec.keyReference.present()) {
        if (const KeyReferenceId key = keyReference(id, spec.keyReference, scope); key.valid()) {
            use(shortSlotIn(model), key, resource.identity);
        }
    }
    for (const auto& [slot, said] : slotsNamed(model, spec.slots, spec.keyReference.present())) {
        const IdentityId identity = said->identity.present() ? identityInUse(id, said->identity, scope) : IdentityId{};
        if (const KeyReferenceId key = said->key.present() ? keyReference(id, said->key, scope) : KeyReferenceId{};
            key.valid()) {
            use(program_.names.slots[slot], key, identity);
        }
    }
    if (uses.empty()) {
        return;
    }
    if (model.keys && !model.keys->slots.empty()) {
        const std::vector<std::string>& order = model.keys->slots;
        std::ranges::stable_sort(
            uses, {}, [&](const KeyUse& use) { return std::ranges::find(order, program_.names.slots[use.slot]); });
    } else if (const std::size_t most = model.keys ? model.keys->most : 1; isKnown(model) && uses.size() > most) {
        const Name& extra = spec.slots.empty() ? spec.keyReference : spec.slots.back().slot;
        diagnostics_.error(extra.mark,
                           fmt::format("a {} has at most {} keys, not {}", inQuotes(model.service), most, uses.size()));
    }
    resource.slot = uses.front().slot;
    resource.key = uses.front().key;
    resource.identity = uses.front().identity;
    resource.otherKeys.assign(uses.begin() + 1, uses.end());
}

/// Of a list the slots are found when the update is played; here it is seen that each key can have one.
bool Compiler::takesList(const Model& model, const ActionSpec& spec, bool shortForm) {
    const Mark mark = spec.slots().front().key.mark;
    if (isKnown(model) && (!model.keys || !model.keys->slots.empty())) {
        diagnostics_.error(mark, fmt::format("a {} has no list of keys", inQuotes(model.service)),
                           model.keys ? "say 'keys: {SLOT: {key: …}}'; each slot is for something else"
                                      : "say 'key', it has one");
        return false;
    }
    if (shortForm) {
        diagnostics_.error(mark, "changes of the list of keys, and 'key' or 'identity'",
                           "name the identity beside the key that it uses");
        return false;
    }
    const std::size_t most = (model.keys ? model.keys->most : 1) + spec.slots().size();
    for (std::size_t place = 0; place < most; ++place) {
        names_.slot(engine::listedSlotName(place));
    }
    return true;
}

std::vector<SlotChange> Compiler::slotChanges(ResourceId id, const ActionSpec& spec) {
    const bool shortForm = spec.find<Name>("key") != nullptr || spec.find<Name>("identity") != nullptr;
    const Model& model = program_.modelOf(id);
    std::vector<SlotChange> changes;
    const auto add = [&](SlotId slot, const KeyUseSpec& use) {
        SlotChange change{.slot = slot, .removed = use.removed};
        if (use.key.present()) {
            change.key = keyReference(id, use.key, use.removed ? Scope::Removal : Scope::Timeline);
        }
        if (use.identity.present()) {
            change.identity = identityInUse(id, use.identity, Scope::Timeline);
        }
        if (slot.valid() || change.key.valid()) {
            changes.push_back(change);
        }
    };
    if (!spec.slots().empty() && !spec.slots().front().slot.present()) {
        if (takesList(model, spec, shortForm)) {
            std::ranges::for_each(spec.slots(), [&](const KeyUseSpec& use) { add({}, use); });
        }
    } else {
        for (const auto& [slot, use] : slotsNamed(model, spec.slots(), shortForm)) {
            add(slot, *use);
        }
    }
    if (!changes.empty() && spec.find<Cleared>("key") != nullptr) {
        const KeyUseSpec& first = spec.slots().front();
        diagnostics_.error(first.slot.present() ? first.slot.mark : first.key.mark, "keys by slot, and 'key: null'",
                           "that takes the keys of all slots away");
    }
    return changes;
}

} // namespace cmksim::compile
