// Backups: what they keep, what they bring back, and when material is gone for good.
#include "small_world.hpp"

namespace cmksim::backups_test {

using namespace cmksim;
using namespace cmksim::engine;
using namespace cmksim::test;

namespace {

/// Deletes and purges a key; what was gone with it.
std::string purge(SmallWorld& world, KeyId key) {
    CHECK(world.play(onKey<KeyDelete>(key)) == "ok");
    CHECK(world.play(onKey<KeyPurge>(key)) == "ok");
    return world.gone();
}

} // namespace

TEST_CASE("a backup keeps a key's material, and restoring brings it back as it was then") {
    SmallWorld world;
    const KeyVersion before = world.world.key(cmk).versions.front();
    CHECK(world.play(onKey<KeyBackup>(cmk)) == "ok");
    KeyUpdate disabling = onKey<KeyUpdate>(cmk);
    disabling.settings.enabled = false;
    CHECK(world.play(disabling) == "ok");
    CHECK(purge(world, cmk).empty());
    CHECK(world.play(onKey<KeyRestore>(cmk)) == "ok");
    CHECK(world.versionsOf(cmk) == "v1");
    CHECK(world.world.key(cmk).versions.front().material == before.material);
    CHECK(world.world.key(cmk).versions.front().enabled);
    CHECK(purge(world, cmk).empty());
}

TEST_CASE("material is gone when no key and no backup has it any more") {
    SmallWorld world;
    CHECK(world.play(withFile(onKey<KeyBackup>(cmk), 0)) == "ok");
    CHECK(world.play(withFile(onKey<KeyRestore>(cmkInOther), 0)) == "ok");
    CHECK(purge(world, cmk).empty());
    CHECK(purge(world, cmkInOther).empty());
    CHECK(world.play(onKey<KeyCreate>(cmk)) == "ok");
    CHECK(world.play(withFile(onKey<KeyBackup>(cmk), 0)) == "ok");
    CHECK(world.gone() == "v1");
}

TEST_CASE("a file that is written again holds the new backup alone") {
    SmallWorld world;
    CHECK(world.play(withFile(onKey<KeyBackup>(cmk), 0)) == "ok");
    CHECK(purge(world, cmk).empty());
    CHECK(world.play(onKey<KeyCreate>(cmk)) == "ok");
    CHECK(world.play(withFile(onKey<KeyBackup>(cmk), 0)) == "ok");
    CHECK(world.gone() == "v1");
    CHECK(purge(world, cmk).empty());
    CHECK(world.play(withFile(onKey<KeyRestore>(cmk), 0)) == "ok");
    CHECK(world.versionsOf(cmk) == "v2");
}

TEST_CASE("writing a file again with the same key loses nothing") {
    SmallWorld world;
    CHECK(world.play(withFile(onKey<KeyBackup>(cmk), 0)) == "ok");
    CHECK(world.play(onKey<KeyRotate>(cmk)) == "ok");
    CHECK(world.play(withFile(onKey<KeyBackup>(cmk), 0)) == "ok");
    CHECK(world.gone().empty());
    CHECK(purge(world, cmk).empty());
    CHECK(world.play(withFile(onKey<KeyRestore>(cmk), 0)) == "ok");
    CHECK(world.versionsOf(cmk) == "v1 v2");
}

TEST_CASE("backups without a file are all kept, and the latest of that vault and key is restored") {
    SmallWorld world;
    CHECK(world.play(onKey<KeyBackup>(cmk)) == "ok");
    CHECK(purge(world, cmk).empty());
    CHECK(world.play(onKey<KeyCreate>(cmk)) == "ok");
    CHECK(world.play(onKey<KeyBackup>(cmk)) == "ok");
    CHECK(world.gone().empty());
    CHECK(purge(world, cmk).empty());
    CHECK(world.play(onKey<KeyRestore>(cmkInOther)) == "BackupNotFound");
    CHECK(world.play(onKey<KeyRestore>(cmk)) == "ok");
    CHECK(world.versionsOf(cmk) == "v2");
}

TEST_CASE("a backup that was overwritten is not the latest of its key any more") {
    SmallWorld world;
    CHECK(world.play(onKey<KeyBackup>(cmk)) == "ok");
    CHECK(world.play(onKey<KeyRotate>(cmk)) == "ok");
    CHECK(world.play(withFile(onKey<KeyBackup>(cmk), 0)) == "ok");
    CHECK(world.play(onKey<KeyCreate>(cmkInOther)) == "ok");
    CHECK(world.play(withFile(onKey<KeyBackup>(cmkInOther), 0)) == "ok");
    CHECK(world.play(onKey<KeyDelete>(cmk)) == "ok");
    CHECK(world.play(onKey<KeyPurge>(cmk)) == "ok");
    CHECK(world.gone() == "v2");
    CHECK(world.play(onKey<KeyRestore>(cmk)) == "ok");
    CHECK(world.versionsOf(cmk) == "v1");
}

TEST_CASE("a key is restored only from a backup of its name, and only where none of its name is") {
    SmallWorld world;
    CHECK(world.play(onKey<KeyRestore>(cmk)) == "BackupNotFound");
    CHECK(world.play(withFile(onKey<KeyRestore>(cmk), 0)) == "BackupNotFound");
    CHECK(world.play(withFile(onKey<KeyBackup>(cmk), 0)) == "ok");
    CHECK(world.play(withFile(onKey<KeyRestore>(spare), 0)) == "BackupNotFound");
    CHECK(world.play(withFile(onKey<KeyRestore>(cmk), 1)) == "BackupNotFound");
    CHECK(world.play(withFile(onKey<KeyRestore>(cmk), 0)) == "KeyExists");
    CHECK(world.play(onKey<KeyDelete>(cmk)) == "ok");
    CHECK(world.play(withFile(onKey<KeyRestore>(cmk), 0)) == "KeyExists");
    CHECK(world.play(onKey<KeyPurge>(cmk)) == "ok");
    CHECK(world.play(withFile(onKey<KeyRestore>(cmk), 0)) == "ok");
    CHECK(world.play(withFile(onKey<KeyRestore>(cmkInOther), 0)) == "ok");
}

TEST_CASE("a restored key goes on numbering from the higher of what was and what the backup has") {
    SmallWorld world;
    CHECK(world.play(onKey<KeyRotate>(cmk)) == "ok");
    CHECK(world.play(withFile(onKey<KeyBackup>(cmk), 0)) == "ok");
    CHECK(world.play(onKey<KeyRotate>(cmk)) == "ok");
    CHECK(purge(world, cmk) == "v3");
    CHECK(world.play(withFile(onKey<KeyRestore>(cmk), 0)) == "ok");
    CHECK(world.play(onKey<KeyRotate>(cmk)) == "ok");
    CHECK(world.versionsOf(cmk) == "v1 v2 v4");

    CHECK(world.play(withFile(onKey<KeyRestore>(cmkInOther), 0)) == "ok");
    CHECK(world.play(onKey<KeyRotate>(cmkInOther)) == "ok");
    CHECK(world.versionsOf(cmkInOther) == "v1 v2 v3");
}

TEST_CASE("a restored key becomes valid and expires as the backup says") {
    SmallWorld world{{}, {{{}, true, Instant::min(), at(2h)}}};
    CHECK(world.play(onKey<KeyBackup>(cmk)) == "ok");
    CHECK(purge(world, cmk).empty());
    CHECK(world.play(onKey<KeyRestore>(cmk), 1h) == "ok");
    REQUIRE(world.changes.deadlines.size() == 1);
    CHECK(world.changes.deadlines.front().at == at(2h));
    CHECK(world.elapse(2h, cmk) == "KeyExpired kv/cmk/v1");
}

} // namespace cmksim::backups_test
