#include "suite/collect.hpp"

#include "suite/ignore_file.hpp"

#include <catch2/catch.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <ranges>
#include <span>

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

/// Whether the rules pass a path over, or a folder on the way to it.
bool isIgnored(std::string_view rules, std::string_view path) {
    const IgnoreFile file{rules};
    const bool isFolder = path.ends_with('/');
    path.remove_suffix(isFolder ? 1 : 0);
    std::vector<std::string> names;
    for (const auto name : path | std::views::split('/')) {
        names.emplace_back(name.begin(), name.end());
    }
    for (std::size_t count = 1; count < names.size(); ++count) {
        if (file.ignores(std::span{names}.first(count), true).value_or(false)) {
            return true;
        }
    }
    return file.ignores(names, isFolder).value_or(false);
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

TEST_CASE("a file to which links lead is found once") {
    Tree tree;
    tree.file("b.yaml").file("away/x.txt");
    fs::create_symlink("b.yaml", tree / "a.yaml");
    fs::create_symlink("../b.yaml", tree / "away/c.yaml");
    fs::create_symlink("away/x.txt", tree / "one.yaml");
    fs::create_symlink("away/x.txt", tree / "two.yaml");
    fs::create_hard_link(tree / "b.yaml", tree / "hard.yaml");
    CHECK(tree.found() == "b.yaml hard.yaml one.yaml");
    Diagnostics diagnostics;
    const std::vector<std::string> paths{(tree / "away").string() + "/../a.yaml", (tree / "away").string() + "/.."};
    const std::vector<SuiteFile> named = collectFiles(paths, diagnostics);
    REQUIRE(named.size() == 3);
    CHECK(std::ranges::count(named, true, &SuiteFile::named) == 1);
    CHECK(std::ranges::count(named, paths.front(), &SuiteFile::path) == 1);
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
    struct Row {
        std::string_view rules;
        std::string_view path; // a folder where it ends in '/'
        bool isIgnored;
    };
    // As 'git check-ignore' has it.
    const std::vector<Row> rows{
        {"a.yaml", "x/a.yaml", true},
        {"/a.yaml", "x/a.yaml", false},
        {"/a.yaml", "a.yaml", true},
        {"x/a.yaml", "y/x/a.yaml", false},
        {"**/x/a.yaml", "y/x/a.yaml", true},
        {"**/a", "a", true},
        {"x/**", "x/", false},
        {"x/**", "x/y/z", true},
        {"x/**/z", "x/z", true},
        {"x/**/z", "x/a/b/z", true},
        {"x/*/z", "x/a/b/z", false},
        {"a\\ ", "a ", true},
        {"a\\  ", "a ", true},
        {"a \\ ", "a  ", true},
        {"a\t", "a", false},
        {"a\t", "a\t", true},
        {"\\#a", "#a", true},
        {"\\!a", "!a", true},
        {"!a", "a", false},
        {" a", " a", true},
        {" #a", " #a", true},
        {"[a-c]", "b", true},
        {"[!a-c]", "b", false},
        {"[!a-c]", "d", true},
        {"[^a-c]", "d", true},
        {"[^a-c]", "b", false},
        {"a[/]b", "a/b", false},
        {"\\[a\\]", "[a]", true},
        {"*", "a", true},
        {"*", ".a", true},
        {"?", "é", false},
        {"??", "é", true},
        {"[é]", "é", false},
        {"a**b", "axb", true},
        {"a**b", "ax/yb", false},
        {"**", "a", true},
        {"**/", "a", false},
        {"**/", "a/", true},
        {"/**", "a", true},
        {"/**", "x/a", true},
        {"/", "a", false},
        {"//a", "a", false},
        {"a//b", "a/b", false},
        {"foo/", "x/foo/", true},
        {"foo/", "foo", false},
        {"x/foo/", "y/x/foo/", false},
        {"a/**/", "a/b/", true},
        {"a/**/", "a/b", false},
        {"a/", "a/b", true},
        {"a\\", "a", false},
        {"a\\", "a\\", false},
        {"\\a", "a", true},
        {"[[:digit:]]", "7", true},
        {"[[:alpha:]]", "7", false},
        {"[a", "[a", false},
        {"[a", "a", false},
        {"x[]", "x[]", false},
        {"[]a", "[]a", false},
        {"[]a]", "]", true},
        {"[!]a]", "b", true},
        {"[[:alpha:]", "a", false},
        {"[[:alpha:]]]", "a]", true},
        {"\\[a", "[a", true},
        {"\\", "\\", false},
        {"/*", "x/a", true},
        {"/*", "a", true},
        {"x/*", "x/a", true},
        {"x/*", "x/a/b", true},
        {"***", "a", true},
        {"x***y", "xay", true},
        {"x/***/y", "x/a/b/y", true},
        {"a\r", "a", true},
        {"  ", "  ", false},
        {"!", "!", false},
        {"#a", "#a", false},
        {"\uFEFFa", "a", true},
        {"\\ ", " ", true},
        {"[]a]", "]", true},
        {"[]-a]", "^", true},
        {"[a-]", "-", true},
        {"A", "a", false},
        {"[\\]]", "]", true},
        {"a/b/**", "a/b/c/d", true},
        {"**a", "xa", true},
        {"**a", "x/ya", true},
        {"x/**a", "x/ya", true},
        {"x/**a", "x/z/ya", false},
        {"**/b/c", "b/c", true},
        {"x/**/**/z", "x/z", true},
        {"!/a", "a", false},
        {"a\\\\", "a\\", true},
        {"a\\\\ ", "a\\", true},
        {"a\\\\\\ ", "a\\ ", true},
        {"./a", "a", false},
        {"../a", "a", false},
        {"x/../a", "a", false},
        {"[!]a]", "b", true},
        {"[!]a]", "]", false},
        {"x/", "x/y/z", true},
        {"*.y", "d.y/f", true},
        {"a?b", "a/b", false},
        {"**/**", "a/b", true},
        {"x/**y/z", "x/ay/z", true},
        {"*/", "a/", true},
        {"\\*", "*", true},
        {"\\*", "a", false},
        {"{a,b}", "a", false},
        {"# no rule\n\n\\#a\n", "#a", true},
        {"*.yaml\n!keep.yaml\n", "keep.yaml", false},
        {"!keep.yaml\r\n*.yaml\r\n", "keep.yaml", true},
        {"\uFEFFa\r\nb", "a", true},
        {"x/\n!x/a", "x/a", true},
    };
    for (const Row& row : rows) {
        INFO(row.rules << " for " << row.path);
        CHECK(isIgnored(row.rules, row.path) == row.isIgnored);
    }
}

TEST_CASE("an ignore file that cannot be read is an error") {
    Tree tree;
    tree.file("a.yaml");
    fs::create_symlink("nowhere", tree / ".cmksimignore");
    CHECK(tree.found() == "a.yaml");
    CHECK(tree.errors == 1);
    Tree other;
    other.file("a.yaml").file(".cmksimignore/b.yaml");
    CHECK(other.found() == ".cmksimignore/b.yaml a.yaml");
    CHECK(other.errors == 1);
    Tree wide;
    wide.file(".cmksimignore", "\xFF\xFE*");
    CHECK(wide.found().empty());
    CHECK(wide.errors == 1);
}

} // namespace cmksim::collect_test
