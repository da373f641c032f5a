#include "property/model_generator.hpp"

#include "property/model_writer.hpp"
#include "property/random.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace cmksim::property {

namespace {

// --- worlds ----------------------------------------------------------------------------------------------------------

struct ResourceRole {
    std::string name;
    const ModelRole* model = nullptr;
    std::int64_t birth = 0;
    std::int64_t phase = 0;
};

class WorldWriter {
public:
    WorldWriter(Random& random, ModelledWorld& world) : random_{random}, world_{world} {}

    void write(std::uint64_t seed) {
        const auto services = static_cast<std::size_t>(random_.oneOf({1, 1, 1, 2, 2, 3}));
        for (std::size_t i = 0; i < services; ++i) {
            std::vector<std::string> below;
            for (const ModelRole& model : models_) {
                below.push_back(model.service);
            }
            models_.push_back(randomModel(random_, "service-" + std::to_string(i), below));
        }
        for (const ModelRole& model : models_) {
            world_.models.push_back(model.text);
        }
        until_ = random_.between(30, 150);
        estate();
        timeline();
        world_.world.head =
            "cmksim: 1\nname: random models " + std::to_string(seed) + "\nuntil: " + secondsText(until_) + "\n";
    }

private:
    void estate() {
        WorldText& world = world_.world;
        world.identities = {"    id-0: {}", "    id-1: {}"};
        if (random_.chance(30)) {
            world.identities.push_back("    fed-0: {type: Federated, with: id-0, app: id-2}");
            world.identities.push_back("    id-2: {type: Application}");
            federated_ = true;
        }
        const std::string policy =
            "{id-0: [get, wrapKey], id-1: " + std::string{random_.chance(80) ? "[get, wrapKey]" : "[get]"} +
            (federated_ ? ", id-2: [get, wrapKey]" : "") + "}";
        world.vaults = {"    kv-0: {enablePurgeProtection: false, accessPolicies: " + policy +
                            ", keys: {key-0: {versions: [{}, {}]}, key-1: {}}}",
                        "    kv-1: {accessPolicies: " + policy + ", keys: {key-0: {}}}",
                        "    kv-2: {kind: managed-hsm, roleAssignments: {id-0: Managed HSM Crypto User" +
                            std::string{random_.chance(80) ? ", id-1: Managed HSM Crypto User" : ""} +
                            "}, keys: {key-0: {}}}"};
        const std::int64_t count = random_.between(1, models_.size() > 1 ? 5 : 3);
        for (std::int64_t i = 0; i < count; ++i) {
            ResourceRole resource{.name = "app-" + std::to_string(i), .model = &random_.of(models_)};
            world.resources.push_back("    " + resource.name + ": " + fields(resource, false));
            resources_.push_back(resource);
        }
    }

    std::string fields(ResourceRole& resource, bool creation) {
        const ModelRole& model = *resource.model;
        FlowMap fields;
        fields.add("service", model.service);
        if (const std::vector<std::string> bases = someBases(model, resource.name); !bases.empty()) {
            fields.add("on", flowList(bases));
        }
        resource.phase = random_.between(0, model.period - 1);
        if (random_.chance(model.standsOn.empty() ? 8 : 30)) { // the platform's key
            if (!creation && fields.text().find("on: ") != std::string::npos && random_.chance(15)) {
                fields.add("state", random_.of(model.downStates));
            }
            return fields.text();
        }
        std::vector<std::string> slots = someSlots(model, true);
        if (slots.empty() || random_.chance(40)) {
            fields.add("key", someKey());
            if (random_.chance(95)) {
                fields.add("identity", someIdentity());
            }
            std::erase(slots, shortSlotOf(model));
            while (slots.size() + 1 > model.mostKeys) {
                slots.pop_back();
            }
        }
        if (!slots.empty()) {
            FlowMap keys;
            for (const std::string& slot : slots) {
                keys.add(slot, someUse(95));
            }
            fields.add("keys", keys.text());
        }
        fields.add("revalidationPhase", secondsText(resource.phase));
        if (model.rotationPeriod != 0) {
            fields.add("rotationPhase", secondsText(random_.between(0, model.rotationPeriod - 1)));
        }
        if (model.rotationIsSetting && random_.chance(60)) {
            fields.add("automaticRotation", flag());
        }
        if (model.recoveryPeriod != 0 && random_.chance(80)) {
            fields.add("recoveryPhase", secondsText(random_.between(0, model.recoveryPeriod - 1)));
        }
        if (!creation && random_.chance(20)) {
            fields.add("state", random_.of(model.states));
        }
        if (random_.chance(20)) {
            fields.add("outboundIp", "203.0.113.9");
        }
        return fields.text();
    }

    static std::string shortSlotOf(const ModelRole& model) {
        const bool usual = std::find(model.slots.begin(), model.slots.end(), "primary") != model.slots.end();
        return usual || model.slots.empty() ? "primary" : model.slots.front();
    }

    /// Slots of a model, in any order; as many as it takes, or more.
    std::vector<std::string> someSlots(const ModelRole& model, bool atMost) {
        std::vector<std::string> slots;
        for (const std::string& slot : model.slots) {
            if (random_.chance(65) && (!atMost || slots.size() < model.mostKeys)) {
                slots.insert(random_.chance(70) ? slots.end() : slots.begin(), slot);
            }
        }
        return slots;
    }

    std::string someUse(unsigned percentIdentity) {
        FlowMap use;
        use.add("key", someKey());
        if (random_.chance(percentIdentity)) {
            use.add("identity", someIdentity());
        }
        return use.text();
    }

    /// Keys come onto the list and go off it, whatever slots they are in.
    void updateList(const ResourceRole& resource) {
        std::string changes;
        for (std::size_t count = 1 + random_.below(2); count > 0; --count) {
            FlowMap change;
            change.add(random_.chance(45) ? "add" : "remove", someKey());
            if (random_.chance(60)) {
                change.add("identity", someIdentity());
            }
            changes += (changes.empty() ? "" : ", ") + change.text();
        }
        act("resource.update", resource.name, "{keys: [" + changes + "]}");
    }

    /// An update of several keys: some are changed, added or taken away.
    void updateSlots(const ResourceRole& resource) {
        if (resource.model->slots.size() > resource.model->mostKeys && now_ % 3 == 0) { // the estate names its slots
            return updateList(resource);
        }
        FlowMap keys;
        for (const std::string& slot : someSlots(*resource.model, false)) {
            const std::size_t kind = random_.below(100);
            keys.add(slot, kind < 35 ? "null" : kind < 50 ? "{identity: " + someIdentity() + "}" : someUse(60));
        }
        if (!keys.empty()) {
            act("resource.update", resource.name, "{keys: " + keys.text() + "}");
        }
    }

    /// Some of the resources of services that it can stand on.
    std::vector<std::string> someBases(const ModelRole& model, const std::string& own) {
        std::vector<std::string> bases;
        for (const ResourceRole& other : resources_) {
            const bool can =
                std::find(model.standsOn.begin(), model.standsOn.end(), other.model->service) != model.standsOn.end();
            if (can && other.name != own && random_.chance(70)) {
                bases.push_back(other.name);
            }
        }
        return bases;
    }

    void timeline() {
        const std::size_t wanted = 4 + random_.below(16);
        while (world_.world.timeline.size() < wanted && now_ <= until_) {
            if (random_.chance(30)) {
                story();
            } else {
                anything();
            }
            pass();
        }
    }

    void pass() {
        const std::size_t kind = random_.below(100);
        if (kind < 20) {
            return;
        }
        if (kind < 50) { // to a look, or a second beside it
            const ResourceRole& resource = random_.of(resources_);
            const std::int64_t since = now_ - resource.birth - resource.phase;
            const std::int64_t period = resource.model->period;
            now_ = since < 0 ? resource.birth + resource.phase
                             : now_ + period - since % period + random_.oneOf<std::int64_t>({0, 0, 1, -1});
        } else {
            now_ += random_.between(1, 14);
        }
    }

    /// The key goes and comes back, in one of several ways.
    void story() {
        const std::string vault = "kv-0";
        const std::string identity = someGrantee();
        switch (random_.below(6)) {
        case 5: // a version that no longer wraps goes
            act("key.rotate", vault + "/key-0");
            pass();
            act("key.update", vault + "/key-0/v" + std::to_string(random_.between(1, 3)), "{enabled: false}");
            pass();
            pass();
            act("key.update", vault + "/key-0/v" + std::to_string(random_.between(1, 3)), "{enabled: true}");
            break;
        case 0:
            act("key.update", vault + "/key-0", "{enabled: false}");
            pass();
            pass();
            act("key.update", vault + "/key-0", "{enabled: true}");
            break;
        case 1:
            act("policy.delete", vault, "{identity: " + identity + "}");
            pass();
            pass();
            act("policy.set", vault, "{identity: " + identity + ", permissions: [get, wrapKey]}");
            break;
        case 2:
            act("key.delete", vault + "/key-0");
            pass();
            pass();
            act("key.recover", vault + "/key-0");
            break;
        case 3:
            act("vault.update", vault, "{networkAcls: {defaultAction: Deny, bypass: None}}");
            pass();
            pass();
            act("vault.update", vault, "{networkAcls: {defaultAction: Allow}}");
            break;
        default:
            act("vault.fail-dns", vault);
            pass();
            act("vault.restore-dns", vault);
            break;
        }
    }

    void anything() {
        ResourceRole& resource = resources_[random_.below(resources_.size())];
        const std::string key = "kv-" + std::to_string(random_.oneOf({0, 0, 0, 0, 1, 1, 1, 2})) + "/key-0";
        switch (random_.below(resource.model->slots.empty() ? 28 : 34)) {
        case 28:
        case 29:
        case 30:
        case 31:
        case 32:
        case 33: return updateSlots(resource);
        case 0: return act("key.update", key, "{enabled: " + flag() + "}");
        case 1: return act("key.update", key, "{expires: " + someInstant() + "}");
        case 2: return act("key.update", key, "{notBefore: " + someInstant() + "}");
        case 3: return act("key.rotate", key);
        case 4: return act("key.delete", key);
        case 5: return act(random_.oneOf({"key.recover", "key.purge"}), key);
        case 6: return act("key.create", key);
        case 7: return act("policy.delete", "kv-0", "{identity: " + someGrantee() + "}");
        case 8: return act("policy.set", "kv-0", "{identity: " + someGrantee() + ", permissions: [get, wrapKey]}");
        case 9: return act(random_.oneOf({"identity.delete", "identity.recover", "identity.create"}), someGrantee());
        case 10:
            return act("vault.update", "kv-0",
                       "{networkAcls: {defaultAction: " + random_.oneOf<std::string>({"Deny", "Allow"}) +
                           ", bypass: " + random_.oneOf<std::string>({"None", "AzureServices"}) + "}}");
        case 11: return act(random_.oneOf({"vault.delete", "vault.recover"}), "kv-0");
        case 12: return act(random_.oneOf({"service.stall", "service.resume"}), resource.name);
        case 13: return act("resource.update", resource.name, "{identity: " + someIdentity() + "}");
        case 14: return act("resource.update", resource.name, "{key: " + someKey() + "}");
        case 15:
            return act("resource.update", resource.name, "{key: " + someKey() + ", identity: " + someIdentity() + "}");
        case 16: return act("resource.remove-identity", resource.name, "{identity: " + someIdentity() + "}");
        case 17: return act("resource.assign-identity", resource.name, "{identity: " + someIdentity() + "}");
        case 18:
            if (random_.chance(60)) {
                act("resource.delete", resource.name);
                pass();
            }
            [[fallthrough]];
        case 19: {
            ResourceRole made = resource;
            made.birth = now_;
            const std::string with = fields(made, true);
            resource = made;
            return act(random_.oneOf({"resource.create", "template.deploy"}), made.name, with);
        }
        case 20:
        case 21:
        case 22:
            act("resource.revalidate", resource.name);
            if (now_ < until_ && random_.chance(50)) { // while the first may be under way
                ++now_;
                act("resource.revalidate", resource.name);
            }
            return;
        case 23: return act("resource.update", resource.name, "{key: null}");
        case 24:
            return resource.model->rotationIsSetting
                       ? act("resource.update", resource.name, "{automaticRotation: " + flag() + "}")
                       : observe(resource);
        default: return observe(resource);
        }
    }

    void observe(const ResourceRole& resource) {
        if (now_ > until_) {
            return;
        }
        FlowMap entry;
        entry.add("at", secondsText(now_));
        if (random_.chance(50)) {
            entry.add("try", random_.oneOf({"read", "read", "show"})).add("target", resource.name);
        } else {
            entry.add("expect", "{" + resource.name + ": " + random_.of(resource.model->states) + "}");
        }
        world_.world.timeline.push_back("  - " + entry.text());
    }

    void act(std::string_view action, const std::string& target, const std::string& with = {}) {
        if (now_ > until_) {
            return;
        }
        FlowMap entry;
        entry.add("at", secondsText(now_)).add("do", action).add("target", target);
        if (!with.empty()) {
            entry.add("with", with);
        }
        world_.world.timeline.push_back("  - " + entry.text());
    }

    std::string someInstant() { return secondsText(std::max<std::int64_t>(0, now_ + random_.between(-5, 20))); }
    std::string flag() { return random_.chance(50) ? "true" : "false"; }
    /// One that is granted something, and can be deleted.
    std::string someGrantee() {
        return federated_ ? random_.oneOf({"id-0", "id-1", "id-2", "id-2"})
                          : random_.oneOf({"id-0", "id-0", "id-0", "id-1"});
    }
    std::string someIdentity() { return federated_ && random_.chance(50) ? "fed-0" : someGrantee(); }
    std::string someKey() {
        return random_.chance(5) ? std::string{"kv-2/key-0"}
                                 : std::string{random_.oneOf({"kv-0/key-0", "kv-0/key-0", "kv-0/key-0", "kv-0/key-0/v1",
                                                              "kv-0/key-1", "kv-1/key-0"})};
    }

    Random& random_;
    ModelledWorld& world_;
    std::vector<ModelRole> models_;
    std::vector<ResourceRole> resources_;
    std::int64_t until_ = 0;
    bool federated_ = false;
    std::int64_t now_ = 0;
};

} // namespace

ModelledWorld randomModelledWorld(std::uint64_t seed) {
    Random random{seed * 7919 + 17};
    ModelledWorld world;
    WorldWriter{random, world}.write(seed);
    return world;
}

} // namespace cmksim::property
