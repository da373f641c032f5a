#include "report/golden.hpp"
#include "report/replayed.hpp"

#include "base/text.hpp"

#include <algorithm>

using namespace cmksim;
using namespace cmksim::report;
using namespace cmksim::test;

namespace {

constexpr const char* wild = R"(cmksim: 1
name: "A title\u001b[31m that hides an escape\nand a line end, and goes on for longer than any terminal is wide"
estate:
  vaults:
    kv-one:
      accessPolicies:
        an-identity-with-a-name-that-goes-on-and-on-and-on-without-a-blank-to-break-it-at: [get, wrapKey, unwrapKey]
      keys: {cmk: {}}
  identities: {"an-identity-with-a-name-that-goes-on-and-on-and-on-without-a-blank-to-break-it-at": {}}
  resources:
    "ein-Speicher-mit-einem-überaus-langen-Namen-für-den-auf-keinem-Terminal-je-Platz-sein-wird-日本語":
      service: store
      identity: an-identity-with-a-name-that-goes-on-and-on-and-on-without-a-blank-to-break-it-at
      key: kv-one/cmk
timeline:
  - {at: 30m, do: policy.delete, target: kv-one,
     with: {identity: an-identity-with-a-name-that-goes-on-and-on-and-on-without-a-blank-to-break-it-at}}
  - {at: 2h, do: key.purge, target: kv-one/cmk}
)";

/// How many characters the longest line has.
std::size_t longestLine(std::string_view text) {
    std::size_t longest = 0;
    std::size_t length = 0;
    for (std::size_t at = 0; at < text.size();) {
        const CodePoint point = codePointAt(text, at);
        at += point.bytes;
        length = point.value == '\n' ? 0 : length + 1;
        longest = std::max(longest, length);
    }
    return longest;
}

std::string withoutEscapes(std::string_view text) {
    std::string plain;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '\x1b') {
            at = text.find('m', at);
        } else {
            plain += text[at];
        }
    }
    return plain;
}

bool isPlainAscii(char c) { return c == '\n' || (c >= ' ' && c <= '~'); }

} // namespace

TEST_CASE("a run reads as it always has") {
    checkGolden(goldenDirectory + "recovered.txt", golden("recovered")->text({}, "recovered.yaml"));
    checkGolden(goldenDirectory + "everything.txt", golden("everything")->text({}, "everything.yaml"));
    checkGolden(goldenDirectory + "everything-60-ascii.txt",
                golden("everything")->text({.columns = 60, .unicode = false}, "everything.yaml"));
    checkGolden(goldenDirectory + "long.txt", golden("long")->text({.columns = 100}, "long.yaml"));
}

TEST_CASE("no line is longer than the terminal is wide") {
    const int columns = GENERATE(40, 60, 80, 120, 200);
    for (const auto& run : {golden("recovered"), golden("everything"), golden("long"), story(wild)}) {
        for (const bool unicode : {true, false}) {
            const std::string text = run->text({.columns = columns, .unicode = unicode});
            CHECK(longestLine(text) <= static_cast<std::size_t>(columns));
        }
    }
}

TEST_CASE("lanes and headings use the whole width") {
    const int columns = GENERATE(60, 80, 120, 200);
    CHECK(longestLine(golden("recovered")->text({.columns = columns})) == static_cast<std::size_t>(columns));
}

TEST_CASE("a terminal without Unicode gets ASCII alone, whatever names hold") {
    for (const auto& run : {golden("everything"), story(wild)}) {
        const std::string text = run->text({.unicode = false});
        CHECK(std::ranges::all_of(text, isPlainAscii));
    }
}

TEST_CASE("control characters in names reach no terminal") {
    const std::string text = story(wild)->text({});
    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(text.find("\\x1b") != std::string::npos);
}

TEST_CASE("colour adds nothing but colour") {
    const auto run = golden("everything");
    const std::string coloured = run->text({.colour = true});
    CHECK(coloured != run->text({}));
    CHECK(withoutEscapes(coloured) == run->text({}));
}

TEST_CASE("no line ends in blanks") {
    const std::string text = golden("everything")->text({});
    CHECK(text.find(" \n") == std::string::npos);
}
