#include "reference/services.hpp"

#include <algorithm>

namespace cmksim::reference {

namespace {

constexpr Duration period = std::chrono::minutes{60};
constexpr Duration untilLapse = 90 * day;

Event eventOf(const Resource& resource, EventKind kind, Instant now) {
    Event event;
    event.t = now.time_since_epoch().count();
    event.kind = kind;
    event.subject = resource.name;
    return event;
}

void moveTo(Resource& resource, const std::string& state, std::string_view reason, Instant now,
            std::vector<Event>& events) {
    if (resource.state == state && resource.reason == reason) {
        return;
    }
    if (resource.isReady() && state != "Ready") {
        resource.downSince = now;
        ++resource.outages;
    }
    if (!resource.isReady() && state == "Ready") {
        resource.downtimeBefore += now - resource.downSince;
    }
    Event event = eventOf(resource, EventKind::Transition, now);
    event.from = resource.state;
    event.to = state;
    event.reason = reason;
    events.push_back(event);
    resource.state = state;
    resource.reason = reason;
}

// Automatic rotation, of a resource whose check has just passed.
void rewrap(Resource& resource, const Answer& answer, Instant now, std::vector<Event>& events) {
    const Version& newest = answer.key->versions.back();
    const bool namesVersion = !parseKeyReference(resource.key).version.empty();
    if (namesVersion || !rotatesAutomatically(resource.service) || newest.material == answer.version->material ||
        !newest.usableAt(now)) {
        return;
    }
    resource.wrappedBy = newest.material;
    Event rotated = eventOf(resource, EventKind::KeyRotated, now);
    rotated.from = answer.version->name;
    rotated.to = newest.name;
    events.push_back(rotated);
}

} // namespace

void setDegraded(Resource& resource, bool value, Instant now, std::vector<Event>& events) {
    if (resource.degraded == value) {
        return;
    }
    resource.degraded = value;
    Event event = eventOf(resource, EventKind::Condition, now);
    event.name = "Degraded";
    event.result = value ? "true" : "false";
    events.push_back(event);
}

std::string identityName(const std::string& resource, std::string_view written) {
    return written == "SystemAssigned" ? "system:" + resource : std::string{written};
}

bool Resource::revalidatesAt(Instant now) const {
    return now >= firstRevalidation && (now - firstRevalidation) % period == Duration{};
}

bool Resource::looksForNewerVersionAt(Instant now) const {
    const std::optional<Duration> every = rotationPeriod(service);
    return every && now >= firstRotation && (now - firstRotation) % *every == Duration{};
}

Instant Resource::nextRotationAfter(Instant now) const {
    const std::optional<Duration> every = rotationPeriod(service);
    if (!every) {
        return never;
    }
    return now < firstRotation ? firstRotation : now + *every - (now - firstRotation) % *every;
}

Instant Resource::nextRevalidationAfter(Instant now) const {
    if (now < firstRevalidation) {
        return firstRevalidation;
    }
    return now + period - (now - firstRevalidation) % period;
}

const Resource* Resources::find(const std::string& name) const {
    for (const Resource& resource : resources_) {
        if (resource.name == name) {
            return &resource;
        }
    }
    return nullptr;
}

Resource* Resources::existing(const std::string& name) {
    for (Resource& resource : resources_) {
        if (resource.name == name && resource.state != "Deleted") {
            return &resource;
        }
    }
    return nullptr;
}

Credential Resources::credentialOf(const std::string& identity) const {
    const std::string type = identity.starts_with("system:") ? "SystemAssigned" : world_.typeOf(identity);
    return {identity, type, world_.principalOf(identity)};
}

Question Resources::questionOf(const Resource& resource) const {
    return {.use = keyUseOf(resource.service, readings_),
            .credential = resource.credential,
            .lapsed = resource.lapsed,
            .outboundIp = resource.outboundIp,
            .resource = resource.name,
            .key = resource.key,
            .wrappedBy = resource.wrappedBy,
            .goesPast = {}};
}

Refusal Resources::apply(const ActionSpec& action, Instant now, std::optional<Duration> delay,
                         std::vector<Event>& consequences) {
    const std::string name{action.target.text};
    const bool deploys = action.kind == kindOf<TemplateDeploy>;
    if (action.kind == kindOf<ResourceCreate> || (deploys && existing(name) == nullptr)) {
        return create(name, *action.resource(), now);
    }
    Resource* resource = existing(name);
    if (resource == nullptr) {
        return "ResourceNotFound";
    }
    const std::string identity = identityName(name, action.get<Name>("identity").text);
    switch (action.kind) {
    case kindOf<TemplateDeploy>: return deploy(*resource, *action.resource(), now, consequences);
    case kindOf<ResourceDelete>: return remove(*resource, now);
    case kindOf<ResourceUpdate>: return update(*resource, action, now, consequences);
    case kindOf<ResourceAssignIdentity>: return assignIdentity(*resource, identity);
    case kindOf<ResourceRemoveIdentity>: return removeIdentity(*resource, identity, now + delay.value_or(untilLapse));
    case kindOf<SupportRestoreIdentity>:
        resource->lapses.reset();
        resource->lapsed = false;
        return {};
    case kindOf<ServiceStall>: resource->stalled = true; return {};
    case kindOf<ServiceResume>: resource->stalled = false; return {};
    default: return "NotAnActionOnAResource";
    }
}

Refusal Resources::remove(Resource& resource, Instant now) {
    resource.downtimeBefore = resource.downtimeAt(now);
    resource.state = "Deleted";
    resource.reason = "None";
    resource.degraded = false;
    resource.recoverable = false;
    resource.lapses.reset();
    world_.endSystemIdentity(identityName(resource.name, "SystemAssigned"));
    return {};
}

Refusal Resources::assignIdentity(Resource& resource, const std::string& written) {
    const std::string identity = world_.attachedFor(written);
    const bool own = identity == identityName(resource.name, "SystemAssigned");
    if (!own && !world_.identityExists(identity)) {
        return "IdentityNotFound";
    }
    if (isAlwaysAttached(resource.service, identity, world_.typeOf(identity))) {
        return {};
    }
    const bool inUse = resource.credential && world_.attachedFor(resource.credential->identity) == identity;
    if (inUse && resource.lapses) {
        if (own) {
            return "SupportRequired";
        }
        resource.lapses.reset();
        resource.lapsed = false;
    }
    if (own && !resource.attached.contains(identity)) {
        world_.makeSystemIdentity(identity);
    }
    resource.attached.insert(identity);
    return {};
}

bool Resources::isAttached(const Resource& resource, const std::string& written) const {
    const std::string identity = world_.attachedFor(written);
    return isAlwaysAttached(resource.service, identity, world_.typeOf(identity)) ||
           resource.attached.contains(identity);
}

Refusal Resources::removeIdentity(Resource& resource, const std::string& written, Instant lapses) {
    const std::string identity = world_.attachedFor(written);
    const bool alwaysThere = isAlwaysAttached(resource.service, identity, world_.typeOf(identity));
    const bool used = resource.credential && world_.attachedFor(resource.credential->identity) == identity;
    if (alwaysThere && !used) {
        return "IdentityNotFound";
    }
    if (!isAttached(resource, identity)) {
        return "IdentityNotFound";
    }
    if (used) {
        if (isRegistry(resource.service) && !resource.lapses) {
            resource.lapses = lapses;
        }
        return "IdentityInUse";
    }
    resource.attached.erase(identity);
    if (identity == identityName(resource.name, "SystemAssigned")) {
        world_.endSystemIdentity(identity);
    }
    return {};
}

void Resources::elapse(Instant now, std::vector<Event>& events) {
    for (Resource& resource : resources_) {
        if (resource.lapses != now) {
            continue;
        }
        resource.lapsed = true;
        Event fact = eventOf(resource, EventKind::Fact, now);
        fact.name = "IdentityLapsed";
        events.push_back(fact);
        setDegraded(resource, false, now, events);
        moveTo(resource, "Inaccessible", "IdentityInactive", now, events);
    }
}

void Resources::revalidate(Instant now, std::vector<Event>& events) {
    for (Resource& resource : resources_) {
        if (resource.takesPart() && !resource.stalled && resource.revalidatesAt(now)) {
            revalidate(resource, now, events);
        }
        if (resource.takesPart() && !resource.stalled && resource.looksForNewerVersionAt(now)) {
            lookForNewerVersion(resource, now, events);
        }
    }
}

void Resources::revalidate(Resource& resource, Instant now, std::vector<Event>& events) {
    Question question = questionOf(resource);
    using Sight = Readings::FirewallSight;
    const bool seesPast = readings_.firewallSight == Sight::Everything ||
                          (readings_.firewallSight == Sight::Losses && resource.isReady());
    if (isRegistry(resource.service) && seesPast) {
        question.goesPast = {"VaultFirewallDenied"};
    }
    const Answer answer = check(world_, question, now);
    const bool keptOut = answer.reason == "VaultFirewallDenied" || !answer.passed.empty();
    if (isRegistry(resource.service)) {
        setDegraded(resource, keptOut, now, events);
        if (keptOut && !seesPast) {
            rules_.insert("down behind the firewall");
            return;
        }
    }
    moveTo(resource, stateFor(resource.service, answer.reason), answer.reason, now, events);
    if (question.credential && question.credential->type == "Federated") {
        if (answer.reason == "None") {
            rules_.insert("a federated identity used");
        } else if (answer.reason == "TokenAcquisitionFailed") {
            for (const std::string& trouble : world_.troublesOf(question.credential->identity)) {
                rules_.insert(trouble);
            }
        }
    }
    const bool leadsToVault = !parseKeyReference(resource.key).vault.empty();
    if (answer.reason == "KeyUriMalformed" && leadsToVault) {
        rules_.insert("key in a kind of vaults that the service does not take");
    }
    if (answer.reason != "None") {
        return;
    }
    if (!readKeyReference(world_, question.use, resource.key).kind.empty()) {
        rules_.insert("key in a managed HSM used");
    }
    resource.wrappedBy = answer.version->material;
    if (!rotationPeriod(resource.service) && !keptOut) {
        rewrap(resource, answer, now, events);
    }
}

void Resources::lookForNewerVersion(Resource& resource, Instant now, std::vector<Event>& events) {
    const Answer answer = check(world_, questionOf(resource), now);
    if (resource.isReady() && resource.wrappedBy && answer.reason == "None") {
        rules_.insert("looked for a newer version");
        rewrap(resource, answer, now, events);
    }
}

void Resources::noticeDataLoss(Instant now, std::vector<Event>& events) {
    for (Resource& resource : resources_) {
        if (resource.state == "Deleted" || !resource.recoverable || !resource.wrappedBy ||
            world_.exists(*resource.wrappedBy)) {
            continue;
        }
        resource.recoverable = false;
        events.push_back(eventOf(resource, EventKind::DataLost, now));
    }
}

Instant Resources::nextInstantAfter(Instant now) const {
    Instant next = never;
    for (const Resource& resource : resources_) {
        if (resource.takesPart()) {
            next = std::min({next, resource.nextRevalidationAfter(now), resource.nextRotationAfter(now)});
        }
        if (resource.lapses && *resource.lapses > now) {
            next = std::min(next, *resource.lapses);
        }
    }
    return next;
}

} // namespace cmksim::reference
