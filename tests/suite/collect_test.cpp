#include "suite/collect.hpp"

#include "suite/ignore_file.hpp"

#include <catch2/catch.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <random>

namespace cmksim::collect_test {

using namespace cmksim;
using namespace cmksim::suite;

namespace {

namespace fs = std::filesystem;

/// A folder to be searched, gone with this object.
class Tree {
public:
    Tree() : path_{fs::temp_directory_path() / ("cmksim-collect-" + std::to_string(std::random_device{}()))} {
        fs::create_directory(path_);
    }
    ~Tree() { fs::remove_all(path_); }
    Tree(const Tree&) = delete;
    Tree& operator=(const Tree&) = delete;

    Tree& file(const std::string& name, std::string_view text = "") {
        fs::create_directories((path_ / name).parent_path());
        std::ofstream{path_ / name} << text;
        return *this;
    }
    [[nodiscard]] fs::path operator/(const std::string& name) const { return path_ / name; }

    /// What is found, from here.
    [[nodiscard]] std::string found() {
        Diagnostics diagnostics;
        const std::string root = path_.string();
        std::string names;
        for (const SuiteFile& file : collectFiles({&root, 1}, diagnostics)) {
            names += (names.empty() ? "" : " ") + file.path.substr(root.size() + 1);
        }
        errors = diagnostics.errorCount();
        return names;
    }

    std::size_t errors = 0;

private:
    fs::path path_;
};

bool isIgnored(std::string_view rules, const std::vector<std::string>& path, bool isFolder = false) {
    return IgnoreFile{rules}.ignores(path, isFolder).value_or(false);
}

} // namespace

TEST_CASE("both endings of YAML are found, by path, and nothing else") {
    Tree tree;
    tree.file("b.yaml").file("a.yml").file("c.txt").file("sub/d.yaml").file(".hidden/e.yaml");
    CHECK(tree.found() == ".hidden/e.yaml a.yml b.yaml sub/d.yaml");
}

TEST_CASE("links are followed, and no folder is entered twice") {
    Tree tree;
    tree.file("real/a.yaml").file("real/deep/b.yaml");
    fs::create_symlink("..", tree / "real/deep/up");
    fs::create_symlink("real", tree / "again");
    fs::create_symlink("circle", tree / "circle");
    CHECK(tree.found() == "real/a.yaml real/deep/b.yaml");
    Tree other;
    other.file("x.yaml");
    fs::create_symlink(other / ".", tree / "other");
    CHECK(tree.found() == "other/x.yaml real/a.yaml real/deep/b.yaml");
}

TEST_CASE("what is no plain file is not opened, and a link that leads nowhere is not passed over") {
    Tree tree;
    tree.file("a.yaml");
    REQUIRE(::mkfifo((tree / "pipe.yaml").c_str(), 0600) == 0);
    fs::create_directory(tree / "folder.yaml");
    fs::create_symlink("nowhere", tree / "dangling.yaml");
    CHECK(tree.found() == "a.yaml dangling.yaml");
}

TEST_CASE("a folder that cannot be read is an error") {
    if (::geteuid() == 0) {
        return; // nothing is unreadable then
    }
    Tree tree;
    tree.file("closed/a.yaml");
    fs::permissions(tree / "closed", fs::perms::none);
    CHECK(tree.found().empty());
    CHECK(tree.errors == 1);
    fs::permissions(tree / "closed", fs::perms::owner_all);
}

TEST_CASE("an ignore file holds for its folder and all below, and an inner one has the last word") {
    Tree tree;
    tree.file(".cmksimignore", "drafts/\n*.wip.yaml\n/top.yaml\n");
    tree.file("top.yaml").file("a.wip.yaml").file("drafts/x.yaml").file("sub/top.yaml").file("sub/b.wip.yaml");
    tree.file("sub/.cmksimignore", "!b.wip.yaml\n").file("sub/c.wip.yaml");
    CHECK(tree.found() == "sub/b.wip.yaml sub/top.yaml");
}

TEST_CASE("rules are those of git") {
    CHECK(isIgnored("a.yaml", {"x", "a.yaml"}));
    CHECK_FALSE(isIgnored("/a.yaml", {"x", "a.yaml"}));
    CHECK_FALSE(isIgnored("x/a.yaml", {"y", "x", "a.yaml"}));
    CHECK(isIgnored("**/x/a.yaml", {"y", "x", "a.yaml"}));
    CHECK(isIgnored("x/**", {"x", "y", "z"}));
    CHECK_FALSE(isIgnored("x/**", {"x"}, true));
    CHECK(isIgnored("x/**/z", {"x", "z"}));
    CHECK(isIgnored("x/**/z", {"x", "a", "b", "z"}));
    CHECK_FALSE(isIgnored("x/*/z", {"x", "a", "b", "z"}));
    CHECK(isIgnored("[ab]?.yaml  \n", {"b1.yaml"}));
    CHECK(isIgnored("x/", {"x"}, true));
    CHECK_FALSE(isIgnored("x/", {"x"}, false));
    CHECK(isIgnored("# no rule\n\n\\#a\n", {"#a"}));
    CHECK_FALSE(isIgnored("*.yaml\n!keep.yaml\n", {"keep.yaml"}));
    CHECK(isIgnored("!keep.yaml\r\n*.yaml\r\n", {"keep.yaml"}));
}

} // namespace cmksim::collect_test
