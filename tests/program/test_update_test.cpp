#include "running.hpp"

#include <catch2/catch.hpp>

namespace cmksim::test_update_test {

using namespace cmksim::test;

namespace {

constexpr std::string_view asking = "cmksim: 1\n"
                                    "name: A vault by itself\n"
                                    "snapshot: true\n"
                                    "estate: {vaults: {kv1: {}}}\n"
                                    "timeline:\n"
                                    "  - {at: 1h, do: vault.delete, target: kv1}\n";

} // namespace

TEST_CASE("test --update records the snapshots that scenarios ask for, and test then compares them") {
    const Folder folder;
    const std::string path = folder.file("story.yaml", asking);
    const Ran update{{"test", "--update", path}};
    CHECK(update.code == 0);
    CHECK(update.err == "cmksim test: 1 of 1 files changed\n");
    CHECK(textOf(path).find("snapshot: |\n  1h vault.delete kv1: ok\nestate:") != std::string::npos);
    CHECK(Ran{{"test", path}}.code == 0);

    std::string changed = textOf(path);
    changed.replace(changed.find("vault.delete, target"), 12, "vault.purge");
    static_cast<void>(folder.file("story.yaml", changed));
    const Ran different{{"test", path}};
    CHECK(different.code == 1);
    CHECK(different.out.find("- 1h vault.delete kv1: ok\n        + 1h vault.purge kv1: refused 404 VaultNotFound") !=
          std::string::npos);
}

TEST_CASE("a snapshot is not recorded of an estate that the file does not have") {
    const Folder folder;
    const std::string path = folder.file("story.yaml", asking);
    const Ran update{{"test", "--update", "--set", "vaults.kv1.enablePurgeProtection=true", path}};
    CHECK(update.code == 2);
    CHECK(update.err == "cmksim test: error: '--update' records files as they are, without '--set'\n");
    CHECK(textOf(path) == asking);
}

} // namespace cmksim::test_update_test
