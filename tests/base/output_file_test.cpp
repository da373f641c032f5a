#include "base/output_file.hpp"

#include <catch2/catch.hpp>

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <sstream>

using namespace cmksim;

namespace {

namespace fs = std::filesystem;

/// A folder that goes away with it.
class Scratch {
public:
    Scratch() : path_{fs::temp_directory_path() / ("cmksim-output-" + std::to_string(std::random_device{}()))} {
        fs::create_directory(path_);
    }
    ~Scratch() { fs::remove_all(path_); }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    [[nodiscard]] std::string operator/(const char* name) const { return (path_ / name).string(); }
    [[nodiscard]] std::size_t files() const {
        return static_cast<std::size_t>(std::distance(fs::directory_iterator{path_}, fs::directory_iterator{}));
    }

private:
    fs::path path_;
};

void put(const std::string& path, std::string_view text) { std::ofstream{path, std::ios::binary} << text; }

std::string held(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream{path, std::ios::binary}.rdbuf();
    return text.str();
}

mode_t modeOf(const std::string& path) {
    struct stat found {};
    ::stat(path.c_str(), &found);
    return found.st_mode & 07777u;
}

} // namespace

TEST_CASE("a new file has the text, the usual mode, and nothing beside it") {
    const Scratch folder;
    const mode_t mask = ::umask(027);
    CHECK_FALSE(writeOutputFile(folder / "a", "one\n"));
    ::umask(mask);
    CHECK(held(folder / "a") == "one\n");
    CHECK(modeOf(folder / "a") == 0640);
    CHECK(folder.files() == 1);
}

TEST_CASE("a file that is replaced keeps its mode, and a link to it stays a link") {
    const Scratch folder;
    put(folder / "target", "old");
    ::chmod((folder / "target").c_str(), 0751);
    fs::create_symlink("target", folder / "link");
    fs::create_symlink("link", folder / "second");
    CHECK_FALSE(writeOutputFile(folder / "second", "new"));
    CHECK(held(folder / "target") == "new");
    CHECK(modeOf(folder / "target") == 0751);
    CHECK(fs::is_symlink(folder / "link"));
    CHECK(folder.files() == 3);
}

TEST_CASE("a link that leads nowhere yet gets its file, and one that leads in a circle is an error") {
    const Scratch folder;
    fs::create_symlink("later", folder / "link");
    CHECK_FALSE(writeOutputFile(folder / "link", "new"));
    CHECK(held(folder / "later") == "new");
    fs::create_symlink("circle", folder / "circle");
    CHECK(writeOutputFile(folder / "circle", "new") == "Too many levels of symbolic links");
}

TEST_CASE("what cannot be written says why, and leaves everything as it was") {
    const Scratch folder;
    CHECK(writeOutputFile(folder / "no/such/folder", "x") == "No such file or directory");
    CHECK(writeOutputFile("", "x") == "No such file or directory");
    CHECK(writeOutputFile(folder / ".", "x") == "Is a directory");
    put(folder / "kept", "mine");
    ::chmod((folder / "kept").c_str(), 0444);
    CHECK(writeOutputFile(folder / "kept", "x") == "Permission denied");
    CHECK(held(folder / "kept") == "mine");
    CHECK(writeOutputFile("/dev/full", "x") == "No space left on device");
    CHECK(folder.files() == 1);
}

TEST_CASE("a disk that fills up leaves the old file whole") {
    const Scratch folder;
    put(folder / "a", "old");
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    const rlimit small{4096, before.rlim_max};
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &small);
    const auto failure = writeOutputFile(folder / "a", std::string(100'000, 'x'));
    setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
    CHECK(failure == "File too large");
    CHECK(held(folder / "a") == "old");
    CHECK(folder.files() == 1);
}

TEST_CASE("a file that changed since it was read is left") {
    const Scratch folder;
    put(folder / "a", "now");
    CHECK(writeOutputFile(folder / "a", "new", {.existing = Existing::Replaced, .before = "then"}) ==
          "it changed meanwhile");
    CHECK(held(folder / "a") == "now");
    CHECK_FALSE(writeOutputFile(folder / "a", "new", {.existing = Existing::Replaced, .before = "now"}));
    CHECK(held(folder / "a") == "new");
}

TEST_CASE("where a file must be new, one that is there is kept") {
    const Scratch folder;
    CHECK_FALSE(writeOutputFile(folder / "a", "one", {.existing = Existing::Kept, .before = {}}));
    CHECK(writeOutputFile(folder / "a", "two", {.existing = Existing::Kept, .before = {}}) == "File exists");
    CHECK(held(folder / "a") == "one");
    CHECK(folder.files() == 1);
}

TEST_CASE("what is no plain file is written in place") {
    CHECK_FALSE(writeOutputFile("/dev/null", "x"));
    CHECK(fs::is_character_file("/dev/null"));
}

TEST_CASE("two names of one file are the same, whether or not it is there") {
    const Scratch folder;
    put(folder / "a", "x");
    fs::create_symlink("a", folder / "b");
    CHECK(isSameFile(folder / "a", folder / "./a"));
    CHECK(isSameFile(folder / "a", folder / "b"));
    CHECK(isSameFile(folder / "new", folder / "./new"));
    CHECK_FALSE(isSameFile(folder / "a", folder / "new"));
}

TEST_CASE("a file that is not there yet is the same from the working folder and by its whole path") {
    const Scratch folder;
    const fs::path before = fs::current_path();
    fs::current_path(folder / ".");
    const std::string name = fs::current_path().filename().string();
    CHECK(isSameFile("x.json", "./x.json"));
    CHECK(isSameFile("x.json", folder / "x.json"));
    CHECK(isSameFile("x.json", "../" + name + "/x.json"));
    CHECK_FALSE(isSameFile("x.json", "../x.json"));
    CHECK_FALSE(isSameFile("x.json", ""));
    fs::current_path(before);
}
