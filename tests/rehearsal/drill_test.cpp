// A drill shows symptoms, hides causes, and grades by the best plan.
#include "compile/compile.hpp"
#include "rehearsal/handout.hpp"
#include "rehearsal/played.hpp"

using namespace cmksim;
using namespace cmksim::rehearsal;
using namespace cmksim::test;

namespace {

struct Drilled {
    explicit Drilled(const std::string& yaml = keyDeleted)
        : played{yaml, Disclosure::Symptoms}, drill{played.rehearsal(), played.prompt(), TextStyle{}, played.out()} {}

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

TEST_CASE("the best plan at once is worth a hundred points, and ends the drill") {
    Drilled drilled;
    drilled.say("key.recover contoso-kv/cmk");
    CHECK_FALSE(drilled.drill.isOver());
    drilled.say("wait 1h");
    CHECK(drilled.drill.isOver());
    const DrillResult result = drilled.drill.result();
    CHECK(result.recovered);
    CHECK(result.points == 100);
    CHECK(result.downtime == result.best);
    CHECK(result.best == std::chrono::hours{1});
}

TEST_CASE("delay, hints, wrong commands and what cannot be undone cost what they say") {
    Drilled drilled;
    drilled.say("wait 1h");
    drilled.say("hint");
    drilled.say("key.create contoso-kv/cmk");
    drilled.say("az keyvault key recover --vault-name contoso-kv --name other");
    drilled.say("look around");
    drilled.say("key.recover contoso-kv/cmk");
    drilled.say("wait 1h");
    const DrillResult result = drilled.drill.result();
    CHECK(result.recovered);
    CHECK(result.hints == 1);
    CHECK(result.wrong == 2);
    CHECK(result.irreversible == 0);
    CHECK(result.downtime - result.best == std::chrono::hours{1});
    CHECK(result.forDelay == 12);
    CHECK(result.points == 100 - 12 - DrillPrices::hint - 2 * DrillPrices::wrong);
}

TEST_CASE("who purges the key leaves the registry behind") {
    Drilled drilled;
    drilled.say("key.purge contoso-kv/cmk");
    drilled.say("done");
    const DrillResult result = drilled.drill.result();
    CHECK_FALSE(result.recovered);
    CHECK(result.irreversible == 1);
    CHECK(result.leftBehind == std::vector<std::string>{"registry"});
    CHECK(result.points == 100 - DrillPrices::irreversible - DrillPrices::leftBehind);
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
    CHECK(drilled.drill.result().points == 100);
    CHECK(drilled.drill.result().best == std::chrono::hours{2});
}

TEST_CASE("hints go from where to look to the very command") {
    Drilled drilled;
    CHECK(drilled.say("hint").starts_with("Look at registry."));
    CHECK(drilled.say("hint").find("KeyNotFound") != std::string::npos);
    drilled.say("hint");
    CHECK(drilled.say("hint").find("az keyvault key recover") != std::string::npos);
}

TEST_CASE("what nothing could have brought back is nobody's fault") {
    std::string yaml = keyDeleted;
    yaml.insert(yaml.find("  - {at: 3h"), "  - {at: 20m, do: key.purge, target: contoso-kv/cmk}\n");
    Drilled drilled{yaml};
    drilled.say("done");
    CHECK(drilled.drill.result().leftBehind.empty());
    CHECK(drilled.drill.result().points == 100);
}

TEST_CASE("the participants' sheet does not give the answer away, the facilitator's does") {
    Played played;
    Diagnostics diagnostics;
    const auto program = compileScenario(played.scenario(), played.catalog(), diagnostics);
    REQUIRE(program);
    const HandoutView view{played.scenario(), *program, *program, "story.yaml", played.catalog()};
    const std::string participant = participantSheet(view);
    const std::string facilitator = facilitatorSheet(view);
    for (const std::string_view secret : {"key.delete", "key.recover", "KeyNotFound"}) {
        CAPTURE(secret);
        CHECK(participant.find(secret) == std::string::npos);
        CHECK(facilitator.find(secret) != std::string::npos);
    }
    CHECK(participant.find("| registry | acr | reader | contoso-kv/cmk |") != std::string::npos);
    CHECK(facilitator.find("| registry | +10m to +1h9m59s | key.delete contoso-kv/cmk | KeyNotFound |") !=
          std::string::npos);
}
