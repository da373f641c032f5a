// Playing on from a scenario comes to what the same timeline in a file comes to.
#include "analysis/failing_phases.hpp"
#include "compile/compile.hpp"
#include "property/generator.hpp"
#include "property/harness.hpp"
#include "rehearsal/played.hpp"
#include "support/text_files.hpp"

#include <stdexcept>

using namespace cmksim;
using namespace cmksim::rehearsal;
using namespace cmksim::test;

namespace {

#ifdef NDEBUG
constexpr std::uint64_t worlds = 200;
#else
constexpr std::uint64_t worlds = 20;
#endif

std::vector<std::tuple<Instant, ResourceId, StateId, Reason>> transitions(const Trace& trace) {
    std::vector<std::tuple<Instant, ResourceId, StateId, Reason>> all;
    for (const Record& record : trace.records) {
        if (const auto* moved = record.asIf<Transition>()) {
            all.emplace_back(record.position.at, record.on->resource, moved->to, moved->reason);
        }
    }
    return all;
}

} // namespace

TEST_CASE("a story that is left alone goes as its replay goes, on random worlds, however time is cut") {
    for (std::uint64_t seed = 0; seed < worlds; ++seed) {
        const std::string yaml = property::toYaml(property::randomWorld(seed));
        CAPTURE(seed, yaml);
        Played played{yaml};
        const Instant end = played.rehearsal().end();
        for (int cut = 1; cut <= 3; ++cut) {
            played.rehearsal().advanceTo(scenarioStart + (end - scenarioStart) * cut / 3);
        }
        Diagnostics diagnostics;
        const auto program = compileScenario(played.scenario(), played.catalog(), diagnostics);
        REQUIRE(program);
        CHECK(transitions(played.rehearsal().trace()) == transitions(replay(*program, nominalPhases(*program))));
    }
}

TEST_CASE("what is done takes effect, takes a second, and can be taken back") {
    Played played;
    CHECK(played.say("wait 2h") == "+10m      ▶ key.delete contoso-kv/cmk: ok\n"
                                   "+1h       ▼ registry: Ready → Inaccessible, KeyNotFound  DENIED\n");
    CHECK(played.say("key.recover contoso-kv/cmk") == "+2h1s     ▶ key.recover contoso-kv/cmk: ok\n");
    CHECK(played.prompt().text() == "+2h1s> ");
    CHECK(played.say("undo") == "");
    CHECK(played.say("wait 2h") == "");
    CHECK(played.say("undo") == "");
    CHECK(played.say("key.recover contoso-kv/cmk") == "+2h1s     ▶ key.recover contoso-kv/cmk: ok\n");
    CHECK(played.say("wait 2h") == "+3h       ▲ registry: Inaccessible → Ready\n");
}

TEST_CASE("a command of the CLI does what its action does") {
    Played played;
    played.say("wait 2h");
    CHECK(played.say("az keyvault key recover --vault-name contoso-kv --name cmk") ==
          "+2h1s     ▶ key.recover contoso-kv/cmk: ok\n");
    CHECK(played.reply() == Reply::Done);
}

TEST_CASE("a command that reads prints what a person would see at that moment") {
    Played played;
    played.say("key.update contoso-kv/cmk enabled=false");
    CHECK(
        played.say("az keyvault show --name contoso-kv --query properties.accessPolicies[0]") ==
        "+2s       ▶ keyvault show contoso-kv: ok\n"
        "            {\"objectId\": \"reader\", \"permissions\": {\"keys\": [\"get\", \"unwrapKey\", \"wrapKey\"]}}\n");
    CHECK(played.say("az keyvault key show --vault-name contoso-kv --name cmk --query attributes.enabled") ==
          "+3s       ▶ keyvault key show contoso-kv/cmk: ok, 1 version, v1 disabled\n"
          "            false\n");
    played.say("key.delete contoso-kv/cmk");
    CHECK(played.say("az keyvault key list-deleted --vault-name contoso-kv --query [].name -o tsv") ==
          "+5s       ▶ keyvault key list-deleted contoso-kv: ok\n"
          "            cmk\n");
}

TEST_CASE("what a command says and the simulator leaves out is told at the prompt, and the command carried out") {
    Played played;
    const std::string query = played.say("az keyvault show --name contoso-kv --query avg(@)");
    CHECK(query.find("! ") == 0);
    CHECK(query.find("is left out") != std::string::npos);
    CHECK(query.find("contoso-kv: ok") != std::string::npos);
    const std::string condition = played.say("az role assignment create --assignee reader --role Owner --condition x "
                                             "--scope /subscriptions/s");
    CHECK(condition.find("conditions of role assignments are not simulated") != std::string::npos);
    CHECK(played.say("az account set -s x").find("▶ account set: ok") != std::string::npos);
    CHECK(played.say("az acr login -n registry").find("▶ acr login registry: ok") != std::string::npos);
    CHECK(played.say("az keyvault key list --vault-name contoso-kv -o none").find("! ") == std::string::npos); // once
}

TEST_CASE("what a command leaves out is told with it, and not with a later one that is wrong") {
    Played played;
    CHECK(played.say("az acr update -n registry --tags a=b").find("changes nothing here") != std::string::npos);
    const std::string told = played.say("az role assignment delete --ids /subscriptions/x");
    CHECK(played.reply() == Reply::Wrong);
    CHECK(told.find("changes nothing here") == std::string::npos);
    CHECK(told.find("cannot be simulated so") != std::string::npos);
    CHECK(told.find("cannot be simulated so") == told.rfind("cannot be simulated so")); // once
}

TEST_CASE("in a drill a command that reads prints no more than at any other prompt") {
    Played played{keyDeleted, Disclosure::Symptoms};
    played.say("wait 2h");
    CHECK(played.say("az keyvault key list --vault-name contoso-kv") == "+2h1s     ▶ keyvault key list contoso-kv: ok\n"
                                                                        "            []\n");
}

TEST_CASE("what is wrong is told, and nothing has happened") {
    Played played;
    const Instant before = played.rehearsal().now();
    CHECK(played.say("key.delete contoso-kv/cmkk") == "? unknown key 'cmkk' in vault 'contoso-kv'; did you mean "
                                                      "'cmk'?\n");
    CHECK(played.reply() == Reply::Wrong);
    CHECK(played.say("key.delet contoso-kv/cmk") == "? nothing is called 'key.delet'; did you mean 'key.delete'?\n");
    CHECK(played.say("wait") == "? 'wait' needs DURATION\n");
    CHECK(played.say("wait soon") == "? 'soon' is no length of time; write it as 90s, 10m, 1h30m or 2d\n");
    CHECK(played.say("undo") == "? nothing has been done yet\n");
    CHECK(played.rehearsal().now() == before);
}

TEST_CASE("a refusal is told in the service's words, and is no misunderstanding") {
    Played played;
    CHECK(played.say("key.recover contoso-kv/cmk").starts_with("+1s       ⊘ key.recover contoso-kv/cmk: REFUSED"));
    CHECK(played.reply() == Reply::Refused);
}

TEST_CASE("until takes a time of day, a length since the start, and an instant, but never the past") {
    Played played;
    played.say("until 09:00");
    CHECK(played.prompt().text() == "+9h> ");
    played.say("until 08:30");
    CHECK(played.prompt().text() == "+1d8h30m> ");
    played.say("until +2d");
    CHECK(played.prompt().text() == "+2d> ");
    played.say("until 2026-01-04T00:00:00Z");
    CHECK(played.prompt().text() == "+3d> ");
    CHECK(played.say("until 3d").empty()); // that is now
    CHECK(played.say("until 1d") == "? 1d has passed; time does not go back\n");
}

TEST_CASE("why names the cause, the way back and what does not help") {
    Played played;
    played.say("wait 2h");
    const std::string why = played.say("why registry");
    CHECK(why.find("after     key.delete contoso-kv/cmk at +10m") != std::string::npos);
    CHECK(why.find("fix ") != std::string::npos);
    CHECK(why.find("no help") != std::string::npos);
    CHECK(why.find("source ") != std::string::npos);
    played.say("resource.delete registry");
    CHECK(played.say("why registry") == "registry is deleted\n");
    CHECK(played.say("why regstry") == "? unknown resource 'regstry'; did you mean 'registry'?\n");
}

TEST_CASE("what was played is saved as a scenario that holds at every phase") {
    Played played;
    played.say("wait 2h");
    played.say("key.purge contoso-kv/other");
    played.say("key.recover contoso-kv/cmk");
    played.say("key.recover contoso-kv/cmk");
    played.say("try registry pull");
    played.say("wait 1h");
    CHECK(played.say("save story2.yaml") == "saved\n");
    const std::string& saved = played.saved();
    CAPTURE(saved);
    CHECK(saved.find("{at: 2h1s, do: key.recover, target: contoso-kv/cmk}") != std::string::npos);
    CHECK(saved.find("{at: 2h2s, do: key.recover, target: contoso-kv/cmk, expect: refused}") != std::string::npos);
    CHECK(saved.find("expect: {registry: Ready}") != std::string::npos);
    Played again{saved};
    Diagnostics diagnostics;
    const auto program = compileScenario(again.scenario(), again.catalog(), diagnostics);
    REQUIRE(program);
    for (const ExpectationBounds& one : boundsOf(*program, OpenTimings::Phases).expectations) {
        CHECK(one.probability == 1);
    }
}

TEST_CASE("what is saved keeps the tags of resources, those of the estate and those that are made") {
    Played played{"cmksim: 1\nname: tagged\nestate:\n  resources:\n    old: {service: acr, tags: {env: prod}}\n"
                  "timeline:\n"
                  "  - {at: 1h, do: resource.create, target: new, with: {service: acr, tags: {env: test}}}\n"};
    played.say("wait 2h");
    played.say("save story2.yaml");
    const std::string& saved = played.saved();
    CAPTURE(saved);
    CHECK(saved.find("old: {service: acr, tags: {env: prod}}") != std::string::npos);
    CHECK(saved.find("with: {service: acr, tags: {env: test}}") != std::string::npos);
}

TEST_CASE("a state that depends on the phase is not expected of a saved story") {
    Played played;
    played.say("wait 30m");
    played.say("save story2.yaml");
    CHECK(played.saved().find("expect") == std::string::npos);
}

TEST_CASE("words go on with what there is") {
    Played played;
    const auto has = [&](std::string_view line, std::string_view word) {
        const std::vector<std::string> words = played.prompt().wordsFor(line);
        return std::ranges::find(words, word) != words.end();
    };
    CHECK(has("", "wait"));
    CHECK(has("key.", "key.delete"));
    CHECK(has("key.delete ", "contoso-kv/cmk"));
    CHECK(has("try registry ", "pull"));
    CHECK_FALSE(has("why ", "contoso-kv/cmk"));
}

TEST_CASE("a story with its estate in another file is saved under a bare name, and elsewhere") {
    test::TextFiles files{{{"estate.yaml", "cmksim-estate: 1\nvaults: {contoso-kv: }\n"},
                           {"story.yaml", "cmksim: 1\nname: x\nestate: estate.yaml\ntimeline: []\n"}}};
    Catalog catalog;
    Diagnostics diagnostics;
    const auto scenario = parseScenario("story.yaml", files, {}, diagnostics);
    REQUIRE(scenario);
    auto rehearsal = Rehearsal::begin(
        *scenario, catalog, [](Program& program) { return nominalPhases(program); }, diagnostics);
    REQUIRE(rehearsal);
    std::ostringstream out;
    std::string saved;
    Prompt prompt{*rehearsal,
                  Disclosure::Everything,
                  "story.yaml",
                  TextStyle{},
                  out,
                  [&](const std::string&, const std::string& text) {
                      saved = text;
                      return std::string{"saved"};
                  }};
    CHECK(prompt.answer("save new.yaml") == Reply::Done);
    CAPTURE(out.str());
    CHECK(saved.find("estate: estate.yaml\n") != std::string::npos);
    CHECK(prompt.answer("save below/new.yaml") == Reply::Done);
    CHECK(saved.find("estate: ../estate.yaml\n") != std::string::npos);
}

TEST_CASE("a line that fails in a way that is not foreseen ends no session") {
    Played played;
    std::ostringstream out;
    const auto fails = [](const std::string&, const std::string&) -> std::string {
        throw std::runtime_error{"no\x1b luck"};
    };
    Prompt prompt{played.rehearsal(), Disclosure::Everything, "story.yaml", TextStyle{}, out, fails};
    CHECK(prompt.answer("save new.yaml") == Reply::Wrong);
    CHECK(out.str() == "? this failed: no\\x1b luck\n");
    CHECK(prompt.answer("status") == Reply::Done);
}
