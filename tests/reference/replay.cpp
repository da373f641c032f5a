#include "reference/replay.hpp"

#include "reference/clock.hpp"
#include "reference/modelled_resources.hpp"
#include "reference/services.hpp"
#include "reference/world.hpp"

namespace cmksim::reference {

Replay replay(const Scenario& scenario, const Delays& delays, const Readings& readings) {
    World world{scenario.estate, readings.identitiesCanBeRecovered};
    Resources resources{scenario, readings, world};
    world.deleteBeforeStart(scenario.estate);
    return Clock{scenario, delays, world, resources}.play();
}

Replay replay(const Scenario& scenario, const std::vector<ModelFile>& models) {
    World world{scenario.estate, true};
    ModelledResources resources{scenario, models, world};
    world.deleteBeforeStart(scenario.estate);
    return Clock{scenario, Delays{}, world, resources}.play();
}

} // namespace cmksim::reference
