// A drill shows symptoms, hides causes, and grades by the best plan.
#include "compile/drill.hpp"
#include "rehearsal/handout.hpp"
#include "rehearsal/played.hpp"

using namespace cmksim;
using namespace cmksim::rehearsal;
using namespace cmksim::test;

namespace {

struct Drilled {
    explicit Drilled(const std::string& yaml = keyDeleted) : Drilled{yaml, {}} {}
    Drilled(const std::string& yaml, Drill::WallClock clock)
        : played{yaml, Disclosure::Symptoms},
          drill{played.rehearsal(), played.prompt(), TextStyle{}, played.out(), std::move(clock)} {
        if (!drill.noDrill()) {
            drill.begin();
        }
    }

    DrillResult play(const std::vector<std::string_view>& lines) {
        for (const std::string_view line : lines) {
            say(line);
        }
        return drill.finish();
    }

    std::string say(std::string_view line) {
        played.said();
        drill.answer(line);
        return played.said();
    }

    Played played;
    Drill drill;
};

const std::string twice = R"(cmksim: 1
name: Two mishaps
estate:
  vaults:
    contoso-kv:
      accessPolicies: {reader: [get, wrapKey, unwrapKey]}
      keys: {one: , two: }
  identities: {reader: }
  resources:
    first: {service: acr, identity: reader, key: contoso-kv/one}
    second: {service: acr, identity: reader, key: contoso-kv/two}
timeline:
  - {at: 10m, do: key.update, target: contoso-kv/one, with: {enabled: false}}
  - {at: 5h, do: key.update, target: contoso-kv/two, with: {enabled: false}}
)";

/// The story of one key deleted, with rules.
std::string ruled(const std::string& rules) {
    std::string yaml = keyDeleted;
    return yaml.insert(yaml.find("estate:"), "drill:\n  briefing: Something is dark.\n" + rules);
}

/// A vault that was closed, under a rule.
std::string closedVault(const std::string& rule) {
    return R"(cmksim: 1
name: Closed
drill: {briefing: A vault was hardened., forbid: [)" +
           rule + R"(]}
until: 6h
estate:
  vaults:
    contoso-kv:
      enableRbacAuthorization: true
      roleAssignments: {reader: Key Vault Crypto Service Encryption User}
      keys: {cmk: }
  identities: {reader: , other: }
  resources: {account: {service: cosmosdb, identity: reader, key: contoso-kv/cmk}}
timeline:
  - {at: 10m, do: vault.update, target: contoso-kv, with: {networkAcls: {defaultAction: Deny, bypass: None}}}
)";
}

} // namespace

TEST_CASE("a drill begins with the first symptom, and does not say what was behind it") {
    Drilled drilled;
    CHECK(drilled.played.rehearsal().now() == scenarioStart + std::chrono::hours{1});
    const std::string seen = drilled.played.said();
    CHECK(seen == "+1h       ▼ registry: Ready → Inaccessible  DENIED\n");
    CHECK(drilled.say("status").find("KeyNotFound") == std::string::npos);
    CHECK(drilled.say("why registry").starts_with("? nothing is called 'why'"));
    CHECK(drilled.say("plan").starts_with("? nothing is called 'plan'"));
    CHECK(drilled.say("undo").starts_with("? nothing is called 'undo'"));
}

TEST_CASE("a drill tells at the prompt what it leaves out of a command, and does the rest") {
    Drilled drilled;
    drilled.played.said();
    CHECK(drilled.say("az keyvault key create --vault-name contoso-kv --name fresh --size 1024")
              .starts_with("? 'az keyvault key create' is refused, 400 BadParameter: Unsupported key size"));
    const std::string said =
        drilled.say("az keyvault network-rule add --name contoso-kv --ip-address 203.0.113.7 --vnet-name spoke");
    CHECK(said.find("! '--vnet-name' is left out: rules for virtual networks are given by vault.update, as "
                    "'virtualNetworkRules'\n") != std::string::npos);
    CHECK(said.find("vault.add-network-rule contoso-kv") != std::string::npos);
}

TEST_CASE("the best plan at once is worth a hundred points, and ends the drill") {
    Drilled drilled;
    drilled.say("key.recover contoso-kv/cmk");
    CHECK_FALSE(drilled.drill.isOver());
    drilled.say("wait 1h");
    CHECK(drilled.drill.isOver());
    const DrillResult result = drilled.drill.finish();
    CHECK(result.passed);
    CHECK(result.points == 100);
    CHECK(result.downtime == result.bestDowntime);
    CHECK(result.bestDowntime == std::chrono::hours{1});
    CHECK(result.repaired == std::chrono::hours{1});
}

TEST_CASE("delay, hints, wrong commands and what cannot be undone cost what they say") {
    Drilled drilled;
    const DrillResult result = drilled.play({"wait 1h", "hint", "key.create contoso-kv/cmk",
                                             "az keyvault key recover --vault-name contoso-kv --name other",
                                             "look around", "key.recover contoso-kv/cmk", "wait 1h"});
    CHECK(result.passed);
    CHECK(result.hints == 1);
    CHECK(result.wrong == 3);
    CHECK(result.irreversible == 0);
    CHECK(result.downtime - result.bestDowntime == std::chrono::hours{1});
    CHECK(result.forDelay == 12);
    CHECK(result.points == 100 - 12 - DrillPrices::hint - 3 * DrillPrices::wrong);
}

TEST_CASE("every line that the prompt answers with a question mark is wrong, and no other") {
    Drilled drilled;
    int wrong = 0;
    for (const std::string_view line : {"foo",
                                        "undo",
                                        "wait foo",
                                        "wait -1h",
                                        "until 59m",
                                        "until noon",
                                        "try registry",
                                        "try registry fly",
                                        "save",
                                        "az",
                                        "key.recover",
                                        "",
                                        "# a remark",
                                        "status",
                                        "help",
                                        "actions",
                                        "hint",
                                        "until 1h", // which is now
                                        "wait 1m",
                                        "until 1h10m",
                                        "save mine.txt",
                                        "try registry pull",
                                        "az keyvault show --name contoso-kv",
                                        "KEY=cmk"}) {
        CAPTURE(line);
        wrong += drilled.say(line).starts_with('?') ? 1 : 0;
        CHECK(drilled.drill.finish().wrong == wrong);
    }
    CHECK(wrong == 11);
}

TEST_CASE("who waits pays for it, though the next look comes no later") {
    const DrillResult result = Drilled{}.play({"wait 55m", "key.recover contoso-kv/cmk", "wait 1h"});
    CHECK(result.passed);
    CHECK(result.downtime == result.bestDowntime);
    CHECK(result.unrepaired - result.bestUnrepaired == std::chrono::minutes{55});
    CHECK(result.forDelay == 11);
}

TEST_CASE("a hint costs what the file says") {
    const DrillResult result =
        Drilled{ruled("  hintPoints: 20\n")}.play({"hint", "key.recover contoso-kv/cmk", "done"});
    CHECK(result.passed);
    CHECK(result.points == 80);
}

TEST_CASE("who purges the key leaves the registry behind") {
    const DrillResult result = Drilled{}.play({"key.purge contoso-kv/cmk", "done"});
    CHECK_FALSE(result.passed);
    CHECK(result.irreversible == 1);
    CHECK(result.leftBehind == std::vector<std::string>{"registry"});
    CHECK(result.points <= DrillPrices::mostForNothing);
}

TEST_CASE("who stops at once is graded for the whole story, and gets nothing") {
    for (const auto& lines : {std::initializer_list<std::string_view>{"done"}, {"quit"}, {}}) {
        Drilled drilled;
        const DrillResult result = drilled.play(lines);
        CHECK_FALSE(result.passed);
        CHECK(result.points == 0);
        CHECK(result.downtime == result.judged - result.began);
        CHECK(result.judged >= drilled.played.rehearsal().end());
    }
}

TEST_CASE("to stop at once is worth no more than any honest try") {
    std::string both = keyDeleted;
    both.insert(both.find("  - {at: 3h"),
                "  - {at: 20m, do: policy.delete, target: contoso-kv, with: {identity: reader}}\n");
    const DrillResult half = Drilled{both}.play({"hint", "hint", "key.recover contoso-kv/cmk", "done"});
    CHECK_FALSE(half.repairedAny);
    CHECK(half.triedAny);
    CHECK(half.points == 100 - 2 * DrillPrices::hint - DrillPrices::leftBehind - half.forDelay);
    CHECK(half.points > 0);
    CHECK(half.points <= DrillPrices::mostForNothing);
    // What no plan has is no try.
    for (const std::string_view line : {"key.create contoso-kv/another", "wait 2h", "status", "hint"}) {
        CAPTURE(line);
        CHECK(Drilled{both}.play({line, "done"}).points == 0);
    }
}

TEST_CASE("who has repaired one of several has more than the most for nothing, whatever else it cost") {
    const DrillResult result = Drilled{twice}.play(
        {"hint", "hint", "hint", "hint", "foo", "foo", "wait 3h", "key.update contoso-kv/one enabled=true", "done"});
    CHECK_FALSE(result.passed);
    CHECK(result.points == DrillPrices::mostForNothing + 1);
}

TEST_CASE("who has repaired everything may stop") {
    const DrillResult result = Drilled{}.play({"key.recover contoso-kv/cmk", "done"});
    CHECK(result.passed);
    CHECK(result.points == 100);
    CHECK(result.downtime == result.bestDowntime);
}

TEST_CASE("a resource that is deleted and made anew is left behind, though it is Ready") {
    const DrillResult result =
        Drilled{}.play({"key.recover contoso-kv/cmk", "resource.delete registry",
                        "resource.create registry service=acr identity=reader key=contoso-kv/cmk", "wait 2h", "done"});
    CHECK_FALSE(result.passed);
    CHECK(result.leftBehind == std::vector<std::string>{"registry"});
    CHECK(result.points <= DrillPrices::mostForNothing);
}

TEST_CASE("a drill goes on while the story has more in store") {
    Drilled drilled{twice};
    drilled.say("key.update contoso-kv/one enabled=true");
    drilled.say("wait 2h");
    CHECK_FALSE(drilled.drill.isOver());
    drilled.say("until 5h");
    drilled.say("key.update contoso-kv/two enabled=true");
    drilled.say("wait 1h");
    CHECK(drilled.drill.isOver());
    CHECK(drilled.drill.finish().points == 100);
    CHECK(drilled.drill.finish().bestDowntime == std::chrono::hours{2});
}

TEST_CASE("who stops after the first of two repairs has failed, with more points than for none") {
    const DrillResult result = Drilled{twice}.play({"key.update contoso-kv/one enabled=true", "done"});
    CHECK_FALSE(result.passed);
    CHECK(result.leftBehind == std::vector<std::string>{"second"});
    CHECK(result.points > Drilled{twice}.play({"done"}).points);
    CHECK(result.points < DrillPrices::passMark);
}

TEST_CASE("hints go from where to look to the very command") {
    Drilled drilled;
    CHECK(drilled.say("hint").starts_with("Look at registry."));
    CHECK(drilled.say("hint").find("KeyNotFound") != std::string::npos);
    drilled.say("hint");
    CHECK(drilled.say("hint").find("az keyvault key recover") != std::string::npos);
}

TEST_CASE("a hint names what the service finds, and not what the next step alone repairs") {
    Drilled drilled{R"(cmksim: 1
name: Identity deleted
estate:
  vaults:
    contoso-kv:
      enableRbacAuthorization: true
      roleAssignments: {reader: Key Vault Crypto Service Encryption User}
      keys: {cmk: }
  identities: {reader: , other: }
  resources: {ledger: {service: documentdb, identity: reader, key: contoso-kv/cmk}}
until: 3h
timeline:
  - {at: 10m, do: identity.delete, target: reader}
)"};
    CHECK(drilled.say("hint").starts_with("Look at ledger. Its service finds that the identity is deleted"));
    CHECK(drilled.say("hint").starts_with("ledger: TokenAcquisitionFailed. Likely causes: the identity was deleted"));
    CHECK(drilled.say("hint").starts_with("Create a new identity, grant it access to the key"));
    CHECK(drilled.say("hint").starts_with("The next step is role.assign contoso-kv/cmk"));
}

TEST_CASE("a hint says that a service will find what it has not looked at yet") {
    std::string both = keyDeleted;
    both.insert(both.find("  - {at: 3h"),
                "  - {at: 20m, do: policy.delete, target: contoso-kv, with: {identity: reader}}\n");
    Drilled drilled{both};
    CHECK(drilled.say("hint").starts_with("Look at registry. Its service finds that the identity lacks"));
    drilled.say("policy.set contoso-kv identity=reader permissions=get,wrapKey,unwrapKey");
    CHECK(drilled.say("hint").starts_with("Look at registry. Its service will find that the vault has no active key"));
}

TEST_CASE("help lists every command that there is, and no other") {
    Drilled drilled;
    const std::string help = drilled.say("help");
    for (const std::string_view word :
         {"wait", "until", "status", "actions", "hint", "save", "done", "help", "quit", "try"}) {
        CAPTURE(word);
        CHECK(help.find("  " + std::string{word} + " ") != std::string::npos);
        const std::vector<std::string> words = drilled.played.prompt().wordsFor("");
        CHECK(std::ranges::find(words, word) != words.end());
    }
    for (const std::string_view word : {"why", "plan", "undo"}) {
        CHECK(help.find("  " + std::string{word} + " ") == std::string::npos);
    }
}

TEST_CASE("what is saved in a drill is what was typed, and nothing of the story") {
    Drilled drilled;
    drilled.say("status");
    drilled.say("key.recover contoso-kv/cmk");
    CHECK(drilled.say("save mine.txt") == "saved\n");
    CHECK(drilled.played.saved() == "status\nkey.recover contoso-kv/cmk\n");
    CHECK(drilled.say("save") == "? 'save' needs FILE\n");
}

TEST_CASE("with a clock on the wall, time to think is time in the story") {
    Duration wall{};
    Drilled drilled{keyDeleted, [&] { return wall; }};
    wall = std::chrono::minutes{20};
    drilled.say("status");
    CHECK(drilled.played.rehearsal().now() == drilled.drill.finish().began + wall);
    wall += std::chrono::minutes{10};
    const DrillResult result = drilled.play({"key.recover contoso-kv/cmk", "done"});
    CHECK(result.unrepaired - result.bestUnrepaired == std::chrono::minutes{30});
    CHECK(result.forDelay == 6);
}

TEST_CASE("a scenario without anything to repair is no drill") {
    std::string purged = keyDeleted;
    purged.insert(purged.find("  - {at: 3h"), "  - {at: 20m, do: key.purge, target: contoso-kv/cmk}\n");
    CHECK(Drilled{purged}.drill.noDrill() == NoDrill::NothingRepairable);
    std::string repaired = keyDeleted;
    repaired.insert(repaired.find("  - {at: 3h"), "  - {at: 2h, do: key.recover, target: contoso-kv/cmk}\n");
    CHECK(Drilled{repaired}.drill.noDrill() == NoDrill::NothingToRepair);
    std::string quiet = keyDeleted;
    quiet.erase(quiet.find("  - {at: 10m"), quiet.find("  - {at: 3h") - quiet.find("  - {at: 10m"));
    CHECK(Drilled{quiet}.drill.noDrill() == NoDrill::NothingWrong);
}

TEST_CASE("what must be is looked at: in time, or at the end") {
    const std::string must = "  must: [{within: 90m, expect: {registry: Ready}}]\n";
    CHECK(Drilled{ruled(must)}.play({"key.recover contoso-kv/cmk", "done"}).passed);
    const DrillResult late = Drilled{ruled(must)}.play({"wait 1h", "key.recover contoso-kv/cmk", "wait 1h"});
    CHECK_FALSE(late.passed);
    CHECK(late.leftBehind.empty());
    CHECK(late.missed == std::vector<std::string>{"{registry: Ready} 1h30m after the first symptom"});
    CHECK(late.points < DrillPrices::passMark);
    const DrillResult end = Drilled{ruled("  must: [{expect: {registry: {downtime: \"<= 90m\"}}}]\n")}.play(
        {"wait 1h", "key.recover contoso-kv/cmk", "done"});
    CHECK(end.missed == std::vector<std::string>{"{registry: {downtime: \"<= 90m\"}} at the end"});
}

TEST_CASE("what the best plan does not come to is no drill, and is told at its place") {
    const Drilled drilled{ruled("  must:\n    - {within: 10m, expect: {registry: Ready}}\n"
                                "    - {within: 1h, expect: {registry: Ready}}\n"
                                "    - {expect: {registry: {downtime: \"<= 30m\"}}}\n")};
    CHECK(drilled.drill.noDrill() == NoDrill::OutOfReach);
    const std::vector<Diagnostic>& told = drilled.drill.outOfReach().all();
    REQUIRE(told.size() == 2);
    CHECK(told.front().message ==
          "the best plan does not come to what must be: {registry: Ready} 10m after the first symptom");
    CHECK(told.front().help == "with the best plan all is whole 1h after the first symptom");
    CHECK(told.front().mark.line == 6);
    CHECK(told.back().mark.line == 8);
}

TEST_CASE("an action that is forbidden fails the drill, unless it is refused") {
    const std::string rule = "  forbid: [{do: key.create}, {do: key.purge, target: contoso-kv/cmk}]\n";
    CHECK(Drilled{ruled(rule)}.play({"key.create contoso-kv/cmk", "key.recover contoso-kv/cmk", "done"}).passed);
    const DrillResult result =
        Drilled{ruled(rule)}.play({"key.create contoso-kv/cmk2", "key.recover contoso-kv/cmk", "done"});
    CHECK_FALSE(result.passed);
    REQUIRE(result.broken.size() == 1);
    CHECK(result.broken.front().rule == "key.create");
    CHECK(result.broken.front().action == "key.create contoso-kv/cmk2");
    CHECK(result.points <= DrillPrices::mostForNothing);
}

TEST_CASE("a vault may not come to stand so, whatever leads there") {
    const std::string open = "{vault: contoso-kv, with: {networkAcls: {defaultAction: Allow}}}";
    const auto play = [&](const std::vector<std::string_view>& lines) {
        return Drilled{closedVault(open)}.play(lines);
    };
    CHECK(play({"vault.update contoso-kv networkAcls.bypass=AzureServices", "done"}).passed);
    for (const std::vector<std::string_view>& lines : std::vector<std::vector<std::string_view>>{
             {"vault.update contoso-kv networkAcls.defaultAction=Allow", "done"},
             {"az keyvault update --name contoso-kv --default-action Allow", "done"},
             {"vault.add-network-rule contoso-kv ipAddress=0.0.0.0/1",
              "vault.add-network-rule contoso-kv ipAddress=128.0.0.0/1",
              "vault.update contoso-kv networkAcls.bypass=AzureServices", "done"},
             // and closed again
             {"vault.update contoso-kv networkAcls.defaultAction=Allow", "wait 1h",
              "vault.update contoso-kv networkAcls.defaultAction=Deny networkAcls.bypass=AzureServices", "done"}}) {
        const DrillResult result = play(lines);
        CHECK_FALSE(result.passed);
        CHECK(result.broken.size() == 1);
        CHECK(result.points <= DrillPrices::mostForNothing);
    }
}

TEST_CASE("a grant that is broader than a service needs fails the drill, one that was there before does not") {
    const std::string least = "role=\"Key Vault Crypto Service Encryption User\"";
    const auto play = [&](const std::string& line) {
        return Drilled{closedVault("broad-grants")}.play(
            {"vault.update contoso-kv networkAcls.bypass=AzureServices", line, "done"});
    };
    CHECK(play("role.assign contoso-kv identity=other " + least).passed);
    CHECK(play("role.assign contoso-kv/cmk identity=other " + least).passed);
    CHECK(play("policy.set contoso-kv identity=other permissions=get,wrapKey,unwrapKey").passed);
    CHECK_FALSE(play("role.assign / identity=other " + least).passed);
    CHECK_FALSE(play("role.assign contoso-kv identity=reader role=\"Key Vault Administrator\"").passed);
    CHECK_FALSE(play("policy.set contoso-kv identity=other permissions=get,wrapKey,unwrapKey,purge").passed);
}

TEST_CASE("no plan, and so no best course and no hint, breaks a rule") {
    const std::string bypass = "{vault: contoso-kv, with: {networkAcls: {bypass: AzureServices}}}";
    Drilled free{closedVault("")};
    Drilled bound{closedVault(bypass)};
    for (int hint = 0; hint < 3; ++hint) {
        free.say("hint");
        bound.say("hint");
    }
    CHECK(free.say("hint").find("bypass AzureServices") != std::string::npos);
    CHECK(bound.say("hint").find("bypass AzureServices") == std::string::npos);
}

TEST_CASE("points and verdict never contradict each other") {
    DrillResult result;
    result.hints = 30;
    result.passed = true;
    CHECK(pointsOf(result) == DrillPrices::passMark);
    result.hints = 0;
    result.passed = false;
    result.repairedAny = true;
    CHECK(pointsOf(result) == DrillPrices::passMark - 1);
    result.broken.push_back({"key.purge", "key.purge contoso-kv/cmk", {}});
    CHECK(pointsOf(result) == DrillPrices::mostForNothing);
    result.broken.clear();
    result.repairedAny = false;
    CHECK(pointsOf(result) == 0);
    result.triedAny = true;
    CHECK(pointsOf(result) == DrillPrices::mostForNothing);
}

TEST_CASE("the participants' sheet does not give the answer away, the facilitator's does") {
    Played played;
    Diagnostics diagnostics;
    const auto compiled = compileDrill(played.scenario(), played.catalog(), diagnostics);
    REQUIRE(compiled);
    const Program& program = compiled->program;
    const BestCourse course = bestCourse(program, nominalPhases(program));
    const HandoutView view{played.scenario(), program, program, compiled->rules, course, played.catalog()};
    const std::string participant = participantSheet(view);
    const std::string facilitator = facilitatorSheet(view);
    for (const std::string_view secret : {"key.delete", "key.recover", "KeyNotFound"}) {
        CAPTURE(secret);
        CHECK(participant.find(secret) == std::string::npos);
        CHECK(facilitator.find(secret) != std::string::npos);
    }
    CHECK(participant.find("cmksim drill FILE\n") != std::string::npos);
    CHECK(facilitator.find("cmksim drill --seal FILE -o drill.yaml\n") != std::string::npos);
    CHECK(participant.find("| registry | acr | reader | contoso-kv/cmk |") != std::string::npos);
    CHECK(facilitator.find("| registry | +10m to +1h9m59s | key.delete contoso-kv/cmk | KeyNotFound |") !=
          std::string::npos);
}
