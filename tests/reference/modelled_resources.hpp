// Resources of any model, and what is done to them: the rules of models, one after the other, in the most obvious way.
#pragma once

#include "reference/check.hpp"
#include "reference/event.hpp"
#include "reference/model.hpp"
#include "reference/world.hpp"

#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace cmksim::reference {

using namespace scenario;

/// When a tolerance ends, and what the latest look answered.
struct TolerancePending {
    Instant ends{};
    std::string reason;
    std::string slot; // whose answer it was
};

/// A version that wrapped and is needed until then.
struct RetainedVersion {
    std::string key;
    Material material = 0;
    Instant until{};
};

/// What a check reads of a model.
KeyUse keyUseOf(const ModelFile& model);

struct ModelledSlot {
    std::string name;
    std::string key = {};
    std::optional<Credential> credential = {}; // of the identity used for the key
    std::optional<Material> wrappedBy = {};
    std::vector<RetainedVersion> retained = {}; // oldest first
};

/// What all keys together answer, and each by itself.
struct LookAnswer {
    std::string reason = "None";
    std::string slot;          // whose answer it is
    std::set<std::string> met; // conditions
    bool blind = false;
    bool blocksRotation = false;
    std::vector<Answer> own; // of each slot
};

struct ModelledResource {
    std::string name;
    const ModelFile* model = nullptr;
    std::vector<ModelledSlot> slots; // in order; none: the platform's own key
    std::set<std::string> attached;
    std::optional<std::uint32_t> outboundIp;
    bool followsNewVersions = false; // where that is a property of the resource

    Instant firstLook{};
    Instant firstRecoveryLook{};
    Instant firstRotation{};
    bool stalled = false;
    std::optional<Instant> lapses;
    bool lapsed = false;

    std::string state;
    std::string reason = "None";
    std::string reasonSlot; // whose answer the reason is
    std::set<std::string> conditions;
    bool losesNothingYet = false; // it has not come into its state from another, nor stood there at the start
    bool recoverable = true;
    std::int64_t outages = 0;
    Duration downtimeBefore{};
    std::optional<Instant> downSince;

    Instant since{};               // in this state
    std::set<std::string> movedOn; // states that a `then` has led out of since the state last changed otherwise
    std::set<std::size_t> lossesReported;
    std::optional<Instant> runSince;
    std::optional<TolerancePending> tolerance;
    std::optional<Instant> recoveryEnds;
    std::optional<Instant> healingEnds;
    std::optional<Instant> thenAnew; // a healing has failed here since it came into this state
    bool downBefore = false;         // at the end of the instant before

    std::vector<std::string> on;
    bool basesUnavailable = false;
    std::optional<Instant> otherwiseSince; // how long its bases have not been as they count

    [[nodiscard]] std::string serviceName() const { return model->service; }
    [[nodiscard]] const ModelState& rule() const { return model->states.at(state); }
    [[nodiscard]] bool isThere() const { return state != "Deleted" && state != "Absent"; }
    [[nodiscard]] bool isFirst() const { return state == model->first(); }
    [[nodiscard]] bool isDown() const { return isThere() && rule().down; }
    /// When its `then` is due: not while it heals.
    [[nodiscard]] std::optional<Instant> thenDue() const {
        if (!isThere() || !rule().then || healingEnds) {
            return std::nullopt;
        }
        return thenAnew.value_or(since) + rule().then->first;
    }
    [[nodiscard]] bool looks() const { return isThere() && !slots.empty() && !rule().terminal; }
    [[nodiscard]] ModelledSlot* slotNamed(const std::string& slot) {
        for (ModelledSlot& one : slots) {
            if (one.name == slot) {
                return &one;
            }
        }
        return nullptr;
    }
    [[nodiscard]] Duration downtimeAt(Instant now) const {
        return downtimeBefore + (downSince ? now - *downSince : Duration{});
    }
};

class ModelledResources {
public:
    ModelledResources(const Scenario& scenario, const std::vector<ModelFile>& models, World& world);

    /// In estate order, then in that of first creation.
    [[nodiscard]] const std::deque<ModelledResource>& all() const { return resources_; }
    [[nodiscard]] const ModelledResource* find(const std::string& name) const;
    static ModelledResource absent();

    Refusal apply(const ActionSpec& action, Instant now, std::optional<Duration> delay,
                  std::vector<Event>& consequences);

    /// What time alone brings about for resources.
    void elapse(Instant now, std::vector<Event>& events);

    /// The looks that are due now, and those for newer versions.
    void revalidate(Instant now, std::vector<Event>& events);

    /// What changes of bases bring about, once an instant.
    void settleBases(Instant now, std::vector<Event>& events);

    void noticeDataLoss(Instant now, std::vector<Event>& events);
    [[nodiscard]] OperationAnswer attempt(const ModelledResource& resource, const std::string& operation) const;
    [[nodiscard]] Instant nextInstantAfter(Instant now) const;

    /// The rules that decided something, by name.
    [[nodiscard]] const std::set<std::string>& rules() const { return rules_; }

private:
    struct Request;

    // --- coming to be, and being changed
    [[nodiscard]] ModelledResource made(const std::string& name, const ResourceSpec& spec, Instant birth);
    static void sortSlots(const ModelFile& model, std::vector<ModelledSlot>& slots);
    [[nodiscard]] bool namesMissingIdentity(const std::string& name, const ResourceSpec& spec) const;
    Refusal create(const std::string& name, const ResourceSpec& spec, Instant now);
    Refusal remove(ModelledResource& resource, Instant now);
    Refusal update(ModelledResource& resource, const ActionSpec& action, Instant now, std::vector<Event>& events);
    Refusal deploy(ModelledResource& resource, const ResourceSpec& spec, Instant now, std::vector<Event>& events);
    struct SlotRequest;
    [[nodiscard]] std::vector<SlotRequest> slotsOf(const ModelledResource& resource, const ActionSpec& action) const;
    const ModelledSlot* listedSlot(const ModelledResource& resource, const KeyUseSpec& use,
                                   const std::function<bool(const std::string&)>& isWritten) const;
    [[nodiscard]] static bool isPossible(ModelledResource& resource, const SlotRequest& request);
    [[nodiscard]] bool opensWithout(const ModelledResource& resource, const std::vector<SlotRequest>& requests,
                                    Instant now) const;
    void takeSlots(ModelledResource& resource, const std::vector<SlotRequest>& requests, Instant now,
                   std::vector<Event>& events);
    Refusal giveUpKey(ModelledResource& resource, Instant now, std::vector<Event>& events);
    Refusal assignIdentity(ModelledResource& resource, const std::string& identity);
    Refusal removeIdentity(ModelledResource& resource, const std::string& identity, std::optional<Instant> lapses);
    Refusal revalidateByHand(ModelledResource& resource, Instant now, std::vector<Event>& events);

    /// The first rule of the model that refuses; what it was asked for is in the request afterwards.
    const ModelRefusal* refusalOf(const std::string& action, Request& request, Instant now);
    [[nodiscard]] bool holds(const ModelRefusal& rule, const Request& request) const;
    [[nodiscard]] Answer checkFor(const Request& request, Instant now);

    // --- looks
    void look(ModelledResource& resource, Instant now, std::vector<Event>& events);
    void lookForNewerVersion(ModelledResource& resource, Instant now, std::vector<Event>& events);
    [[nodiscard]] LookAnswer lookAtAll(const ModelledResource& resource, bool asked, Instant now);
    [[nodiscard]] std::string retainedAnswer(const ModelledResource& resource, const ModelledSlot& slot, Instant now);
    void rewrap(ModelledResource& resource, ModelledSlot& slot, const Answer& answer, Instant now,
                std::vector<Event>& events);
    void wrapBy(const ModelledResource& resource, ModelledSlot& slot, Material material, const std::string& key,
                Instant now);

    // --- what moves resources
    void moveTo(ModelledResource& resource, const std::string& state, const std::string& reason, Instant now,
                std::vector<Event>& events);
    void moveAsLook(ModelledResource& resource, const std::string& state, const std::string& reason, Instant now,
                    std::vector<Event>& events);
    void setConditions(ModelledResource& resource, const std::set<std::string>& conditions, Instant now,
                       std::vector<Event>& events);
    void tellLosses(ModelledResource& resource, Instant now, std::vector<Event>& events);
    void endRecovery(ModelledResource& resource, Instant now, std::vector<Event>& events);
    void dropHealing(ModelledResource& resource, Instant now);
    void endTolerance(ModelledResource& resource, Instant now, std::vector<Event>& events);
    void moveOn(ModelledResource& resource, Instant now, std::vector<Event>& events);
    void lapse(ModelledResource& resource, Instant now, std::vector<Event>& events);

    // --- what resources stand on
    [[nodiscard]] bool basesAreEnough(const ModelledResource& resource) const;
    [[nodiscard]] bool carriesOthers(const ModelledResource& base) const;
    void settleBases(ModelledResource& resource, Instant now, std::vector<Event>& events);
    [[nodiscard]] LookAnswer byHandAnswer(const ModelledResource& resource, Instant now);

    [[nodiscard]] Credential credentialOf(const std::string& identity) const;
    [[nodiscard]] Question questionOf(const ModelledResource& resource, const ModelledSlot& slot) const;
    [[nodiscard]] static bool isLost(const ModelledResource& resource, const World& world);
    [[nodiscard]] ModelledResource* existing(const std::string& name);
    void rule(const std::string& name) { rules_.insert(name); }

    const std::vector<ModelFile>& models_;
    World& world_;
    std::deque<ModelledResource> resources_;
    std::set<std::string> rules_;
};

/// An event of a resource.
Event eventOf(const ModelledResource& resource, EventKind kind, Instant now);

} // namespace cmksim::reference
