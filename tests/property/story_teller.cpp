#include "property/story_teller.hpp"

#include "property/estate_generator.hpp"

#include <algorithm>
#include <array>

namespace cmksim::property {

void StoryTeller::tell() {
    using Story = void (StoryTeller::*)();
    static constexpr std::array<Story, 30> stories{&StoryTeller::keyDeleted,
                                                   &StoryTeller::keyPurgedAndRestored,
                                                   &StoryTeller::vaultDeleted,
                                                   &StoryTeller::vaultPurgedAndMadeAnew,
                                                   &StoryTeller::keyMovedToOtherVault,
                                                   &StoryTeller::backupsOverwritten,
                                                   &StoryTeller::keyRotated,
                                                   &StoryTeller::versionRunsOut,
                                                   &StoryTeller::identityDeleted,
                                                   &StoryTeller::identityRemoved,
                                                   &StoryTeller::ownIdentityTakesOver,
                                                   &StoryTeller::grantsWithdrawn,
                                                   &StoryTeller::permissionModelSwitched,
                                                   &StoryTeller::firewallClosed,
                                                   &StoryTeller::nameDoesNotResolve,
                                                   &StoryTeller::serviceStalls,
                                                   &StoryTeller::resourceDeleted,
                                                   &StoryTeller::resourceMade,
                                                   &StoryTeller::clusterFails,
                                                   &StoryTeller::resourceUpdated,
                                                   &StoryTeller::uriRepaired,
                                                   &StoryTeller::encryptionSwitchedOn,
                                                   &StoryTeller::defaultIdentityChanged,
                                                   &StoryTeller::everyParameterNamed,
                                                   &StoryTeller::registryLeavesItsIdentity,
                                                   &StoryTeller::recoveredBehindFirewall,
                                                   &StoryTeller::retentionChanged,
                                                   &StoryTeller::propertyChanged,
                                                   &StoryTeller::identityReplacedInTime,
                                                   &StoryTeller::keyAppears};
    if (random_.chance(70)) {
        pass();
    }
    if (cast_.until > 91 * day && someResource("acr") && random_.chance(70)) {
        identityRemoved();
    }
    if (waitsForKey() && random_.chance(60)) {
        keyAppears();
    }
    const std::size_t wanted = 4 + random_.below(14);
    while (world_.timeline.size() < wanted && now_ < cast_.until) {
        if (random_.chance(25)) {
            anyAction();
        } else {
            (this->*stories[random_.below(stories.size())])();
        }
    }
    while (random_.chance(60)) {
        observe();
    }
}

void StoryTeller::add(const FlowMap& entry) { world_.timeline.push_back("  - " + entry.text()); }

std::string StoryTeller::instantText(std::int64_t instant) {
    if (instant > 0 && instant % minute == 0 && random_.chance(30)) {
        return instant % hour == 0 ? std::to_string(instant / hour) + "h" : std::to_string(instant / minute) + "m";
    }
    return secondsText(instant);
}

// What is granted to a federated identity is granted to its application.
std::string StoryTeller::toGrantee(std::string fields) const {
    for (const IdentityRole& identity : cast_.identities) {
        const std::string named = "identity: " + identity.name;
        if (const std::size_t at = fields.find(named); !identity.app.empty() && at != std::string::npos) {
            fields.replace(at, named.size(), "identity: " + identity.app);
        }
    }
    return fields;
}

// A federated identity is made of two and goes with them: what is done to one is done to its application.
std::string StoryTeller::toPart(const std::string& name) const {
    for (const IdentityRole& identity : cast_.identities) {
        if (identity.name == name && !identity.app.empty()) {
            return identity.app;
        }
    }
    return name;
}

bool StoryTeller::act(std::string_view action, const std::string& named, const FlowMap& with) {
    if (now_ > cast_.until) {
        return false;
    }
    const std::string target = action.starts_with("identity.") ? toPart(named) : named;
    std::string fields = with.text();
    if (action.starts_with("policy.") || action.starts_with("role.")) {
        fields = toGrantee(std::move(fields));
    }
    if (cast_.isManaged(target)) {
        const bool switches = fields.find("enableRbacAuthorization: false") != std::string::npos ||
                              fields.find("enableSoftDelete: false") != std::string::npos;
        if (action.starts_with("policy.") || (action == "vault.update" && switches)) {
            return true; // an error in the file, of a vault that has no access policies and always soft delete
        }
        fields = action.starts_with("role.") ? ofManagedHsm(std::move(fields)) : fields;
    }
    FlowMap entry;
    entry.add("at", instantText(now_)).add("do", action).add("target", target);
    if (!with.empty()) {
        entry.add("with", fields);
    }
    if (random_.chance(6)) {
        entry.add("expect", random_.oneOf({"refused", "ok", "{error: VaultNotFound}", "{error: IdentityInUse}"}));
    }
    add(entry);
    if (random_.chance(18)) {
        observe();
    }
    if (noiseless_ == 0 && random_.chance(12)) {
        ++noiseless_;
        anyAction();
        --noiseless_;
    }
    pass();
    return now_ <= cast_.until;
}

void StoryTeller::observe() {
    const ResourceRole resource = random_.of(cast_.resources);
    if (random_.chance(55)) {
        expect(resource);
    } else {
        tryOperation(resource);
    }
}

// --- time ------------------------------------------------------------------------------------------------------------

void StoryTeller::passUntil(std::int64_t instant) { now_ = std::clamp(instant, now_, cast_.until); }

// To a revalidation of some resource, or a second beside it.
void StoryTeller::passToRevalidation() {
    const ResourceRole& resource = random_.of(cast_.resources);
    const std::int64_t since = now_ - resource.phase;
    const std::int64_t next = since < 0 ? resource.phase : now_ + hour - since % hour;
    passUntil(next + random_.oneOf<std::int64_t>({0, 0, 0, 1, -1}) +
              random_.oneOf<std::int64_t>({0, 0, 0, 1, 2}) * hour);
}

void StoryTeller::pass() {
    const std::size_t kind = random_.below(100);
    std::vector<std::int64_t> ahead;
    for (const std::int64_t deadline : cast_.deadlines) {
        if (deadline > now_ && deadline <= cast_.until) {
            ahead.push_back(deadline);
        }
    }
    if (kind < 20) {
        return;
    }
    if (kind < 30) {
        passUntil(now_ + random_.oneOf<std::int64_t>({1, 1, minute}));
    } else if (kind < 55) {
        passToRevalidation();
    } else if (kind < 72 && !ahead.empty()) {
        passUntil(random_.of(ahead) + random_.oneOf<std::int64_t>({0, 0, 0, -1, 1, hour}));
    } else if (kind < 92) {
        passUntil(now_ + random_.between(1, 2 * hour));
    } else {
        passUntil(now_ + random_.between(1, std::max<std::int64_t>((cast_.until - now_) / 4, hour)));
    }
}

// --- who and what ----------------------------------------------------------------------------------------------------

std::string StoryTeller::someIdentity() { return random_.of(cast_.identities).name; }

bool StoryTeller::waitsForKey() const {
    return std::any_of(cast_.resources.begin(), cast_.resources.end(), [](const ResourceRole& resource) {
        return resource.key.find("no-such-key") != std::string::npos;
    });
}

bool StoryTeller::isPlain(const std::string& identity) const {
    for (const IdentityRole& known : cast_.identities) {
        if (known.name == identity) {
            return known.plain;
        }
    }
    return false;
}

std::string StoryTeller::someGrantee() {
    const ResourceRole& resource = random_.of(cast_.resources);
    if (random_.chance(15) || (resource.ownsIdentity() && random_.chance(60))) {
        return "system:" + resource.name;
    }
    if (cast_.hasCosmosDb() && random_.chance(10)) {
        return "FirstPartyIdentity";
    }
    return someIdentity();
}

const VaultRole& StoryTeller::vaultOf(const ResourceRole& resource) {
    for (const VaultRole& vault : cast_.vaults) {
        if (resource.key.find(vault.name) != std::string::npos && random_.chance(90)) {
            return vault;
        }
    }
    return random_.of(cast_.vaults);
}

std::string StoryTeller::someKeyOf(const VaultRole& vault) { return vault.name + "/" + random_.of(vault.keys); }

std::optional<ResourceRole> StoryTeller::someResource(std::string_view service) {
    std::vector<ResourceRole> fitting;
    for (const ResourceRole& resource : cast_.resources) {
        if (resource.service == service) {
            fitting.push_back(resource);
        }
    }
    return fitting.empty() ? std::nullopt : std::optional{random_.of(fitting)};
}

void StoryTeller::updateResource(const ResourceRole& resource, const std::string& key, const std::string& identity) {
    FlowMap with;
    if (!key.empty()) {
        with.add("key", key);
    }
    if (!identity.empty() || key.empty()) {
        with.add("identity", identity.empty() ? someIdentity() : identity);
    }
    act("resource.update", resource.name, with);
}

void StoryTeller::createResource(ResourceRole resource) {
    resource.inEstate = false;
    const std::int64_t birth = now_;
    FlowMap entry;
    entry.add("at", instantText(now_))
        .add("do", random_.oneOf({"resource.create", "resource.create", "template.deploy"}))
        .add("target", resource.name);
    entry.add("with", drawResourceFields(random_, cast_, resource, true));
    add(entry);
    resource.phase = (resource.phase + birth) % hour;
    const auto same = [&](const ResourceRole& other) { return other.name == resource.name; };
    const auto known = std::find_if(cast_.resources.begin(), cast_.resources.end(), same);
    if (known == cast_.resources.end()) {
        cast_.resources.push_back(resource);
    } else {
        *known = resource;
    }
    pass();
}

} // namespace cmksim::property
