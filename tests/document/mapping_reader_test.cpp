#include "document/mapping_reader.hpp"
#include "document/values.hpp"

#include "parsed.hpp"

#include <catch2/catch.hpp>

namespace cmksim::mapping_reader_test {

using namespace cmksim;
using namespace cmksim::document;
using namespace cmksim::test;

namespace {

constexpr std::array words{std::pair{std::string_view{"Allow"}, 1}, std::pair{std::string_view{"Deny"}, 2}};

/// What reading a text as a mapping of four known fields reports.
std::string errorsOf(std::string text) {
    const Parsed parsed{std::move(text)};
    Diagnostics diagnostics;
    MappingReader fields{parsed.root(), "a thing", diagnostics};
    fields.boolean("enabled");
    fields.integer("days", 7, 90);
    fields.choice("action", words);
    if (const Node name = fields.require("name")) {
        readText(name, "a name", diagnostics);
    }
    fields.finish();
    return printed(diagnostics);
}

} // namespace

TEST_CASE("fields are read in whatever order they stand") {
    const Parsed parsed{"{action: Deny, name: x, days: 7, enabled: false}"};
    Diagnostics diagnostics;
    MappingReader fields{parsed.root(), "a thing", diagnostics};
    CHECK(fields.boolean("enabled") == false);
    CHECK(fields.integer("days", 7, 90) == 7);
    CHECK(fields.choice("action", words) == 2);
    CHECK(fields.require("name").text() == "x");
    CHECK_FALSE(fields.take("other"));
    CHECK_FALSE(fields.hasRest());
    fields.finish();
    CHECK_FALSE(diagnostics.hasErrors());
}

TEST_CASE("an unknown field is an error with the nearest known one") {
    CHECK(errorsOf("{name: x, enabeld: true}") ==
          "in.yaml:1:11: error: a thing has no field 'enabeld'; did you mean 'enabled'?\n"
          "{name: x, enabeld: true}\n"
          "          ^\n");
    CHECK(errorsOf("{frobnicate: 1, name: x}") ==
          "in.yaml:1:2: error: a thing has no field 'frobnicate'; known: enabled, days, action, name\n"
          "{frobnicate: 1, name: x}\n"
          " ^\n");
}

TEST_CASE("an unknown field that is like none is an error with all that there are, however many") {
    Diagnostics diagnostics;
    const auto document =
        parseDocument(std::make_shared<const Source>("in.yaml", std::string{"{zzzzzzzz: 1}"}), diagnostics);
    MappingReader fields{document->root(), "a thing", diagnostics};
    const std::vector<std::string> names{"alpha",   "bravo", "charlie", "delta", "echo",
                                         "foxtrot", "golf",  "hotel",   "india", "juliett"};
    for (const std::string& name : names) {
        fields.take(name);
    }
    fields.finish();
    std::ostringstream out;
    diagnostics.print(out);
    CHECK(out.str().starts_with("in.yaml:1:2: error: a thing has no field 'zzzzzzzz'; known: alpha, bravo, charlie, "
                                "delta, echo, foxtrot, golf, hotel, india, juliett\n"));
}

TEST_CASE("a missing field is an error at the mapping") {
    CHECK(errorsOf("{days: 8}") == "in.yaml:1:1: error: a thing needs the field 'name'\n{days: 8}\n^\n");
}

TEST_CASE("a value of another type is an error that says what was expected") {
    CHECK(errorsOf("name: x\nenabled: yes\n") ==
          "in.yaml:2:10: error: expected true or false, not 'yes'\nenabled: yes\n         ^\n");
    CHECK(errorsOf("name: x\nenabled: 'true'\n") ==
          "in.yaml:2:10: error: expected true or false, not the text 'true'\nenabled: 'true'\n         ^\n");
    CHECK(errorsOf("name: x\ndays: 91\n") ==
          "in.yaml:2:7: error: expected a number from 7 to 90, not '91'\ndays: 91\n      ^\n");
    CHECK(errorsOf("name: x\ndays: [7]\n") ==
          "in.yaml:2:7: error: expected a number from 7 to 90, not a list\ndays: [7]\n      ^\n");
    CHECK(errorsOf("name: x\naction: allow\n") ==
          "in.yaml:2:9: error: expected Allow or Deny, not 'allow'\naction: allow\n        ^\n");
    CHECK(errorsOf("name: {}\n") == "in.yaml:1:7: error: expected a name, not a mapping\nname: {}\n      ^\n");
    CHECK(errorsOf("name: ''\n") == "in.yaml:1:7: error: expected a name, not an empty text\nname: ''\n      ^\n");
    CHECK(errorsOf("name:\n") == "in.yaml:1:5: error: expected a name, not nothing\nname:\n    ^\n");
}

TEST_CASE("what is no mapping is one error, not one a field") {
    CHECK(errorsOf("[name]") == "in.yaml:1:1: error: expected a thing (a mapping), not a list\n[name]\n^\n");
}

TEST_CASE("null is a mapping without fields") {
    CHECK(errorsOf("~") == "in.yaml:1:1: error: a thing needs the field 'name'\n~\n^\n");
}

} // namespace cmksim::mapping_reader_test
