#include "running.hpp"

#include <catch2/catch.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>

namespace cmksim::suite_folder_test {

using namespace cmksim::test;

namespace {

constexpr std::string_view holds = "cmksim: 1\nname: x\nestate: {vaults: {kv1: {}}}\n"
                                   "timeline:\n  - {at: 1h, do: vault.delete, target: kv1, expect: ok}\n";

/// Makes a folder below another whose path is longer than any may be, so that nothing can look into it, by its path.
void deepen(const std::string& path) {
    const std::string name(250, 'd');
    int folder = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    for (int depth = 0; depth < 20; ++depth) {
        REQUIRE(::mkdirat(folder, name.c_str(), 0700) == 0);
        const int inner = ::openat(folder, name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        ::close(folder);
        folder = inner;
    }
    ::close(folder);
}

} // namespace

TEST_CASE("other YAML in a folder is passed over and counted, and what was meant to be ours is not") {
    const Folder folder;
    static_cast<void>(folder.file("a.yml", holds));
    static_cast<void>(folder.file("chart.yaml", "apiVersion: v1\nname: x\n"));
    static_cast<void>(folder.file("template.yaml", "{{ if .x }}\nname: x\n"));
    const Ran sound{{"test", "--allow-empty", folder.path()}};
    CHECK(sound.code == 0);
    CHECK(has(sound.err, "2 other YAML files are passed over"));
    static_cast<void>(folder.file("slip.yaml", "cmksin: 1\nname: x\n"));
    static_cast<void>(folder.file("broken.yaml", "# ours\ncmksim: 1\nname: [x\n"));
    const Ran wrong{{"test", "--allow-empty", folder.path()}};
    CHECK(wrong.code == 2);
    CHECK(has(wrong.out, "2 in error"));
    CHECK(Ran{{"test", folder.path("chart.yaml")}}.code == 2);
}

TEST_CASE("a folder that cannot be read is a case in error, and the rest runs") {
    const Folder folder;
    static_cast<void>(folder.file("a.yml", holds));
    std::filesystem::create_directory(folder.path("deep"));
    const std::string list = folder.path("failed");
    CHECK(Ran{{"test", "--allow-empty", folder.path(), "--last-failed", list}}.code == 0);
    deepen(folder.path("deep"));
    const Ran ran{{"test", "--allow-empty", folder.path(), "--last-failed", list}};
    CHECK(ran.code == 2);
    CHECK(has(ran.out, "2 cases: 1 passed, 1 in error"));
    CHECK(has(ran.out, "File name too long"));
    CHECK(has(flat(ran.out), "which cannot be read"));
    CHECK(textOf(list) == "[]\n");
    const Ran json{{"test", "--allow-empty", "--shard", "1/2", "--format", "json", folder.path()}};
    CHECK(json.code == 2);
    CHECK(has(json.out, R"("complete": false)"));
}

TEST_CASE("an empty part of a suite passes, with a note") {
    const Folder folder;
    static_cast<void>(folder.file("a.yaml", holds));
    int empty = 0;
    for (const std::string part : {"1/3", "2/3", "3/3"}) {
        const Ran ran{{"test", "--allow-empty", "--shard", part, folder.path()}};
        CHECK(ran.code == 0);
        const Ran strict{{"test", "--shard", part, folder.path()}};
        empty += has(strict.err, "has no case") && strict.code == 0 ? 1 : 0;
    }
    CHECK(empty == 2);
}

TEST_CASE("a waiver is judged by today, or by the day that is named, which is told") {
    const Folder folder;
    const std::string fails = folder.file(
        "a.yaml", std::string{"cmksim: 1\nname: x\ntodo: {reason: later, until: 2020-01-01}\nestate: {vaults: {kv1: "
                              "{}}}\ntimeline:\n  - {at: 1h, do: vault.purge, target: kv1}\n"});
    CHECK(Ran{{"test", "--allow-empty", fails}}.code == 1);
    const Ran then{{"test", "--allow-empty", "--as-of", "2019-12-31", fails}};
    CHECK(then.code == 0);
    CHECK(has(then.err, "waivers are judged by 2019-12-31"));
}

TEST_CASE("a list judges nothing") {
    const Folder folder;
    const std::string file = folder.file("a.yaml", holds);
    const Ran listed{{"test", "--list", file}};
    CHECK(listed.code == 0);
    CHECK_FALSE(has(listed.out, "passed"));
    CHECK_FALSE(has(listed.out, "PASSED"));
    CHECK(has(listed.out, "1 case: 1 listed"));
    CHECK(has(Ran{{"test", "--list", "--format", "tap", file}}.out, "# SKIP listed"));
}

} // namespace cmksim::suite_folder_test
