// `verify` as a person calls it.
#include "catalog/base_models.hpp"
#include "program/running.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

namespace cmksim::verify_command_test {

using namespace cmksim::test;

namespace {

const std::string story = R"(cmksim: 1
name: A key is deleted
until: 1d
estate:
  vaults: {kv1: {accessPolicies: {a: [get, wrapKey, unwrapKey]}, keys: {k: {}}}}
  identities: {a: {}}
  resources: {registry: {service: acr, sku: Premium, identity: a, key: kv1/k}}
timeline:
  - {at: 1h, do: key.delete, target: kv1/k}
  - at: 2h
    expect: {registry: Inaccessible}
  - {at: 3h, do: key.recover, target: kv1/k}
)";

/// What a command prints of the story, in a file.
std::string printed(const Folder& folder, std::vector<std::string> words) {
    const std::string path = folder.path("printed");
    words.insert(words.end(), {"-o", path});
    const Ran ran{words};
    CHECK((ran.code == 0 || ran.code == 1));
    return path;
}

Ran verified(const std::string& path) { return Ran{{"verify", path}}; }

/// Puts one text in the place of another in a file.
void change(const std::string& path, const std::string& from, const std::string& to) {
    std::ifstream in{path};
    std::string text{std::istreambuf_iterator<char>{in}, {}};
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    text.replace(at, from.size(), to);
    std::ofstream{path} << text;
}

} // namespace

TEST_CASE("what a command prints as JSON, or as a page, comes out the same again") {
    const Folder folder;
    const std::string file = folder.file("story.yaml", story);
    const std::vector<std::vector<std::string>> commands{
        {"run", file},
        {"test", file},
        {"bounds", file},
        {"sample", file, "--trials", "50"},
        {"blast", file},
        {"plan", file, "--at", "2h"},
        {"explore", file},
        {"diagnose", file, "--symptom", "registry Inaccessible at 2h"},
        {"lint", file},
        {"diff", file, "--set", "vaults.kv1.softDeleteRetentionInDays=7"},
        {"deadline", file, "--repair", "key.recover kv1/k"},
        {"gate", file}};
    for (std::vector<std::string> words : commands) {
        INFO(words.front());
        words.insert(words.end(), {"--format", "json"});
        const Ran same = verified(printed(folder, words));
        CHECK(same.code == 0);
        CHECK(has(same.out, file));
    }
    CHECK(verified(printed(folder, {"report", file})).code == 0);
}

TEST_CASE("a report of a suite that went to a file beside others is repeated as JSON") {
    const Folder folder;
    const std::string report = folder.path("suite.json");
    CHECK(Ran{{"test", folder.file("story.yaml", story), "--report", "json=" + report}}.code == 0);
    CHECK(verified(report).code == 0);
}

TEST_CASE("a result is the same whatever the threads that worked on it") {
    const Folder folder;
    const std::string file = folder.file("story.yaml", story);
    const auto result = [&](const std::string& jobs) {
        return Ran{{"test", file, "--format", "json", "-j", jobs, "--quiet"}}.out;
    };
    CHECK(result("1") == result("2"));
    CHECK(has(result("1"), "evidence"));
}

TEST_CASE("a result whose input changed, or that was changed itself, is told from what comes out now") {
    const Folder folder;
    const std::string file = folder.file("story.yaml", story);
    const std::string result = printed(folder, {"bounds", file, "--format", "json"});
    change(file, "at: 3h", "at: 5h");
    const Ran moved = verified(result);
    CHECK(moved.code == 1);
    CHECK(has(moved.out, "story.yaml' is not what it was"));
    CHECK(has(moved.out, "not the same"));
    change(file, "at: 5h", "at: 3h");
    CHECK(verified(result).code == 0);
    change(result, "\"A key is deleted\"", "\"A key is removed\"");
    const Ran forged = verified(result);
    CHECK(forged.code == 1);
    CHECK(has(forged.out, "line 1"));
    CHECK_FALSE(has(forged.out, "is not what it was"));
}

TEST_CASE("a model that is another one now is told") {
    const Folder folder;
    const std::string result = printed(folder, {"run", folder.file("story.yaml", story), "--format", "json"});
    change(result, R"("service": "acr", "version": "2026-11", "sha256": ")",
           R"("service": "acr", "version": "2026-11", "sha256": "0)");
    const Ran ran = verified(result);
    CHECK(ran.code == 1);
    CHECK(has(ran.out, "the model acr 2026-11 is not what it was"));
}

TEST_CASE("a model that was read is told by its file") {
    const Folder folder;
    const std::string file = folder.file("story.yaml", story);
    const std::string models = folder.path("models");
    std::filesystem::create_directory(models);
    std::ofstream{models + "/platform.yaml"} << cmksim::catalog::basePlatform().text;
    const auto bases = cmksim::catalog::baseModels();
    const auto newest =
        std::ranges::find_if(bases, [](const auto& one) { return one.service == "acr" && one.version == "2026-11"; });
    REQUIRE(newest != bases.end());
    std::ofstream{models + "/acr.yaml"} << newest->file.text;
    const Ran own{{"run", file, "--format", "json", "--models", models}};
    CHECK(own.code == 0);
    CHECK(has(own.out, R"("platform": {"file": ")" + models + "/platform.yaml"));
    CHECK(has(own.out, R"({"service": "acr", "version": "2026-11", "file": ")" + models));
    const Ran base{{"run", file, "--format", "json"}};
    CHECK(has(base.out, R"("platform": {"sha256": ")"));
}

TEST_CASE("a result whose input is gone cannot be judged") {
    const Folder folder;
    const std::string file = folder.file("story.yaml", story);
    const std::string result = printed(folder, {"bounds", file, "--format", "json"});
    change(result, R"("inputs": [{"file": ")" + file, R"("inputs": [{"file": ")" + folder.path("gone.yaml"));
    CHECK(verified(result).code == 4);
}

TEST_CASE("what carries no evidence, or is no JSON, is told at its place") {
    struct Row {
        std::string text;
        std::string told; // behind the name of the file
    };
    const std::string none = "this carries no evidence: expected what '--format json' printed, or a page of 'cmksim "
                             "report'";
    const std::vector<Row> rows{
        {"{\"passed\": true}\n", ":1:1: error: " + none + "\n{\"passed\": true}\n^\n"},
        {"\n[]\n", ":1:1: error: " + none},
        {"{\n  \"evidense\": {}\n}\n",
         ":2:3: error: " + none + "; did you mean 'evidence'?\n  \"evidense\": {}\n  ^\n"},
        {"no JSON", ":1:"},
        {"", ":1:1: error: "},
        {"7", ":1:1: error: expected a mapping or a list, not '7'"},
        {"<!doctype html>\n<p>", ":1:1: error: this is no page that 'cmksim report' of this version made"},
        {"{\n  \"evidence\": {\"command\": [\"run\", \"x.yaml\"]}\n", ": error: this is no JSON: "},
        {"{\"evidence\": {\"command\": [\"run\", \"x.yaml\"]}}\n{\"evidence\": 7\n", ":2:"},
        {R"({"evidence": 7})", ":1:14: error: expected the evidence (a mapping), not '7'"},
        {R"({"evidence": {"comand": ["run"]}})", ":1:14: error: the evidence needs the field 'command'"},
        {R"({"evidence": {"comand": ["run"]}})",
         ":1:15: error: the evidence has no field 'comand'; did you mean 'command'?"},
        {R"({"evidence": {"command": []}})", ":1:26: error: expected the words of a command"},
        {R"({"evidence": {"command": ["run", {}]}})", ":1:34: error: expected a text, not a mapping"},
        {R"({"evidence": {"inputs": {}, "command": ["run"]}})", ":1:25: error: expected a list, not a mapping"},
        {R"({"evidence": {"inputs": [{"file": "a", "sha265": "b"}], "command": ["run"]}})",
         ":1:40: error: an input has no field 'sha265'; did you mean 'sha256'?"},
        {R"({"evidence": {"command": ["bound", "x"]}})",
         ":1:27: error: unknown command 'bound'; did you mean 'bounds'?"},
    };
    const Folder folder;
    for (const Row& row : rows) {
        INFO(row.text);
        const std::string path = folder.file("a.json", row.text);
        const Ran ran = verified(path);
        CHECK(ran.code == 2);
        CHECK(ran.out.empty());
        CHECK(ran.err.starts_with(path + ":"));
        INFO(ran.err);
        CHECK(has(ran.err, row.told));
    }
}

TEST_CASE("what is wrong with the data of a page is told at its place in the page") {
    const Folder folder;
    const std::string page = printed(folder, {"report", folder.file("story.yaml", story)});
    change(page, R"("evidence")", R"("evidense")");
    const Ran ran = verified(page);
    CHECK(ran.code == 2);
    CHECK(has(ran.err, "did you mean 'evidence'?"));
    const std::string text = textOf(page);
    const std::size_t at = text.find(R"("evidense")");
    const std::size_t line =
        1 + static_cast<std::size_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
    const std::size_t column = at - text.rfind('\n', at);
    CHECK(ran.err.starts_with(page + ':' + std::to_string(line) + ':' + std::to_string(column) + ": error: "));
}

TEST_CASE("no command that writes is run, nor one that there is not") {
    const Folder folder;
    const std::string target = folder.path("written.yaml");
    for (const std::string& command : std::initializer_list<std::string>{
             R"("run","x.yaml","-o",")" + target + '"', std::string{R"("test","x","--update")"},
             std::string{R"("fmt","x.yaml")"}, std::string{R"("verify","x.json")"}, std::string{R"("play","x.yaml")"},
             std::string{R"("nonsense")"}}) {
        INFO(command);
        const Ran ran = verified(folder.file("c.json", R"({"evidence":{"command":[)" + command + "]}}"));
        CHECK(ran.code == 2);
        CHECK(has(ran.err, "c.json:1:25: error: "));
    }
    CHECK_FALSE(std::ifstream{target}.good());
}

} // namespace cmksim::verify_command_test
