// Where a key goes that comes onto a resource's list of keys, where the model leaves the names of slots to the estate.
#pragma once

#include "model/ids.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>

namespace cmksim::engine {

/// What the slots of a list are called that no estate has named: `primary`, `key-2`, `key-3`.
inline std::string listedSlotName(std::size_t place) {
    return place == 0 ? std::string{shortSlotName} : "key-" + std::to_string(place + 1);
}

/// The first of them that is not taken, among the slots that have a name; invalid where there is none.
template <class IsTaken>
SlotId freeSlot(std::span<const std::string> slots, IsTaken isTaken) {
    for (std::size_t place = 0;; ++place) {
        const auto found = std::ranges::find(slots, listedSlotName(place));
        if (found == slots.end()) {
            return {};
        }
        const SlotId slot{static_cast<std::size_t>(found - slots.begin())};
        if (!isTaken(slot)) {
            return slot;
        }
    }
}

} // namespace cmksim::engine
