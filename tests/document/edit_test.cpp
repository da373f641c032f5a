#include "document/edit.hpp"
#include "document/flow_text.hpp"

#include "parsed.hpp"

#include <catch2/catch.hpp>

namespace cmksim::edit_test {

using namespace cmksim;
using namespace cmksim::document;
using namespace cmksim::test;

namespace {

using Path = std::vector<std::string>;

/// A text with one value set, on one line, or what was reported.
std::string withValue(std::string text, std::string_view path, std::string value) {
    const Parsed parsed{std::move(text)};
    Diagnostics diagnostics;
    const std::vector<Edit> edits{{splitPath(path).value(), std::make_shared<const Source>("--set", std::move(value))}};
    const auto document = edited(*parsed.document, edits, diagnostics);
    return diagnostics.hasErrors() ? printed(diagnostics) : flowText(document->root());
}

} // namespace

TEST_CASE("a path is keys with dots between them") {
    CHECK(splitPath("vaults.contoso-kv.keys") == Path{"vaults", "contoso-kv", "keys"});
    CHECK(splitPath("a") == Path{"a"});
    CHECK(splitPath(R"(resources."my.registry".sku)") == Path{"resources", "my.registry", "sku"});
    for (const auto* bad : {"", ".", "a.", ".a", "a..b", "\"a", "\"\"", "\"a\"b", "a.\"b\"\"c\""}) {
        CAPTURE(bad);
        CHECK_FALSE(splitPath(bad));
    }
}

TEST_CASE("a value is replaced, the rest stays") {
    CHECK(withValue("{a: {b: 1, c: 2}, d: 3}", "a.b", "9") == "{a: {b: 9, c: 2}, d: 3}");
    CHECK(withValue("{a: {b: 1, c: 2}, d: 3}", "a", "[x, {y: z}]") == "{a: [x, {y: z}], d: 3}");
    CHECK(withValue("{a: [1, {b: 2}]}", "a.1.b", "9") == "{a: [1, {b: 9}]}");
    CHECK(withValue("{a: 1}", "a", "") == "{a: null}");
    CHECK(withValue("{a: 1}", "a", "\"9\"") == "{a: \"9\"}");
}

TEST_CASE("what is missing on the way is created") {
    CHECK(withValue("{a: 1}", "b.c.d", "9") == R"({a: 1, "b": {"c": {"d": 9}}})");
    CHECK(withValue("{a: }", "a.b", "9") == R"({a: {"b": 9}})");
}

TEST_CASE("a value that an alias shares changes in one place alone") {
    CHECK(withValue("{a: &x {b: 1}, c: *x}", "c.b", "9") == "{a: {b: 1}, c: {b: 9}}");
}

TEST_CASE("the document that was edited stays as it was") {
    const Parsed parsed{"a: {b: 1}\n"};
    Diagnostics diagnostics;
    const std::vector<Edit> edits{{{"a", "b"}, std::make_shared<const Source>("--set a.b=[9", "[9")},
                                  {{"a", "b"}, std::make_shared<const Source>("--set a.b=2", "2")},
                                  {{"a", "c"}, std::make_shared<const Source>("--set a.c=3", "3")}};
    const auto document = edited(*parsed.document, edits, diagnostics);
    CHECK(flowText(parsed.root()) == "{a: {b: 1}}");
    CHECK(flowText(document->root()) == R"({a: {b: 2, "c": 3}})");
    const Mark mark = document->root().find("a").find("c").mark();
    CHECK(mark.source->name() == "--set a.c=3");
    CHECK((mark.line == 1 && mark.column == 1));
    CHECK(document->root().find("a").mark().source->name() == "in.yaml");
    CHECK(printed(diagnostics) == "--set a.b=[9:1:3: error: expected ',' or ']' in a list in brackets\n[9\n  ^\n");
}

TEST_CASE("a value cannot be set inside of what has no parts") {
    CHECK(withValue("{a: x}", "a.b", "1") == "--set: error: there is no 'b' inside of 'x'\n");
    CHECK(withValue("{a: [1]}", "a.1", "1") == "--set: error: there is no item '1' in a list of 1\n");
    CHECK(withValue("{a: [1]}", "a.b", "1") == "--set: error: there is no item 'b' in a list of 1\n");
    std::string deep = "a";
    for (int i = 0; i < 40; ++i) {
        deep += ".a";
    }
    CHECK(withValue("{b: 1}", deep, "1") == "--set: error: a path has at most 32 keys\n");
}

} // namespace cmksim::edit_test
