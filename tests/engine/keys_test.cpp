// Keys and their versions: numbering, validity, deletion.
#include "small_world.hpp"

namespace cmksim::keys_test {

using namespace cmksim;
using namespace cmksim::engine;
using namespace cmksim::test;

namespace {

VaultSettings purgeProtected() {
    VaultSettings settings;
    settings.purgeProtection = true;
    return settings;
}

template <class A>
A withValidity(A action, Instant notBefore, Instant expires) {
    action.settings.notBefore = notBefore;
    action.settings.expires = expires;
    return action;
}

KeyUpdate disabling(KeyId key, VersionNameId version = {}) {
    KeyUpdate action = onKey<KeyUpdate>(key);
    action.settings.enabled = false;
    action.version = version;
    return action;
}

} // namespace

TEST_CASE("a soft-deleted key comes back with all its versions and their material") {
    SmallWorld world;
    CHECK(world.play(onKey<KeyRotate>(cmk)) == "ok");
    const auto materials = [&] {
        std::vector<MaterialId> all;
        for (const KeyVersion& version : world.world.key(cmk).versions) {
            all.push_back(version.material);
        }
        return all;
    };
    const std::vector<MaterialId> before = materials();
    CHECK(world.play(onKey<KeyDelete>(cmk)) == "ok");
    CHECK(world.stateOf(cmk) == Lifecycle::SoftDeleted);
    CHECK(world.gone().empty());
    CHECK(world.play(onKey<KeyRecover>(cmk)) == "ok");
    CHECK(world.stateOf(cmk) == Lifecycle::Active);
    CHECK(materials() == before);
}

TEST_CASE("a deleted key of a vault without soft delete is purged at once") {
    VaultSettings settings;
    settings.softDelete = false;
    SmallWorld world{settings};
    CHECK(world.play(onKey<KeyDelete>(cmk)) == "ok");
    CHECK(world.stateOf(cmk) == Lifecycle::Absent);
    CHECK(world.gone() == "v1");
}

TEST_CASE("a key is purged exactly when its retention has passed, purge protection or not") {
    SmallWorld world{purgeProtected()};
    CHECK(world.play(onKey<KeyDelete>(cmk), 1h) == "ok");
    CHECK(world.play(onKey<KeyPurge>(cmk), 1h) == "PurgeProtected");
    CHECK(world.elapse(1h + retentionOfKv - 1s, cmk).empty());
    CHECK(world.elapse(1h + retentionOfKv, cmk) == "RetentionElapsed kv/cmk");
    CHECK(world.stateOf(cmk) == Lifecycle::Absent);
    CHECK(world.gone() == "v1");
}

TEST_CASE("an elapsed retention is the only fact of its instant") {
    SmallWorld world{{}, {{{}, true, Instant::min(), at(retentionOfKv)}}};
    CHECK(world.play(onKey<KeyDelete>(cmk)) == "ok");
    CHECK(world.elapse(retentionOfKv, cmk) == "RetentionElapsed kv/cmk");
}

TEST_CASE("a recovered key's old retention means nothing any more") {
    SmallWorld world;
    CHECK(world.play(onKey<KeyDelete>(cmk), 1h) == "ok");
    CHECK(world.play(onKey<KeyRecover>(cmk), 2h) == "ok");
    CHECK(world.elapse(1h + retentionOfKv, cmk).empty());
    CHECK(world.stateOf(cmk) == Lifecycle::Active);
}

TEST_CASE("only an active key can be rotated, updated, deleted or backed up") {
    SmallWorld world;
    CHECK(world.play(onKey<KeyDelete>(cmk)) == "ok");
    for (const KeyId key : {cmk, spare}) {
        for (const Action& action : std::vector<Action>{onKey<KeyRotate>(key), onKey<KeyUpdate>(key),
                                                        onKey<KeyDelete>(key), onKey<KeyBackup>(key)}) {
            CHECK(world.play(action) == "KeyNotFound");
        }
    }
}

TEST_CASE("only a soft-deleted key can be recovered or purged") {
    SmallWorld world{purgeProtected()};
    for (const KeyId key : {cmk, spare}) {
        CHECK(world.play(onKey<KeyRecover>(key)) == "KeyNotFound");
        CHECK(world.play(onKey<KeyPurge>(key)) == "KeyNotFound");
    }
}

TEST_CASE("a soft-deleted key keeps its name, and a purged one does not") {
    SmallWorld world;
    CHECK(world.play(onKey<KeyDelete>(cmk)) == "ok");
    CHECK(world.play(onKey<KeyCreate>(cmk)) == "KeySoftDeleted");
    CHECK(world.play(onKey<KeyPurge>(cmk)) == "ok");
    CHECK(world.gone() == "v1");
    CHECK(world.play(onKey<KeyCreate>(cmk)) == "ok");
}

TEST_CASE("creating an active key adds a version as described, rotating it a plain one") {
    SmallWorld world;
    KeyCreate creation = withValidity(onKey<KeyCreate>(cmk), at(1h), at(2h));
    creation.settings.enabled = false;
    CHECK(world.play(creation) == "ok");
    CHECK(world.play(onKey<KeyRotate>(cmk)) == "ok");
    CHECK(world.versionsOf(cmk) == "v1 v2 v3");
    const std::vector<KeyVersion>& versions = world.world.key(cmk).versions;
    CHECK_FALSE(versions[1].enabled);
    CHECK(versions[1].notBefore == at(1h));
    CHECK(versions[1].expires == at(2h));
    CHECK(versions[2].enabled);
    CHECK(versions[2].notBefore == Instant::min());
    CHECK(versions[2].expires == never);
    CHECK(versions[1].material != versions[2].material);
}

TEST_CASE("versions are numbered by their place, those with a name of their own included") {
    SmallWorld world{{}, {{}, {WorldNames::givenVersion(0), true, Instant::min(), never}}};
    CHECK(world.play(onKey<KeyRotate>(cmk)) == "ok");
    CHECK(world.versionsOf(cmk) == "v1 8f0c2b51 v3");
}

TEST_CASE("a key created anew after a purge, of the key or of its vault, goes on with the numbering") {
    SmallWorld world;
    const MaterialId first = world.world.key(cmk).versions.front().material;
    CHECK(world.play(onKey<KeyDelete>(cmk)) == "ok");
    CHECK(world.play(onKey<KeyPurge>(cmk)) == "ok");
    CHECK(world.play(onKey<KeyCreate>(cmk)) == "ok");
    CHECK(world.versionsOf(cmk) == "v2");
    CHECK(world.world.key(cmk).versions.front().material != first);
    CHECK(world.play(onVault<VaultDelete>(kv)) == "ok");
    CHECK(world.play(onVault<VaultPurge>(kv)) == "ok");
    CHECK(world.gone() == "v2");
    CHECK(world.play(create(newVault(kv, {newKey(cmk, {{}, {}})}))) == "ok");
    CHECK(world.versionsOf(cmk) == "v3 v4");
}

TEST_CASE("an update is of the newest version unless it names one, and changes only what it says") {
    SmallWorld world{{}, {{{}, true, at(1h), at(2h)}, {}}};
    const std::vector<KeyVersion>& versions = world.world.key(cmk).versions;
    CHECK(world.play(disabling(cmk)) == "ok");
    CHECK(versions[0].enabled);
    CHECK_FALSE(versions[1].enabled);
    CHECK(world.play(disabling(cmk, WorldNames::numberedVersion(1))) == "ok");
    CHECK_FALSE(versions[0].enabled);
    CHECK(versions[0].notBefore == at(1h));
    CHECK(versions[0].expires == at(2h));
    CHECK(world.play(disabling(cmk, WorldNames::numberedVersion(3))) == "KeyVersionNotFound");

    KeyUpdate clearing = withValidity(onKey<KeyUpdate>(cmk), Instant::min(), never);
    clearing.version = WorldNames::numberedVersion(1);
    CHECK(world.play(clearing) == "ok");
    CHECK(versions[0].notBefore == Instant::min());
    CHECK(versions[0].expires == never);
}

TEST_CASE("each version becomes valid and expires at its own instant") {
    SmallWorld world{{}, {{{}, true, at(1h), at(2h)}, {{}, true, at(2h), at(3h)}}};
    CHECK(world.elapse(1h, cmk) == "KeyValid kv/cmk/v1");
    CHECK(world.elapse(2h - 1s, cmk).empty());
    CHECK(world.elapse(2h, cmk) == "KeyExpired kv/cmk/v1, KeyValid kv/cmk/v2");
    CHECK(world.elapse(3h, cmk) == "KeyExpired kv/cmk/v2");
}

TEST_CASE("an expiry that was moved in time does not happen") {
    SmallWorld world{{}, {{{}, true, Instant::min(), at(2h)}}};
    KeyUpdate extension = onKey<KeyUpdate>(cmk);
    extension.settings.expires = at(4h);
    CHECK(world.play(extension, 1h) == "ok");
    REQUIRE(world.changes.deadlines.size() == 1);
    CHECK(world.changes.deadlines.front().at == at(4h));
    CHECK(world.elapse(2h, cmk).empty());
    CHECK(world.elapse(4h, cmk) == "KeyExpired kv/cmk/v1");
}

} // namespace cmksim::keys_test
