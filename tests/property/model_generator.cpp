#include "property/model_generator.hpp"

#include "property/random.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace cmksim::property {

namespace {

constexpr std::array<std::string_view, 14> checkedReasons{
    "IdentityNotAssigned", "IdentityInactive",     "TokenAcquisitionFailed",
    "KeyUriMalformed",     "VaultDnsUnresolved",   "VaultNotFound",
    "VaultFirewallDenied", "IdentityUnauthorized", "KeyNotFound",
    "KeyVersionNotFound",  "KeyDisabled",          "KeyNotYetValid",
    "KeyExpired",          "UnwrapFailed"};
constexpr std::array<std::string_view, 5> possibleConditions{"VaultFirewallDenied", "IdentityUnauthorized",
                                                             "KeyDisabled", "KeyNotYetValid", "KeyExpired"};

/// What a story has to know of a model.
struct ModelRole {
    std::string service;
    std::string text;
    std::int64_t period = 0;
    std::int64_t rotationPeriod = 0; // 0: it has no clock of its own
    std::int64_t recoveryPeriod = 0; // likewise
    bool rotationIsSetting = false;
    std::vector<std::string> standsOn; // services
    std::vector<std::string> states;
    std::vector<std::string> downStates; // not the first, not terminal
};

// --- models ----------------------------------------------------------------------------------------------------------

class ModelWriter {
public:
    /// `below`: the services that it can stand on.
    ModelWriter(Random& random, std::string service, std::vector<std::string> below)
        : random_{random}, below_{std::move(below)} {
        role_.service = std::move(service);
    }

    ModelRole write() {
        role_.period = random_.between(3, 12);
        drawStates();
        add("cmksim-model: 1\nservice: " + role_.service + "\nversion: '1'\ntitle: A random service\n");
        states();
        conditions();
        reasons();
        revalidation();
        add("identities: {kinds: [UserAssigned" + std::string{random_.chance(30) ? ", SystemAssigned" : ""} +
            "], assumed: x}\n");
        add("trusted: {kinds: " + std::string{random_.chance(50) ? "[UserAssigned]" : "[]"} + ", assumed: x}\n");
        add("permissions: {required: [get, wrapKey], assumed: x}\n");
        rotation();
        FlowMap existing;
        existing.add("can-be-encrypted", random_.chance(60) ? "true" : "false");
        if (random_.chance(50)) {
            existing.add("can-be-decrypted", "true");
            if (random_.chance(60)) {
                existing.add("in", "[Up, " + someDown() + "]");
            }
        }
        add("existing-resources: " + existing.add("assumed", "x").text() + "\n");
        if (random_.chance(30)) {
            add("renewal: {state: " + someDown() + ", lapse: {nominal: " + seconds(random_.between(1, 15)) +
                ", range: 1s..20s, meaning: x, assumed: x}, assumed: x}\n");
        }
        FlowMap recovery;
        if (random_.chance(60)) {
            recovery.add("error", "ByHandFails");
        }
        if (random_.chance(85)) {
            recovery.add("takes", length(0));
        }
        add("recovery-action: " + recovery.add("assumed", "x").text() + "\n");
        bases();
        operations();
        refusals();
        return role_;
    }

private:
    void add(const std::string& text) { role_.text += text; }
    static std::string seconds(std::int64_t count) { return secondsText(count); }
    /// T of the rules: one duration, or a nominal value in a range.
    std::string length(std::int64_t least) {
        const std::int64_t nominal = random_.between(least, 18);
        if (random_.chance(75)) {
            return seconds(nominal);
        }
        return "{nominal: " + seconds(nominal) + ", range: " + seconds(std::max(least, nominal - 3)) + ".." +
               seconds(nominal + 3) + "}";
    }
    [[nodiscard]] const std::string& someDown() { return random_.of(role_.downStates); }

    void drawStates() {
        const std::int64_t count = random_.between(1, 3);
        role_.states = {"Up"};
        for (std::int64_t i = 0; i < count; ++i) {
            role_.downStates.push_back(std::string{"D"} + static_cast<char>('0' + i));
            role_.states.push_back(role_.downStates.back());
        }
        terminal_ = random_.chance(60);
        if (terminal_) {
            role_.states.emplace_back("Failed");
        }
    }

    void states() {
        add("states:\n  Up: {meaning: x, assumed: x}\n");
        for (std::size_t i = 0; i < role_.downStates.size(); ++i) {
            FlowMap state;
            state.add("meaning", "x").add("assumed", "x");
            if (random_.chance(30)) {
                state.add("down", random_.chance(85) ? "false" : "true");
            }
            if (random_.chance(35)) {
                state.add("returns", random_.chance(85) ? "by-action" : "by-itself");
            }
            if (random_.chance(40)) {
                state.add("loses", losses());
            }
            if (random_.chance(50)) { // to a later one, so that there is no circle
                std::vector<std::string> later(role_.downStates.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                                               role_.downStates.end());
                if (terminal_ && (later.empty() || random_.chance(20))) {
                    later.emplace_back("Failed");
                }
                if (!later.empty()) {
                    state.add(
                        "then",
                        FlowMap{}.add("after", length(1)).add("to", random_.of(later)).add("assumed", "x").text());
                }
            }
            add("  " + role_.downStates[i] + ": " + state.text() + "\n");
        }
        if (terminal_) {
            add("  Failed: {meaning: x, terminal: true, assumed: x}\n");
        }
    }

    std::string losses() {
        std::vector<std::string> all;
        for (std::int64_t i = random_.between(1, 2); i > 0; --i) {
            all.push_back(FlowMap{}
                              .add("what", "thing-" + std::to_string(i))
                              .add("after", random_.chance(40) ? "0s" : length(0))
                              .add("assumed", "x")
                              .text());
        }
        return flowList(all);
    }

    void conditions() {
        for (const std::string_view reason : possibleConditions) {
            if (random_.chance(12)) {
                conditions_.emplace_back(reason);
            }
        }
        if (conditions_.empty()) {
            return;
        }
        add("conditions:\n");
        for (const std::string& reason : conditions_) {
            add("  C" + reason + ": {meaning: x, blocks-rotation: " + (random_.chance(50) ? "true" : "false") +
                ", beyond: " + random_.oneOf({"everything", "losses", "nothing"}) + ", assumed: x}\n");
        }
    }

    void reasons() {
        add("reasons:\n");
        for (const std::string_view name : checkedReasons) {
            const std::string reason{name};
            FlowMap row;
            row.add("reason", reason).add("fix", "x").add("assumed", "x");
            if (std::find(conditions_.begin(), conditions_.end(), reason) != conditions_.end()) {
                row.add("condition", "C" + reason);
            } else {
                row.add("state", someDown());
                if (random_.chance(45)) {
                    row.add("tolerated", random_.chance(20) ? "forever" : length(0));
                }
            }
            if (random_.chance(40)) {
                row.add("status", std::to_string(random_.between(400, 409)));
            }
            add("  - " + row.text() + "\n");
        }
    }

    void revalidation() {
        FlowMap clock;
        clock.add("period", seconds(role_.period)).add("meaning", "x").add("assumed", "x");
        if (random_.chance(40)) {
            role_.recoveryPeriod = random_.between(2, 12);
            clock.add("recovery-period", seconds(role_.recoveryPeriod));
        }
        add("revalidation: " + clock.text() + "\n");
    }

    void rotation() {
        FlowMap rotation;
        role_.rotationIsSetting = random_.chance(25);
        rotation.add("automatic", role_.rotationIsSetting ? "setting" : random_.chance(75) ? "true" : "false");
        if (role_.rotationIsSetting && random_.chance(60)) {
            rotation.add("default", random_.chance(50) ? "true" : "false");
        }
        if (random_.chance(30)) {
            role_.rotationPeriod = random_.between(2, 15);
            rotation.add("period", seconds(role_.rotationPeriod));
        }
        add("rotation: " + rotation.add("assumed", "x").text() + "\n");
    }

    void bases() {
        if (random_.chance(15)) {
            add("delete-needs-nothing-on-it: true\n");
        }
        if (below_.empty() || random_.chance(20)) {
            return;
        }
        role_.standsOn = below_;
        FlowMap bases;
        bases.add("services", flowList(below_)).add("state", someDown()).add("assumed", "x");
        if (random_.chance(60)) {
            bases.add("needs", random_.chance(50) ? "all" : "any");
        }
        if (random_.chance(60)) {
            bases.add("within", seconds(random_.between(0, 9)));
        }
        if (random_.chance(60)) {
            bases.add("back-within", seconds(random_.between(0, 9)));
        }
        add("stands-on: " + bases.text() + "\n");
    }

    void operations() {
        FlowMap read;
        if (!conditions_.empty() && random_.chance(50)) {
            read.add("blocked-by", "C" + random_.of(conditions_));
        }
        if (random_.chance(60)) {
            read.add("status", "403");
        }
        if (random_.chance(20)) {
            read.add("own-answer", "true");
        }
        if (random_.chance(40)) {
            read.add("allowed-in", random_.oneOf({"Up", "[Up, D0]", "[Up, D0]", "[D0]", "any"}));
        }
        add("operations:\n  read: " + read.add("assumed", "x").text() + "\n");
        add(std::string{"  show: {"} + (random_.chance(50) ? "needs-ready: false" : "allowed-in: any") +
            ", assumed: x}\n");
    }

    static std::string refusal(const std::string& error, const std::string& when, const std::string& more = {}) {
        return "    - {error: " + error + ", when: {" + when + "}, message: x, fix: x, assumed: x" + more + "}\n";
    }

    void refusals() {
        add("refusals:\n");
        if (random_.chance(70)) {
            const bool leaves = terminal_ && random_.chance(60);
            add("  create:\n" + refusal("CreateFails", "check: fails", leaves ? ", leaves: Failed" : ""));
        }
        std::string update;
        if (terminal_) {
            update += refusal("Terminal", "state: Failed");
        }
        if (random_.chance(40)) {
            update += refusal("NotNow", "names-key: true, state-not: [Up, " + someDown() + "]",
                              random_.chance(30) ? ", attaches-identity: true" : "");
        }
        if (random_.chance(60)) {
            update += refusal("UpdateFails",
                              random_.oneOf({"check: fails", "names-key: true, check: fails",
                                             "has-key: true, check: fails", "reason-not: KeyDisabled, check: fails"}));
        }
        add(update.empty() ? "" : "  update:\n" + update);
        add("  enable-encryption:\n" + refusal("EnableFails", "check: fails"));
    }

    Random& random_;
    std::vector<std::string> below_;
    ModelRole role_;
    bool terminal_ = false;
    std::vector<std::string> conditions_; // the reasons that are one
};

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
            models_.push_back(ModelWriter{random_, "service-" + std::to_string(i), below}.write());
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
        const std::string policy =
            "{id-0: [get, wrapKey], id-1: " + std::string{random_.chance(80) ? "[get, wrapKey]" : "[get]"} + "}";
        world.vaults = {"    kv-0: {enablePurgeProtection: false, accessPolicies: " + policy +
                            ", keys: {key-0: {versions: [{}, {}]}, key-1: {}}}",
                        "    kv-1: {accessPolicies: " + policy + ", keys: {key-0: {}}}"};
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
        fields.add("key", someKey());
        if (random_.chance(95)) {
            fields.add("identity", someIdentity());
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
        const std::string identity = someIdentity();
        switch (random_.below(5)) {
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
        const std::string key = "kv-" + std::to_string(random_.below(2)) + "/key-0";
        switch (random_.below(28)) {
        case 0: return act("key.update", key, "{enabled: " + flag() + "}");
        case 1: return act("key.update", key, "{expires: " + someInstant() + "}");
        case 2: return act("key.update", key, "{notBefore: " + someInstant() + "}");
        case 3: return act("key.rotate", key);
        case 4: return act("key.delete", key);
        case 5: return act(random_.oneOf({"key.recover", "key.purge"}), key);
        case 6: return act("key.create", key);
        case 7: return act("policy.delete", "kv-0", "{identity: " + someIdentity() + "}");
        case 8: return act("policy.set", "kv-0", "{identity: " + someIdentity() + ", permissions: [get, wrapKey]}");
        case 9: return act(random_.oneOf({"identity.delete", "identity.recover", "identity.create"}), someIdentity());
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
    std::string someIdentity() { return random_.oneOf({"id-0", "id-0", "id-0", "id-1"}); }
    std::string someKey() {
        return random_.oneOf({"kv-0/key-0", "kv-0/key-0", "kv-0/key-0", "kv-0/key-0/v1", "kv-0/key-1", "kv-1/key-0"});
    }

    Random& random_;
    ModelledWorld& world_;
    std::vector<ModelRole> models_;
    std::vector<ResourceRole> resources_;
    std::int64_t until_ = 0;
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
