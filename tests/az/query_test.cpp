// `--query`: the part of JMESPath that is known here, on values as the CLI prints them.
#include "az/query.hpp"

#include <catch2/catch.hpp>

using namespace cmksim;
using namespace cmksim::az;

namespace {

const JsonValue keys = JsonArray{
    JsonObject{{"name", "cmk"}, {"kid", "https://kv/cmk"}, {"attributes", JsonObject{{"enabled", true}, {"days", 90}}}},
    JsonObject{{"name", "old"}, {"kid", "https://kv/old"}, {"attributes", JsonObject{{"enabled", false}, {"days", 7}}}},
};

std::string picked(std::string_view text, const JsonValue& value) {
    const auto query = Query::read(text);
    return query ? query->of(value).line() : "not known";
}

} // namespace

TEST_CASE("a query goes by fields and indices") {
    const JsonValue key = keys.items().front();
    CHECK(picked("name", key) == R"("cmk")");
    CHECK(picked("attributes.enabled", key) == "true");
    CHECK(picked(" attributes . days ", key) == "90");
    CHECK(picked("\"name\"", key) == R"("cmk")");
    CHECK(picked("@", JsonValue{7}) == "7");
    CHECK(picked("[0].name", keys) == R"("cmk")");
    CHECK(picked("[-1].name", keys) == R"("old")");
}

TEST_CASE("a query of what is not there is null") {
    CHECK(picked("nothing.at.all", keys) == "null");
    CHECK(picked("[7]", keys) == "null");
    CHECK(picked("name[0]", keys.items().front()) == "null");
    CHECK(picked("nothing.{a: b}", keys.items().front()) == "null");
}

TEST_CASE("a query picks of every item, and leaves out those of which nothing is picked") {
    CHECK(picked("[].name", keys) == R"(["cmk", "old"])");
    CHECK(picked("[*].attributes.days", keys) == "[90, 7]");
    CHECK(picked("[].nothing", keys) == "[]");
    CHECK(picked("[].name | [0]", keys) == R"("cmk")");
    const JsonValue nested = JsonArray{JsonObject{{"a", JsonArray{1, 2}}}, JsonObject{{"a", JsonArray{3}}}};
    CHECK(picked("[].a[]", nested) == "[1, 2, 3]");
    CHECK(picked("[*].a[*]", nested) == "[[1, 2], [3]]");
    CHECK(picked("[].a | []", nested) == "[1, 2, 3]");
}

TEST_CASE("a query filters by equality") {
    CHECK(picked("[?name=='old'].kid", keys) == R"(["https://kv/old"])");
    CHECK(picked("[?name != 'old'] | [0].name", keys) == R"("cmk")");
    CHECK(picked("[?attributes.enabled==`true`].name", keys) == R"(["cmk"])");
    CHECK(picked("[?attributes.days==`7`].name", keys) == R"(["old"])");
    CHECK(picked("[?name=='none']", keys) == "[]");
    CHECK(picked("[?nothing==`null`].name", keys) == R"(["cmk", "old"])");
}

TEST_CASE("a query makes lists and mappings") {
    CHECK(picked("[].[name, attributes.enabled]", keys) == R"([["cmk", true], ["old", false]])");
    CHECK(picked("[].{key: name, on: attributes.enabled}", keys) ==
          R"([{"key": "cmk", "on": true}, {"key": "old", "on": false}])");
    CHECK(picked("[name, kid]", keys.items().front()) == R"(["cmk", "https://kv/cmk"])");
}

TEST_CASE("a query filters by what people ask for: order, several conditions, parts of a text") {
    CHECK(picked("[?attributes.days<`30`].name", keys) == R"(["old"])");
    CHECK(picked("[?attributes.days >= `90`].name", keys) == R"(["cmk"])");
    CHECK(picked("[?name>'d'].name", keys) == R"(["old"])");
    CHECK(picked("[?attributes.enabled].name", keys) == R"(["cmk"])");
    CHECK(picked("[?!attributes.enabled].name", keys) == R"(["old"])");
    CHECK(picked("[?name=='cmk' && attributes.enabled==`true`].kid", keys) == R"(["https://kv/cmk"])");
    CHECK(picked("[?name=='cmk' || name=='old'].name | [1]", keys) == R"("old")");
    CHECK(picked("[?(name=='cmk' || name=='old') && attributes.days==`7`].name", keys) == R"(["old"])");
    CHECK(picked("[?contains(name, 'm')].name", keys) == R"(["cmk"])");
    CHECK(picked("[?starts_with(kid, 'https://kv/o')].name", keys) == R"(["old"])");
    CHECK(picked("[?ends_with(kid, 'cmk')] | [0].name", keys) == R"("cmk")");
    CHECK(picked("[?nothing > `7`]", keys) == "[]");
}

TEST_CASE("a query counts, sorts and joins") {
    CHECK(picked("length(@)", keys) == "2");
    CHECK(picked("length([?attributes.enabled])", keys) == "1");
    CHECK(picked("sort_by([], &attributes.days)[0].name", keys) == R"("old")");
    CHECK(picked("reverse([].name)", keys) == R"(["old", "cmk"])");
    CHECK(picked("join(', ', [].name)", keys) == R"("cmk, old")");
    CHECK(picked("keys([0])", keys) == R"(["name", "kid", "attributes"])");
    CHECK(picked("[0].nothing || 'none'", keys) == R"("none")");
    CHECK(picked("not_null([0].nothing, [0].name)", keys) == R"("cmk")");
}

TEST_CASE("what is no such query is not known") {
    for (const char* text : {"",         "name.",    ".name", "[0",     "[?name>]",  "[?frobnicate(name, 'a')]",
                             "length()", "length(@", "a ||",  "&& b",   "name name", "[?name=='a",
                             "{a}",      "{a: }",    "[0:2]", "*.name", "(a",        "contains(@)",
                             "a = b",    "!"}) {
        INFO(text);
        CHECK_FALSE(Query::read(text));
    }
    CHECK_FALSE(Query::read(std::string(10'000, '[')));
    CHECK_FALSE(Query::read(std::string(10'000, '!')));
    CHECK_FALSE(Query::read(std::string(10'000, '(')));
}
