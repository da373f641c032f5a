// What a keeper of a suite in CI uses beside the verdict: what failed before, what took long, rules of one's own, files
// in one layout, texts in ASCII.
#include "running.hpp"

#include "support/places.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>

namespace cmksim::ci_test {

using namespace cmksim;
using namespace cmksim::program;
using namespace cmksim::test;

namespace {

/// A scenario whose registry is expected to be in a state at the end.
std::string story(const std::string& name, const std::string& state) {
    return "cmksim: 1\nname: " + name + R"(
estate:
  vaults:
    contoso-kv:
      enablePurgeProtection: true
      accessPolicies: {reader: [get, wrapKey, unwrapKey]}
      keys: {cmk: }
  identities: {reader: }
  resources: {registry: {service: acr, identity: reader, key: contoso-kv/cmk}}
timeline:
  - {at: 10m, do: key.delete, target: contoso-kv/cmk}
  - {at: 3h, expect: {registry: )" +
           state + "}}\n";
}

std::size_t linesWith(const std::string& text, std::string_view part) {
    std::size_t count = 0;
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);) {
        count += line.find(part) != std::string::npos ? std::size_t{1} : std::size_t{0};
    }
    return count;
}

} // namespace

TEST_CASE("what failed is run again until it passes, and then everything") {
    const Folder folder;
    static_cast<void>(folder.file("good.yaml", story("Good", "Inaccessible")));
    const std::string bad = folder.file("bad.yaml", story("Bad", "Ready"));
    const std::string memory = folder.path("failed.json");
    const auto test = [&] { return Ran{{"test", folder.path(), "--last-failed", memory, "--format", "tap"}}; };
    const Ran first = test();
    CHECK(first.code == 1);
    CHECK(has(first.out, "1..2"));
    CHECK(has(textOf(memory), "\"name\": \"Bad\""));
    CHECK_FALSE(has(textOf(memory), "Good"));
    const Ran again = test();
    CHECK(again.code == 1);
    CHECK(has(again.out, "1..1"));
    static_cast<void>(folder.file("bad.yaml", story("Bad", "Inaccessible")));
    const Ran repaired = test();
    CHECK(repaired.code == 0);
    CHECK(has(repaired.out, "1..1"));
    CHECK(textOf(memory) == "[]\n");
    CHECK(has(test().out, "1..2"));
    static_cast<void>(folder.file("failed.json", "{}"));
    const Ran broken = test();
    CHECK(broken.code == 2);
    CHECK(has(broken.err, "this is no list of cases that failed"));
}

TEST_CASE("the slowest cases are named on standard error alone") {
    const Folder folder;
    static_cast<void>(folder.file("one.yaml", story("One", "Inaccessible")));
    static_cast<void>(folder.file("two.yaml", story("Two", "Inaccessible")));
    const Ran plain{{"test", folder.path()}};
    const Ran timed{{"test", folder.path(), "--durations", "1"}};
    CHECK(timed.code == 0);
    CHECK(timed.out == plain.out);
    CHECK(linesWith(timed.err, " s  ") == 1);
    CHECK(Ran{{"test", folder.path(), "--durations", "many"}}.code == 2);
}

TEST_CASE("standard input cannot be watched") {
    const Ran watched{{"test", "--watch", "-"}};
    CHECK(watched.code == 2);
    CHECK(has(watched.err, "'--watch' looks at files, and '-' is none"));
}

TEST_CASE("a finding that is left needs a reason, is told with it, and does not count") {
    const Folder folder;
    std::string estate = story("Estate", "Inaccessible");
    estate.replace(estate.find("enablePurgeProtection: true"), 27, "softDeleteRetentionInDays: 90");
    const std::string file = folder.file("estate.yaml", estate);
    CHECK(Ran{{"lint", file}}.code == 1);
    const Ran left{{"lint", file, "--ignore", "purge-protection-off@contoso-kv=a vault of tests"}};
    CHECK(left.code == 0);
    CHECK(has(left.out, "a vault of tests"));
    CHECK(left.err.empty());
    const Ran other{{"lint", file, "--ignore", "purge-protection-off@contoso-kw=a vault of tests"}};
    CHECK(other.code == 1);
    CHECK(other.err == "warning: --ignore: 'purge-protection-off@contoso-kw' leaves nothing: there is no such finding; "
                       "did you mean 'contoso-kv'?\n");
    CHECK(Ran{{"lint", file, "--quiet", "--ignore", "purge-protection-off@contoso-kw=a vault of tests"}}.err.empty());
    const Ran both{{"lint", file, "--ignore", "purge-protection-off=tests", "--ignore",
                    "purge-protection-off@contoso-kv=a vault of tests"}};
    CHECK(both.code == 0);
    CHECK(both.err.empty());
    const std::string rules = folder.file(
        "rules.yaml", "cmksim-lint: 1\nignore:\n  - {rule: purge-protection-off, reason: a test, until: 2020-01-31}\n");
    const Ran over{{"lint", file, file, "--rules", rules}};
    CHECK(over.code == 1);
    CHECK(over.err == rules + ":3:12: warning: 'purge-protection-off' leaves nothing any more: its last day was "
                              "2020-01-31\n"
                              "  - {rule: purge-protection-off, reason: a test, until: 2020-01-31}\n"
                              "           ^\n");
    const Ran json{{"lint", file, "--ignore", "purge-protection-off=a vault of tests", "--format", "json"}};
    CHECK(has(json.out,
              R"("left": [{"rule": "purge-protection-off", "subject": "contoso-kv", "reason": "a vault of tests"}])"));
    const Ran sarif{{"lint", file, "--ignore", "purge-protection-off=a vault of tests", "--format", "sarif"}};
    CHECK(has(sarif.out, "\"justification\": \"a vault of tests\""));
    const Ran unknown{{"lint", file, "--ignore", "purge-protection-of=a vault of tests"}};
    CHECK(unknown.code == 2);
    CHECK(has(unknown.err, "did you mean 'purge-protection-off'?"));
    CHECK(has(Ran{{"lint", file, "--ignore", "purge"}}.err, "--ignore: expected RULE[@SUBJECT]=REASON, not 'purge'"));
    const Ran silent{{"lint", file, "--ignore", "purge-protection-off="}};
    CHECK(silent.code == 2);
    CHECK(has(silent.err, "needs a reason"));
}

TEST_CASE("a rule of one's own is an invariant that no few faults may break") {
    const Folder folder;
    const std::string file = folder.file("estate.yaml", story("Estate", "Inaccessible"));
    const auto lint = [&](const std::string& rules) {
        return Ran{
            {"lint", file, "--rules", folder.file("rules.yaml", "cmksim-lint: 1\n" + rules), "--format", "json"}};
    };
    const std::string up = "  - {name: always-up, why: It must be., always: {registry: Ready}";
    CHECK(lint("rules:\n" + up + "}\n").code == 0);
    const Ran broken = lint("rules:\n" + up + ", faults: 1}\n");
    CHECK(broken.code == 1);
    CHECK(has(broken.out, R"("rule": "always-up", "level": "error", "subject": "registry")"));
    CHECK(has(broken.out, "\"asIs\""));
    CHECK_FALSE(has(broken.out, "\"mended\""));
    CHECK(lint("rules:\n" + up + ", faults: 1, level: warn}\n").code == 0);
    CHECK(lint("rules:\n" + up + ", faults: 1}\nignore: [{rule: always-up, reason: a test}]\n").code == 0);
    CHECK(
        lint("rules:\n" + up + ", faults: 1}\nignore: [{rule: always-up, reason: a test, until: 2020-01-01}]\n").code ==
        1);
    const Ran wrong = lint("rules:\n  - {name: key-expires, why: x, always: {registri: Ready}}\n"
                           "ignore: [{rule: brod-grant, reason: x}, {rule: broad-grant}]\n");
    CHECK(wrong.code == 2);
    CHECK(has(wrong.err, "'key-expires' is a rule of the program"));
    CHECK(has(wrong.err, "did you mean 'registry'?"));
    CHECK(has(wrong.err, "did you mean 'broad-grant'?"));
    CHECK(has(wrong.err, "'reason'"));
}

TEST_CASE("files are laid out in place, checked, or passed through, and nothing but blanks changes") {
    const Folder folder;
    const std::string wild = "# a story\ncmksim:   1\nname: x\nestate: { vaults: { } }   # empty\n";
    const std::string tidy = "# a story\ncmksim: 1\nname: x\nestate: {vaults: {}}   # empty\n";
    const std::string file = folder.file("wild.yaml", wild);
    static_cast<void>(folder.file("tidy.yaml", tidy));
    static_cast<void>(folder.file("other.yaml", "a:   1\n"));
    const Ran check{{"fmt", "--check", folder.path()}};
    CHECK(check.code == 1);
    CHECK(check.out == file + "\n");
    CHECK(textOf(file) == wild);
    const Ran written{{"fmt", folder.path()}};
    CHECK(written.code == 0);
    CHECK(written.out.empty());
    CHECK(textOf(file) == tidy);
    CHECK(textOf(folder.path("other.yaml")) == "a:   1\n");
    CHECK(Ran{{"fmt", "--check", folder.path()}}.code == 0);
    CHECK(Ran{{"fmt", folder.file("broken.yaml", "a: [\n")}}.code == 2);
    const std::string escaped = folder.file("escaped.yaml", "name: \"x\\ \n  y\"\n");
    CHECK(has(Ran{{"fmt", escaped}}.err, "is left as it is"));
}

TEST_CASE("every shipped scenario is laid out in the one manner") {
    const Ran check{{"fmt", "--check", testsFolder() + "/../scenarios"}};
    CHECK(check.out.empty());
    CHECK(check.err.empty());
}

TEST_CASE("help of a command is shown by either word") {
    CHECK(Ran{{"help", "lint"}}.out == Ran{{"lint", "--help"}}.out);
    CHECK(Ran{{"help"}}.out == Ran{{"--help"}}.out);
    CHECK(Ran{{"help", "lint", "test"}}.code == 2);
    for (const auto& words : {std::vector<std::string>{"help"}, std::vector<std::string>{"help", "test"}}) {
        std::istringstream help{Ran{words}.out};
        for (std::string line; std::getline(help, line);) {
            CHECK(line.size() <= 82); // "…" has three bytes
        }
    }
    const Ran unknown{{"help", "lnt"}};
    CHECK(unknown.code == 2);
    CHECK(has(unknown.err, "did you mean 'lint'?"));
}

TEST_CASE("texts are in ASCII where that is asked for, and as wide as COLUMNS says") {
    const Folder folder;
    const std::string file = folder.file("story.yaml", story("Story", "Inaccessible"));
    const auto isAscii = [](const std::string& text) {
        return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80U; });
    };
    CHECK_FALSE(isAscii(Ran{{"run", file}}.out));
    for (const std::string command : {"run", "test", "bounds", "plan", "lint", "blast"}) {
        CAPTURE(command);
        const Ran ran{{command, file, "--ascii"}};
        CHECK(isAscii(ran.out));
        CHECK_FALSE(has(ran.out, "?"));
    }
    const auto widest = [](const std::string& text) {
        std::size_t most = 0;
        std::istringstream lines{text};
        for (std::string line; std::getline(lines, line);) {
            most = std::max(most, line.size());
        }
        return most;
    };
    for (const auto& words : std::vector<std::vector<std::string>>{{"help", "--ascii"},
                                                                   {"help", "run", "--ascii"},
                                                                   {"run", "--help", "--ascii"},
                                                                   {"--help", "--ascii"},
                                                                   {"explain", "KeyNotFound", "--ascii"},
                                                                   {"models", "--compare", "--ascii"},
                                                                   {"models", "--new", "mine", "--ascii"},
                                                                   {"models", "acr", "--ascii"},
                                                                   {"schema", "model", "--ascii"},
                                                                   {"completion", "bash", "--ascii"},
                                                                   {"completion", "zsh", "--ascii"},
                                                                   {"completion", "man", "--ascii"}}) {
        CAPTURE(words);
        const Ran ran{words};
        CHECK(ran.code == 0);
        CHECK(isAscii(ran.out));
    }
    CHECK(has(Ran{{"help", "run", "--ascii"}}.out, "Usage: cmksim run [OPTIONS] FILE...\n"));
    REQUIRE(setenv("COLUMNS", "120", 1) == 0);
    const std::string wide = Ran{{"run", file, "--ascii"}}.out;
    const std::string wideHelp = Ran{{"help", "run", "--ascii"}}.out;
    CHECK(widest(wideHelp) > 100);
    CHECK(widest(wideHelp) <= 120);
    CHECK(widest(Ran{{"help"}}.out) <= 120);
    REQUIRE(setenv("COLUMNS", "60", 1) == 0);
    CHECK(widest(Ran{{"help"}}.out) <= 60);
    CHECK(widest(Ran{{"init", "--help"}}.out) <= 60);
    REQUIRE(setenv("COLUMNS", "wide", 1) == 0);
    const std::string usual = Ran{{"run", file, "--ascii"}}.out;
    REQUIRE(unsetenv("COLUMNS") == 0);
    CHECK(widest(wide) > 100);
    CHECK(widest(wide) <= 120);
    CHECK(widest(usual) <= 80);
}

} // namespace cmksim::ci_test
