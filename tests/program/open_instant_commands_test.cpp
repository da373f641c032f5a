// `at: 10m..3h` as commands take it.
#include "program/lost_key_story.hpp"
#include "program/running.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace cmksim::open_instant_commands_test {

using namespace cmksim::test;

namespace {

const std::string timeline = keyIsDeleted + R"(  - {at: 10m..3h, do: key.recover, target: kv1/k}
  - {at: 5h, expect: {registry: {downtime: "<= 1h"}}}
)";

} // namespace

TEST_CASE("bounds tell what an open instant comes to, and when what is expected holds") {
    const Folder folder;
    const std::string file = folder.file("open.yaml", registryOnAKey + timeline);
    const Ran text{{"bounds", file}};
    INFO(text.out << text.err);
    CHECK(text.code == 0);
    CHECK(has(flat(text.out), "Open: key.recover kv1/k, at any instant from +10m to +3h"));
    CHECK(has(flat(text.out), "registry: down 0s to 3h"));
    CHECK(has(flat(text.out), "3h, where it comes at +2h10m1s"));
    CHECK(has(flat(text.out),
              "holds in every case that was looked at, by +1h10m; does not hold in every case, from +1h10m1s"));
    CHECK(has(flat(text.out), "Looked at: every second of it from +10m to +3h"));
    const Ran json{{"bounds", file, "--format", "json"}};
    INFO(json.out << json.err);
    CHECK(json.code == 0);
    CHECK(has(json.out, "\"openInstant\":"));
    CHECK(has(json.out, "\"holds\": \"always\""));
    for (const std::vector<std::string>& more :
         {std::vector<std::string>{"--format", "csv"}, {"--retire", "kv1/k/v1"}}) {
        std::vector<std::string> words{"bounds", file};
        words.insert(words.end(), more.begin(), more.end());
        const Ran refused{words};
        INFO(refused.err);
        CHECK(refused.code == 2);
        CHECK(has(refused.err, "open.yaml:15:10: error: " + more.front()));
    }
}

TEST_CASE("an objective that an instant of the range breaks counts for the exit code") {
    const Folder folder;
    const Ran broken{
        {"bounds", folder.file("open.yaml", registryOnAKey + "objectives: {registry: {rto: 1h}}\n" + timeline)}};
    INFO(broken.out << broken.err);
    CHECK(broken.code == 1);
    CHECK(has(flat(broken.out), "rto 1h: holds in every case that was looked at, by +1h10m"));
    CHECK(Ran{{"bounds", folder.file("kept.yaml", registryOnAKey + "objectives: {registry: {rto: 3h}}\n" + timeline)}}
              .code == 0);
}

TEST_CASE("what bounds print of an open instant for programs has its fields in this order") {
    const Folder folder;
    const std::string file =
        folder.file("open.yaml", registryOnAKey + "objectives: {registry: {rto: 1h}}\n" + timeline);
    const Ran json{{"bounds", file, "--format", "json"}};
    INFO(json.out << json.err);
    const std::string stretches = R"("stretches": [{"from": 600, "to": 4200, "holds": "always"}, )"
                                  R"({"from": 4201, "to": 7799, "holds": "sometimes"}, )"
                                  R"({"from": 7800, "to": 10800, "holds": "never"}])";
    CHECK(json.out.starts_with(
        R"({"scenario": "By when?", "file": ")" + file +
        R"(", "end": 43200, "openInstant": {"line": 16, "from": 600, "to": 10800, )"
        R"("entries": [{"line": 16, "what": "key.recover kv1/k", "after": 0}]}, )"
        R"("resources": [{"name": "registry", "shortest": {"value": 0, "at": 600}, )"
        R"("longest": {"value": 10800, "at": 7801}, "longestOutage": {"value": 10800, "at": 7801}, )"
        R"("down": {"from": 600, "to": 14399}, "mayGoOn": false, "dataLost": [], "mayBeImpaired": false, )"
        R"("mayFail": false}], "expectations": [{"line": 17, "t": 18000, "moves": false, "subject": "registry", )"
        R"("expected": "{downtime: \"<= 1h\"}", )" +
        stretches + R"(}], "objectives": [{"name": "registry", "objective": "rto", "asked": "rto 1h", )" + stretches +
        R"(}], "exact": true, "timing": "all", "searched": ")"));
}

TEST_CASE("deadline takes the open instant for the repair") {
    const Folder folder;
    const std::string open = folder.file("open.yaml", registryOnAKey + timeline);
    const std::string closed = folder.file("closed.yaml", registryOnAKey + keyIsDeleted);
    const Ran asked{{"deadline", open, "--rto", "1h", "--format", "csv"}};
    const Ran given{{"deadline", closed, "--repair", "key.recover kv1/k", "--from", "10m", "--to", "3h", "--rto", "1h",
                     "--format", "csv"}};
    INFO(asked.out << asked.err << given.out << given.err);
    CHECK(asked.code == 0);
    const auto rows = [](const std::string& table) {
        std::string all;
        for (std::size_t at = table.find(",registry,"); at != std::string::npos;
             at = table.find(",registry,", at + 1)) {
            all += table.substr(at, table.find('\n', at) - at);
        }
        return all;
    };
    CHECK_FALSE(rows(asked.out).empty());
    CHECK(rows(asked.out) == rows(given.out));
    const Ran twice{{"deadline", open, "--repair", "key.recover kv1/k"}};
    CHECK(twice.code == 2);
    CHECK(has(twice.err, "open instant on line 15"));
}

TEST_CASE("a deadline is drawn with its objective and its latest instants") {
    const Folder folder;
    const std::string file = folder.file("open.yaml", registryOnAKey + timeline);
    const Ran picture{{"deadline", file, "--rto", "1h", "--format", "svg"}};
    INFO(picture.out << picture.err);
    CHECK(picture.code == 0);
    CHECK(picture.out.starts_with("<svg "));
    CHECK(picture.out.ends_with("</svg>\n"));
    for (const char* words :
         {">registry<", "objective: 1h", "no outage in any case: by +10m", "no outage at half the phases: by +40m",
          "at most 1h in every case: by +1h10m", "data lost for good: from +90d10m on (beyond the range)",
          "prefers-color-scheme:dark", "Looked at: every second of the repair from 10m to 3h"}) {
        INFO(words);
        CHECK(has(picture.out, words));
    }
}

TEST_CASE("a page of an open instant plays the first, and says what all of them come to, with a picture") {
    const Folder folder;
    const Ran page{{"report", folder.file("open.yaml", registryOnAKey + timeline)}};
    INFO(page.err);
    REQUIRE(page.code == 0);
    CHECK(has(page.out, "\"openInstant\":"));
    CHECK(has(page.out, "key.recover kv1/k, at any instant from +10m to +3h"));
    CHECK(has(page.out, "down 0s to 3h"));
    CHECK(has(page.out, "\\u003csvg "));
    CHECK(has(page.out, "\"clear\": {}")); // nothing is said to be whole
    CHECK_FALSE(has(Ran{{"report", folder.file("closed.yaml", registryOnAKey)}}.out, "\"openInstant\":"));
}

TEST_CASE("no command passes over an open instant") {
    const Folder folder;
    const std::string file = folder.file("open.yaml", registryOnAKey + timeline);
    for (const std::string command : {"run", "diagram"}) {
        const Ran ran{{command, file}};
        INFO(command << ran.err);
        CHECK(ran.code == 0);
        CHECK(
            has(ran.err, "open.yaml:15:10: warning: this instant is open, and the first of its range is played: 10m"));
    }
    for (const std::string command : {"test", "sample", "blast", "explore", "lint", "plan"}) {
        const Ran ran{{command, file}};
        INFO(command << ran.out << ran.err);
        CHECK(ran.code == 2);
        CHECK(has(ran.out + ran.err, "one instant is needed here, and this one is open"));
    }
}

} // namespace cmksim::open_instant_commands_test
