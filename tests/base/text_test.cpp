#include "base/text.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

using namespace cmksim;
using namespace std::string_literals;

TEST_CASE("harmless text is shown as it is") {
    CHECK(printable("contoso-kv") == "contoso-kv");
    CHECK(printable("Zürich 東京 🔑") == "Zürich 東京 🔑");
}

TEST_CASE("what would upset a terminal is shown as an escape") {
    CHECK(printable("a\0b"s) == "a\\x00b");
    CHECK(printable("\x1b[31m") == "\\x1b[31m");
    CHECK(printable("a\nb\tc\x7f") == "a\\x0ab c\\x7f");
    CHECK(printable("\xC2\x85") == "\\x85");
    CHECK(printable("a\u202Eb") == "a\\u202eb");
}

TEST_CASE("a byte that is no UTF-8 is shown as a replacement character") {
    CHECK(printable("a\xFFz") == "a\uFFFDz");
    CHECK(printable("\xC3") == "\uFFFD");
    CHECK(printable("\xC0\xAF") == "\uFFFD\uFFFD");           // overlong
    CHECK(printable("\xED\xA0\x80") == "\uFFFD\uFFFD\uFFFD"); // a surrogate
    CHECK(printable("\xF4\x90\x80\x80") == "\uFFFD\uFFFD\uFFFD\uFFFD");
}

TEST_CASE("a text in ASCII has signs of its own for those of the program") {
    CHECK(asciiOnly("FILE… a–b → \n") == "FILE... a-b -> \n");
    CHECK(asciiOnly("é日\xFF!") == std::string(3, '?') + "!");
}

TEST_CASE("numbers in names are in the order of numbers") {
    std::vector<std::string> names{"drill-10", "drill-1", "drill-2b", "drill-2", "a", "drill-11", "drill-02", ""};
    std::ranges::sort(names, naturallyBefore);
    CHECK(names ==
          std::vector<std::string>{"", "a", "drill-1", "drill-02", "drill-2", "drill-2b", "drill-10", "drill-11"});
    CHECK_FALSE(naturallyBefore("x", "x"));
    CHECK(naturallyBefore("99999999999999999999998", "99999999999999999999999"));
}

TEST_CASE("a name in a message is cut when it is absurdly long") {
    CHECK(inQuotes("acr-id") == "'acr-id'");
    CHECK(inQuotes(std::string(64, 'x')) == "'" + std::string(64, 'x') + "'");
    CHECK(inQuotes(std::string(10'000, 'x')) == "'" + std::string(40, 'x') + "…" + std::string(20, 'x') + "'");
}

TEST_CASE("a long name is cut between its characters") {
    std::string name;
    for (int i = 0; i < 100; ++i) {
        name += "é";
    }
    const std::string shown = inQuotes("x" + name);
    CHECK(shown.find("\uFFFD") == std::string::npos);
    CHECK(shown.starts_with("'xé"));
    CHECK(shown.ends_with("é'"));
}
