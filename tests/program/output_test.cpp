#include "running.hpp"

#include "base/descriptor_buffer.hpp"

#include <catch2/catch.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>

namespace cmksim::output_test {

using namespace cmksim::test;

namespace {

constexpr std::string_view story = "cmksim: 1\n"
                                   "name: A vault by itself\n"
                                   "estate: {vaults: {kv1: {}}}\n"
                                   "timeline:\n"
                                   "  - {at: 1h, do: vault.delete, target: kv1}\n";

} // namespace

TEST_CASE("an output that cannot be written says why, with an exit code of its own") {
    const Folder folder;
    const std::string input = folder.file("story.yaml", story);
    const Ran full{{"run", input, "-o", "/dev/full"}};
    CHECK(full.code == 5);
    CHECK(full.err == "cmksim: error: cannot write '/dev/full': No space left on device\n");
    const Ran missing{{"run", input, "-o", folder.path("no/folder")}};
    CHECK(missing.code == 5);
    CHECK(has(missing.err, "No such file or directory"));
    const Ran report{{"test", "--allow-empty", input, "--report", "junit=" + folder.path("no/x.xml")}};
    CHECK(report.code == 2);
    CHECK(report.out.empty());
}

TEST_CASE("what is read is not written over, however it is called") {
    const Folder folder;
    const std::string input = folder.file("story.yaml", story);
    const std::string estate = folder.file("estate.yaml", "cmksim-estate: 1\nvaults: {kv1: {}}\n");
    const std::string refers = folder.file("refers.yaml", "cmksim: 1\nname: x\nestate: estate.yaml\ntimeline: []\n");
    std::filesystem::create_symlink(input, folder.path("link"));
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"run", input, "-o", input},
          {"run", input, "-o", folder.path("./story.yaml")},
          {"run", input, "-o", folder.path("link")},
          {"run", refers, "-o", estate},
          {"run", input, "--estate", estate, "-o", estate},
          {"test", "--allow-empty", folder.path(), "--report", "tap=" + input},
          {"test", "--allow-empty", folder.path(), "--report", "tap=" + estate}}) {
        const Ran ran{words};
        CHECK(ran.code == 2);
        CHECK(has(ran.err, "is read, too; it is not written over"));
    }
    CHECK(textOf(input) == story);
}

TEST_CASE("what stands behind standard input is not written over") {
    const Folder folder;
    const std::string input = folder.file("story.yaml", story);
    const int before = ::dup(STDIN_FILENO);
    const int open = ::open(input.c_str(), O_RDONLY | O_CLOEXEC);
    REQUIRE(::dup2(open, STDIN_FILENO) == STDIN_FILENO);
    for (const std::vector<std::string>& words : {std::vector<std::string>{"run", "-", "-o", input},
                                                  {"run", "/dev/stdin", "-o", input},
                                                  {"test", "-", "--report", "tap=" + input}}) {
        const Ran ran{words};
        CAPTURE(words);
        CHECK(ran.code == 2);
        CHECK(has(ran.err, "is read, too; it is not written over"));
    }
    ::dup2(before, STDIN_FILENO);
    ::close(before);
    ::close(open);
    CHECK(textOf(input) == story);
}

TEST_CASE("whatever cuts a hard link apart says so") {
    const Folder folder;
    const std::string input = folder.file("story.yaml", std::string{story} + "until:   2h\n");
    const std::string output = folder.file("out", "before");
    const std::string said = "' was a hard link; its other names keep what they held\n";
    std::filesystem::create_hard_link(input, folder.path("other.yaml"));
    std::filesystem::create_hard_link(output, folder.path("other"));
    CHECK(Ran{{"run", input, "-o", output}}.err == "cmksim: warning: '" + output + said);
    CHECK(has(Ran{{"fmt", input}}.err, "cmksim: warning: '" + input + said));
    CHECK(textOf(folder.path("other")) == "before");
}

TEST_CASE("no two outputs go to one file") {
    const Folder folder;
    const std::string input = folder.file("story.yaml", story);
    const std::string output = folder.path("out");
    const Ran ran{{"test", "--allow-empty", input, "--report", "tap=" + output, "--report", "json=" + output}};
    CHECK(ran.code == 2);
    CHECK(has(ran.err, "two outputs go to"));
    CHECK_FALSE(std::filesystem::exists(output));
    REQUIRE(::mkfifo(output.c_str(), 0600) == 0);
    CHECK(Ran{{"test", "--allow-empty", input, "--report", "tap=" + output, "--report", "json=" + output}}.code == 2);
    CHECK(Ran{{"test", "--allow-empty", input, "--report", "tap=/dev/null", "--report", "json=/dev/null"}}.code == 0);
}

TEST_CASE("of an update that cannot be written whole, every file is told of, and the report is printed") {
    const Folder folder;
    const std::string asks = std::string{story} + "snapshot: true\n";
    const std::string good = folder.file("a.yaml", asks);
    const std::string kept = folder.file("b.yaml", asks);
    std::filesystem::permissions(kept, std::filesystem::perms::owner_read);
    const Ran ran{{"test", "--update", folder.path()}};
    CHECK(ran.code == 5);
    CHECK(has(ran.out, "2 cases"));
    CHECK(has(ran.err, "cannot write '" + kept + "': Permission denied"));
    CHECK(has(ran.err, "'" + good + "' is written"));
    CHECK(textOf(kept) == asks);
    CHECK(has(textOf(good), "snapshot: |"));
}

TEST_CASE("nothing that a file holds reaches a terminal as anything but text") {
    const Folder folder;
    const std::string name = R"("=zw\u061c\u00ad\u3164\u202e\U000E0041")";
    const std::string input = folder.file("evil.yaml", "cmksim: 1\nname: \"title \\e]0;x\\a \\u202e \\u200b\"\n"
                                                       "description: \"\\e[2J\"\nestate:\n"
                                                       "  vaults: {kv1: {accessPolicies: {\"=id\": [get, wrapKey, "
                                                       "unwrapKey]}, keys: {k: }}}\n  identities: {\"=id\": }\n"
                                                       "  resources: {" +
                                                           name +
                                                           ": {service: acr, identity: \"=id\", key: kv1/k}}\n"
                                                           "timeline:\n  - {at: 10m, do: key.delete, target: kv1/k}\n"
                                                           "  - {at: 3h, expect: {" +
                                                           name + ": Ready}}\n");
    const std::vector<std::vector<std::string>> calls{
        {"run"},
        {"run", "--format", "json"},
        {"run", "--show", "az"},
        {"test"},
        {"test", "--format", "tap"},
        {"test", "--format", "junit"},
        {"test", "--format", "json"},
        {"test", "--format", "github"},
        {"test", "--format", "azuredevops"},
        {"test", "--format", "sarif"},
        {"test", "--format", "markdown"},
        {"bounds"},
        {"bounds", "--format", "csv"},
        {"bounds", "--format", "json"},
        {"blast"},
        {"blast", "--format", "dot"},
        {"blast", "--format", "mermaid"},
        {"blast", "--format", "json"},
        {"diagram", "--format", "mermaid"},
        {"diagram", "--format", "svg"},
        {"handout"},
        {"lint"},
        {"lint", "--format", "sarif"},
        {"lint", "--format", "json"},
        {"plan", "--at", "2h"},
        {"plan", "--at", "2h", "--format", "json"},
        {"explore", "--faults", "1"},
        {"sample", "--trials", "3"},
    };
    for (std::vector<std::string> words : calls) {
        words.push_back(input);
        const Ran ran{words};
        CAPTURE(words);
        CHECK(ran.code < 2);
        for (const std::string& text : {ran.out, ran.err}) {
            CHECK(std::none_of(text.begin(), text.end(),
                               [](char c) { return (c >= 0 && c < ' ' && c != '\n') || c == 127; }));
            for (const std::string_view sign : {"\u061c", "\u00ad", "\u3164", "\u202e", "\u200b", "\U000E0041"}) {
                CHECK_FALSE(has(text, sign));
            }
        }
    }
    CHECK(has(Ran{{"bounds", "--format", "csv", input}}.out, "'=zw"));
}

TEST_CASE("a command that is printed can be pasted, whatever names it holds") {
    const Folder folder;
    const std::string input =
        folder.file("sp ace; id.yaml", "cmksim: 1\nname: x\nestate:\n"
                                       "  vaults: {kv1: {accessPolicies: {id: [get, wrapKey, unwrapKey]}, "
                                       "keys: {k: }}}\n  identities: {id: }\n"
                                       "  resources: {\"a; touch 'pwned\": {service: acr, identity: id, "
                                       "key: kv1/k}}\ntimeline:\n"
                                       "  - {at: 10m, do: key.delete, target: kv1/k}\n"
                                       "  - {at: 30m, expect: {\"a; touch 'pwned\": Ready}}\n");
    const Ran ran{{"test", input, "--set", "vaults.kv1.keys.k.enabled=true"}};
    CHECK(ran.code == 1);
    CHECK(
        has(ran.out, "cmksim run '" + input + "' --set vaults.kv1.keys.k.enabled=true --phase 'a; touch '\\''pwned="));
}

TEST_CASE("a long output to a reader who has gone ends quietly, and one to a full disk says why it failed") {
    std::signal(SIGPIPE, SIG_IGN);
    const auto codeOf = [](int descriptor, const std::vector<std::string>& words, std::string& said) {
        DescriptorBuffer buffer{descriptor};
        std::ostream out{&buffer};
        std::ostringstream err;
        const ExitCode code = runProgram(words, {out, err});
        said = err.str();
        return code;
    };
    const Folder folder;
    const std::string input = folder.file("story.yaml", story);
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"schema"}, {"completion", "man"}, {"models", "acr"}, {"--help"}, {"run", input}}) {
        CAPTURE(words);
        std::array<int, 2> ends{};
        REQUIRE(::pipe(ends.data()) == 0);
        ::close(ends[0]);
        std::string said;
        CHECK(codeOf(ends[1], words, said) == ExitCode::Done);
        CHECK(said.empty());
        ::close(ends[1]);
        const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
        REQUIRE(full >= 0);
        CHECK(codeOf(full, words, said) == ExitCode::CannotWrite);
        CHECK(said == "cmksim: error: cannot write to standard output: No space left on device\n");
        ::close(full);
    }
}

TEST_CASE("what is said of resources without a model reaches a terminal as text, too") {
    const Folder folder;
    const std::string input = folder.file(
        "evil.yaml", "cmksim: 1\nname: x\nestate:\n  vaults: {kv1: {keys: {k: }}}\n  resources:\n"
                     "    \"a\\u202e\": {service: unmodelled, type: \"T\\e[32m\", key: kv1/k}\ntimeline: []\n");
    for (std::vector<std::string> words : {std::vector<std::string>{"run", "--format", "csv"},
                                           {"sample", "--trials", "2"},
                                           {"blast", "--format", "dot"},
                                           {"blast", "--format", "mermaid"},
                                           {"diagram"},
                                           {"handout"},
                                           {"report"}}) {
        words.push_back(input);
        const Ran ran{words};
        CAPTURE(words, ran.err);
        CHECK(ran.code == 0);
        CHECK(has(ran.err, "a\\u202e (T\\x1b[32m): no model"));
        CHECK_FALSE(has(ran.err, "\x1b"));
        CHECK_FALSE(has(ran.err, "\u202e"));
    }
}

TEST_CASE("no two outputs go to one file that is not there yet, however it is spelled") {
    const Folder folder;
    const std::string input = folder.file("story.yaml", story);
    const std::filesystem::path before = std::filesystem::current_path();
    std::filesystem::current_path(folder.path());
    const std::string elsewhere = "../" + std::filesystem::path{folder.path()}.filename().string() + "/x.json";
    for (const std::string& other : {std::string{"./x.json"}, folder.path("x.json"), elsewhere}) {
        for (const std::vector<std::string>& options :
             {std::vector<std::string>{"test", "--allow-empty", "--report", "json=x.json", "--report", "tap=" + other},
              {"test", "--allow-empty", "--report", "json=x.json", "-o", other},
              {"test", "--allow-empty", "--report", "json=x.json", "--coverage-to", "json=" + other},
              {"test", "--allow-empty", "--report", "json=x.json", "--last-failed", other},
              {"gate", "--report", "json=x.json", "-o", other}}) {
            std::vector<std::string> words = options;
            words.push_back(input);
            const Ran ran{words};
            CAPTURE(words, ran.err);
            CHECK(ran.code == 2);
            CHECK(has(ran.err, "two outputs go to"));
        }
    }
    CHECK_FALSE(std::filesystem::exists("x.json"));
    std::filesystem::current_path(before);
}

} // namespace cmksim::output_test
