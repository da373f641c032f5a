#include "property/generator.hpp"

#include "property/estate_generator.hpp"
#include "property/story_teller.hpp"

#include <utility>

namespace cmksim::property {

WorldText randomWorld(std::uint64_t seed) {
    Random random{seed};
    WorldText world;
    Cast cast = drawEstate(random, world);
    StoryTeller{random, cast, world}.tell();
    if (random.chance(8)) { // entries may stand in any order
        for (std::size_t i = world.timeline.size(); i > 1; --i) {
            std::swap(world.timeline[i - 1], world.timeline[random.below(i)]);
        }
    }
    world.head = "cmksim: 1\nname: random world " + std::to_string(seed) + "\n";
    if (random.chance(93)) {
        world.head += "until: " + secondsText(cast.until) + "\n";
    }
    if (cast.registryPreview) {
        world.head += "models: {acr: 2020-01-preview}\n";
    }
    return world;
}

} // namespace cmksim::property
