#include "fuzz/readers.hpp"

#include "program/running.hpp"
#include "property/engine_player.hpp"
#include "property/harness.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>

namespace cmksim::fuzz {

namespace {

using test::Folder;
using test::Ran;

/// A small story for what is read in the light of one.
constexpr std::string_view story = R"(cmksim: 1
name: fuzzed
estate:
  vaults: {kv1: {accessPolicies: {id1: [get, list, wrapKey, unwrapKey]}, keys: {k: }}}
  identities: {id1: }
  resources:
    reg: {service: acr, identity: id1, key: kv1/k}
    db: {service: cosmosdb, identity: id1, key: kv1/k}
timeline:
  - {at: 10m, do: key.delete, target: kv1/k}
)";

constexpr std::string_view drill = R"(drill:
  briefing: The registry is dark.
  goals: [a key that is deleted can be recovered]
)";

[[noreturn]] void fail(std::string_view why, std::string_view what) {
    std::cerr << "fuzz: " << why << '\n' << what << '\n';
    std::abort();
}

/// One folder for the whole run: its files are written anew each time.
const Folder& folder() {
    static const Folder one;
    return one;
}

/// Runs the program, which may find fault with anything, and may not fail by itself.
Ran run(const std::vector<std::string>& words) {
    Ran ran{words};
    if (ran.code == 3) {
        fail("an internal error", ran.err);
    }
    return ran;
}

std::string written(std::string_view name, std::string_view bytes) { return folder().file(std::string{name}, bytes); }

std::string storyFile() { return written("story.yaml", story); }

/// A text between double quotes, in YAML as in JSON.
std::string inDoubleQuotes(std::string_view text) {
    std::string all = "\"";
    for (const char c : text) {
        const auto byte = static_cast<std::size_t>(static_cast<unsigned char>(c));
        if (byte < 0x20 || c == '"' || c == '\\') {
            constexpr std::string_view digits = "0123456789abcdef";
            all.append("\\x").append(1, digits[byte >> 4U]).append(1, digits[byte & 15U]);
        } else {
            all += c;
        }
    }
    return all + '"';
}

void readScenario(std::string_view bytes) { run({"run", "--format", "json", written("scenario.yaml", bytes)}); }

void readEstate(std::string_view bytes) { run({"run", storyFile(), "--estate", written("estate.yaml", bytes)}); }

void readModel(std::string_view bytes) {
    static const Folder models;
    static_cast<void>(models.file("fuzzed.yaml", bytes));
    run({"run", storyFile(), "--models", models.path()});
}

void readImport(std::string_view kind, std::string_view bytes) {
    run({"import", std::string{kind}, written("import.json", bytes)});
}

void readLog(std::string_view bytes) {
    const std::string estate = written("estate.yaml", "cmksim-estate: 1\nvaults: {kv1: {keys: {k: }}}\n");
    run({"import", "activity-log", written("log.json", bytes), "--estate", estate});
}

void readCommand(std::string_view bytes) {
    run({"run", written("commands.yaml", std::string{story} + "  - {at: 1h, az: " + inDoubleQuotes(bytes) + "}\n")});
}

void readRunbook(std::string_view bytes) {
    run({"plan", storyFile(), "--at", "1h30m", "--runbook", written("runbook.md", bytes)});
}

void readInvariants(std::string_view bytes) {
    run({"explore", storyFile(), "--faults", "1", "--invariants", written("invariants.yaml", bytes)});
}

/// 'save' would write wherever the bytes say.
void readScript(std::string_view bytes) {
    if (bytes.find("save") == std::string_view::npos) {
        const std::string file = written("drill.yaml", std::string{story} + std::string{drill});
        run({"drill", file, "--script", written("script.txt", bytes)});
    }
}

/// What is recorded holds, and the story goes as before: in words, as JSON has the file's digest.
void readSnapshot(std::string_view bytes) {
    const std::string file = written("snapshot.yaml", bytes);
    const Ran before = run({"run", file});
    const Ran updated = run({"test", "--update", "--allow-empty", file});
    const Ran after = run({"run", file});
    if (before.code != after.code || before.out != after.out) {
        fail("--update changed the story", test::textOf(file));
    }
    if (updated.code == 0 && run({"test", "--allow-empty", file}).code != 0) {
        fail("what was recorded does not hold", test::textOf(file));
    }
}

void readPart(std::string_view bytes) { run({"merge", written("part.json", bytes)}); }

/// The bytes choose a world of the generator.
void playWorld(std::string_view bytes) {
    std::uint64_t seed = 0;
    for (const char c : bytes.substr(0, 8)) {
        seed = seed << 8U | static_cast<unsigned char>(c);
    }
    if (const auto difference = property::findDifference(seed, 1, property::enginePlayer())) {
        fail("the engine and the reference differ", property::describe(*difference));
    }
}

} // namespace

const std::vector<Reader>& readers() {
    static const std::vector<Reader> all{
        {"scenario", readScenario},
        {"estate", readEstate},
        {"model", readModel},
        {"arm", [](std::string_view bytes) { readImport("arm", bytes); }},
        {"terraform", [](std::string_view bytes) { readImport("terraform", bytes); }},
        {"az", [](std::string_view bytes) { readImport("az", bytes); }},
        {"log", readLog},
        {"command", readCommand},
        {"runbook", readRunbook},
        {"invariants", readInvariants},
        {"script", readScript},
        {"snapshot", readSnapshot},
        {"part", readPart},
        {"worlds", playWorld},
    };
    return all;
}

const Reader* readerOf(std::string_view name) {
    const auto found = std::ranges::find(readers(), name, &Reader::name);
    return found != readers().end() ? &*found : nullptr;
}

} // namespace cmksim::fuzz
