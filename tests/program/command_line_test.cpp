// The command line itself: help, version, and what is wrong with it.
#include "program/commands.hpp"
#include "running.hpp"

#include <catch2/catch.hpp>

namespace cmksim::command_line_test {

using namespace cmksim;
using namespace cmksim::program;
using namespace cmksim::test;

TEST_CASE("help lists every command, and a command's help every option of its") {
    const Ran help{{"--help"}};
    CHECK(help.code == 0);
    CHECK(help.err.empty());
    for (const Command& command : commands()) {
        INFO(command.name);
        CHECK(has(help.out, "\n  " + std::string{command.name} + ' '));
        CHECK(has(help.out, command.summary.substr(0, 20)));
        const Ran own{{std::string{command.name}, "--help"}};
        CHECK(own.code == 0);
        CHECK(own.err.empty());
        CHECK(
            has(own.out, "Usage: cmksim " + std::string{command.name} + " [OPTIONS] " + std::string{command.synopsis}));
        for (const OptionRule& option : command.options) {
            CHECK(has(own.out, "--" + std::string{option.name}));
        }
    }
}

TEST_CASE("help is no wider than 80 columns") {
    for (const Command& command : commands()) {
        std::istringstream lines{Ran{{std::string{command.name}, "--help"}}.out};
        for (std::string line; std::getline(lines, line);) {
            INFO(line);
            const auto continuation = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
            CHECK(line.size() - static_cast<std::size_t>(std::ranges::count_if(line, continuation)) <= 80);
        }
    }
}

TEST_CASE("a command's help is shown whatever else is on the line") {
    CHECK(Ran{{"run", "no-such-file.yaml", "--help"}}.code == 0);
    CHECK(Ran{{"run", "--help"}}.code == 0);
}

TEST_CASE("the version is the first line, and commit, models and build follow") {
    const Ran version{{"--version"}};
    CHECK(version.code == 0);
    CHECK(version.out.starts_with("cmksim "));
    CHECK(has(version.out, "\ncommit  "));
    CHECK(has(version.out, "\nmodels  acr "));
    CHECK(has(version.out, " documentdb 2025-09, 2026-11\n"));
    CHECK(has(version.out, "\nbuild   "));
}

TEST_CASE("without a command the program shows its help where errors go") {
    const Ran nothing{{}};
    CHECK(nothing.code == 2);
    CHECK(nothing.out.empty());
    CHECK(nothing.err == Ran{{"--help"}}.out);
}

TEST_CASE("an unknown command, option or format suggests the nearest one") {
    const auto complaint = [](const std::vector<std::string>& words) {
        const Ran ran{words};
        CHECK(ran.code == 2);
        CHECK(ran.out.empty());
        return ran.err;
    };
    CHECK(complaint({"modles"}) ==
          "cmksim: error: unknown command 'modles'; did you mean 'models'?\nTry 'cmksim --help'.\n");
    CHECK(complaint({"run", "--formt", "json", "x.yaml"}) ==
          "cmksim run: error: unknown option '--formt'; did you mean '--format'?\nTry 'cmksim run --help'.\n");
    CHECK(complaint({"run", "--formt=json", "x.yaml"}) ==
          "cmksim run: error: unknown option '--formt'; did you mean '--format'?\nTry 'cmksim run --help'.\n");
    CHECK(complaint({"run", "--format", "jsno", "x.yaml"}) ==
          "cmksim run: error: unknown format 'jsno'; did you mean 'json'?\n");
}

TEST_CASE("too few or too many words are an error") {
    CHECK(Ran{{"run"}}.err == "cmksim run: error: expected FILE…\nTry 'cmksim run --help'.\n");
    CHECK(Ran{{"models", "acr", "cosmosdb"}}.err ==
          "cmksim models: error: one model is shown at a time; '--compare' shows several side by side\n");
}

TEST_CASE("an option has the value that it takes, once unless it can be repeated") {
    CHECK(Ran{{"run", "x.yaml", "--format"}}.err ==
          "cmksim run: error: the required argument for option '--format' is missing\nTry 'cmksim run --help'.\n");
    CHECK(Ran{{"run", "x.yaml", "--format", "json", "--format", "text"}}.err ==
          "cmksim run: error: '--format' is given more than once\nTry 'cmksim run --help'.\n");
}

TEST_CASE("a value that looks like another option is refused with the form that it takes") {
    CHECK(Ran{{"test", "--run", "-o", "x.yaml"}}.err ==
          "cmksim test: error: the required argument for option '--run' is missing; a value that begins with '-' is "
          "given as '--run=-o'\nTry 'cmksim test --help'.\n");
}

TEST_CASE("what an option assigns is of the form NAME=VALUE") {
    for (const auto* option : {"--set", "--phase", "--model"}) {
        for (const auto* value : {"x", "=x", ""}) {
            const Ran ran{{"run", option, value, "x.yaml"}};
            INFO(option << ' ' << value);
            CHECK(ran.code == 2);
            CHECK(ran.out.empty());
            CHECK(has(ran.err, "error: "));
        }
        CHECK(has(Ran{{"run", option, "x", "x.yaml"}}.err, std::string{option} + ": expected "));
        CHECK(has(Ran{{"run", option, "x", "x.yaml"}}.err, ", not 'x'\n"));
    }
}

TEST_CASE("an unknown option is quoted as it was written") {
    CHECK(has(Ran{{"run", "-j", "x"}}.err, "unknown option '-j'"));
    CHECK(has(Ran{{"completion", "zsh", "-o", "x"}}.err, "unknown option '-o'"));
    CHECK(has(Ran{{"run", "--formet=json", "x"}}.err, "unknown option '--formet'; did you mean '--format'?"));
}

TEST_CASE("help of help is help") {
    const Ran ran{{"help", "help"}};
    CHECK(ran.code == 0);
    CHECK(ran.out == Ran{{"--help"}}.out);
}

} // namespace cmksim::command_line_test
