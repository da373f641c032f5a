// The resources and what is done to them (semantics, section 4).
#pragma once

#include "reference/check.hpp"
#include "reference/event.hpp"
#include "reference/world.hpp"

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace cmksim::reference {

using namespace scenario;

struct Resource {
    std::string name;
    Service service{};
    std::optional<Credential> credential; // of the identity used for the key
    std::set<std::string> attached;       // identities, by name
    std::string key;                      // empty: the platform's own
    std::optional<Material> wrappedBy;    // the material that wraps the DEK, if anybody knows
    std::optional<std::uint32_t> outboundIp;
    std::string region; // empty, as here and below: it is not said
    std::string tenant;
    std::map<std::string, std::string> properties; // those that were set
    Instant firstRevalidation{};
    Instant firstRotation{}; // the first look for a newer version, where the service has a clock for them
    bool stalled = false;
    std::optional<Instant> lapses; // when the credential that is not renewed will lapse, or has
    bool lapsed = false;

    std::string state = "Ready";
    std::string reason = "None";
    bool degraded = false;
    bool recoverable = true;
    std::int64_t outages = 0;
    Duration downtimeBefore{}; // of the outages that are over
    Instant downSince{};

    [[nodiscard]] bool isReady() const { return state == "Ready"; }
    [[nodiscard]] bool isDown() const { return state != "Ready" && state != "Failed" && state != "Deleted"; }
    [[nodiscard]] bool takesPart() const { return !key.empty() && state != "Failed" && state != "Deleted"; }
    [[nodiscard]] std::string serviceName() const { return nameOf(service); }
    [[nodiscard]] Duration downtimeAt(Instant now) const {
        return downtimeBefore + (isDown() ? now - downSince : Duration{});
    }
    [[nodiscard]] bool revalidatesAt(Instant now) const;
    [[nodiscard]] Instant nextRevalidationAfter(Instant now) const;
    [[nodiscard]] bool looksForNewerVersionAt(Instant now) const;
    [[nodiscard]] Instant nextRotationAfter(Instant now) const;
};

/// The properties that an update gives another value, each with that.
using Changes = std::map<std::string, std::string>;

class Resources {
public:
    Resources(const Scenario& scenario, const Readings& readings, World& world);

    /// In estate order, then in that of first creation.
    [[nodiscard]] const std::deque<Resource>& all() const { return resources_; }
    [[nodiscard]] const Resource* find(const std::string& name) const;

    /// Performs an action on a resource; events that follow from it go to `consequences`.
    Refusal apply(const ActionSpec& action, Instant now, std::optional<Duration> delay,
                  std::vector<Event>& consequences);

    /// The revalidations that are due now, and the looks for newer versions.
    void revalidate(Instant now, std::vector<Event>& events);

    /// The credentials that lapse now.
    void elapse(Instant now, std::vector<Event>& events);

    /// What trying an operation on one that is there comes to.
    [[nodiscard]] OperationAnswer attempt(const Resource& resource, const std::string& operation) const {
        return tryOperation(resource.service, operation, resource.isReady(), resource.degraded);
    }

    /// What stands for one that is not there.
    static Resource absent() {
        Resource none;
        none.state = "Absent";
        return none;
    }

    /// Notices whose data has been lost by what has just happened.
    void noticeDataLoss(Instant now, std::vector<Event>& events);

    [[nodiscard]] Instant nextInstantAfter(Instant now) const;

    /// The rules of the contract that decided something, by name: those that no event tells.
    [[nodiscard]] const std::set<std::string>& rules() const { return rules_; }

private:
    Refusal create(const std::string& name, const ResourceSpec& spec, Instant now);
    Refusal refusalOfCreation(const Resource& resource, const ResourceSpec& spec) const;
    Refusal refusalOfVault(const Resource& resource, const std::string& key) const;
    Refusal remove(Resource& resource, Instant now);
    [[nodiscard]] Refusal refusalOfKind(const Resource& resource, const std::string& key) const;
    Refusal changeProperties(Resource& resource, const ActionSpec& action);
    Refusal deploy(Resource& resource, const ResourceSpec& spec, Instant now, std::vector<Event>& consequences);
    Refusal update(Resource& resource, const ActionSpec& action, Instant now, std::vector<Event>& consequences);
    Refusal updateEncryption(Resource& resource, const ActionSpec& action, Instant now,
                             std::vector<Event>& consequences);
    Refusal giveKey(Resource& resource, const std::string& key, const std::optional<Credential>& credential,
                    const Changes& changes, Instant now);
    Refusal updateRegistry(Resource& resource, const std::string& key, const std::optional<Credential>& credential,
                           Instant now, std::vector<Event>& consequences);
    Refusal updateCosmosDb(Resource& resource, const std::string& key, const std::optional<Credential>& credential,
                           const Changes& changes, Instant now);
    Refusal updateDocumentDb(Resource& resource, const std::string& key, const std::optional<Credential>& credential,
                             Instant now);
    Refusal changeDefaultIdentity(Resource& resource, const Credential& credential, Instant now);
    [[nodiscard]] Refusal refusalOfNewKey(const Resource& resource, const std::string& key) const;
    Refusal assignIdentity(Resource& resource, const std::string& identity);
    Refusal removeIdentity(Resource& resource, const std::string& identity, Instant lapses);
    [[nodiscard]] bool isAttached(const Resource& resource, const std::string& identity) const;
    void revalidate(Resource& resource, Instant now, std::vector<Event>& events);
    void lookForNewerVersion(Resource& resource, Instant now, std::vector<Event>& events);

    /// The resource of that spec, as far as it does not depend on a check.
    [[nodiscard]] Resource made(const std::string& name, const ResourceSpec& spec, Instant birth) const;
    [[nodiscard]] bool namesMissingIdentity(const std::string& name, const ResourceSpec& spec) const;
    [[nodiscard]] Credential credentialOf(const std::string& identity) const;
    [[nodiscard]] Question questionOf(const Resource& resource) const;
    [[nodiscard]] Answer checksOfUpdate(const Resource& resource, const std::string& key,
                                        const std::optional<Credential>& credential, Instant now) const;
    [[nodiscard]] Resource* existing(const std::string& name);
    void attach(Resource& resource, const std::string& identity);

    World& world_;
    Readings readings_;
    std::string registryVersion_;
    std::deque<Resource> resources_;
    std::set<std::string> rules_;
};

/// An identity's name within a resource: `SystemAssigned` is `system:RESOURCE`.
std::string identityName(const std::string& resource, std::string_view written);

Changes changesOf(const Resource& resource, const ActionSpec& action);

/// The update that a template comes to, of a resource that is there: its key and identity, or that it has none.
ActionSpec updateTo(const ResourceSpec& spec, bool encrypted);

/// Whether a property is true once these are made.
bool isTrueAfter(const std::string& property, const Resource& resource, const Changes& changes);

/// Whether two texts name the same version of the same key.
bool isSameKey(const World& world, const KeyUse& use, const std::string& one, const std::string& other);

/// Takes key and credential that an update names; empty ones stay as they are.
void take(const World& world, Resource& resource, const std::string& key, const std::optional<Credential>& credential);

/// What the firewall is known to do to a registry; an event when it changes.
void setDegraded(Resource& resource, bool value, Instant now, std::vector<Event>& events);

} // namespace cmksim::reference
