// Identities, and what is granted to them.
#include "small_world.hpp"

#include <algorithm>

namespace cmksim::grants_test {

using namespace cmksim;
using namespace cmksim::engine;
using namespace cmksim::test;

namespace {

PermissionSet permissionsOf(const SmallWorld& world, IdentityId identity) {
    const std::vector<AccessPolicy>& policies = world.world.vault(kv).accessPolicies;
    const auto policy = std::ranges::find(policies, world.principalOf(identity), &AccessPolicy::principal);
    return policy == policies.end() ? 0 : policy->permissions;
}

RoleAssign assign(IdentityId identity, const OnScope& scope = everywhere) {
    return role<RoleAssign>(identity, usingKeys, scope);
}

RoleRemove remove(IdentityId identity, const OnScope& scope = everywhere) {
    return role<RoleRemove>(identity, usingKeys, scope);
}

} // namespace

TEST_CASE("setting an access policy replaces the identity's, and no other's") {
    SmallWorld world;
    CHECK(world.play(policy<PolicySet>(kv, db, mayGet)) == "ok");
    CHECK(world.play(policy<PolicySet>(kv, db, mayWrap)) == "ok");
    CHECK(permissionsOf(world, db) == mayWrap);
    CHECK(permissionsOf(world, app) == mayAll);
}

TEST_CASE("an access policy can be deleted once") {
    SmallWorld world;
    CHECK(world.play(policy<PolicyDelete>(kv, app)) == "ok");
    CHECK(world.play(policy<PolicyDelete>(kv, app)) == "PolicyNotFound");
    CHECK(world.play(policy<PolicyDelete>(kv, db)) == "PolicyNotFound");
}

TEST_CASE("nothing is granted to or taken from an identity that is not there") {
    SmallWorld world;
    CHECK(world.play(onIdentity<IdentityDelete>(app)) == "ok");
    CHECK(world.play(policy<PolicySet>(kv, app)) == "IdentityNotFound");
    CHECK(world.play(policy<PolicyDelete>(kv, app)) == "IdentityNotFound");
    for (const OnScope& scope : {everywhere, vaultScope, keyScope}) {
        CHECK(world.play(assign(app, scope)) == "IdentityNotFound");
        CHECK(world.play(remove(app, scope)) == "IdentityNotFound");
    }
}

TEST_CASE("a role is assigned once at a scope, and removed only where it was assigned") {
    for (const OnScope& scope : {everywhere, vaultScope, keyScope}) {
        SmallWorld world;
        CHECK(world.play(remove(app, scope)) == "RoleAssignmentNotFound");
        CHECK(world.play(assign(app, scope)) == "ok");
        CHECK(world.play(assign(app, scope)) == "ok");
        for (const OnScope& elsewhere : {everywhere, vaultScope, keyScope}) {
            if (elsewhere != scope) {
                CHECK(world.play(remove(app, elsewhere)) == "RoleAssignmentNotFound");
            }
        }
        CHECK(world.play(remove(db, scope)) == "RoleAssignmentNotFound");
        CHECK(world.play(role<RoleRemove>(app, readingOnly, scope)) == "RoleAssignmentNotFound");
        CHECK(world.play(remove(app, scope)) == "ok");
        CHECK(world.play(remove(app, scope)) == "RoleAssignmentNotFound");
    }
}

TEST_CASE("roles on a key need an active key") {
    SmallWorld world;
    CHECK(world.play(assign(app, {OnKey{kv, spare}})) == "KeyNotFound");
    CHECK(world.play(onKey<KeyDelete>(cmk)) == "ok");
    CHECK(world.play(assign(app, keyScope)) == "KeyNotFound");
    CHECK(world.play(remove(app, keyScope)) == "KeyNotFound");
    CHECK(world.play(onIdentity<IdentityDelete>(app)) == "ok");
    CHECK(world.play(assign(app, keyScope)) == "KeyNotFound");
}

TEST_CASE("deleting a vault deletes the roles on it and on its keys for good, but none above all vaults") {
    SmallWorld world;
    for (const OnScope& scope : {everywhere, vaultScope, keyScope}) {
        CHECK(world.play(assign(app, scope)) == "ok");
    }
    CHECK(world.play(onVault<VaultDelete>(kv)) == "ok");
    CHECK(world.play(onVault<VaultRecover>(kv)) == "ok");
    CHECK(world.world.vault(kv).roleAssignments.empty());
    CHECK(world.world.key(cmk).roleAssignments.empty());
    CHECK(world.world.rootRoleAssignments().size() == 1);
}

TEST_CASE("roles on a key are kept by its name, through deletion, purge and creation") {
    SmallWorld world;
    CHECK(world.play(assign(app, keyScope)) == "ok");
    CHECK(world.play(onKey<KeyDelete>(cmk)) == "ok");
    CHECK(world.play(onKey<KeyPurge>(cmk)) == "ok");
    CHECK(world.play(onKey<KeyCreate>(cmk)) == "ok");
    REQUIRE(world.world.key(cmk).roleAssignments.size() == 1);
    CHECK(world.world.key(cmk).roleAssignments.front().principal == world.principalOf(app));
}

TEST_CASE("an identity can be recovered for exactly 30 days") {
    const auto recoveredAfter = [](Duration wait) {
        SmallWorld world;
        CHECK(world.play(onIdentity<IdentityDelete>(app), 1h) == "ok");
        return std::string{world.play(onIdentity<IdentityRecover>(app), 1h + wait)};
    };
    CHECK(recoveredAfter(Days{30}) == "ok");
    CHECK(recoveredAfter(Days{30} + 1s) == "IdentityNotFound");
}

TEST_CASE("a recovered identity is the same principal, with its grants") {
    SmallWorld world;
    const PrincipalId before = world.principalOf(app);
    CHECK(world.play(onIdentity<IdentityDelete>(app)) == "ok");
    CHECK_FALSE(world.world.exists(app));
    CHECK_FALSE(world.world.hasToken(before));
    CHECK(world.play(onIdentity<IdentityDelete>(app)) == "IdentityNotFound");
    CHECK(world.play(onIdentity<IdentityRecover>(app)) == "ok");
    CHECK(world.principalOf(app) == before);
    CHECK(world.world.hasToken(before));
    CHECK(permissionsOf(world, app) == mayAll);
}

TEST_CASE("an identity created anew under the old name is another principal, without its grants") {
    SmallWorld world;
    const PrincipalId before = world.principalOf(app);
    CHECK(world.play(assign(app)) == "ok");
    CHECK(world.play(onIdentity<IdentityCreate>(app)) == "IdentityExists");
    CHECK(world.play(onIdentity<IdentityDelete>(app)) == "ok");
    CHECK(world.play(onIdentity<IdentityCreate>(app)) == "ok");
    CHECK(world.principalOf(app) != before);
    CHECK(permissionsOf(world, app) == 0);
    CHECK(world.play(policy<PolicyDelete>(kv, app)) == "PolicyNotFound");
    CHECK(world.play(remove(app)) == "RoleAssignmentNotFound");
    CHECK_FALSE(world.world.hasToken(before));
}

TEST_CASE("of several identities of one name the one deleted last comes back") {
    SmallWorld world;
    CHECK(world.play(onIdentity<IdentityDelete>(app)) == "ok");
    CHECK(world.play(onIdentity<IdentityCreate>(app)) == "ok");
    CHECK(world.play(onIdentity<IdentityRecover>(app)) == "IdentityExists");
    const PrincipalId second = world.principalOf(app);
    CHECK(world.play(onIdentity<IdentityDelete>(app)) == "ok");
    CHECK(world.play(onIdentity<IdentityRecover>(app)) == "ok");
    CHECK(world.principalOf(app) == second);
}

TEST_CASE("what cannot be recovered says why, the first of the reasons") {
    SmallWorld world;
    CHECK(world.play(onIdentity<IdentityRecover>(lostForGood)) == "IdentityExists");
    CHECK(world.play(onIdentity<IdentityDelete>(lostForGood)) == "ok");
    CHECK(world.play(onIdentity<IdentityRecover>(lostForGood), Days{31}) == "IdentityNotRecoverable");
    CHECK(world.play(onIdentity<IdentityRecover>(systemOwn)) == "IdentityNotRecoverable");
}

TEST_CASE("a system-assigned identity that comes again is another principal") {
    SmallWorld world;
    world.world.createSystemIdentity(systemOwn, world.changes);
    const PrincipalId first = world.principalOf(systemOwn);
    CHECK(world.world.hasToken(first));
    world.world.endSystemIdentity(systemOwn, world.changes);
    CHECK_FALSE(world.world.exists(systemOwn));
    CHECK_FALSE(world.world.hasToken(first));
    world.world.createSystemIdentity(systemOwn, world.changes);
    CHECK(world.principalOf(systemOwn) != first);
}

} // namespace cmksim::grants_test
