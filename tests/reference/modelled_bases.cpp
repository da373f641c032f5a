// What resources of any model stand on (rules, section 6).
#include "reference/modelled_resources.hpp"

#include <algorithm>

namespace cmksim::reference {

bool ModelledResources::basesAreEnough(const ModelledResource& resource) const {
    if (!resource.model->bases || resource.on.empty()) {
        return true;
    }
    const auto isUp = [&](const std::string& name) {
        const ModelledResource* base = find(name);
        return base != nullptr && base->isThere() && !base->rule().terminal && !base->rule().down;
    };
    return resource.model->bases->all ? std::all_of(resource.on.begin(), resource.on.end(), isUp)
                                      : std::any_of(resource.on.begin(), resource.on.end(), isUp);
}

bool ModelledResources::carriesOthers(const ModelledResource& base) const {
    return std::any_of(resources_.begin(), resources_.end(), [&](const ModelledResource& other) {
        return other.isThere() && std::find(other.on.begin(), other.on.end(), base.name) != other.on.end();
    });
}

// The check that a revalidation by hand asks for: the key's, and where that answers `None` the bases'.
LookAnswer ModelledResources::byHandAnswer(const ModelledResource& resource, Instant now) {
    LookAnswer answer = lookAtAll(resource, true, now);
    if (answer.reason == "None" && !basesAreEnough(resource)) {
        answer.reason = "BaseUnavailable";
    }
    return answer;
}

// Again and again the first in the list all of whose bases have been dealt with.
void ModelledResources::settleBases(Instant now, std::vector<Event>& events) {
    std::vector<ModelledResource*> left;
    for (ModelledResource& resource : resources_) {
        left.push_back(&resource);
    }
    while (!left.empty()) {
        const auto next = std::find_if(left.begin(), left.end(), [&](const ModelledResource* resource) {
            return std::none_of(left.begin(), left.end(), [&](const ModelledResource* base) {
                return std::find(resource->on.begin(), resource->on.end(), base->name) != resource->on.end();
            });
        });
        settleBases(**next, now, events);
        left.erase(next);
    }
}

void ModelledResources::settleBases(ModelledResource& resource, Instant now, std::vector<Event>& events) {
    if (!resource.isThere() || resource.rule().terminal || !resource.model->bases) {
        resource.otherwiseSince.reset();
        return;
    }
    const ModelBases& bases = *resource.model->bases;
    const bool enough = basesAreEnough(resource);
    if (enough != resource.basesUnavailable) {
        resource.otherwiseSince.reset();
        return;
    }
    resource.otherwiseSince = resource.otherwiseSince.value_or(now);
    if (now - *resource.otherwiseSince < (enough ? bases.backWithin : bases.within)) {
        return;
    }
    resource.otherwiseSince.reset();
    resource.basesUnavailable = !enough;
    const bool keyless = resource.slots.empty();
    if (resource.basesUnavailable) {
        rule("bases became unavailable");
        if (resource.isFirst() || resource.reason == "RevalidationRequired" || keyless) {
            moveAsLook(resource, bases.state, "BaseUnavailable", now, events);
        }
    } else {
        rule("bases became available");
        if (resource.reason == "BaseUnavailable" || (keyless && resource.reason == "None" && !resource.isFirst())) {
            moveAsLook(resource, resource.model->first(), "None", now, events);
        }
    }
}

} // namespace cmksim::reference
