// Plays random worlds twice, by the reference and by another player, and makes the first world small on which they
// differ.
#pragma once

#include "property/coverage.hpp"
#include "property/world_text.hpp"
#include "reference/event.hpp"
#include "reference/replay.hpp"
#include "scenario/ast.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace cmksim::property {

using namespace scenario;

/// Whatever else replays a scenario. Nothing when it says that the world is not sound.
using Player = std::function<std::optional<reference::Replay>(const Scenario&, const reference::Delays&,
                                                              const reference::Readings&)>;

/// How the world of that seed is read; nothing: nominally.
using ReadingsOf = std::function<reference::Readings(std::uint64_t seed)>;

/// A scenario read from text; `complaints` has what is wrong with one that cannot be read.
struct ReadWorld {
    std::optional<Scenario> scenario;
    std::string complaints;
};
ReadWorld readWorld(const std::string& yaml);

/// A world on which the two differ, or which one of them does not take.
struct Difference {
    std::uint64_t seed = 0;
    std::string what;
    std::string yaml; // as small as leaving out pieces makes it
};

/// All that a person needs to look into it.
std::string describe(const Difference& difference);

/// Plays the worlds of `count` seeds from `firstSeed` on; what they reach goes to `coverage`, if there is one.
/// `delays`: of what the documents leave open; `readings`: of what they disagree about.
std::optional<Difference> findDifference(std::uint64_t firstSeed, std::uint64_t count, const Player& player,
                                         Coverage* coverage = nullptr, const reference::Delays& delays = {},
                                         const ReadingsOf& readings = {});

/// Leaves out pieces of a world, one at a time, as long as `holds` stays true of the text.
WorldText shrink(WorldText world, const std::function<bool(const std::string& yaml)>& holds);

} // namespace cmksim::property
