#include "reference/modelled_resources.hpp"

#include "reference/services.hpp"

namespace cmksim::reference {

Event eventOf(const ModelledResource& resource, EventKind kind, Instant now) {
    Event event;
    event.t = now.time_since_epoch().count();
    event.kind = kind;
    event.subject = resource.name;
    return event;
}

ModelledResource ModelledResources::absent() {
    ModelledResource none;
    none.state = "Absent";
    return none;
}

const ModelledResource* ModelledResources::find(const std::string& name) const {
    for (const ModelledResource& resource : resources_) {
        if (resource.name == name) {
            return &resource;
        }
    }
    return nullptr;
}

ModelledResource* ModelledResources::existing(const std::string& name) {
    for (ModelledResource& resource : resources_) {
        if (resource.name == name && resource.isThere()) {
            return &resource;
        }
    }
    return nullptr;
}

Credential ModelledResources::credentialOf(const std::string& identity) const {
    const std::string type = identity.starts_with("system:") ? "SystemAssigned" : world_.typeOf(identity);
    return {identity, type, world_.principalOf(identity)};
}

KeyUse keyUseOf(const ModelFile& model) {
    return {.identities = model.identities,
            .trusted = model.trusted,
            .permissions = model.permissions,
            .otherVaults = model.otherVaults};
}

Question ModelledResources::questionOf(const ModelledResource& resource, const ModelledSlot& slot) const {
    return {.use = keyUseOf(*resource.model),
            .credential = slot.credential,
            .lapsed = resource.lapsed,
            .outboundIp = resource.outboundIp,
            .resource = resource.name,
            .key = slot.key,
            .wrappedBy = slot.wrappedBy,
            .goesPast = {}};
}

Refusal ModelledResources::apply(const ActionSpec& action, Instant now, std::optional<Duration> delay,
                                 std::vector<Event>& consequences) {
    const std::string name{action.target.text};
    const bool deploys = action.kind == kindOf<TemplateDeploy>;
    if (action.kind == kindOf<ResourceCreate> || (deploys && existing(name) == nullptr)) {
        return create(name, *action.resource(), now);
    }
    ModelledResource* resource = existing(name);
    if (resource == nullptr) {
        return "ResourceNotFound";
    }
    const std::string identity = identityName(name, action.get<Name>("identity").text);
    switch (action.kind) {
    case kindOf<TemplateDeploy>: return deploy(*resource, *action.resource(), now, consequences);
    case kindOf<ResourceDelete>: return remove(*resource, now);
    case kindOf<ResourceUpdate>: return update(*resource, action, now, consequences);
    case kindOf<ResourceAssignIdentity>: return assignIdentity(*resource, identity);
    case kindOf<ResourceRemoveIdentity>: {
        std::optional<Instant> lapses;
        if (resource->model->renewal) {
            lapses = now + delay.value_or(resource->model->renewal->lapse);
        }
        return removeIdentity(*resource, identity, lapses);
    }
    case kindOf<SupportRestoreIdentity>:
        resource->lapses.reset();
        resource->lapsed = false;
        return {};
    case kindOf<ResourceRevalidate>: return revalidateByHand(*resource, now, consequences);
    case kindOf<ServiceStall>: resource->stalled = true; return {};
    case kindOf<ServiceResume>: resource->stalled = false; return {};
    default: return "NotAnActionOnAResource";
    }
}

OperationAnswer ModelledResources::attempt(const ModelledResource& resource, const std::string& operation) const {
    const ModelOperation& rule = resource.model->operations.at(operation);
    const bool allowed = rule.anywhere || rule.allowedIn.contains(resource.state);
    if (!allowed) {
        const auto row = resource.model->reasons.find(resource.reason);
        const bool reasonSays = row != resource.model->reasons.end() && row->second.status != 0 && !rule.ownAnswer;
        return {false, reasonSays ? row->second.status : rule.status};
    }
    for (const std::string& condition : rule.blockedBy) {
        if (resource.conditions.contains(condition)) {
            return {false, rule.status};
        }
    }
    return {};
}

} // namespace cmksim::reference
