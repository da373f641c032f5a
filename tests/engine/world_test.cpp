// Vaults: how they come, change and go.
#include "small_world.hpp"

namespace cmksim::world_test {

using namespace cmksim;
using namespace cmksim::engine;
using namespace cmksim::test;

namespace {

VaultSettings withoutSoftDelete() {
    VaultSettings settings;
    settings.softDelete = false;
    return settings;
}

VaultSettings purgeProtected() {
    VaultSettings settings;
    settings.purgeProtection = true;
    return settings;
}

} // namespace

TEST_CASE("a soft-deleted vault comes back with its keys and its access policies as they were") {
    SmallWorld world;
    const MaterialId material = world.world.key(cmk).versions.front().material;
    CHECK(world.play(onVault<VaultDelete>(kv), 1h) == "ok");
    CHECK(world.stateOf(kv) == Lifecycle::SoftDeleted);
    CHECK(world.gone().empty());
    CHECK(world.play(onVault<VaultRecover>(kv), 2h) == "ok");
    CHECK(world.stateOf(kv) == Lifecycle::Active);
    CHECK(world.stateOf(cmk) == Lifecycle::Active);
    CHECK(world.world.key(cmk).versions.front().material == material);
    REQUIRE(world.world.vault(kv).accessPolicies.size() == 1);
    CHECK(world.world.vault(kv).accessPolicies.front().permissions == mayAll);
}

TEST_CASE("without soft delete a deleted vault is purged at once, and its keys with it") {
    SmallWorld world{withoutSoftDelete()};
    CHECK(world.play(onVault<VaultDelete>(kv)) == "ok");
    CHECK(world.stateOf(kv) == Lifecycle::Absent);
    CHECK(world.stateOf(cmk) == Lifecycle::Absent);
    CHECK(world.gone() == "v1");
    CHECK(world.play(onVault<VaultRecover>(kv)) == "VaultNotFound");
}

TEST_CASE("a vault is purged exactly when its retention has passed, counted from its deletion") {
    SmallWorld world;
    CHECK(world.play(onVault<VaultDelete>(kv), 1h) == "ok");
    REQUIRE(world.changes.deadlines.size() == 1);
    CHECK(world.changes.deadlines.front().at == at(1h + retentionOfKv));
    CHECK(world.elapse(1h + retentionOfKv - 1s, kv).empty());
    CHECK(world.stateOf(kv) == Lifecycle::SoftDeleted);
    CHECK(world.elapse(1h + retentionOfKv, kv) == "RetentionElapsed kv");
    CHECK(world.stateOf(kv) == Lifecycle::Absent);
    CHECK(world.stateOf(cmk) == Lifecycle::Absent);
    CHECK(world.gone() == "v1");
}

TEST_CASE("a retention that a recovery has ended purges nothing, also when the vault is deleted again") {
    SmallWorld world;
    CHECK(world.play(onVault<VaultDelete>(kv), 1h) == "ok");
    CHECK(world.play(onVault<VaultRecover>(kv), 2h) == "ok");
    CHECK(world.elapse(1h + retentionOfKv, kv).empty());
    CHECK(world.play(onVault<VaultDelete>(kv), 3h) == "ok");
    CHECK(world.elapse(1h + retentionOfKv, kv).empty());
    CHECK(world.elapse(3h + retentionOfKv, kv) == "RetentionElapsed kv");
}

TEST_CASE("purging a vault purges its keys, the soft-deleted ones too") {
    SmallWorld world;
    CHECK(world.play(onKey<KeyCreate>(spare)) == "ok");
    CHECK(world.play(onKey<KeyDelete>(cmk)) == "ok");
    CHECK(world.play(onVault<VaultDelete>(kv)) == "ok");
    CHECK(world.play(onVault<VaultPurge>(kv)) == "ok");
    CHECK(world.stateOf(kv) == Lifecycle::Absent);
    CHECK(world.stateOf(cmk) == Lifecycle::Absent);
    CHECK(world.stateOf(spare) == Lifecycle::Absent);
    CHECK(world.changes.gone.size() == 2);
}

TEST_CASE("purge protection keeps a deleted vault until its retention has passed") {
    SmallWorld world{purgeProtected()};
    CHECK(world.play(onVault<VaultPurge>(kv)) == "VaultNotFound");
    CHECK(world.play(onVault<VaultDelete>(kv)) == "ok");
    CHECK(world.play(onVault<VaultPurge>(kv)) == "PurgeProtected");
    CHECK(world.stateOf(kv) == Lifecycle::SoftDeleted);
    CHECK(world.elapse(retentionOfKv, kv) == "RetentionElapsed kv");
    CHECK(world.stateOf(kv) == Lifecycle::Absent);
}

TEST_CASE("a key's own retention runs on while its vault is deleted") {
    SmallWorld world;
    CHECK(world.play(onKey<KeyDelete>(cmk), 0s) == "ok");
    CHECK(world.play(onVault<VaultDelete>(kv), Days{6}) == "ok");
    CHECK(world.elapse(Days{7}, cmk) == "RetentionElapsed kv/cmk");
    CHECK(world.gone() == "v1");
    CHECK(world.play(onVault<VaultRecover>(kv), Days{8}) == "ok");
    CHECK(world.play(onKey<KeyRecover>(cmk), Days{8}) == "KeyNotFound");
}

TEST_CASE("nothing in a vault that is not there can be reached or changed") {
    const VaultId vault = GENERATE(kv, unborn);
    SmallWorld world;
    CHECK(world.play(onVault<VaultDelete>(kv)) == "ok");
    const KeyId key = cmk; // of the soft-deleted vault; nothing is known of the keys of one that never was
    const std::vector<Action> all{onVault<VaultDelete>(vault),
                                  onVault<VaultUpdate>(vault),
                                  onVault<VaultAddNetworkRule>(vault),
                                  onVault<VaultRemoveNetworkRule>(vault),
                                  policy<PolicySet>(vault, app),
                                  policy<PolicyDelete>(vault, app),
                                  role<RoleAssign>(app, usingKeys, {OnVault{vault}}),
                                  role<RoleRemove>(app, usingKeys, {OnVault{vault}}),
                                  role<RoleAssign>(app, usingKeys, keyScope),
                                  role<RoleRemove>(app, usingKeys, keyScope),
                                  onKey<KeyCreate>(key),
                                  onKey<KeyRotate>(key),
                                  onKey<KeyUpdate>(key),
                                  onKey<KeyDelete>(key),
                                  onKey<KeyRecover>(key),
                                  onKey<KeyPurge>(key),
                                  onKey<KeyBackup>(key),
                                  onKey<KeyRestore>(key)};
    for (const Action& action : all) {
        CHECK(world.play(action) == "VaultNotFound");
    }
}

TEST_CASE("only a soft-deleted vault can be recovered or purged") {
    SmallWorld world;
    for (const VaultId vault : {kv, unborn}) {
        CHECK(world.play(onVault<VaultRecover>(vault)) == "VaultNotFound");
        CHECK(world.play(onVault<VaultPurge>(vault)) == "VaultNotFound");
    }
}

TEST_CASE("a vault's name is taken until the vault is purged") {
    SmallWorld world;
    CHECK(world.play(create(newVault(kv))) == "VaultExists");
    CHECK(world.play(onVault<VaultDelete>(kv)) == "ok");
    CHECK(world.play(create(newVault(kv))) == "VaultSoftDeleted");
    CHECK(world.play(onVault<VaultPurge>(kv)) == "ok");
    CHECK(world.play(create(newVault(kv))) == "ok");
    CHECK(world.world.vault(kv).accessPolicies.empty());
    CHECK(world.stateOf(cmk) == Lifecycle::Absent);
}

TEST_CASE("a new vault can grant nothing to an identity that is not there") {
    SmallWorld world;
    CHECK(world.play(onIdentity<IdentityDelete>(db)) == "ok");
    NewVault byPolicy = newVault(unborn);
    byPolicy.policies = {{app, mayAll}, {db, mayAll}};
    NewVault byRole = newVault(unborn);
    byRole.roles = {{db, usingKeys}};
    NewVault byKeyRole = newVault(unborn, {newKey(cmkInOther)});
    byKeyRole.keys.front().roles = {{db, usingKeys}};
    for (const NewVault& vault : {byPolicy, byRole, byKeyRole}) {
        CHECK(world.play(create(vault)) == "IdentityNotFound");
        CHECK(world.stateOf(unborn) == Lifecycle::Absent);
    }
    NewVault taken = byPolicy;
    taken.vault = kv;
    CHECK(world.play(create(taken)) == "VaultExists");
}

TEST_CASE("an update changes what it names and leaves the rest") {
    VaultSettings before;
    before.rbac = true;
    before.trustedBypass = false;
    before.ipRules = {{{0xCB007100U, 24}}};
    SmallWorld world{before};
    VaultSettings settings;
    settings.allowByDefault = false;
    settings.publicAccess = false;
    CHECK(world.play(update(kv, settings)) == "ok");
    const Vault& vault = world.world.vault(kv);
    CHECK(vault.rbac);
    CHECK_FALSE(vault.trustedBypass);
    CHECK(vault.ipRules == *before.ipRules);
    CHECK_FALSE(vault.allowByDefault);
    CHECK_FALSE(vault.publicAccess);
    CHECK(vault.softDelete);
}

TEST_CASE("purge protection and soft delete are for life, and the one needs the other") {
    VaultSettings neither = withoutSoftDelete();
    neither.purgeProtection = false;

    SmallWorld shielded{purgeProtected()};
    CHECK(shielded.play(update(kv, neither)) == "CannotDisablePurgeProtection");
    CHECK(shielded.play(update(kv, withoutSoftDelete())) == "CannotDisableSoftDelete");

    SmallWorld open{withoutSoftDelete()};
    CHECK(open.play(update(kv, neither)) == "ok");
    CHECK(open.play(update(kv, purgeProtected())) == "SoftDeleteRequired");
    VaultSettings both = purgeProtected();
    both.softDelete = true;
    CHECK(open.play(update(kv, both)) == "ok");
    CHECK(open.play(update(kv, withoutSoftDelete())) == "CannotDisableSoftDelete");
    CHECK(open.play(onKey<KeyDelete>(cmk)) == "ok");
    CHECK(open.stateOf(cmk) == Lifecycle::SoftDeleted);
}

TEST_CASE("a network rule is there once, however often it is added") {
    SmallWorld world;
    const VaultAddNetworkRule rule{{kv}, {0xCB007100U, 24}};
    const VaultRemoveNetworkRule removal{{kv}, rule.address};
    CHECK(world.play(rule) == "ok");
    CHECK(world.play(rule) == "ok");
    CHECK(world.world.vault(kv).ipRules == std::vector{rule.address});
    CHECK(world.play(removal) == "ok");
    CHECK(world.world.vault(kv).ipRules.empty());
    CHECK(world.play(removal) == "ok");
}

TEST_CASE("a name that does not resolve stays so, whatever becomes of the vault") {
    SmallWorld world;
    CHECK(world.play(onVault<VaultFailDns>(unborn)) == "ok");
    CHECK(world.play(create(newVault(unborn))) == "ok");
    CHECK(world.world.vault(unborn).dnsFails);
    CHECK(world.play(onVault<VaultDelete>(unborn)) == "ok");
    CHECK(world.play(onVault<VaultPurge>(unborn)) == "ok");
    CHECK(world.play(create(newVault(unborn))) == "ok");
    CHECK(world.world.vault(unborn).dnsFails);
    CHECK(world.play(onVault<VaultRestoreDns>(unborn)) == "ok");
    CHECK_FALSE(world.world.vault(unborn).dnsFails);
}

} // namespace cmksim::world_test
