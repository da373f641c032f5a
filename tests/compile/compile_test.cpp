// From a scenario as written to a program: order, models, defaults, and all errors at once.
#include "compile/three_services.hpp"

#include "engine/alike.hpp"
#include "engine/replay.hpp"

#include <catch2/catch.hpp>

#include <chrono>

using namespace cmksim;
using namespace cmksim::compile;
using namespace cmksim::test;
using namespace std::chrono_literals;

namespace {

Program programOf(const std::string& text, const ScenarioOverrides& overrides = {}) {
    Compiled compiled{text, overrides};
    INFO(compiled.errors);
    REQUIRE(compiled.program);
    return std::move(*compiled.program);
}

/// The version of the model of `reg`, with `models:` as given.
std::string chosenVersion(const std::string& models, const ScenarioOverrides& overrides = {}) {
    const Compiled compiled{"cmksim: 1\nname: x\n" + models + "estate: {resources: {reg: {service: acr}}}\n",
                            overrides};
    INFO(compiled.errors);
    REQUIRE(compiled.program);
    return compiled.program->modelOf(ResourceId{0}).version;
}

} // namespace

TEST_CASE("a program says what its scenario does, and ends two hours after the last entry by default") {
    const Program atRest = programOf(std::string{threeServices});
    CHECK(atRest.name == "x");
    CHECK(atRest.until == scenarioStart + 2h);
    const Program timed = programOf(std::string{threeServices} + "timeline:\n- {at: 9h, try: pull, target: reg}\n"
                                                                 "- {at: 1h, try: pull, target: reg}\n");
    CHECK(timed.until == scenarioStart + 11h);
    CHECK(programOf("until: 1d\n" + std::string{threeServices}).until == scenarioStart + 24h);
}

TEST_CASE("entries stand in time order, actions before observations, equal ones in file order") {
    const Program program = programOf(std::string{threeServices} + "timeline:\n"
                                                                   "- {at: 2h, try: show, target: reg}\n"
                                                                   "- {at: 1h, try: pull, target: reg}\n"
                                                                   "- {at: 1h, do: key.rotate, target: kv1/cmk}\n"
                                                                   "- {at: 1h, do: service.stall, target: reg}\n"
                                                                   "- {at: 1h, try: push, target: reg}\n");
    std::string order;
    for (const TimelineEntry& entry : program.entries) {
        order += entry.name + ' ';
    }
    CHECK(order == "key.rotate service.stall pull push show ");
    CHECK(program.entries[EntryId{0}].place.line == 20);
}

TEST_CASE("many entries of one instant keep their order") {
    std::string text = std::string{threeServices} + "timeline:\n";
    for (int i = 0; i < 100; ++i) {
        text += "- {at: 1h, do: key.rotate, target: kv1/cmk}\n";
    }
    std::uint32_t line = 17;
    for (const TimelineEntry& entry : programOf(text).entries) {
        CHECK(entry.place.line == ++line);
    }
}

TEST_CASE("the newest model of a service is taken, unless the scenario or the command line chooses another") {
    CHECK(chosenVersion("") == "2026-11");
    CHECK(chosenVersion("models: {acr: 2020-01-preview}\n") == "2020-01-preview");
    ScenarioOverrides overrides;
    overrides.models = {{"acr", "2023-10"}};
    CHECK(chosenVersion("models: {acr: 2020-01-preview}\n", overrides) == "2023-10");
}

TEST_CASE("a model that is chosen is known") {
    CHECK(Compiled{"cmksim: 1\nname: x\nmodels: {arc: '2023-10'}\nestate: {}\n"}.messages() ==
          "3:10: error: unknown service 'arc'; did you mean 'acr'?\n");
    CHECK(Compiled{"cmksim: 1\nname: x\nmodels: {acr: '2023-12'}\nestate: {}\n"}.messages() ==
          "3:15: error: unknown version of acr '2023-12'; did you mean '2023-10'?\n");
}

TEST_CASE("all errors of a file are reported together in its order, those of the parser and those of names") {
    const Compiled compiled{"cmksim: 1\n"
                            "name: x\n"
                            "models: {arc: 1}\n"
                            "estate:\n"
                            "  resources:\n"
                            "    reg: {service: acr, identity: apl, key: kv1/cmk}\n"
                            "    clu: {service: documentdb, outboundIp: no}\n"
                            "  vaults:\n"
                            "    kv1: {enableSoftDelet: true, keys: {cmk: {}}}\n"
                            "  identities: {app: {}}\n"
                            "timeline:\n"
                            "- {at: soon, do: key.delete, target: kv1/cmk}\n"
                            "- {at: 1h, try: pull, target: reg}\n"
                            "- {at: 1h, try: poll, target: reg, expect: {status: 403, error: DENYED}}\n"};
    CHECK_FALSE(compiled.program);
    CHECK(compiled.errors ==
          "in.yaml:3:10: error: unknown service 'arc'; did you mean 'acr'?\n"
          "models: {arc: 1}\n"
          "         ^\n"
          "in.yaml:6:35: error: unknown identity 'apl'; did you mean 'app'?\n"
          "    reg: {service: acr, identity: apl, key: kv1/cmk}\n"
          "                                  ^\n"
          "in.yaml:7:44: error: expected an IPv4 address, not 'no'\n"
          "    clu: {service: documentdb, outboundIp: no}\n"
          "                                           ^\n"
          "in.yaml:9:11: error: a vault has no field 'enableSoftDelet'; did you mean 'enableSoftDelete'?\n"
          "    kv1: {enableSoftDelet: true, keys: {cmk: {}}}\n"
          "          ^\n"
          "in.yaml:12:8: error: expected a duration since the start such as 1h30m, or an instant such as "
          "2026-01-01T03:00:00Z, not 'soon'\n"
          "- {at: soon, do: key.delete, target: kv1/cmk}\n"
          "       ^\n"
          "in.yaml:14:17: error: unknown operation 'poll'; did you mean 'pull'?\n"
          "- {at: 1h, try: poll, target: reg, expect: {status: 403, error: DENYED}}\n"
          "                ^\n"
          "in.yaml:14:65: error: unknown error 'DENYED'; did you mean 'DENIED'?\n"
          "- {at: 1h, try: poll, target: reg, expect: {status: 403, error: DENYED}}\n"
          "                                                                ^\n");
}

namespace {

/// An estate that grants something everywhere to a resource's own identity, and does not say that there is one.
Program grantedToOwn(std::string_view service) {
    return programOf("cmksim: 1\nname: x\nestate:\n"
                     "  vaults:\n    kv1:\n      accessPolicies: {'system:reg': [get], app: [get]}\n"
                     "      roleAssignments: {'system:reg': Owner}\n"
                     "      keys: {cmk: {roleAssignments: {'system:reg': Owner}}}\n"
                     "  identities: {app: {}}\n  roleAssignments: {'system:reg': Owner}\n"
                     "  resources: {reg: {service: " +
                     std::string{service} + ", identity: app, key: kv1/cmk}}\n");
}

} // namespace

TEST_CASE("a resource has an identity of its own if the estate grants that something") {
    const Program program = grantedToOwn("acr");
    const ResourceProgram& resource = program.resources[ResourceId{0}];
    CHECK(resource.described->names(resource.ownIdentity));
    CHECK(program.vaults.front().policies.size() == 2);
    CHECK(program.vaults.front().roles.size() == 1);
    CHECK(program.vaults.front().keys.front().roles.size() == 1);
    CHECK(program.rootRoles.size() == 1);
}

TEST_CASE("what the estate grants to an identity that cannot be there counts for no one") {
    const Program program = grantedToOwn("documentdb"); // it takes user-assigned identities alone
    const NewVault& vault = program.vaults.front();
    REQUIRE(vault.policies.size() == 1);
    CHECK(program.names.identities[vault.policies.front().identity].text == "app");
    CHECK(vault.roles.empty());
    CHECK(vault.keys.front().roles.empty());
    CHECK(program.rootRoles.empty());
}

TEST_CASE("a key is the same by short form and by URI, whatever the case of the host") {
    const Program program =
        programOf("cmksim: 1\nname: x\nestate:\n  vaults: {Contoso-KV: {keys: {cmk: {}}}}\n  identities: {app: {}}\n"
                  "  resources:\n    one: {service: acr, identity: app, key: Contoso-KV/cmk}\n"
                  "    two: {service: acr, identity: app, key: 'https://contoso-kv.vault.azure.net/keys/cmk'}\n"
                  "    three: {service: acr, identity: app, key: 'https://contoso-kv.vault.azure.net/keys/cmk/v1'}\n"
                  "    four: {service: acr, identity: app, key: 'https://contoso-kv.vault.azure.net/keys'}\n");
    const auto keyOf = [&](std::size_t resource) {
        return program.keys[program.resources[ResourceId{resource}].described->key];
    };
    CHECK(keyOf(1).named->key == keyOf(0).named->key);
    CHECK_FALSE(keyOf(1).named->version.valid());
    CHECK(keyOf(2).named->key == keyOf(0).named->key);
    CHECK(program.names.text(keyOf(2).named->version) == "v1");
    CHECK_FALSE(keyOf(3).named);
    CHECK(program.names.vaults[keyOf(1).named->vault].text == "Contoso-KV");
}

TEST_CASE("a version that is named like one that is numbered is that one") {
    const Program program =
        programOf(std::string{threeServices} + "    a: {service: acr, identity: app, key: kv1/cmk/v12}\n"
                                               "    b: {service: acr, identity: app, key: kv1/cmk/v012}\n"
                                               "    c: {service: acr, identity: app, key: kv1/cmk/8f0c2b51}\n");
    const auto versionOf = [&](std::size_t resource) {
        return program.keys[program.resources[ResourceId{resource}].described->key].named->version;
    };
    CHECK(versionOf(3) == WorldNames::numberedVersion(12));
    CHECK(versionOf(4) != versionOf(3));
    CHECK(program.names.text(versionOf(4)) == "v012");
    CHECK(program.names.text(versionOf(5)) == "8f0c2b51");
}

TEST_CASE("a resource knows its own entries, and whether they shape the world") {
    const Program program =
        programOf(std::string{threeServices} +
                  "timeline:\n"
                  "- {at: 2h, expect: {reg: Ready, acc: Ready}}\n"
                  "- {at: 1h, do: resource.remove-identity, target: reg, with: {identity: db}}\n"
                  "- {at: 1h, do: resource.assign-identity, target: acc, with: {identity: SystemAssigned}}\n"
                  "- {at: 1h, do: key.rotate, target: kv1/cmk}\n");
    const auto resource = [&](std::size_t id) { return program.resources[ResourceId{id}]; };
    CHECK(resource(0).entries.size() == 2);
    CHECK(resource(0).entries[0].entry < resource(0).entries[1].entry);
    CHECK(resource(1).entries[1].item == 1);
    CHECK(resource(2).entries.empty());
    CHECK_FALSE(resource(0).shapesWorld);
    CHECK(resource(1).shapesWorld);
    CHECK(resource(0).attachable.size() == 1);
}

TEST_CASE("resources that differ in tags alone are alike") {
    const Compiled compiled{std::string{threeServices} +
                            "    two: {service: acr, identity: app, key: kv1/cmk, tags: {env: prod}}\n"
                            "    three: {service: acr, identity: app, key: kv1/cmk, tags: {env: test}}\n"
                            "    else: {service: acr, identity: db, key: kv1/cmk, tags: {env: test}}\n"};
    REQUIRE(compiled.program);
    const Program& program = *compiled.program;
    const auto idOf = [&](std::string_view name) {
        for (const ResourceId id : program.resources.ids()) {
            if (program.resources[id].name == name) {
                return id;
            }
        }
        return ResourceId{};
    };
    CHECK_FALSE(program.tags.contains(idOf("reg")));
    CHECK(program.tags.at(idOf("two")) == engine::Tags{{"env", "prod"}});
    const engine::ResourceClasses alike = engine::alikeResources(program, engine::nominalPhases(program));
    CHECK(alike[idOf("reg")] == alike[idOf("two")]);
    CHECK(alike[idOf("two")] == alike[idOf("three")]);
    CHECK(alike[idOf("three")] != alike[idOf("else")]);
}

TEST_CASE("a resource that the timeline makes has the tags that it is made with") {
    const Program program =
        programOf(std::string{threeServices} + "timeline:\n- {at: 1h, do: resource.create, target: late, "
                                               "with: {service: acr, tags: {env: prod}}}\n");
    REQUIRE(program.tags.size() == 1);
    CHECK(program.resources[program.tags.begin()->first].name == "late");
}
