// One layout, and nothing but blanks moves.
#include "document/layout.hpp"

#include "document/parsed.hpp"

namespace cmksim::layout_test {

using namespace cmksim;
using namespace cmksim::document;
using namespace cmksim::test;

namespace {

/// The text laid out, or that it is left as it is.
std::string laid(std::string text) {
    Diagnostics diagnostics;
    const auto document = parseDocument(std::make_shared<const Source>("file.yaml", std::move(text)), diagnostics);
    REQUIRE(document);
    return laidOut(*document).value_or("left as it is");
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
    CHECK(laid("url: https://a/b,c#d\nplain: a, b {c }\n") == "url: https://a/b,c#d\nplain: a, b {c }\n");
}

TEST_CASE("comments go with the line below them") {
    CHECK(laid("# first\na:\n     # of b\n     b: 1   \n     # after b\n# of c\nc: 2\n") ==
          "# first\na:\n  # of b\n  b: 1\n  # after b\n# of c\nc: 2\n");
}

TEST_CASE("a comment at the margin stays there, unless what follows it stood there and moves") {
    CHECK(laid("list:\n- one\n# of two\n- two\n# the end\n\n# of the file\n") ==
          "list:\n  - one\n  # of two\n  - two\n# the end\n\n# of the file\n");
    CHECK(laid("list:\n- one:\n# out\n      two: 2\n# of b\nb: 1\n") ==
          "list:\n  - one:\n# out\n      two: 2\n# of b\nb: 1\n");
    CHECK(laid("a:\n    list:\n    - one\n    # in it\n# the end\n") ==
          "a:\n  list:\n    - one\n    # in it\n# the end\n");
}

TEST_CASE("blocks of text keep their own blanks and empty lines") {
    CHECK(laid("a:\n    text: |\n        one\n          two  \n\n\n        # no comment\n    b: >-\n        x\n        "
               "y\n\n\n\nc: 1") ==
          "a:\n  text: |\n      one\n        two  \n\n\n      # no comment\n  b: >-\n      x\n      y\n\nc: 1\n");
}

TEST_CASE("lines that go on move with the one that they belong to") {
    CHECK(laid("a:\n    b: {c: 1,\n        d: 2}\n    e: one\n       two\n") ==
          "a:\n  b: {c: 1,\n      d: 2}\n  e: one\n     two\n");
}

TEST_CASE("what is laid out stays so, with the line ends that it had") {
    const std::string text = "a:\r\n   b: 1\r\n\r\n\r\nc: [ 1 ]\r\n";
    const auto once = laid(text);
    CHECK(once == "a:\r\n  b: 1\r\n\r\nc: [1]\r\n");
    CHECK(laid(once) == once);
}

TEST_CASE("brackets that go on below are laid out on every line") {
    CHECK(laid("a: { b: [ 1,2 ],\n     c: { d:  3 } }\ne: 4\n") == "a: {b: [1, 2],\n     c: {d: 3}}\ne: 4\n");
    CHECK(laid("a: [\n  1 , 2, # two,{ 3\n  'x,y {',\n]\n") == "a: [\n  1, 2, # two,{ 3\n  'x,y {',\n]\n");
    CHECK(laid("a: { b: 'c\n   d,e { f' , g: 1 }\n") == "a: {b: 'c\n   d,e { f', g: 1}\n");
    CHECK(laid("a: {\"b\":1,\"c\" : [2,],d: }\n") == "a: {\"b\": 1, \"c\" : [2,], d: }\n");
}

TEST_CASE("a value below its key stands a level deeper, and an item behind its dash") {
    CHECK(laid("a:\n      {b: [ 1 ],\n       c: 2}\nd:\n      'e'\n") == "a:\n  {b: [1],\n   c: 2}\nd:\n  'e'\n");
    CHECK(laid("a:\n-\n    # long-lived - yes\n    b: 1\n") == "a:\n  -\n    # long-lived - yes\n    b: 1\n");
    CHECK(laid("a:\n-    # long-lived\n    b: 1\n") == "a:\n  - # long-lived\n    b: 1\n");
    CHECK(laid("{ \"a\":{ \"b\":1 },\n  \"c\": [ 1 ]\n}\n") == "{\"a\": {\"b\": 1},\n  \"c\": [1]\n}\n");
}

TEST_CASE("letters of other scripts, and tabs in texts, comments and at the end of a line are in no one's way") {
    CHECK(laid("näme: Ключ\nö: {ü: [ ä ], \"é\":  1}\n") == "näme: Ключ\nö: {ü: [ä], \"é\": 1}\n");
    CHECK(laid("a: { b: 'x\ty' }\t \nc: 1 #\td\n") == "a: {b: 'x\ty'}\nc: 1 #\td\n");
    CHECK(laid("a: |\n    x\ty\nb:\n- c\n") == "a: |\n    x\ty\nb:\n  - c\n");
}

} // namespace cmksim::layout_test
