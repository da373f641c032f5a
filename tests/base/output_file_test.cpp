#include "base/output_file.hpp"

#include <catch2/catch.hpp>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
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

/// A file that is open, under a number.
class Open {
public:
    Open(const std::string& path, int how) : number_{::open(path.c_str(), how | O_CLOEXEC)} { REQUIRE(number_ >= 0); }
    ~Open() { ::close(number_); }
    Open(const Open&) = delete;
    Open& operator=(const Open&) = delete;

    [[nodiscard]] int number() const { return number_; }
    [[nodiscard]] std::string path(const char* folder) const { return folder + std::to_string(number_); }

private:
    int number_;
};

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
    CHECK(unwritableBecause(folder / "kept") == "Permission denied");
    CHECK_FALSE(unwritableBecause(folder / "new"));
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

TEST_CASE("what is open already is written where it stands, behind what is there") {
    const Scratch folder;
    put(folder / "log", "old\n");
    const Open log{folder / "log", O_WRONLY | O_APPEND};
    fs::create_symlink(log.path("/dev/fd/"), folder / "link");
    for (const std::string& path : {log.path("/dev/fd/"), log.path("/proc/self/fd/"), folder / "link"}) {
        CAPTURE(path);
        CHECK_FALSE(unwritableBecause(path));
        CHECK(isWrittenInPlace(path));
        CHECK_FALSE(writeOutputFile(path, "new\n"));
        CHECK(isOpenAs(log.number(), folder / "log"));
        CHECK(isSameFile(path, folder / "log"));
    }
    CHECK(held(folder / "log") == "old\nnew\nnew\nnew\n");
    CHECK_FALSE(isWrittenInPlace(folder / "log"));
    CHECK(folder.files() == 2);
}

TEST_CASE("what is open to be read alone is not written, and said before") {
    const Scratch folder;
    put(folder / "a", "mine");
    const Open file{folder / "a", O_RDONLY};
    CHECK(unwritableBecause(file.path("/dev/fd/")) == "Bad file descriptor");
    CHECK(writeOutputFile(file.path("/dev/fd/"), "x") == "Bad file descriptor");
    CHECK(held(folder / "a") == "mine");
}

TEST_CASE("what is written in place cannot be held against what it was") {
    CHECK(writeOutputFile("/dev/null", "x", {.existing = Existing::Replaced, .before = ""}) == "it is no plain file");
}

TEST_CASE("a pipe that nothing reads is waited for until it is given up") {
    const Scratch folder;
    const std::string pipe = folder / "pipe";
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    int asked = 0;
    OutputRules rules;
    rules.givesUp = [&] { return ++asked == 2; };
    CHECK(writeOutputFile(pipe, "x", rules) == "nothing reads it");
    CHECK(asked == 2);
    const Open reader{pipe, O_RDONLY | O_NONBLOCK};
    CHECK_FALSE(writeOutputFile(pipe, "x", rules));
    std::array<char, 2> read{};
    CHECK(::read(reader.number(), read.data(), read.size()) == 1);
    CHECK(asked == 2);
}

TEST_CASE("a pipe whose reader has gone has had enough") {
    std::signal(SIGPIPE, SIG_IGN);
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    ::close(ends[0]);
    CHECK_FALSE(writeOutputFile("/dev/fd/" + std::to_string(ends[1]), "x"));
    ::close(ends[1]);
}

TEST_CASE("only a file that is replaced is cut off its other names") {
    const Scratch folder;
    put(folder / "a", "x");
    CHECK_FALSE(hasOtherNames(folder / "a"));
    fs::create_hard_link(folder / "a", folder / "b");
    CHECK(hasOtherNames(folder / "b"));
    const Open log{folder / "a", O_WRONLY | O_APPEND};
    CHECK_FALSE(hasOtherNames(log.path("/dev/fd/")));
}

TEST_CASE("two names of what is open are the same, also of a pipe") {
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    const std::string number = std::to_string(ends[1]);
    CHECK(isSameFile("/dev/fd/" + number, "/proc/self/fd/" + number));
    CHECK_FALSE(isSameFile("/dev/fd/" + number, "/dev/fd/" + std::to_string(ends[0])));
    ::close(ends[0]);
    ::close(ends[1]);
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
