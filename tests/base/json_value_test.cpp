#include "base/json_value.hpp"

#include <catch2/catch.hpp>

using namespace cmksim;

TEST_CASE("a JSON string escapes what JSON does not allow") {
    CHECK(jsonString("a \"b\" \\ c") == R"("a \"b\" \\ c")");
    CHECK(jsonString("line\nend\x1b") == R"("line\nend\u001b")");
    CHECK(jsonString("日本") == "\"日本\"");
    CHECK(jsonString("broken \xff byte") == "\"broken \uFFFD byte\"");
}

TEST_CASE("a JSON value on one line keeps the order of its fields") {
    const JsonValue value = JsonObject{{"z", nullptr}, {"a", JsonArray{1, true, "x"}}};
    CHECK(value.line() == R"({"z": null, "a": [1, true, "x"]})");
}
