// The keys that a resource has in slots beside its first one.
#pragma once

#include "catalog/catalog.hpp"
#include "import/match.hpp"
#include "import/raw_import.hpp"
#include "model/azure.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace cmksim::import {

/// The slot of that name, which is added where it is not there.
RawSlot& slotOf(std::vector<RawSlot>& slots, std::string_view slot);

/// What a field of a slot (`keys.SLOT`, `.vault`, `.name`, `.version`, `.identity`) is about.
struct SlotField {
    std::string_view slot;
    std::string_view part; // empty: the key's identifier
};
SlotField slotFieldOf(std::string_view field);

/// Keys by slot, put together of what their fields say.
class SlotParts {
public:
    void take(std::string_view field, std::string_view value);

    /// Those of which something was said.
    std::vector<RawSlot> slots();

private:
    std::vector<RawSlot> slots_;
    std::vector<NamedKey> parts_; // of each
};

/// How a template refers to the principal that Azure says at such a property, of a resource with that id, uses the key
/// of a slot; empty where the property is of anything else.
std::string referenceToPrincipal(std::string_view id, const AzureProperty& property);

/// How the key that a list has at a place is called, as the first one is called `primary`.
std::string slotAt(std::size_t place);

/// Whether some slot has a key.
bool hasKeyInSlot(const RawResource& resource);

/// Whether it has a key at all.
bool hasKey(const RawResource& resource);

/// The keys of a resource in the order of its slots, the first one under its own slot's name.
std::vector<RawSlot> keysOf(const RawResource& resource, const Model* model);

/// Whether a model has slots for all the keys of a resource.
bool hasSlotsFor(const RawResource& resource, const Model* model);

} // namespace cmksim::import
