// One layout, and nothing but blanks moves.
#include "document/layout.hpp"

#include "document/parsed.hpp"

using namespace cmksim;
using namespace cmksim::document;
using namespace cmksim::test;

namespace {

std::optional<std::string> laid(std::string text) {
    Diagnostics diagnostics;
    const auto document = parseDocument(std::make_shared<const Source>("file.yaml", std::move(text)), diagnostics);
    REQUIRE(document);
    return laidOut(*document);
}

} // namespace

TEST_CASE("levels are two blanks wide, and lists stand two behind their key") {
    CHECK(laid("a:\n    b:\n        - c: 1\n          d:   2\n        -   e\nf: g\n") ==
          "a:\n  b:\n    - c: 1\n      d: 2\n    - e\nf: g\n");
    CHECK(laid("list:\n- one\n- two: 2\n  three: 3\n") == "list:\n  - one\n  - two: 2\n    three: 3\n");
    CHECK(laid("- - a\n  - b\n-\n    c: d\n") == "- - a\n  - b\n-\n  c: d\n");
}

TEST_CASE("brackets are written close, quotes and comments as they are") {
    CHECK(laid("a: { b: 1,c: [ 2,3 ] }   # as { it,is }\n") == "a: {b: 1, c: [2, 3]}   # as { it,is }\n");
    CHECK(laid("a:   '{ b,c }'\nd: \"x  \\\"{ y,z }\"\n") == "a: '{ b,c }'\nd: \"x  \\\"{ y,z }\"\n");
}

TEST_CASE("comments go with the line below them") {
    CHECK(laid("# first\na:\n     # of b\n     b: 1   \n     # after b\n# of c\nc: 2\n") ==
          "# first\na:\n  # of b\n  b: 1\n  # after b\n# of c\nc: 2\n");
}

TEST_CASE("lines that go on move with the one that they belong to") {
    CHECK(laid("a:\n    b: {c: 1,\n        d: 2}\n    e: one\n       two\n") ==
          "a:\n  b: {c: 1,\n      d: 2}\n  e: one\n     two\n");
}

TEST_CASE("what is laid out stays so, with the line ends that it had") {
    const std::string text = "a:\r\n   b: 1\r\n\r\n\r\nc: [ 1 ]\r\n";
    const auto once = laid(text);
    CHECK(once == "a:\r\n  b: 1\r\n\r\nc: [1]\r\n");
    CHECK(laid(*once) == once);
}
