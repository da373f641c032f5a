#include "reference/replay.hpp"

#include "reference/clock.hpp"
#include "reference/modelled_resources.hpp"
#include "reference/services.hpp"
#include "reference/world.hpp"

namespace cmksim::reference {

Replay replay(const Scenario& scenario, const Delays& delays, const Readings& readings) {
    World world{scenario.estate, readings.identitiesCanBeRecovered, [&](std::string_view service) {
                    return keyUseOf(serviceNamed(service, {}), readings).identities.contains("SystemAssigned");
                }};
    Resources resources{scenario, readings, world};
    world.deleteBeforeStart(scenario.estate);
    return Clock{scenario, delays, world, resources}.play();
}

Replay replay(const Scenario& scenario, const std::vector<ModelFile>& models) {
    World world{scenario.estate, true, [&](std::string_view service) {
                    return std::any_of(models.begin(), models.end(), [&](const ModelFile& model) {
                        return model.service == service && model.identities.contains("SystemAssigned");
                    });
                }};
    ModelledResources resources{scenario, models, world};
    world.deleteBeforeStart(scenario.estate);
    return Clock{scenario, Delays{}, world, resources}.play();
}

} // namespace cmksim::reference
