#include "engine/program.hpp"

namespace cmksim {

ResourceRules Program::rulesOf(ResourceId id) const {
    const ResourceProgram& resource = resources[id];
    const Model& model = *models[resource.model];
    ResourceRules rules;
    rules.model = &model;
    rules.ownIdentity = resource.ownIdentity;
    rules.detachable = resource.detachable;
    rules.identities = {names.identities.begin(), names.identities.end()};
    if (model.renewal) {
        rules.lapse = model.renewal->lapse.nominal;
    }
    return rules;
}

} // namespace cmksim
