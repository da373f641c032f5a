#include "document/flow_text.hpp"
#include "document/values.hpp"

#include "parsed.hpp"

#include <catch2/catch.hpp>

namespace cmksim::yaml_test {

using namespace cmksim;
using namespace cmksim::document;
using namespace cmksim::test;

namespace {

std::string place(Node node) { return std::to_string(node.mark().line) + ":" + std::to_string(node.mark().column); }

} // namespace

TEST_CASE("a document keeps its values in the order of the file, with their places") {
    const Parsed parsed{"name: x\nlist:\n  - 1\n  - 'two'\nmap: {b: 3, a: 4}\n"};
    REQUIRE(parsed.errors.empty());
    const Node root = parsed.root();
    REQUIRE(root.isMapping());
    REQUIRE(root.size() == 3);
    CHECK(root.entry(1).key.text() == "list");
    CHECK(place(root.entry(1).key) == "2:1");
    const Node list = root.find("list");
    REQUIRE(list.isSequence());
    CHECK(list.item(0).text() == "1");
    CHECK_FALSE(list.item(0).quoted());
    CHECK(list.item(1).text() == "two");
    CHECK(list.item(1).quoted());
    CHECK(place(list.item(1)) == "4:5");
    CHECK(flowText(root.find("map")) == "{b: 3, a: 4}");
    CHECK_FALSE(root.find("nothing"));
}

TEST_CASE("a value that is not written has its place where it is missing") {
    const Parsed parsed{"a:\nb:   \n\nc: ~\nd:\n  -\n  - x\n  - null\ne: {f, g: }\nh:\n"};
    REQUIRE(parsed.errors.empty());
    const Node root = parsed.root();
    CHECK(root.find("a").isNull());
    CHECK(place(root.find("a")) == "1:2");
    CHECK(place(root.find("b")) == "2:2");
    CHECK(place(root.find("c")) == "4:4");
    CHECK(place(root.find("d").item(0)) == "6:3");
    CHECK(place(root.find("d").item(2)) == "8:5");
    CHECK(root.find("e").find("f").isNull());
    CHECK(place(root.find("h")) == "10:2");
}

TEST_CASE("a byte order mark and line ends of two characters are of no consequence") {
    const Parsed parsed{"\xEF\xBB\xBF"
                        "a: 1\r\nb: 2\r\n"};
    REQUIRE(parsed.errors.empty());
    CHECK(place(parsed.root().find("a")) == "1:4");
    CHECK(parsed.root().find("b").text() == "2");
}

TEST_CASE("an alias shares what its anchor names") {
    const Parsed parsed{"a: &p {x: [1]}\nb: *p\n"};
    REQUIRE(parsed.errors.empty());
    CHECK(parsed.root().find("a") == parsed.root().find("b"));
    CHECK(flowText(parsed.root().find("b")) == "{x: [1]}");
}

TEST_CASE("true and false are booleans, yes and on are not") {
    const Parsed parsed{"[true, True, TRUE, false, False, FALSE, yes, on, 'true', tRUE, 1]"};
    std::vector<int> values;
    for (const Node item : parsed.root().items()) {
        const std::optional<bool> value = asBoolean(item);
        values.push_back(value ? static_cast<int>(*value) : -1);
    }
    CHECK(values == std::vector{1, 1, 1, 0, 0, 0, -1, -1, -1, -1, -1});
}

TEST_CASE("plain decimal integers are numbers, nothing else is") {
    const Parsed parsed{"[7, 0, -3, 9223372036854775807]"};
    CHECK(asInteger(parsed.root().item(0)) == 7);
    CHECK(asInteger(parsed.root().item(1)) == 0);
    CHECK(asInteger(parsed.root().item(2)) == -3);
    CHECK(asInteger(parsed.root().item(3)) == 9223372036854775807);
    const Parsed others{"['7', 010, 0x10, +7, 1.5, 1e3, 7d, 9223372036854775808, -, ~, [7]]"};
    for (const Node item : others.root().items()) {
        CAPTURE(flowText(item));
        CHECK_FALSE(asInteger(item));
    }
}

TEST_CASE("a value is shown on one line, in the quotes it had") {
    const Parsed parsed{"state: Ready\ndowntime: \"<= 3h\"\nlist:\n- ~\n- \"say \\\"no\\\"\"\ntext: |\n  a\n  b\n"};
    CHECK(flowText(parsed.root()) ==
          R"({state: Ready, downtime: "<= 3h", list: [null, "say \"no\""], text: "a\x0ab\x0a"})");
    const Parsed longOne{"[" + std::string(1000, 'x') + "]"};
    CHECK(flowText(longOne.root()) == "[" + std::string(199, 'x') + "…");
}

TEST_CASE("a duplicate key is an error that names the first") {
    const Parsed parsed{"a: 1\nb: 2\na: 3\n"};
    CHECK(parsed.errors == "in.yaml:3:1: error: duplicate key 'a'; it first stands on line 1\na: 3\n^\n");
    REQUIRE(parsed.document);
    CHECK(flowText(parsed.root()) == "{a: 1, b: 2}");
}

TEST_CASE("duplicates are found in large mappings too, all of them, in order") {
    std::string text;
    for (int i = 50; i > 0; --i) {
        text += "k" + std::to_string(i) + ": 1\n";
    }
    const Parsed parsed{text + "k7: 2\nk50: 2\nk7: 3\n"};
    CHECK(parsed.errors == "in.yaml:51:1: error: duplicate key 'k7'; it first stands on line 44\nk7: 2\n^\n"
                           "in.yaml:52:1: error: duplicate key 'k50'; it first stands on line 1\nk50: 2\n^\n"
                           "in.yaml:53:1: error: duplicate key 'k7'; it first stands on line 44\nk7: 3\n^\n");
    CHECK(parsed.root().size() == 50);
    CHECK(parsed.root().find("k7").text() == "1");
}

TEST_CASE("what scenarios do not use of YAML is refused by name") {
    CHECK(Parsed{"<<: {a: 1}\n"}.errors ==
          "in.yaml:1:1: error: merge keys ('<<') are not supported; write the fields out\n<<: {a: 1}\n^\n");
    CHECK(Parsed{"a: !ref x\n"}.errors ==
          "in.yaml:1:4: error: tags such as '!ref' are not supported\na: !ref x\n   ^\n");
    CHECK(Parsed{"a: !!str 1\n"}.errors ==
          "in.yaml:1:4: error: tags such as '!!str' are not supported\na: !!str 1\n   ^\n");
    CHECK(Parsed{"[a]: 1\n"}.errors == "in.yaml:1:1: error: a key must be a text\n[a]: 1\n^\n");
    CHECK(Parsed{"? {a: 1}\n: 1\n"}.errors == "in.yaml:1:3: error: a key must be a text\n? {a: 1}\n  ^\n");
    CHECK(Parsed{"~: 1\n"}.errors == "in.yaml:1:1: error: a key must be a text\n~: 1\n^\n");
    CHECK(Parsed{"'<<': 1\n"}.errors.empty());
}

TEST_CASE("what is not YAML is refused at its place") {
    CHECK(refusal("") == "in.yaml: error: the file is empty");
    CHECK(refusal("# nothing\n") == "in.yaml: error: the file is empty");
    CHECK(refusal("a: 1\n---\nb: 2\n") == "in.yaml:2:1: error: a second document; a file holds one");
    CHECK(refusal("a: *nix\n") == "in.yaml:1:4: error: no anchor 'nix' stands above");
    CHECK(refusal("a:\n\tb: 1\n\t c: 2") ==
          "in.yaml:2:3: error: a ':' has no place here; check the indentation; a text that holds ': ' needs quotes");
    CHECK(refusal("a: x\n\ty\n") == "in.yaml:2:1: error: a tab in the indentation; use spaces");
    CHECK(refusal("a:\n  b: 1\n c: 2\n") ==
          "in.yaml:3:2: error: expected a key of the mapping above; check the indentation");
    CHECK(refusal("- a\nb: 1\n") ==
          "in.yaml:2:1: error: this does not belong to what stands above it; check the indentation");
    CHECK(refusal("a: [1\nb: 2\n") == "in.yaml:2:2: error: expected ',' or ']' in a list in brackets");
    CHECK(refusal("a: {b: c") == "in.yaml:1:9: error: expected ',' or '}' in a mapping in braces");
    CHECK(refusal("a: }\n") == "in.yaml:1:4: error: a closing bracket without its opening one");
    CHECK(refusal("a: @x\n") ==
          "in.yaml:1:4: error: no value starts with this character; a text that does needs quotes");
    CHECK(refusal("a: \"\\q\"\n") == "in.yaml:1:7: error: unknown escape character: q");
}

TEST_CASE("an alias inside of what it names is an error") {
    CHECK(Parsed{"a: &x [1, *x]\n"}.errors ==
          "in.yaml:1:11: error: an alias must not stand inside of what it names\na: &x [1, *x]\n          ^\n");
}

TEST_CASE("a file that ends inside of quotes is refused, though the parser takes it") {
    CHECK(refusal("a: \"b\n") == "in.yaml:1:4: error: these quotes are not closed");
    CHECK(refusal("a: 'it''s\nb: 1\n") == "in.yaml:1:4: error: these quotes are not closed");
    CHECK(refusal("a: &x \"\\\"\n") == "in.yaml:1:7: error: these quotes are not closed");
    CHECK(Parsed{"a: 'it''s'\nb: \"\\\"\"\n"}.errors.empty());
}

} // namespace cmksim::yaml_test
