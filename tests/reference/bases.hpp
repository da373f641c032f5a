// What resources stand on (rules, section 6), written down once more in the most obvious way: a clock that stops at
// every second, on plain data. It knows of keys only whether each can be used.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace cmksim::reference {

/// A resource in such a world. Times are seconds since the start.
struct StackedResource {
    std::string name;
    std::vector<std::string> on;
    bool needsAll = true;
    std::int64_t within = 0;
    std::int64_t backWithin = 0;
    bool hasKey = false;
    std::int64_t period = 60; // of its looks, where it has a key
    std::int64_t phase = 0;
    bool deleteNeedsNothingOnIt = false;
};

struct StackedAction {
    enum class Kind : std::uint8_t { KeyOff, KeyOn, Delete, Create } kind{};
    std::int64_t at = 0;
    std::string resource; // or that whose key it is
};

struct StackedWorld {
    std::vector<StackedResource> resources; // in list order, all there at the start
    std::vector<StackedAction> actions;     // in order
    std::int64_t until = 0;
};

/// The events: `12 disk Ready -> Stopped BaseUnavailable`, `12 delete set InUse`, each with its second.
std::vector<std::string> play(const StackedWorld& world);

} // namespace cmksim::reference
