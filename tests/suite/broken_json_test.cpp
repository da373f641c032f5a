// JSON that is broken over lines at its outer levels.
#include "suite/broken_json.hpp"

#include <catch2/catch.hpp>

#include <sstream>

namespace cmksim::broken_json_test {

using namespace cmksim;

namespace {

std::string broken(const JsonValue& value, std::size_t levels, const JsonObject& more = {}) {
    std::ostringstream text;
    suite::writeBroken(value, levels, text, more);
    return text.str();
}

const JsonValue value = JsonObject{{"a", JsonArray{1, JsonObject{{"b", true}, {"c", nullptr}}}}, {"d", JsonArray{}}};

} // namespace

TEST_CASE("what lies less deep than asked has a line for each member, and the rest is on one line") {
    CHECK(broken(value, 0) == value.line());
    CHECK(broken(value, 1) == "{\n \"a\": [1, {\"b\": true, \"c\": null}],\n \"d\": []\n}");
    CHECK(broken(value, 2) == "{\n \"a\": [\n  1,\n  {\"b\": true, \"c\": null}\n ],\n \"d\": []\n}");
    CHECK(broken(JsonObject{}, 3) == "{}");
}

TEST_CASE("fields that come behind stand on one line each, whatever they hold") {
    CHECK(broken(value, 2, {{"e", value}}) ==
          "{\n \"a\": [\n  1,\n  {\"b\": true, \"c\": null}\n ],\n \"d\": [],\n \"e\": " + value.line() + "\n}");
    CHECK(broken(JsonObject{}, 1, {{"e", 1}}) == "{\n \"e\": 1\n}");
}

} // namespace cmksim::broken_json_test
