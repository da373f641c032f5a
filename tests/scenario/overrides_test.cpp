#include "support/read_scenario.hpp"

#include <catch2/catch.hpp>

namespace cmksim::overrides_test {

using namespace cmksim;
using namespace cmksim::scenario;
using namespace cmksim::test;
using namespace std::chrono_literals;

namespace {

constexpr const char* story = "cmksim: 1\nname: x\nmodels: {acr: 2023-10}\nestate:\n  vaults:\n    kv1:\n"
                              "      enablePurgeProtection: true\n  resources:\n    web: {service: acr}\ntimeline:\n"
                              "- {at: 1h, do: resource.create, target: late, with: {service: acr}}\n";

} // namespace

TEST_CASE("the option --set changes a value of the estate and keeps its own place") {
    const Read read{
        story, {.estateFile = {}, .sets = {{"vaults.kv1.enablePurgeProtection", "false"}}, .phases = {}, .models = {}}};
    REQUIRE(read.errors.empty());
    const auto& protection = read.scenario->estate.vaults[0].enablePurgeProtection;
    CHECK_FALSE(protection->value);
    CHECK(protection->mark.source->name() == "--set vaults.kv1.enablePurgeProtection=false");
}

TEST_CASE("the option --set creates what is missing") {
    const Read read{
        story, {.estateFile = {}, .sets = {{"vaults.kv2.keys.k", "{enabled: false}"}}, .phases = {}, .models = {}}};
    REQUIRE(read.errors.empty());
    REQUIRE(read.scenario->estate.vaults.size() == 2);
    CHECK(read.scenario->estate.vaults[1].name.text == "kv2");
    CHECK_FALSE(read.scenario->estate.vaults[1].keys[0].versions[0].enabled);
}

TEST_CASE("what --set gets wrong is shown in its own text") {
    const Read read{story,
                    {.estateFile = {},
                     .sets = {{"vaults.kv1.enablePurgeProtection", "maybe"}, {"a..b", "1"}, {"vaults.kv1", "["}},
                     .phases = {},
                     .models = {}}};
    CHECK(read.errors == "--set a..b=1: error: 'a..b' is no path; it is names with dots between them; one that holds a "
                         "dot stands in double quotes\n"
                         "--set vaults.kv1.enablePurgeProtection=maybe:1:1: error: expected true or false, "
                         "not 'maybe'\n"
                         "maybe\n"
                         "^\n"
                         "--set vaults.kv1=[:1:2: error: expected ',' or ']' in a list in brackets\n"
                         "[\n"
                         " ^\n");
}

TEST_CASE("the option --estate stands in for the scenario's own estate, and --set then changes that") {
    const Read read{
        {{"in.yaml", story}, {"other.yaml", "cmksim-estate: 1\nvaults: {kv9: }\n"}},
        {.estateFile = "other.yaml", .sets = {{"vaults.kv9.enableSoftDelete", "false"}}, .phases = {}, .models = {}}};
    REQUIRE(read.errors.empty());
    REQUIRE(read.scenario->estate.vaults.size() == 1);
    CHECK(read.scenario->estate.vaults[0].name.text == "kv9");
    CHECK_FALSE(read.scenario->estate.vaults[0].enableSoftDelete->value);
}

TEST_CASE("the option --phase pins a resource of the estate or of the timeline") {
    const Read read{story, {.estateFile = {}, .sets = {}, .phases = {{"web", "10m"}, {"late", "PT5M"}}, .models = {}}};
    REQUIRE(read.errors.empty());
    const ResourceSpec& web = read.scenario->estate.resources[0];
    CHECK(web.phaseKind == PhaseKind::Pinned);
    CHECK(web.phase == 10min);
    CHECK(web.phaseMark.source->name() == "--phase web=10m");
    CHECK(read.scenario->timeline[0].action()->resource()->phase == 5min);
}

TEST_CASE("what --phase and --model get wrong is shown in their own text") {
    const Read read{story,
                    {.estateFile = {}, .sets = {}, .phases = {{"wbe", "10m"}, {"web", "10"}}, .models = {{"acr", ""}}}};
    CHECK(read.errors == "--phase wbe=10m:1:1: error: there is no resource 'wbe'; did you mean 'web'?\nwbe=10m\n^\n"
                         "--phase web=10:1:5: error: expected a duration such as 90s, 1h30m or P90D, not '10'\n"
                         "web=10\n    ^\n"
                         "--model acr=:1:1: error: expected SERVICE=VERSION\nacr=\n^\n");
}

TEST_CASE("the option --model stands in for the scenario's choice of the same service") {
    const Read read{
        story, {.estateFile = {}, .sets = {}, .phases = {}, .models = {{"acr", "2020-01-preview"}, {"cosmosdb", "1"}}}};
    REQUIRE(read.errors.empty());
    REQUIRE(read.scenario->models.size() == 2);
    CHECK(read.scenario->models[0].version.text == "2020-01-preview");
    CHECK(read.scenario->models[1].service.text == "cosmosdb");
}

TEST_CASE("a scenario outlives what was reported about it") {
    std::optional<Scenario> scenario;
    {
        Read read{
            story,
            {.estateFile = {}, .sets = {{"vaults.kv2", ""}}, .phases = {{"web", "1s"}}, .models = {{"acr", "1"}}}};
        scenario = std::move(read.scenario);
    }
    CHECK(scenario->estate.vaults[1].name.text == "kv2");
    CHECK(scenario->estate.vaults[1].name.mark.source->name() == "--set vaults.kv2=");
    CHECK(scenario->estate.resources[0].phaseMark.source->text() == "web=1s");
    CHECK(scenario->models[0].version.mark.source->text() == "acr=1");
}

} // namespace cmksim::overrides_test
