#include "import/slots.hpp"

#include "az/key_parts.hpp"
#include "import/azure_fields.hpp"
#include "import/resource_place.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cmksim::import {

namespace {

constexpr std::string_view firstSlot = "primary";

/// What `key` and `identity` are the short form of.
std::string shortSlotOf(const Model* model) {
    const bool hasOwnNames = model != nullptr && model->keys && !model->keys->slots.empty();
    const bool hasPrimary =
        !hasOwnNames || std::ranges::find(model->keys->slots, firstSlot) != model->keys->slots.end();
    return hasPrimary ? std::string{firstSlot} : model->keys->slots.front();
}

} // namespace

RawSlot& slotOf(std::vector<RawSlot>& slots, std::string_view slot) {
    const auto found = std::ranges::find(slots, slot, &RawSlot::slot);
    return found != slots.end() ? *found : slots.emplace_back(RawSlot{std::string{slot}, {}});
}

SlotField slotFieldOf(std::string_view field) {
    field.remove_prefix(az::slotsPrefix.size());
    const std::size_t dot = field.find('.');
    return {field.substr(0, dot), dot == std::string_view::npos ? std::string_view{} : field.substr(dot + 1)};
}

void SlotParts::take(std::string_view field, std::string_view value) {
    const auto [name, part] = slotFieldOf(field);
    RawSlot& slot = slotOf(slots_, name);
    parts_.resize(slots_.size());
    NamedKey& key = parts_[static_cast<std::size_t>(&slot - slots_.data())];
    std::string& said = part == "identity"  ? slot.use.identity
                        : part == "vault"   ? key.vault
                        : part == "name"    ? key.name
                        : part == "version" ? key.version
                                            : slot.use.key;
    said = said.empty() ? value : std::string_view{said};
}

std::vector<RawSlot> SlotParts::slots() {
    for (std::size_t i = 0; i < slots_.size(); ++i) {
        if (slots_[i].use.key.empty()) {
            slots_[i].use.key = identifierOf(parts_[i]);
        }
    }
    return std::move(slots_);
}

std::string referenceToPrincipal(std::string_view id, const AzureProperty& property) {
    constexpr std::string_view principal = ".principalId";
    const bool isOfSlot = property.thing == AzureThing::Resource && property.field.starts_with(az::slotsPrefix) &&
                          property.field.ends_with(az::identityPart);
    if (!isOfSlot || !property.path.starts_with(propertiesPrefix) || !property.path.ends_with(principal)) {
        return {};
    }
    return fmt::format("{}{}{} {}", unknownMark, referencePrefix, id,
                       std::string_view{property.path}.substr(propertiesPrefix.size()));
}

std::string slotAt(std::size_t place) { return place == 0 ? std::string{firstSlot} : fmt::format("key-{}", place + 1); }

bool hasKeyInSlot(const RawResource& resource) {
    return std::ranges::any_of(resource.slots, [](const RawSlot& one) { return !one.use.key.empty(); });
}

bool hasKey(const RawResource& resource) { return !resource.key.empty() || hasKeyInSlot(resource); }

std::vector<RawSlot> keysOf(const RawResource& resource, const Model* model) {
    std::vector<RawSlot> keys;
    if (!resource.key.empty()) {
        keys.push_back({shortSlotOf(model), {resource.key, resource.identity}});
    }
    // An estate calls the first one by its slot, and what tells of a change does not.
    std::ranges::copy_if(resource.slots, std::back_inserter(keys), [&](const RawSlot& one) {
        return !one.use.key.empty() && (resource.key.empty() || one.slot != keys.front().slot);
    });
    return keys;
}

bool hasSlotsFor(const RawResource& resource, const Model* model) {
    if (!hasKeyInSlot(resource)) {
        return true;
    }
    if (model == nullptr || !model->keys) {
        return false;
    }
    const std::vector<std::string>& slots = model->keys->slots;
    const std::vector<RawSlot> keys = keysOf(resource, model);
    return slots.empty() ? keys.size() <= model->keys->most : std::ranges::all_of(keys, [&](const RawSlot& one) {
        return std::ranges::find(slots, one.slot) != slots.end();
    });
}

} // namespace cmksim::import
