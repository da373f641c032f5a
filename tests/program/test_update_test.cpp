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

TEST_CASE("a file to which a link leads, or that is named twice, is recorded once") {
    const Folder folder;
    const std::string path = folder.file("a.yaml", asking);
    std::filesystem::create_symlink("a.yaml", folder.path("link.yaml"));
    const Ran linked{{"test", "--update", folder.path()}};
    CHECK(linked.code == 0);
    CHECK(linked.err == "cmksim test: 1 of 1 files changed\n");
    CHECK(has(textOf(path), "snapshot: |"));
    CHECK(std::filesystem::is_symlink(folder.path("link.yaml")));
    CHECK(Ran{{"test", folder.path()}}.code == 0);

    static_cast<void>(folder.file("a.yaml", asking));
    const Ran twice{{"test", "--update", path, folder.path("./a.yaml")}};
    CHECK(twice.code == 0);
    CHECK(has(textOf(path), "snapshot: |"));
}

TEST_CASE("a hard link is written under each name that is found, and it is told that the others are apart") {
    const Folder folder;
    const std::string path = folder.file("a.yaml", asking);
    std::filesystem::create_hard_link(path, folder.path("b.yaml"));
    std::filesystem::create_hard_link(path, folder.path("other.txt"));
    const Ran update{{"test", "--update", folder.path()}};
    CHECK(update.code == 0);
    CHECK(has(update.err, "warning: '" + path + "' was a hard link; its other names keep what they held"));
    CHECK(has(textOf(path), "snapshot: |"));
    CHECK(has(textOf(folder.path("b.yaml")), "snapshot: |"));
    CHECK(textOf(folder.path("other.txt")) == asking);
}

} // namespace cmksim::test_update_test
