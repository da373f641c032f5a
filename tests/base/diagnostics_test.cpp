#include "base/diagnostics.hpp"

#include <catch2/catch.hpp>

#include <sstream>

using namespace cmksim;
using namespace std::string_literals;

namespace {

std::string printed(const Diagnostics& diagnostics) {
    std::ostringstream out;
    diagnostics.print(out);
    return out.str();
}

const Source& keep(Diagnostics& diagnostics, std::string text, std::string name = "in.yaml") {
    return diagnostics.keep(std::make_shared<const Source>(std::move(name), std::move(text)));
}

/// The line and the caret line of one error at a column of the first line of `text`.
std::string excerpt(std::string text, std::uint32_t column) {
    Diagnostics diagnostics;
    diagnostics.error({&keep(diagnostics, std::move(text)), 1, column}, "wrong");
    const std::string all = printed(diagnostics);
    return all.substr(all.find('\n') + 1);
}

std::size_t characters(std::string_view text) {
    std::size_t count = 0;
    for (const char c : text) {
        count += (static_cast<unsigned char>(c) & 0xC0u) != 0x80u ? 1u : 0u;
    }
    return count;
}

} // namespace

TEST_CASE("a mark is two words") { STATIC_REQUIRE(sizeof(Mark) == 16); }

TEST_CASE("a line is found by its number") {
    const Source source{"in.yaml", "one\ntwo\r\n\nfour"};
    CHECK(source.line(1) == "one");
    CHECK(source.line(2) == "two");
    CHECK(source.line(3).empty());
    CHECK(source.line(4) == "four");
    CHECK(source.line(5).empty());
    CHECK(source.line(0).empty());
    CHECK(Source{"in.yaml", "\xEF\xBB\xBFone"}.line(1) == "one");
}

TEST_CASE("an error shows its place, its line and a caret") {
    Diagnostics diagnostics;
    const Source& source = keep(diagnostics, "a: 1\nkyes: {}\n");
    diagnostics.error({&source, 2, 1}, "a vault has no field 'kyes'", "did you mean 'keys'?");
    CHECK(printed(diagnostics) == "in.yaml:2:1: error: a vault has no field 'kyes'; did you mean 'keys'?\n"
                                  "kyes: {}\n"
                                  "^\n");
}

TEST_CASE("an error without a line shows the file alone, one without a file the message alone") {
    Diagnostics diagnostics;
    diagnostics.error({&keep(diagnostics, ""), 0, 0}, "the file is empty");
    diagnostics.error({}, "cannot read 'x.yaml': no such file or directory");
    diagnostics.warning({}, "an old model");
    CHECK(printed(diagnostics) == "error: cannot read 'x.yaml': no such file or directory\n"
                                  "warning: an old model\n"
                                  "in.yaml: error: the file is empty\n");
}

TEST_CASE("diagnostics come in the order of their sources and places, each once") {
    Diagnostics diagnostics;
    const Source& first = keep(diagnostics, "a\nb\n", "first");
    const Source& second = keep(diagnostics, "c\n", "second");
    diagnostics.error({&second, 1, 1}, "third");
    diagnostics.error({&first, 2, 1}, "second");
    diagnostics.error({&first, 1, 1}, "first, said twice");
    diagnostics.error({&first, 2, 1}, "another at the same place");
    diagnostics.error({&first, 1, 1}, "first, said twice");
    diagnostics.error({&first, 2, 1}, "second");
    CHECK(printed(diagnostics) == "first:1:1: error: first, said twice\na\n^\n"
                                  "first:2:1: error: second\nb\n^\n"
                                  "first:2:1: error: another at the same place\nb\n^\n"
                                  "second:1:1: error: third\nc\n^\n");
}

TEST_CASE("only errors count as errors") {
    Diagnostics diagnostics;
    diagnostics.warning({}, "fishy");
    CHECK_FALSE(diagnostics.hasErrors());
    diagnostics.error({}, "wrong");
    CHECK(diagnostics.hasErrors());
}

TEST_CASE("the caret lines up behind characters of several bytes") {
    CHECK(excerpt("zürich: Größe", 15) == "zürich: Größe\n            ^\n");
    CHECK(excerpt("\tx: 1", 2) == " x: 1\n ^\n");
}

TEST_CASE("the caret lines up behind characters that are shown as escapes") {
    CHECK(excerpt("a\0b: c"s, 3) == "a\\x00b: c\n     ^\n");
    CHECK(excerpt("a\xFF\xFEz", 4) == "a\uFFFD\uFFFDz\n   ^\n");
}

TEST_CASE("a caret may stand behind the end of the line, not beyond") {
    CHECK(excerpt("ab", 3) == "ab\n  ^\n");
    CHECK(excerpt("ab", 99) == "ab\n  ^\n");
    CHECK(excerpt("", 1) == "\n^\n");
}

TEST_CASE("a very long line is cut around its place") {
    const std::string text = std::string(5000, 'x') + "HERE" + std::string(5000, 'y');
    const std::string shown = excerpt(text, 5001);
    const std::string line = shown.substr(0, shown.find('\n'));
    const std::string carets = shown.substr(shown.find('\n') + 1);
    CHECK(characters(line) <= 100);
    CHECK(line.starts_with("…xxx"));
    CHECK(line.ends_with("yyy…"));
    const std::size_t caret = carets.find('^');
    CHECK(line.substr(caret + std::string_view{"…"}.size() - 1, 4) == "HERE");
}

TEST_CASE("the start and the end of a long line are shown as far as they fit") {
    const std::string atStart = excerpt(std::string(5000, 'x'), 1);
    CHECK(atStart == std::string(98, 'x') + "…\n^\n");
    const std::string atEnd = excerpt(std::string(5000, 'x'), 5001);
    CHECK(atEnd == "…" + std::string(98, 'x') + "\n" + std::string(99, ' ') + "^\n");
}

TEST_CASE("a line of a million broken bytes is cut like any other") {
    const std::string shown = excerpt(std::string(1'000'000, '\x80'), 500'000);
    CHECK(characters(shown.substr(0, shown.find('\n'))) <= 100);
}

TEST_CASE("what a message quotes cannot upset a terminal") {
    Diagnostics diagnostics;
    diagnostics.error({&keep(diagnostics, "", "in\n.yaml"), 0, 0}, "a\x1b[2Jb");
    CHECK(printed(diagnostics) == "in\\x0a.yaml: error: a\\x1b[2Jb\n");
}

TEST_CASE("a flood of errors is kept in bounds and counted") {
    Diagnostics diagnostics;
    const Source& source = keep(diagnostics, std::string(20'000, '\n'));
    for (std::uint32_t line = 1; line <= 12'000; ++line) {
        diagnostics.error({&source, line, 1}, "wrong");
    }
    CHECK(diagnostics.all().size() == 10'000);
    CHECK(printed(diagnostics).ends_with("error: 2000 more are not shown\n"));
}

TEST_CASE("what is told twice of a file that was read twice is printed once") {
    Diagnostics diagnostics;
    diagnostics.warning({&keep(diagnostics, "a: 1\n"), 1, 1}, "odd");
    diagnostics.warning({&keep(diagnostics, "a: 1\n"), 1, 1}, "odd");
    diagnostics.warning({&keep(diagnostics, "a: 2\n"), 1, 1}, "odd"); // another text of that name
    const std::string all = printed(diagnostics);
    CHECK(all == "in.yaml:1:1: warning: odd\na: 1\n^\nin.yaml:1:1: warning: odd\na: 2\n^\n");
}
