// `cmksim schema`: which schemas there are. That they are right is tested with a validator, in tests/schema.
#include "program/commands.hpp"
#include "running.hpp"
#include "support/places.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>
#include <sstream>

namespace cmksim::schema_command_test {

using namespace cmksim;
using namespace cmksim::program;
using namespace cmksim::test;

TEST_CASE("schema prints that of a scenario unless another is named") {
    CHECK(Ran{{"schema"}}.out == Ran{{"schema", "scenario"}}.out);
    for (const std::string kind : {"scenario", "estate", "model", "platform", "run"}) {
        const Ran ran{{"schema", kind}};
        CHECK(ran.code == 0);
        CHECK(ran.err.empty());
        CHECK(ran.out.starts_with("{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\""));
    }
}

TEST_CASE("schema lists the files that are read, and each result of each command once, with a schema") {
    const Ran listed{{"schema", "--list"}};
    CHECK(listed.code == 0);
    CHECK(listed.out.starts_with("scenario\nestate\nmodel\nplatform\nazure\nrun\n"));
    std::set<std::string> seen;
    std::istringstream lines{listed.out};
    for (std::string kind; std::getline(lines, kind);) {
        CAPTURE(kind);
        CHECK(seen.insert(kind).second);
        const Ran ran{{"schema", kind}};
        CHECK(ran.code == 0);
        CHECK(has(ran.out, "\"title\""));
    }
    for (const Command& command : commands()) {
        for (const schema::Kind& kind : command.results) {
            CAPTURE(command.name, kind.name);
            CHECK(seen.contains(std::string{kind.name}));
        }
    }
}

TEST_CASE("what a command prints as JSON has a schema") {
    // 'merge' prints what 'sample' does, 'import' files that are read.
    const std::set<std::string_view> ofOthers{"merge", "import"};
    for (const Command& command : commands()) {
        const auto format = std::ranges::find(command.options, "format", &OptionRule::name);
        if (format == command.options.end() || ofOthers.contains(command.name)) {
            continue;
        }
        CAPTURE(command.name);
        const auto formats = wordsOf(*format);
        const bool printsJson = std::ranges::find(formats, "json") != formats.end();
        CHECK(printsJson == !command.results.empty());
    }
}

TEST_CASE("an unknown schema is an error") {
    const Ran ran{{"schema", "scenaro"}};
    CHECK(ran.code == 2);
    CHECK(ran.out.empty());
    CHECK(ran.err == "cmksim schema: error: there is no schema 'scenaro'; did you mean 'scenario'?\n");
    CHECK(Ran{{"schema", "weather"}}.err ==
          "cmksim schema: error: there is no schema 'weather'; 'cmksim schema --list' lists them\n");
}

TEST_CASE("a schema knows the services of the models that it is given") {
    const Folder folder;
    std::string model = textOf(testsFolder() + "/../models/acr-2023-10.yaml");
    model.replace(model.find("service: acr"), 12, "service: filestore");
    static_cast<void>(folder.file("filestore.yaml", model));
    CHECK(has(Ran{{"schema", "--models", folder.path()}}.out, "\"filestore\""));
    CHECK_FALSE(has(Ran{{"schema"}}.out, "\"filestore\""));
}

} // namespace cmksim::schema_command_test
