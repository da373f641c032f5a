// `cmksim schema`: which schemas there are. That they are right is tested with a validator, in tests/schema.
#include "running.hpp"
#include "support/places.hpp"

#include <catch2/catch.hpp>

namespace cmksim::schema_command_test {

using namespace cmksim;
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

TEST_CASE("an unknown schema is an error") {
    const Ran ran{{"schema", "scenaro"}};
    CHECK(ran.code == 2);
    CHECK(ran.out.empty());
    CHECK(ran.err == "cmksim schema: error: there is no schema 'scenaro'; did you mean 'scenario'?\n");
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
