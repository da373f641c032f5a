// The key access check: each reason by the smallest world, and which of several it gives.
#include "small_world.hpp"

#include "engine/check.hpp"

namespace cmksim::check_test {

using namespace cmksim;
using namespace cmksim::engine;
using namespace cmksim::test;

namespace {

constexpr ConditionId degraded{0};
constexpr std::uint32_t insideAddress = 0xCB007107U; // 203.0.113.7
constexpr AddressBlock insideBlock{0xCB007100U, 24};

/// A service for which every reason is a failure. It takes user-assigned identities and is trusted with them.
Model strictModel() {
    Model model;
    model.permissionSet = mayAll;
    model.rolePermissionSet = mayAll;
    model.identities.insert(IdentityKind::UserAssigned);
    model.trusted.insert(IdentityKind::UserAssigned);
    return model;
}

/// The same, but that the firewall only raises a condition.
Model lenientModel() {
    Model model = strictModel();
    model.conditions.push_back({});
    model.reasons[static_cast<std::size_t>(Reason::VaultFirewallDenied)].condition = degraded;
    return model;
}

/// What a service with `app` and `kv/cmk` is told about a small world. By default all is well.
class Inquiry {
public:
    explicit Inquiry(Model theModel = strictModel(), std::vector<NewVersion> versions = {NewVersion{}})
        : model{std::move(theModel)}, world{{}, std::move(versions)} {
        key = {"kv/cmk", NamedKey{kv, cmk, {}}};
        path.model = &model;
        path.principal = world.principalOf(app);
        path.identityKind = IdentityKind::UserAssigned;
    }
    Inquiry(const Inquiry&) = delete;
    Inquiry& operator=(const Inquiry&) = delete;

    void play(const Action& action) { CHECK(world.play(action) == "ok"); }

    void change(auto VaultSettings::*setting, auto value) {
        VaultSettings settings;
        settings.*setting = value;
        play(update(kv, settings));
    }

    void wrapBy(std::uint32_t place) { wrapping = Wrapping::by(material(place)); }

    [[nodiscard]] MaterialId material(std::uint32_t place) const {
        return world.world.key(cmk).versions[place - 1].material;
    }
    [[nodiscard]] Answer revalidation() const { return revalidationAnswer(world.world, key, path, wrapping, at(now)); }
    [[nodiscard]] Answer asked() const { return askedAnswer(world.world, key, path, wrapping, at(now)); }

    /// The answer of both kinds of check, where they agree.
    [[nodiscard]] std::string_view reason() const {
        CHECK(nameOf(revalidation().reason) == nameOf(asked().reason));
        return nameOf(revalidation().reason);
    }

    Model model;
    SmallWorld world;
    KeyReference key;
    AccessPath path;
    Wrapping wrapping = Wrapping::unknown();
    Duration now = 1h;
};

void disable(Inquiry& inquiry, std::uint32_t place) {
    KeyUpdate action = onKey<KeyUpdate>(cmk);
    action.version = WorldNames::numberedVersion(place);
    action.settings.enabled = false;
    inquiry.play(action);
}

} // namespace

TEST_CASE("a key in reach answers None and says which version it is") {
    Inquiry inquiry;
    CHECK(inquiry.reason() == "None");
    CHECK(inquiry.revalidation().versionInUse == inquiry.material(1));
    CHECK(inquiry.revalidation().newest == inquiry.material(1));
    CHECK(inquiry.revalidation().raised.empty());
}

TEST_CASE("an identity is assigned when there is one, of a type that the service takes") {
    Inquiry without;
    without.path.principal = {};
    CHECK(without.reason() == "IdentityNotAssigned");
    Inquiry wrongKind;
    wrongKind.path.identityKind = IdentityKind::FirstParty;
    CHECK(wrongKind.reason() == "IdentityNotAssigned");
}

TEST_CASE("a deleted identity acquires no token, nor does one created anew under its name for it") {
    Inquiry inquiry;
    inquiry.play(onIdentity<IdentityDelete>(app));
    CHECK(inquiry.reason() == "TokenAcquisitionFailed");
    inquiry.play(onIdentity<IdentityCreate>(app));
    inquiry.play(policy<PolicySet>(kv, app, mayAll));
    CHECK(inquiry.reason() == "TokenAcquisitionFailed");
}

TEST_CASE("a malformed URI leads nowhere") {
    Inquiry inquiry;
    inquiry.key = {"https://kv.vault.azure.net/keys", {}};
    CHECK(inquiry.reason() == "KeyUriMalformed");
}

TEST_CASE("a vault is found by a name that resolves, while it is active") {
    Inquiry inquiry;
    inquiry.play(onVault<VaultFailDns>(kv));
    CHECK(inquiry.reason() == "VaultDnsUnresolved");
    inquiry.play(onVault<VaultRestoreDns>(kv));
    inquiry.play(onVault<VaultDelete>(kv));
    CHECK(inquiry.reason() == "VaultNotFound");
    inquiry.play(onVault<VaultPurge>(kv));
    CHECK(inquiry.reason() == "VaultNotFound");
}

TEST_CASE("who gets through the firewall") {
    struct Case {
        bool publicAccess, allowByDefault, trustedBypass, trusted, inside, passes;
    };
    const auto [publicAccess, allowByDefault, trustedBypass, trusted, inside, passes] = GENERATE(values<Case>({
        {true, true, false, false, false, true},   // open to all
        {true, false, false, false, false, false}, // open to no one
        {true, false, true, true, false, true},    // as a trusted service …
        {true, false, true, false, false, false},  // … which it must be …
        {true, false, false, true, false, false},  // … and the vault must let in
        {true, false, false, false, true, true},   // by its address …
        {false, false, false, false, true, false}, // … which needs public access …
        {false, true, false, false, true, false},  // … as openness does
        {false, false, true, true, false, true},   // bypass does not
    }));
    Inquiry inquiry;
    if (!trusted) {
        inquiry.model.trusted = {};
    }
    inquiry.path.outboundIp = inside ? insideAddress : insideAddress + 0x100;
    inquiry.change(&VaultSettings::publicAccess, publicAccess);
    inquiry.change(&VaultSettings::allowByDefault, allowByDefault);
    inquiry.change(&VaultSettings::trustedBypass, trustedBypass);
    inquiry.change(&VaultSettings::ipRules, std::vector{insideBlock});
    CHECK(inquiry.reason() == (passes ? "None" : "VaultFirewallDenied"));
}

TEST_CASE("an unknown address is held by no rule") {
    Inquiry inquiry;
    inquiry.change(&VaultSettings::ipRules, std::vector{AddressBlock{0, 0}});
    inquiry.change(&VaultSettings::allowByDefault, false);
    inquiry.change(&VaultSettings::trustedBypass, false);
    CHECK(inquiry.reason() == "VaultFirewallDenied");
}

TEST_CASE("with access policies every permission of the model must be in the principal's own") {
    Inquiry inquiry;
    for (const PermissionSet missing : {mayGet, mayWrap, mayUnwrap}) {
        inquiry.play(policy<PolicySet>(kv, app, mayAll & ~missing));
        CHECK(inquiry.reason() == "IdentityUnauthorized");
    }
    inquiry.play(policy<PolicySet>(kv, db, mayAll));
    inquiry.play(role<RoleAssign>(app, usingKeys, vaultScope));
    CHECK(inquiry.reason() == "IdentityUnauthorized");
    inquiry.model.permissionSet = mayGet | mayWrap;
    inquiry.play(policy<PolicySet>(kv, app, mayAll));
    CHECK(inquiry.reason() == "None");
}

TEST_CASE("with RBAC a role that uses keys counts, at the vault's scope, the key's, or above") {
    const OnScope scope = GENERATE(everywhere, vaultScope, keyScope);
    Inquiry inquiry;
    inquiry.change(&VaultSettings::rbac, true);
    CHECK(inquiry.reason() == "IdentityUnauthorized");
    inquiry.play(role<RoleAssign>(app, readingOnly, scope));
    inquiry.play(role<RoleAssign>(db, usingKeys, scope));
    CHECK(inquiry.reason() == "IdentityUnauthorized");
    inquiry.play(role<RoleAssign>(app, usingKeys, scope));
    CHECK(inquiry.reason() == "None");
    inquiry.play(policy<PolicyDelete>(kv, app));
    CHECK(inquiry.reason() == "None");
    inquiry.change(&VaultSettings::rbac, false);
    CHECK(inquiry.reason() == "IdentityUnauthorized");
}

TEST_CASE("with RBAC the roles of a principal give together what the model requires of roles") {
    Inquiry inquiry;
    inquiry.change(&VaultSettings::rbac, true);
    inquiry.play(role<RoleAssign>(app, gettingOnly, everywhere));
    CHECK(inquiry.reason() == "IdentityUnauthorized");
    inquiry.play(role<RoleAssign>(app, wrappingOnly, keyScope));
    CHECK(inquiry.reason() == "None");
    inquiry.play(role<RoleRemove>(app, gettingOnly, everywhere));
    CHECK(inquiry.reason() == "IdentityUnauthorized");
    inquiry.model.rolePermissionSet = mayWrap;
    CHECK(inquiry.reason() == "None");
}

TEST_CASE("with RBAC a role on another key or vault does not count") {
    Inquiry inquiry;
    inquiry.change(&VaultSettings::rbac, true);
    inquiry.play(onKey<KeyCreate>(spare));
    inquiry.play(role<RoleAssign>(app, usingKeys, OnScope{OnKey{kv, spare}}));
    inquiry.play(role<RoleAssign>(app, usingKeys, OnScope{OnVault{other}}));
    CHECK(inquiry.reason() == "IdentityUnauthorized");
}

TEST_CASE("a key is found while it is active") {
    Inquiry inquiry;
    inquiry.play(onKey<KeyDelete>(cmk));
    CHECK(inquiry.reason() == "KeyNotFound");
    inquiry.play(onKey<KeyPurge>(cmk));
    CHECK(inquiry.reason() == "KeyNotFound");
}

TEST_CASE("a URI may name a version that the key does not have") {
    Inquiry inquiry;
    inquiry.key.named->version = WorldNames::numberedVersion(2);
    CHECK(inquiry.reason() == "KeyVersionNotFound");
    inquiry.play(onKey<KeyRotate>(cmk));
    CHECK(inquiry.reason() == "None");
}

TEST_CASE("a version is valid from its first instant to the one before its expiry") {
    Inquiry inquiry{strictModel(), {{{}, true, at(1h), at(2h)}}};
    const auto reasonAt = [&](Duration now) {
        inquiry.now = now;
        return inquiry.reason();
    };
    CHECK(reasonAt(1h - 1s) == "KeyNotYetValid");
    CHECK(reasonAt(1h) == "None");
    CHECK(reasonAt(2h - 1s) == "None");
    CHECK(reasonAt(2h) == "KeyExpired");
}

TEST_CASE("what wraps the data must be the material of the version in use") {
    Inquiry inquiry;
    inquiry.wrapBy(1);
    inquiry.play(onKey<KeyDelete>(cmk));
    inquiry.play(onKey<KeyPurge>(cmk));
    inquiry.play(onKey<KeyCreate>(cmk));
    CHECK(inquiry.reason() == "UnwrapFailed");
    inquiry.key.named->version = WorldNames::numberedVersion(2);
    CHECK(inquiry.reason() == "UnwrapFailed");
}

TEST_CASE("of several reasons the one that is tried first is given") {
    const NewVersion bad{{}, false, at(3h), at(2h)};
    Inquiry inquiry{strictModel(), {NewVersion{}, bad}};
    inquiry.now = 2h; // both before its first instant and after its last
    inquiry.wrapBy(1);
    inquiry.play(onKey<KeyDelete>(cmk));
    inquiry.play(policy<PolicyDelete>(kv, app));
    inquiry.change(&VaultSettings::allowByDefault, false);
    inquiry.change(&VaultSettings::trustedBypass, false);
    inquiry.play(onVault<VaultDelete>(kv));
    inquiry.play(onVault<VaultFailDns>(kv));
    inquiry.play(onIdentity<IdentityDelete>(app));
    inquiry.key = {"https://kv.vault.azure.net/keys", {}};
    const PrincipalId principal = std::exchange(inquiry.path.principal, PrincipalId{});

    CHECK(inquiry.reason() == "IdentityNotAssigned");
    inquiry.path.principal = principal;
    CHECK(inquiry.reason() == "TokenAcquisitionFailed");
    inquiry.play(onIdentity<IdentityRecover>(app));
    CHECK(inquiry.reason() == "KeyUriMalformed");
    inquiry.key = {"kv/cmk/v3", NamedKey{kv, cmk, WorldNames::numberedVersion(3)}};
    CHECK(inquiry.reason() == "VaultDnsUnresolved");
    inquiry.play(onVault<VaultRestoreDns>(kv));
    CHECK(inquiry.reason() == "VaultNotFound");
    inquiry.play(onVault<VaultRecover>(kv));
    CHECK(inquiry.reason() == "VaultFirewallDenied");
    inquiry.change(&VaultSettings::allowByDefault, true);
    CHECK(inquiry.reason() == "IdentityUnauthorized");
    inquiry.play(policy<PolicySet>(kv, app, mayAll));
    CHECK(inquiry.reason() == "KeyNotFound");
    inquiry.play(onKey<KeyRecover>(cmk));
    CHECK(inquiry.reason() == "KeyVersionNotFound");
    inquiry.key.named->version = WorldNames::numberedVersion(2);
    CHECK(inquiry.reason() == "KeyDisabled");
    KeyUpdate repair = onKey<KeyUpdate>(cmk);
    repair.settings.enabled = true;
    inquiry.play(repair);
    CHECK(inquiry.reason() == "KeyNotYetValid");
    repair.settings.notBefore = Instant::min();
    inquiry.play(repair);
    CHECK(inquiry.reason() == "KeyExpired");
    repair.settings.expires = never;
    inquiry.play(repair);
    CHECK(inquiry.reason() == "UnwrapFailed");
    inquiry.wrapBy(2);
    CHECK(inquiry.reason() == "None");
}

// --- the version in use ----------------------------------------------------------------------------------------------

TEST_CASE("without a version in the URI the one that wraps the data is in use, whatever the newest is like") {
    Inquiry inquiry;
    inquiry.wrapBy(1);
    inquiry.play(onKey<KeyRotate>(cmk));
    CHECK(inquiry.revalidation().versionInUse == inquiry.material(1));
    CHECK(inquiry.revalidation().newest == inquiry.material(2));
    disable(inquiry, 2);
    CHECK(inquiry.reason() == "None");
    CHECK_FALSE(inquiry.revalidation().newest.valid());
    disable(inquiry, 1);
    CHECK(inquiry.reason() == "KeyDisabled");
}

TEST_CASE("a URI's version is in use, whatever wraps the data") {
    Inquiry inquiry;
    inquiry.play(onKey<KeyRotate>(cmk));
    inquiry.key.named->version = WorldNames::numberedVersion(1);
    CHECK(inquiry.revalidation().versionInUse == inquiry.material(1));
    inquiry.wrapBy(2);
    CHECK(inquiry.reason() == "UnwrapFailed");
    disable(inquiry, 1);
    CHECK(inquiry.reason() == "KeyDisabled");
}

TEST_CASE("without a version in the URI material that no version holds fails to unwrap at once") {
    Inquiry inquiry;
    inquiry.wrapBy(1);
    inquiry.play(onKey<KeyDelete>(cmk));
    inquiry.play(onKey<KeyPurge>(cmk));
    inquiry.play(onKey<KeyCreate>(cmk));
    disable(inquiry, 2);
    CHECK(inquiry.reason() == "UnwrapFailed");
}

TEST_CASE("data of which it is not known what wraps it is taken to be wrapped by the version in use") {
    Inquiry inquiry;
    inquiry.play(onKey<KeyRotate>(cmk));
    CHECK(inquiry.reason() == "None");
    CHECK(inquiry.revalidation().versionInUse == inquiry.material(2));
    inquiry.key.named->version = WorldNames::numberedVersion(1);
    CHECK(inquiry.revalidation().versionInUse == inquiry.material(1));
}

TEST_CASE("a check that is asked for is of the newest version, enabled or not") {
    Inquiry inquiry;
    inquiry.play(onKey<KeyRotate>(cmk));
    CHECK(inquiry.asked().versionInUse == inquiry.material(2));
    disable(inquiry, 2);
    CHECK(nameOf(inquiry.asked().reason) == "KeyDisabled");
}

// --- conditions ------------------------------------------------------------------------------------------------------

TEST_CASE("a revalidation goes on past a condition and notes it, a check that is asked for is refused") {
    Inquiry inquiry{lenientModel()};
    inquiry.change(&VaultSettings::allowByDefault, false);
    inquiry.change(&VaultSettings::trustedBypass, false);
    CHECK(nameOf(inquiry.revalidation().reason) == "None");
    CHECK(inquiry.revalidation().raised.contains(degraded));
    CHECK(nameOf(inquiry.asked().reason) == "VaultFirewallDenied");
    CHECK(inquiry.asked().raised.empty());

    disable(inquiry, 1);
    CHECK(nameOf(inquiry.revalidation().reason) == "KeyDisabled");
    CHECK(inquiry.revalidation().raised.contains(degraded));
}

TEST_CASE("a condition that a revalidation never came to is not noted") {
    Inquiry inquiry{lenientModel()};
    inquiry.change(&VaultSettings::allowByDefault, false);
    inquiry.change(&VaultSettings::trustedBypass, false);
    inquiry.play(onVault<VaultFailDns>(kv));
    CHECK(nameOf(inquiry.revalidation().reason) == "VaultDnsUnresolved");
    CHECK(inquiry.revalidation().raised.empty());
}

} // namespace cmksim::check_test
