// `cmksim completion`, in the shells themselves where they are installed.
#include "program/commands.hpp"
#include "running.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <cstdio>
#include <memory>

namespace cmksim::completion_command_test {

using namespace cmksim;
using namespace cmksim::program;
using namespace cmksim::test;

namespace {

/// What a command of the system prints, and whether it ended well.
struct System {
    explicit System(const std::string& command) {
        FILE* pipe = popen((command + " 2>&1").c_str(), "r");
        REQUIRE(pipe != nullptr);
        std::array<char, 4'096> buffer{};
        while (const std::size_t read = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
            out.append(buffer.data(), read);
        }
        code = pclose(pipe);
    }
    std::string out;
    int code = 0;
};

bool isInstalled(const std::string& program) { return System{"command -v " + program}.code == 0; }

/// What bash completes a line to.
std::string completed(const std::string& script, const std::string& words, int word) {
    return System{"bash -c 'source " + script + "; COMP_WORDS=(" + words + "); COMP_CWORD=" + std::to_string(word) +
                  "; _cmksim; echo \"${COMPREPLY[*]}\"'"}
        .out;
}

} // namespace

TEST_CASE("every command and every option is completed in every shell, and stands in the manual") {
    for (const std::string shell : {"bash", "zsh", "fish", "man"}) {
        const std::string script = Ran{{"completion", shell}}.out;
        for (const Command& command : commands()) {
            CAPTURE(shell, command.name);
            CHECK(has(script, command.name));
            for (const OptionRule& option : command.options) {
                std::string name{option.name};
                for (std::size_t at = 0; shell == "man" && (at = name.find('-', at)) != std::string::npos; at += 2) {
                    name.insert(at, "\\");
                }
                CAPTURE(name);
                CHECK(has(script, name));
            }
        }
    }
}

TEST_CASE("bash completes commands, options, words and files") {
    const Folder folder;
    const std::string script = folder.file("cmksim.bash", Ran{{"completion", "bash"}}.out);
    CHECK(completed(script, "cmksim bo", 1) == "bounds\n");
    CHECK(completed(script, "cmksim run --expa", 2) == "--expand\n");
    CHECK(completed(script, "cmksim run --format j", 3) == "json\n");
    CHECK(has(completed(script, "cmksim run " + folder.path() + "/", 2), "cmksim.bash"));
}

TEST_CASE("zsh, fish and man take what is printed for them") {
    const Folder folder;
    if (isInstalled("zsh")) {
        const System zsh{"zsh -n " + folder.file("_cmksim", Ran{{"completion", "zsh"}}.out)};
        CHECK(zsh.out.empty());
        CHECK(zsh.code == 0);
    }
    if (isInstalled("fish")) {
        const System fish{"fish -n " + folder.file("cmksim.fish", Ran{{"completion", "fish"}}.out)};
        CHECK(fish.out.empty());
        CHECK(fish.code == 0);
    }
    if (isInstalled("mandoc")) {
        const System mandoc{"mandoc -Tlint -W error " + folder.file("cmksim.1", Ran{{"completion", "man"}}.out)};
        CHECK(mandoc.out.empty());
        CHECK(mandoc.code == 0);
    }
}

TEST_CASE("an unknown shell is told") {
    const Ran ran{{"completion", "fisch"}};
    CHECK(ran.code == 2);
    CHECK(has(ran.err, "unknown shell 'fisch'; did you mean 'fish'?"));
}

TEST_CASE("all of it is written where shells and man look for it, with a page for each command") {
    const Folder folder;
    CHECK(Ran{{"completion", "all", folder.path()}}.code == 0);
    CHECK(textOf(folder.path("bash-completion/completions/cmksim")) == Ran{{"completion", "bash"}}.out);
    CHECK(textOf(folder.path("zsh/vendor-completions/_cmksim")) == Ran{{"completion", "zsh"}}.out);
    CHECK(textOf(folder.path("fish/vendor_completions.d/cmksim.fish")) == Ran{{"completion", "fish"}}.out);
    CHECK(textOf(folder.path("man/man1/cmksim.1")) == Ran{{"completion", "man"}}.out);
    for (const Command& command : commands()) {
        CAPTURE(command.name);
        const std::string page = folder.path("man/man1/cmksim-" + std::string{command.name} + ".1");
        CHECK(has(textOf(page), ".SH OPTIONS"));
        if (isInstalled("mandoc")) {
            CHECK(System{"mandoc -Tlint -W error " + page}.out.empty());
        }
    }
    CHECK(Ran{{"completion", "all"}}.code == 2);
    CHECK(Ran{{"completion", "bash", "more"}}.code == 2);
}

TEST_CASE("what is no shell is told as text, whatever it holds") {
    CHECK(has(Ran{{"completion", "x\x1b[31m"}}.err, "unknown shell 'x\\x1b[31m'"));
    CHECK(has(Ran{{"completion", "zsh", "x\x1b[31m"}}.err, "did not expect 'x\\x1b[31m'"));
}

} // namespace cmksim::completion_command_test
