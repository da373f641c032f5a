// The results of a class, read again and compared.
#include "running.hpp"

#include "support/places.hpp"

#include <catch2/catch.hpp>

namespace cmksim::class_command_test {

using namespace cmksim;
using namespace cmksim::program;
using namespace cmksim::test;

namespace {

const std::string drill = testsFolder() + "/../scenarios" + "/drills/2-the-key-is-gone.yaml";

/// The file of a player's result.
std::string played(const Folder& folder, const std::string& player, const std::string& lines) {
    const std::string script = folder.file(player + ".txt", lines);
    const std::string result = folder.path(player + ".json");
    static_cast<void>(Ran{{"drill", drill, "--script", script, "--format", "json", "-o", result}});
    return result;
}

struct Class {
    Folder folder;
    std::vector<std::string> files{
        played(folder, "zoe",
               "az keyvault key show --vault-name contoso-kv --name prices-cmk\nwait 30m\n"
               "key.recover contoso-kv/prices-cmk\nwait 1h\n"),
        played(folder, "ada", "key.recover contoso-kv/prices-cmk\nwait 1h\n"),
        played(folder, "bob", "key.purge contoso-kv/prices-cmk\nwait 2h\ndone\n"),
    };

    [[nodiscard]] Ran compare(const std::vector<std::string>& options) const {
        std::vector<std::string> words{"class"};
        words.insert(words.end(), files.begin(), files.end());
        words.insert(words.end(), options.begin(), options.end());
        return Ran{words};
    }
};

} // namespace

TEST_CASE("a class is told who was first, what was tried, and where time went") {
    const Class all;
    const Ran text = all.compare({});
    CHECK(text.code == 0);
    CHECK(has(text.out, "3 players"));
    CHECK(has(flat(text.out), "ada, zoe, each after 1h, with 1 to 2 commands"));
    CHECK(has(text.out, "key.recover contoso-kv/prices-cmk, by 2 players, 2 times"));
    CHECK(has(text.out, "left behind by"));
    CHECK(has(text.out, "zoe: 30m"));
    CHECK(text.out.find("ada") < text.out.find("zoe"));
    CHECK(text.out.find("zoe") < text.out.find("bob"));
}

TEST_CASE("players who took the same time are all first, in the order of their names") {
    const Folder folder;
    std::vector<std::string> words{"class"};
    for (const char* player : {"p-10", "p-2", "p-1"}) {
        words.push_back(played(folder, player, "key.recover contoso-kv/prices-cmk\nwait 1h\n"));
    }
    CHECK(has(Ran{words}.out, "p-1, p-2, p-10, each after 1h, with 1 command\n"));
    for (const char* player : {"p-3", "p-4"}) {
        words.push_back(played(folder, player, "key.recover contoso-kv/prices-cmk\nwait 1h\n"));
    }
    CHECK(has(Ran{words}.out, "5 players in the same time (p-1, p-2, p-3, p-4 and"));
}

TEST_CASE("a result that is given twice counts once, and that is told") {
    const Class all;
    const Ran twice = all.compare({all.files.front()});
    CHECK(twice.code == 0);
    CHECK(twice.out == all.compare({}).out);
    CHECK(has(twice.err, "zoe.json: warning: the file is given more than once, and counts once\n"));
    CHECK(all.compare({all.files.front(), "--quiet"}).err.empty());
}

TEST_CASE("the table of a class has its last column whole, and names cut in their middle") {
    const Folder folder;
    const std::string long1 = "a-participant-with-a-name-that-goes-on-1";
    const Ran ran{{"class", played(folder, long1, "wait 2h\ndone\n")}};
    CHECK(has(ran.out, "  result\n"));
    CHECK(has(ran.out, "  failed\n"));
    CHECK(has(ran.out, "…"));
    CHECK_FALSE(has(ran.out, "no room for"));
    REQUIRE(setenv("COLUMNS", "60", 1) == 0);
    const Ran small{{"class", folder.path(long1 + ".json")}};
    REQUIRE(unsetenv("COLUMNS") == 0);
    CHECK(has(small.out, "  failed\n"));
    CHECK(has(small.out, "no room for: hints"));
}

TEST_CASE("drills stand in the order of their files, with numbers as numbers") {
    const Folder folder;
    const auto result = [&](const std::string& lesson) {
        const std::string path = testsFolder() + "/../scenarios/drills/" + lesson + ".yaml";
        const std::string out = folder.path(lesson + ".json");
        static_cast<void>(
            Ran{{"drill", path, "--script", folder.file("none.txt", "quit\n"), "--format", "json", "-o", out}});
        return out;
    };
    const std::string text = Ran{{"class", result("10-everything-at-once"), result("2-the-key-is-gone")}}.out;
    CHECK(text.find("Second lesson") < text.find("Tenth lesson"));
}

TEST_CASE("a class is a row a player in CSV, and an object a drill in JSON") {
    const Class all;
    const std::string csv = all.compare({"--format", "csv"}).out;
    CHECK(has(csv, "scenario,player,passed,points,repaired_seconds,commands,"));
    CHECK(has(csv, ",ada,true,100,3600,1,0,0,0,3600,"));
    CHECK(has(csv, ",bob,false,"));
    const std::string json = all.compare({"--format", "json"}).out;
    CHECK(json.starts_with("{\"scenario\": \"Second lesson: the key is gone\", \"players\": [{\"player\": \"ada\""));
}

TEST_CASE("the page of a class is a page, and shows names as they are") {
    const Class all;
    const Ran named{{"drill", drill, "--script", all.folder.file("x.txt", "done\n"), "--player", "<b>Eve</b> & co",
                     "--format", "json", "-o", all.folder.path("eve.json")}};
    CHECK(named.code == 1);
    const Ran page = all.compare({all.folder.path("eve.json"), "--format", "html"});
    CHECK(page.code == 0);
    CHECK(page.out.starts_with("<!doctype html>"));
    CHECK(has(page.out, "&lt;b&gt;Eve&lt;/b&gt; &amp; co"));
    CHECK_FALSE(has(page.out, "<b>"));
}

TEST_CASE("what is no result of a drill is reported at its place") {
    const Folder folder;
    const Ran other{{"class", folder.file("other.json", "{\"scenario\": \"x\", \"passed\": 7}\n")}};
    CHECK(other.code == 2);
    CHECK(has(other.err, "other.json:1:"));
    CHECK(Ran{{"class", folder.file("empty.json", "")}}.code == 2);
    CHECK(Ran{{"class", folder.path("missing.json")}}.code == 2);
}

TEST_CASE("a session is recorded as asciinema's player reads it") {
    const Folder folder;
    const std::string cast = folder.path("session.cast");
    const std::string script = folder.file("lines.txt", "status\nkey.recover contoso-kv/prices-cmk\nwait 1h\n");
    const Ran ran{{"drill", drill, "--script", script, "--record", cast}};
    CHECK(ran.code == 0);
    const std::string text = textOf(cast);
    CHECK(text.starts_with("{\"version\": 2, \"width\": 80, \"height\": 24, \"title\": "));
    CHECK(has(text, R"("o", "+1h> "])"));
    CHECK(has(text, R"(100 of 100)"));
    CHECK_FALSE(has(text, "key.delete"));
    const Ran again{{"drill", drill, "--script", script, "--record", cast}};
    CHECK(textOf(cast) == text);
}

} // namespace cmksim::class_command_test
