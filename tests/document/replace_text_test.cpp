#include "document/replace_text.hpp"

#include "document/yaml.hpp"

#include <catch2/catch.hpp>

#include <memory>

namespace cmksim::replace_text_test {

using namespace cmksim;
using namespace cmksim::document;

namespace {

std::string changed(const std::string& text, const std::string& value = "one\ntwo\n",
                    const std::string& name = "x.yaml") {
    Diagnostics diagnostics;
    const auto document = parseDocument(std::make_shared<const Source>(name, text), diagnostics);
    REQUIRE(document);
    REQUIRE_FALSE(diagnostics.hasErrors());
    return withRootText(*document, "snapshot", value).value_or("refused");
}

} // namespace

TEST_CASE("a value becomes a block, and its comment stays on its line") {
    CHECK(changed("a: 1\nsnapshot: true   # why\nb: 2\n") == "a: 1\nsnapshot: |   # why\n  one\n  two\nb: 2\n");
    CHECK(changed("snapshot: true") == "snapshot: |\n  one\n  two\n");
    CHECK(changed("  a: 1\n  snapshot: \"old\\\n    more\" # c\n  b: 2\n") ==
          "  a: 1\n  snapshot: | # c\n    one\n    two\n  b: 2\n");
    CHECK(changed("? snapshot\n: true\nb: 2\n") == "? snapshot\n: |\n    one\n    two\nb: 2\n");
}

TEST_CASE("a block is replaced to its last line, at its own depth, and what stands behind it stays") {
    CHECK(changed("snapshot: >2-  # why\n     old\n\n    more\n\n# about b\nb: 2\n") ==
          "snapshot: |  # why\n  one\n  two\n\n# about b\nb: 2\n");
    CHECK(changed("snapshot: |\n      old\n   # about b\nb: 2\n") ==
          "snapshot: |\n      one\n      two\n   # about b\nb: 2\n");
    CHECK(changed("snapshot: |\nb: 2\n") == "snapshot: |\n  one\n  two\nb: 2\n");
}

TEST_CASE("comments around a value stay comments") {
    CHECK(changed("snapshot:\n# why\n  true\nb: 2\n") == "snapshot:\n# why\n  |\n  one\n  two\nb: 2\n");
    CHECK(changed("snapshot: true\n  # about b\n     # more\nb: 2\n") ==
          "snapshot: |\n       one\n       two\n  # about b\n     # more\nb: 2\n");
}

TEST_CASE("lines end as the line of the field does") {
    CHECK(changed("a: 1\r\nsnapshot: true\r\nb: 2\r\n") == "a: 1\r\nsnapshot: |\r\n  one\r\n  two\r\nb: 2\r\n");
    CHECK(changed("\xEF\xBB\xBFsnapshot: true\nb: 2\r\n") == "\xEF\xBB\xBFsnapshot: |\n  one\n  two\nb: 2\r\n");
}

TEST_CASE("in braces, and in JSON, a value becomes a text in quotes") {
    CHECK(changed("{a: 1, snapshot: true, b: [2]} # c\n") == "{a: 1, snapshot: \"one\\ntwo\\n\", b: [2]} # c\n");
    CHECK(changed("{snapshot: 'it''s',\n  b: 2}") == "{snapshot: \"one\\ntwo\\n\",\n  b: 2}");
    CHECK(changed(R"({"snapshot":true,"b":2})", "\"x\"\n", "x.json") == R"({"snapshot":"\"x\"\n","b":2})");
}

TEST_CASE("a text that no block of lines can hold stands in quotes") {
    CHECK(changed("snapshot: |\n  old\nb: 2\n", "") == "snapshot: \"\"\nb: 2\n");
    CHECK(changed("snapshot: true # c\n", " a\nb") == "snapshot: \" a\\nb\" # c\n");
}

TEST_CASE("an anchor stays, and what an alias stands for elsewhere is not changed") {
    CHECK(changed("snapshot: &s true\nb: 2\n") == "snapshot: &s |\n  one\n  two\nb: 2\n");
    CHECK(changed("snapshot: &s true\nb: *s\n") == "refused");
    CHECK(changed("b: &s true\nsnapshot: *s\nc: 1\n") == "b: &s true\nsnapshot: |\n  one\n  two\nc: 1\n");
}

} // namespace cmksim::replace_text_test
