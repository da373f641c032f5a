// What is granted, taken away or deleted counts only after a while, where the documents leave that open.
#include "small_world.hpp"

namespace cmksim::effect_test {

using namespace cmksim;
using namespace cmksim::engine;
using namespace cmksim::test;

namespace {

Action after(Duration delay, Action action) {
    setDelay(action, delay);
    return action;
}

VaultSettings withRoles() {
    VaultSettings settings;
    settings.rbac = true;
    return settings;
}

bool mayUse(SmallWorld& world, IdentityId identity, Duration sinceStart) {
    world.elapse(sinceStart, WorldChanges::GrantsAndTokens{});
    return world.world.permits(world.principalOf(identity), mayAll, kv, cmk);
}

} // namespace

TEST_CASE("an access policy counts when it has taken effect, whatever is recorded meanwhile") {
    SmallWorld world;
    CHECK(world.play(after(10min, policy<PolicyDelete>(kv, app)), 0s) == "ok");
    CHECK(world.play(policy<PolicyDelete>(kv, app), 1s) == "PolicyNotFound");
    CHECK(mayUse(world, app, 9min));
    CHECK_FALSE(mayUse(world, app, 10min));
    CHECK(world.play(after(5min, policy<PolicySet>(kv, app, mayAll)), 20min) == "ok");
    CHECK_FALSE(mayUse(world, app, 24min));
    CHECK(mayUse(world, app, 25min));
}

TEST_CASE("of one grant no change overtakes an earlier one") {
    SmallWorld world{withRoles()};
    for (const OnScope& scope : {everywhere, vaultScope, keyScope}) {
        CHECK(world.play(after(10min, role<RoleAssign>(db, usingKeys, scope)), 0s) == "ok");
        CHECK(world.play(after(0s, role<RoleRemove>(db, usingKeys, scope)), 2min) == "ok");
        CHECK_FALSE(mayUse(world, db, 2min));
        CHECK_FALSE(mayUse(world, db, 10min));

        CHECK(world.play(role<RoleAssign>(db, usingKeys, scope), 20min) == "ok");
        CHECK(world.play(after(10min, role<RoleRemove>(db, usingKeys, scope)), 20min) == "ok");
        CHECK(world.play(after(1min, role<RoleAssign>(db, usingKeys, scope)), 21min) == "ok");
        CHECK(mayUse(world, db, 29min));
        CHECK(mayUse(world, db, 30min));
        CHECK(world.play(role<RoleRemove>(db, usingKeys, scope), 40min) == "ok");
    }
}

TEST_CASE("the roles that go with a deleted vault are gone at once, and none comes later") {
    SmallWorld world{withRoles()};
    CHECK(world.play(role<RoleAssign>(db, usingKeys, vaultScope), 0s) == "ok");
    CHECK(world.play(after(10min, role<RoleRemove>(db, usingKeys, vaultScope)), 0s) == "ok");
    CHECK(world.play(after(10min, role<RoleAssign>(app, usingKeys, keyScope)), 0s) == "ok");
    CHECK(world.play(onVault<VaultDelete>(kv), 1min) == "ok");
    CHECK(world.play(onVault<VaultRecover>(kv), 2min) == "ok");
    CHECK_FALSE(mayUse(world, db, 2min));
    CHECK_FALSE(mayUse(world, app, 10min));
}

TEST_CASE("the last token of a deleted identity goes on working, and recovering the identity keeps it") {
    SmallWorld world;
    const PrincipalId principal = world.principalOf(app);
    CHECK(world.play(after(24h, onIdentity<IdentityDelete>(app)), 0s) == "ok");
    CHECK(world.play(policy<PolicySet>(kv, app), 1h) == "IdentityNotFound");
    CHECK(world.world.hasToken(principal));
    CHECK(world.play(onIdentity<IdentityRecover>(app), 2h) == "ok");
    world.elapse(24h, WorldChanges::GrantsAndTokens{});
    CHECK(world.world.hasToken(principal));
    CHECK(world.play(after(1h, onIdentity<IdentityDelete>(app)), 30h) == "ok");
    world.elapse(31h, WorldChanges::GrantsAndTokens{});
    CHECK_FALSE(world.world.hasToken(principal));
}

} // namespace cmksim::effect_test
