// Lines for a terminal: none is wider than it, whatever its characters.
#include "report/layout.hpp"

#include "base/text.hpp"

#include <catch2/catch.hpp>

#include <random>
#include <sstream>

using namespace cmksim;
using namespace cmksim::report;

namespace {

std::size_t widthOf(std::string_view line) {
    std::size_t width = 0;
    for (std::size_t at = 0; at < line.size();) {
        const CodePoint point = codePointAt(line, at);
        width += shownWidth(point);
        at += point.bytes;
    }
    return width;
}

/// Words of letters, wide characters, and accents that are put on the one before.
std::string randomText(std::mt19937_64& random, std::size_t length) {
    constexpr std::array<std::string_view, 8> parts{"a", "z", " ", "-", "東", "京", "🔑", "e\u0301"};
    std::string text;
    for (std::size_t i = 0; i < length; ++i) {
        text += parts[random() % parts.size()];
    }
    return text;
}

} // namespace

TEST_CASE("a phrase is as wide as its characters") {
    CHECK(Phrase{"abc"}.width() == 3);
    CHECK(Phrase{"東京"}.width() == 4);
    CHECK(Phrase{"e\u0301t"}.width() == 2);
    CHECK(Phrase{"\x1b"}.width() == 4); // \x1b
}

TEST_CASE("a name that is too long is cut between characters, not within a wide one") {
    CHECK(shortened("東京東京東京", 7, "…") == "東…京");
    CHECK(widthOf(shortened("東京東京東京", 7, "…")) <= 7);
    CHECK(shortened("東京", 4, "…") == "東京");
}

TEST_CASE("no line is wider than the terminal, whatever its characters") {
    std::mt19937_64 random{1};
    for (int i = 0; i < 2'000; ++i) {
        const TextStyle style{static_cast<int>(40 + random() % 60), false, true};
        const auto columns = static_cast<std::size_t>(style.columns);
        std::ostringstream out;
        Page page{style, out};
        const Phrase lead{randomText(random, random() % 30)};
        const Phrase body{randomText(random, random() % 200 + 1)};
        page.paragraph(lead, body);
        page.line(body);
        page.oneLine(lead, body, "…");
        std::string line;
        for (std::istringstream lines{out.str()}; std::getline(lines, line);) {
            CAPTURE(columns, line);
            REQUIRE(widthOf(line) <= columns);
        }
        const std::string name = randomText(random, random() % 60);
        REQUIRE(widthOf(shortened(name, 20, "…")) <= 20);
    }
}
