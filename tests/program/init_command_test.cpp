// `cmksim init`: a first scenario that passes, and nothing overwritten.
#include "running.hpp"

#include <catch2/catch.hpp>

namespace cmksim::init_command_test {

using namespace cmksim::test;

TEST_CASE("init writes a scenario that passes whatever the minute of the revalidation") {
    const Folder folder;
    const Ran init{{"init", folder.path()}};
    const std::string path = folder.path("first-scenario.yaml");
    CHECK(init.code == 0);
    CHECK(init.err.empty());
    CHECK(has(init.out, "cmksim run " + path));
    for (const std::string phase : {"0s", "30m", "59m59s"}) {
        const Ran run{{"run", "--phase", "myregistry=" + phase, path}};
        INFO(phase << run.out << run.err);
        CHECK(run.code == 0);
        CHECK(run.err.empty());
        CHECK(has(run.out, "5 of 5 expectations held"));
    }
}

TEST_CASE("init makes the directory, and leaves nothing half written") {
    const Folder folder;
    CHECK(Ran{{"init", folder.path("a/b")}}.code == 0);
    CHECK(std::filesystem::exists(folder.path("a/b/first-scenario.yaml")));
    CHECK_FALSE(std::filesystem::exists(folder.path("a/b/first-scenario.yaml.part")));
}

TEST_CASE("init overwrites nothing") {
    const Folder folder;
    const std::string path = folder.file("first-scenario.yaml", "mine");
    const Ran ran{{"init", folder.path()}};
    CHECK(ran.code == 2);
    CHECK(ran.out.empty());
    CHECK(ran.err == "cmksim init: error: '" + path + "' is there already, and is not overwritten\n");
    CHECK(textOf(path) == "mine");
}

TEST_CASE("init needs a directory") {
    const Folder folder;
    const std::string path = folder.file("file", "mine");
    const Ran ran{{"init", path}};
    CHECK(ran.code == 2);
    CHECK(ran.err == "cmksim init: error: '" + path + "' is no directory and cannot be made one\n");
}

} // namespace cmksim::init_command_test
