#include "document/json.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <sstream>
#include <string>
#include <string_view>

namespace cmksim::json_test {

using namespace cmksim;
using namespace cmksim::document;

namespace {

struct Parsed {
    explicit Parsed(std::string text, JsonComments comments = JsonComments::Forbidden) {
        document = parseJson(std::make_shared<const Source>("in.json", std::move(text)), diagnostics, comments);
        std::ostringstream out;
        diagnostics.print(out);
        errors = out.str().substr(0, out.str().find('\n'));
    }

    Diagnostics diagnostics;
    std::shared_ptr<const Document> document;
    std::string errors;
};

} // namespace

TEST_CASE("JSON is a document in which texts are quoted and everything has its place") {
    const Parsed parsed{"{\"a\": [1, true, null,\n  \"true\"], \"b\\n\": {\"c\": -2.5e3}}"};
    REQUIRE(parsed.document);
    const Node root = parsed.document->root();
    const Node list = root.find("a");
    REQUIRE(list.size() == 4);
    CHECK(list.item(0).text() == "1");
    CHECK_FALSE(list.item(0).quoted());
    CHECK(list.item(1).text() == "true");
    CHECK(list.item(2).isNull());
    CHECK(list.item(3).quoted());
    CHECK(list.item(3).mark().line == 2);
    CHECK(list.item(3).mark().column == 3);
    CHECK(root.find("b\n").find("c").text() == "-2.5e3");
    CHECK(root.entry(1).key.mark().column == 12);
}

TEST_CASE("what is no JSON is reported at its place") {
    CHECK(Parsed{"{\"a\": 1,\n \"b\" 2}"}.errors.starts_with("in.json:2:"));
    CHECK(Parsed{"[1, 2"}.errors.find("this is no JSON") != std::string::npos);
    CHECK(Parsed{"{\"a\": tru}"}.errors.starts_with("in.json:1:"));
    CHECK(Parsed{"{} x"}.errors.find("this is no JSON") != std::string::npos);
    CHECK(Parsed{""}.errors.find("this is no JSON") != std::string::npos);
    CHECK(Parsed{"{\"a\": 1, \"a\": 2}"}.errors.find("'a'") != std::string::npos);
    CHECK(Parsed{std::string(300, '[') + std::string(300, ']')}.errors.find("deeper than 256 levels") !=
          std::string::npos);
    CHECK(Parsed{"\"\xFF\""}.errors.find("this is no JSON") != std::string::npos);
}

TEST_CASE("a lone value is JSON, and not what is expected") {
    for (const std::string_view text : {"5", "null", " true\n", "-2.5e3"}) {
        const std::string errors = Parsed{std::string{text}}.errors;
        INFO(text << errors);
        CHECK(errors.starts_with("in.json:1:"));
        CHECK(errors.find("expected a mapping or a list, not '") != std::string::npos);
    }
    CHECK(Parsed{"\"x\""}.errors.find("expected a mapping or a list, not a text") != std::string::npos);
    CHECK(Parsed{"5 x"}.errors.find("this is no JSON") != std::string::npos);
    CHECK(Parsed{"nul"}.errors.find("this is no JSON") != std::string::npos);
}

TEST_CASE("comments are passed over where they are allowed, and not in texts") {
    const std::string text = "// first\n{\"a\": \"x // y \\\\\", /* z\n */ \"b\": \"\\\"//\"}";
    const Parsed parsed{text, JsonComments::Allowed};
    REQUIRE(parsed.document);
    CHECK(parsed.document->root().find("a").text() == "x // y \\");
    CHECK(parsed.document->root().find("b").text() == "\"//");
    CHECK(parsed.document->root().find("b").mark().line == 3);
    CHECK_FALSE(Parsed{text}.document);
}

TEST_CASE("rows are the items of a list, of a list in an object, the values of lines, or the value alone") {
    const auto rows = [](std::string text) {
        std::string seen;
        Diagnostics diagnostics;
        const bool sound = forEachJsonRow(std::make_shared<const Source>("in.json", std::move(text)), diagnostics,
                                          [&](Node row) { seen += row.find("n") ? row.find("n").text() : "-"; });
        return seen + (sound ? "" : "!");
    };
    CHECK(rows(R"([{"n": 1}, {"n": 2}])") == "12");
    CHECK(rows(R"({"count": 2, "data": [{"n": 1}, {"n": 2}], "skip_token": null})") == "12");
    CHECK(rows(R"({"records": [{"n": 1}]})") == "1");
    CHECK(rows(R"({"n": 7, "value": 3})") == "7");
    CHECK(rows(R"([{"n": 1}, {"n": )") == "1!");
    CHECK(rows("\xEF\xBB\xBF[{\"n\": 1}]") == "1");
    CHECK(rows("{\"n\": 1}\r\n\n{\"n\": 2, \"records\": [3]}\n{\"n\": 3}") == "123");
    CHECK(rows("{\"n\": 1}\n") == "1");
    CHECK(rows("{\"n\": 1}\n{\"n\": 2\n") == "1!");
    CHECK(rows("{\"n\": 1}\n{\"n\": 2} 3\n") == "12!");
    CHECK(rows("{\"n\":\n 1}\n{\"n\": 2}\n") == "1!");
}

} // namespace cmksim::json_test
