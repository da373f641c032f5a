#include "parsed.hpp"

#include <catch2/catch.hpp>

namespace cmksim::hostile_yaml_test {

using namespace cmksim;
using namespace cmksim::document;
using namespace cmksim::test;
using namespace std::string_literals;

namespace {

std::string repeated(std::string_view text, std::size_t count) {
    std::string all;
    all.reserve(text.size() * count);
    for (std::size_t i = 0; i < count; ++i) {
        all += text;
    }
    return all;
}

} // namespace

TEST_CASE("a file that is no text is refused where it stops being one") {
    CHECK(refusal("a: \0b\n"s) == "in.yaml:1:4: error: control character 0x00");
    CHECK(refusal("a: 1\nb: \x04x\n") == "in.yaml:2:4: error: control character 0x04");
    CHECK(refusal("a: 1\rb: 2\r") == "in.yaml:1:5: error: control character 0x0d");
    CHECK(refusal("a: é\xFF\n") == "in.yaml:1:6: error: byte 0xff is not UTF-8");
    CHECK(refusal("a: \xC0\xAF\n") == "in.yaml:1:4: error: byte 0xc0 is not UTF-8");
    CHECK(refusal("a: \xED\xA0\x80\n") == "in.yaml:1:4: error: byte 0xed is not UTF-8");
    CHECK(refusal("\xFF\xFE"s + "a\0:\0"s) == "in.yaml: error: the file is in UTF-16; save it as UTF-8");
    CHECK(refusal("\0a\0:"s) == "in.yaml:1:1: error: control character 0x00");
}

TEST_CASE("a megabyte of brackets is refused") {
    CHECK(refusal(repeated("[", 1'000'000))
              .ends_with("error: what follows is too long to be read in one piece; write "
                         "long lists and mappings one entry a line, without brackets"));
    CHECK(refusal(repeated("{a: ", 2'000)) == "in.yaml:1:1989: error: nested too deeply");
    CHECK(refusal("a: " + repeated("[", 2'000)).ends_with("error: nested too deeply"));
    CHECK(refusal(repeated("- ", 100'000)).ends_with("error: nested too deeply"));
    CHECK(refusal(repeated("? ", 100'000)).ends_with("error: nested too deeply"));
}

TEST_CASE("an alias bomb is refused before it goes off") {
    std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 20; ++i) {
        text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
        text += repeated("*a" + std::to_string(i - 1) + ", ", 10) + "]\n";
    }
    CHECK(refusal(text) == "in.yaml:6:45: error: aliases stand for more than 1000000 values in this file");
}

TEST_CASE("aliases of something small may be many") {
    const Parsed parsed{"a: &a [get, wrapKey, unwrapKey]\nb:\n" + repeated("- *a\n", 20'000)};
    CHECK(parsed.errors.empty());
    CHECK(parsed.root().find("b").size() == 20'000);
}

TEST_CASE("a text on one line may be long, but not without end") {
    CHECK(Parsed{"a: " + std::string(1'000'000, 'x')}.errors.empty());
    CHECK(refusal("a: \"" + std::string(18'000'000, 'x') + "\"")
              .starts_with("in.yaml:1:1: error: what follows is too long to be read in one piece"));
}

TEST_CASE("names of ten thousand characters are only names") {
    const std::string name(10'000, 'n');
    CHECK(Parsed{"? " + name + "\n: 1\n"}.errors.empty());
    const Parsed twice{"? " + name + "\n: 1\n? " + name + "\n: 1\n"};
    CHECK(twice.errors.size() < 400);
    CHECK(twice.errors.starts_with("in.yaml:3:3: error: duplicate key 'nnnn"));
}

TEST_CASE("a file cut off anywhere is a document or an error, never neither") {
    const std::string text = "a: &x\n  - {b: [1, \"two\\\"\", 'it''s'], c: ~}\n  - |\n    text\n  - >-\n    more\n"
                             "d: *x\ne: \"zwei\n  drei\"\n";
    for (std::size_t length = 0; length <= text.size(); ++length) {
        CAPTURE(length);
        const Parsed parsed{text.substr(0, length)};
        CHECK((parsed.document != nullptr) == parsed.errors.empty());
    }
}

} // namespace cmksim::hostile_yaml_test
