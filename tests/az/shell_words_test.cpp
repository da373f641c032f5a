#include "az/shell_words.hpp"

#include "base/shell_word.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <string_view>

using namespace cmksim;
using namespace cmksim::az;

namespace {

std::string words(std::string_view command) {
    const ShellWords split = splitShellWords(command);
    if (split.error) {
        return "error: " + split.error->message + " at " + std::string{split.error->at};
    }
    std::string text;
    for (const ShellWord& word : split.words) {
        text += '<' + word.text + '>';
    }
    return text;
}

} // namespace

TEST_CASE("words of a command stand between blanks, quotes keep them together") {
    CHECK(words("az  keyvault\tshow") == "<az><keyvault><show>");
    CHECK(words("--name 'my key' --role \"Key Vault Reader\"") == "<--name><my key><--role><Key Vault Reader>");
    CHECK(words("a'b c'd\"e\"") == "<ab cde>");
    CHECK(words("''") == "<>");
    CHECK(words(R"("a \"b\" \c")") == R"(<a "b" \c>)");
    CHECK(words(R"(a\ b)") == "<a b>");
    CHECK(words("cost$ 'a$b'") == "<cost$><a$b>");
}

TEST_CASE("a backslash at the end of a line goes on, a comment does not count") {
    CHECK(words("az acr show \\\n  --name r # the registry\n") == "<az><acr><show><--name><r>");
    CHECK(words("# first\naz acr list\n# last\n") == "<az><acr><list>");
    CHECK(words("az acr show\n --name r") == "error: a command ends with its line at -");
}

TEST_CASE("a backslash before the end adds nothing, and goes on with blanks behind it too") {
    CHECK(words("az acr list \\") == "<az><acr><list>");
    CHECK(words("az acr list\\\n") == "<az><acr><list>");
    CHECK(words("az acr show \\   \n  --name r \\  \t\n") == "<az><acr><show><--name><r>");
    CHECK(words("az acr show \\ \r\n  --name a\\ b") == "<az><acr><show><--name><a b>");
    CHECK(words("'a \\' \"b \\ \n\"") == "<a \\><b \\ \n>");
}

TEST_CASE("what only a shell could fill in or run is an error, with what it is") {
    CHECK(words("az show $NAME") == "error: nothing is known of the shell variable 'NAME' at $NAME");
    CHECK(words("az show \"${NAME}\"") == "error: nothing is known of the shell variable 'NAME' at ${NAME");
    CHECK(words("ID=$(az acr show)") == "error: what another command prints is not known here at $(");
    CHECK(words("az show --name <key-name>") == "error: '<key-name>' stands for something at <key-name>");
    CHECK(words("az show | xargs rm") == "error: '|' does not belong to a command at |");
    CHECK(words("az show || az delete") == "error: '|' does not belong to a command at |");
    CHECK(words("az show | grep x | bash") == "error: '|' does not belong to a command at |");
    CHECK(words("az show; ls") == "error: ';' does not belong to a command at ;");
    CHECK(words("az show 'x") == "error: this quote has no end at 'x");
}

TEST_CASE("where the output goes and an exit on failure are left out, and said") {
    const auto leftOut = [](std::string_view command) {
        std::string text;
        for (const ShellLeftOut& part : splitShellWords(command).leftOut) {
            text += '<' + std::string{part.at} + '>';
        }
        return text;
    };
    CHECK(words("az show > /dev/null 2>&1 -n x || exit 1") == "<az><show><-n><x>");
    CHECK(leftOut("az show > /dev/null 2>&1 -n x || exit 1") == "<> /dev/null><2>&1><|| exit 1>");
    CHECK(words("az show --days 2 &>>log | jq -r '.a|.b' | head -1") == "<az><show><--days><2>");
    CHECK(leftOut("az show --days 2 &>>log | jq -r '.a|.b' | head -1") == "<&>>log><| jq -r '.a|.b'><| head -1>");
    CHECK(words("az show 2>/dev/null") == "<az><show>");
    CHECK(words("az show | jq .a > a.json 2>&1") == "<az><show>");
    CHECK(leftOut("az show | jq .a > a.json 2>&1") == "<| jq .a > a.json 2>&1>");
    CHECK(splitShellWords("az show | dot -Tsvg > a.svg").error);
}

TEST_CASE("brackets are quoted, where they are no word of the Azure CLI") {
    CHECK(shellWord("story[1].yaml") == "'story[1].yaml'");
    CHECK(shellWord("[system]") == "[system]");
}

TEST_CASE("what is quoted for a shell is read back as it was") {
    for (const std::string_view text : {"plain", "two words", "it's", "", "a\"b", "$x", "[system]", "[x]", "<x>"}) {
        const ShellWords split = splitShellWords(shellWord(text));
        REQUIRE(split.words.size() == 1);
        CHECK(split.words.front().text == text);
    }
}
