// A world of two vaults, small enough to see through, and ways to act on it.
#pragma once

#include "engine/world.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::test {

using namespace engine;

using namespace std::chrono_literals;
using Days = std::chrono::duration<Duration::rep, std::ratio<86400>>;

constexpr Instant at(Duration sinceStart) { return scenarioStart + sinceStart; }

// Permissions and roles by their places in the small platform.
inline constexpr PermissionSet mayGet = 1;
inline constexpr PermissionSet mayWrap = 2;
inline constexpr PermissionSet mayUnwrap = 4;
inline constexpr PermissionSet mayAll = mayGet | mayWrap | mayUnwrap;
inline constexpr RoleId usingKeys{0};
inline constexpr RoleId readingOnly{1};
inline constexpr RoleId gettingOnly{2};
inline constexpr RoleId wrappingOnly{3};

// The vault `kv` holds the key `cmk` and keeps what is deleted for 7 days; `other` is empty and keeps it for 90. The
// rest are names of what may come.
inline constexpr VaultId kv{0};
inline constexpr VaultId other{1};
inline constexpr VaultId unborn{2};
inline constexpr KeyId cmk{0};
inline constexpr KeyId spare{1};
inline constexpr KeyId cmkInOther{2};
inline constexpr IdentityId app{0};
inline constexpr IdentityId db{1};
inline constexpr IdentityId lostForGood{2};
inline constexpr IdentityId systemOwn{3};
inline constexpr Duration retentionOfKv = Days{7};

inline Platform smallPlatform() {
    Platform platform;
    platform.roles = {{"Key User", true, ~PermissionSet{0}, ordinaryVault, {}},
                      {"Key Reader", false, 0, ordinaryVault, {}},
                      {"Key Getter", true, mayGet, ordinaryVault, {}},
                      {"Key Wrapper", true, mayWrap | mayUnwrap, ordinaryVault, {}}};
    platform.keyPermissions = {"get", "wrapKey", "unwrapKey"};
    platform.identityRecovery = Days{30};
    return platform;
}

inline WorldNames smallNames() {
    WorldNames names;
    for (const auto* vault : {"kv", "other", "unborn"}) {
        names.vaults.push_back({vault});
    }
    names.keysOf = IdVector<VaultId, std::vector<KeyId>>{names.vaults.size()};
    const auto key = [&](VaultId vault, std::string_view text) {
        names.keysOf[vault].push_back(names.keys.push_back({vault, std::string{text}}));
    };
    key(kv, "cmk");
    key(kv, "spare");
    key(other, "cmk");
    names.identities.push_back({"app", IdentityKind::UserAssigned, {}, true});
    names.identities.push_back({"db", IdentityKind::UserAssigned, {}, true});
    names.identities.push_back({"lost-for-good", IdentityKind::UserAssigned, {}, false});
    names.identities.push_back({"system:reg", IdentityKind::SystemAssigned, ResourceId{0}, false});
    names.givenVersionNames = {"8f0c2b51"};
    return names;
}

inline NewKey newKey(KeyId key, std::vector<NewVersion> versions = {NewVersion{}}) {
    return {key, std::move(versions), {}};
}

inline NewVault newVault(VaultId vault, std::vector<NewKey> keys = {}, VaultSettings settings = {}) {
    NewVault made;
    made.vault = vault;
    made.settings = std::move(settings);
    made.retention = vault == kv ? retentionOfKv : Days{90};
    made.keys = std::move(keys);
    return made;
}

// --- actions ---------------------------------------------------------------------------------------------------------

template <class A>
A onVault(VaultId vault) {
    A action{};
    action.vault = vault;
    return action;
}

template <class A>
A onKey(KeyId key) {
    A action = onVault<A>(key == cmkInOther ? other : kv);
    action.key = key;
    return action;
}

template <class A>
A onIdentity(IdentityId identity) {
    A action{};
    action.identity = identity;
    return action;
}

inline VaultCreate create(NewVault vault) {
    VaultCreate action = onVault<VaultCreate>(vault.vault);
    action.described = std::make_shared<const NewVault>(std::move(vault));
    return action;
}

inline VaultUpdate update(VaultId vault, VaultSettings settings) {
    VaultUpdate action = onVault<VaultUpdate>(vault);
    action.settings = std::move(settings);
    return action;
}

template <class A>
A withFile(A action, std::size_t file) {
    action.file = BackupFileId{file};
    return action;
}

inline const OnScope everywhere{};
inline const OnScope vaultScope{OnVault{kv}};
inline const OnScope keyScope{OnKey{kv, cmk}};

template <class A>
A role(IdentityId identity, RoleId role, const OnScope& scope = everywhere) {
    A action{};
    action.scope = scope.scope;
    action.identity = identity;
    action.role = role;
    return action;
}

template <class A>
A policy(VaultId vault, IdentityId identity, PermissionSet permissions = 0) {
    A action = onVault<A>(vault);
    action.identity = identity;
    if constexpr (requires { action.permissions; }) {
        action.permissions = permissions;
    }
    return action;
}

// --- the world -------------------------------------------------------------------------------------------------------

class SmallWorld {
public:
    explicit SmallWorld(VaultSettings settingsOfKv = {}, std::vector<NewVersion> versionsOfCmk = {NewVersion{}}) {
        for (const IdentityId identity : {app, db, lostForGood}) {
            world.establish(identity, changes);
        }
        NewVault vault = newVault(kv, {newKey(cmk, std::move(versionsOfCmk))}, std::move(settingsOfKv));
        vault.policies = {{app, mayAll}};
        world.establish(vault, changes);
        world.establish(newVault(other), changes);
    }
    SmallWorld(const SmallWorld&) = delete;
    SmallWorld& operator=(const SmallWorld&) = delete;

    /// `ok`, or the code of the refusal, which must have changed nothing.
    std::string_view play(const Action& action, Duration sinceStart = 0s) {
        changes.clear();
        const auto refusal = world.apply(action, at(sinceStart), changes);
        if (!refusal) {
            return "ok";
        }
        CHECK((changes.vaults.empty() && changes.keys.empty() && changes.principals.empty() && changes.gone.empty() &&
               changes.deadlines.empty()));
        return commonRefusalNames[static_cast<std::size_t>(*refusal)];
    }

    [[nodiscard]] std::string textOf(const FactTarget& target) const {
        if (const auto* vault = std::get_if<VaultId>(&target)) {
            return names.vaults[*vault].text;
        }
        const KeyName& key = names.keys[keyOf(target).value()];
        std::string text = names.vaults[key.vault].text + '/' + key.text;
        const auto* version = std::get_if<VersionOfKey>(&target);
        return version != nullptr ? text + '/' + names.text(version->version) : text;
    }

    /// What time brings about for a vault, or a key of it, as `fact TARGET` in order.
    std::string elapse(Duration sinceStart, decltype(WorldChanges::Deadline::of) of) {
        changes.clear();
        std::vector<WorldFact> facts;
        world.elapse({at(sinceStart), of}, changes, facts);
        std::string text;
        for (const WorldFact& fact : facts) {
            text += (text.empty() ? "" : ", ") + std::string{factNames[static_cast<std::size_t>(fact.kind)]} + ' ' +
                    textOf(fact.target);
        }
        return text;
    }

    /// The names of a key's versions, oldest first.
    [[nodiscard]] std::string versionsOf(KeyId key) const {
        std::string text;
        for (const KeyVersion& version : world.key(key).versions) {
            text += (text.empty() ? "" : " ") + names.text(version.name);
        }
        return text;
    }

    /// The versions whose material the last action, or time, was the end of.
    [[nodiscard]] std::string gone() const {
        std::string text;
        for (const MaterialId material : changes.gone) {
            text += (text.empty() ? "" : " ") + names.text(world.nameOf(material));
        }
        return text;
    }

    [[nodiscard]] Lifecycle stateOf(VaultId vault) const { return world.vault(vault).state; }
    [[nodiscard]] Lifecycle stateOf(KeyId key) const { return world.key(key).state; }
    [[nodiscard]] PrincipalId principalOf(IdentityId identity) const { return world.identity(identity).principal; }

    const WorldNames names = smallNames();
    const Platform platform = smallPlatform();
    World world{names, platform};
    WorldChanges changes;
};

} // namespace cmksim::test
