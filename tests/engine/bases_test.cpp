// Resources that stand on others: the sentences of the rules, and random worlds against the reference.
#include "stacked_three.hpp"
#include "stacked_worlds.hpp"

#include "engine/dependencies.hpp"
#include "engine/part.hpp"
#include "engine/replay.hpp"
#include "engine/timeline_walk.hpp"
#include "engine/wording.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace cmksim::test {
namespace {

using namespace engine;

std::string lineOf(const Program& program, const Record& record) {
    const std::string at = std::to_string((record.position.at - scenarioStart).count()) + " ";
    if (const auto* moved = record.asIf<Transition>()) {
        const Model& model = program.modelOf(record.on->resource);
        return at + program.resources[record.on->resource].name + " " + model.states[moved->from].name + " -> " +
               model.states[moved->to].name + " " + std::string{nameOf(moved->reason)};
    }
    if (record.is<ActionDone>() && record.refused()) {
        const TimelineEntry& entry = program.entries[record.entry()];
        return at + entry.name.substr(entry.name.find('.') + 1) + " " + entry.target + " " +
               std::string{wordingOf(program, record).error};
    }
    return {};
}

std::vector<std::string> linesOf(const Program& program, std::span<const Record> records) {
    std::vector<std::string> lines;
    for (const Record& record : records) {
        if (std::string line = lineOf(program, record); !line.empty()) {
            lines.push_back(std::move(line));
        }
    }
    return lines;
}

std::string story(const Program& program) {
    std::string text;
    for (const std::string& line : linesOf(program, replay(program, nominalPhases(program)).records)) {
        text += line + "\n";
    }
    return text;
}

TEST_CASE("what stands on a resource goes and comes back with it, in the stage after the look, bases first") {
    const Compiled world = threeDeep(keyOff + keyOn);
    INFO(world.errors);
    REQUIRE(world.program);
    CHECK(story(*world.program) == "120 des Ready -> Down KeyDisabled\n"
                                   "120 data Ready -> Stopped BaseUnavailable\n"
                                   "120 vm Ready -> Stopped BaseUnavailable\n"
                                   "300 des Down -> Ready None\n"
                                   "300 data Stopped -> Ready None\n"
                                   "300 vm Stopped -> Ready None\n");
}

TEST_CASE("bases are unavailable when they have not been enough for so long, and available likewise") {
    const Compiled world = threeDeep(keyOff + keyOn, "within: 30s, back-within: 10s, ", "within: 1m, ");
    REQUIRE(world.program);
    CHECK(story(*world.program) == "120 des Ready -> Down KeyDisabled\n"
                                   "150 data Ready -> Stopped BaseUnavailable\n"
                                   "210 vm Ready -> Stopped BaseUnavailable\n"
                                   "300 des Down -> Ready None\n"
                                   "310 data Stopped -> Ready None\n"
                                   "310 vm Stopped -> Ready None\n");
}

TEST_CASE("a spell of exactly that length counts only when the bases are still not enough then") {
    const std::string back = "  - {at: 3m, do: key.update, target: kv1/cmk, with: {enabled: true}}\n";
    const Compiled shorter = threeDeep(keyOff + back, "within: 1m, ");
    REQUIRE(shorter.program);
    CHECK(story(*shorter.program).find("data") == std::string::npos);
    const Compiled longer = threeDeep(keyOff + back, "within: 59s, ");
    CHECK(story(*longer.program).find("179 data Ready -> Stopped BaseUnavailable") != std::string::npos);
}

TEST_CASE("a base that is absent, or left behind by a creation that failed, is down") {
    const Compiled world = threeDeep(
        "  - {at: 10s, do: resource.create, target: late, with: {service: set, identity: app, key: kv1/own}}\n"
        "  - {at: 20s, do: resource.delete, target: late, expect: {error: InUse}}\n"
        "  - {at: 30s, do: resource.delete, target: other}\n"
        "  - {at: 30s, do: resource.delete, target: late}\n"
        "  - {at: 40s, do: key.update, target: kv1/own, with: {enabled: false}}\n"
        "  - {at: 40s, do: resource.create, target: late, with: {service: set, identity: app, key: kv1/own}}\n"
        "  - {at: 40s, do: resource.create, target: other, with: {service: volume, on: [late]}}\n",
        "", "", "    other: {service: volume, on: [late]}\n");
    INFO(world.errors);
    REQUIRE(world.program);
    CHECK(story(*world.program) == "0 other Ready -> Stopped BaseUnavailable\n"
                                   "10 other Stopped -> Ready None\n"
                                   "20 delete late InUse\n"
                                   "40 create late NoKey\n"
                                   "40 other Ready -> Stopped BaseUnavailable\n");
}

TEST_CASE("what a refused creation names as bases changes nothing in the order of the stage of bases") {
    const std::string more = "    first: {service: volume, on: [des]}\n    second: {service: volume, on: [des]}\n";
    const std::string twice = "  - {at: 10s, do: resource.create, target: first, expect: {error: ResourceExists},\n"
                              "     with: {service: volume, on: [second]}}\n";
    const Compiled world = threeDeep(twice + keyOff, "", "", more);
    INFO(world.errors);
    REQUIRE(world.program);
    CHECK(story(*world.program) == "10 create first ResourceExists\n"
                                   "120 des Ready -> Down KeyDisabled\n"
                                   "120 data Ready -> Stopped BaseUnavailable\n"
                                   "120 vm Ready -> Stopped BaseUnavailable\n"
                                   "120 first Ready -> Stopped BaseUnavailable\n"
                                   "120 second Ready -> Stopped BaseUnavailable\n");
}

TEST_CASE("what a deleted resource stood on holds nothing back in the stage of bases") {
    // `either` may be dealt with as soon as `gone` is, which waits for `late` only as long as it is there.
    const std::string more = "    either: {service: any, on: [gone, des]}\n    gone: {service: volume, on: [late]}\n"
                             "    other: {service: volume, on: [des]}\n    late: {service: volume, on: [des]}\n";
    const auto told = [&](const std::string& before) {
        Compiled world{{stackedModel("set", "1m", ""), stackedModel("volume", "1m", standsOnRules("")),
                        stackedModel("any", "1m", standsOnRules("needs: any, "))},
                       "cmksim: 1\nname: x\nuntil: 20m\nestate:\n"
                       "  vaults: {kv1: {accessPolicies: {app: [get]}, keys: {cmk: {}}}}\n  identities: {app: {}}\n"
                       "  resources:\n    des: {service: set, identity: app, key: kv1/cmk}\n" +
                           more + "timeline:\n" + before + keyOff};
        INFO(world.errors);
        REQUIRE(world.program);
        return story(*world.program);
    };
    CHECK(told("") == "120 des Ready -> Down KeyDisabled\n"
                      "120 other Ready -> Stopped BaseUnavailable\n"
                      "120 late Ready -> Stopped BaseUnavailable\n"
                      "120 gone Ready -> Stopped BaseUnavailable\n"
                      "120 either Ready -> Stopped BaseUnavailable\n");
    CHECK(told("  - {at: 10s, do: resource.delete, target: gone}\n") == "120 des Ready -> Down KeyDisabled\n"
                                                                        "120 either Ready -> Stopped BaseUnavailable\n"
                                                                        "120 other Ready -> Stopped BaseUnavailable\n"
                                                                        "120 late Ready -> Stopped BaseUnavailable\n");
}

TEST_CASE("a look whose key answers is held back by its bases, and a change of bases makes no look") {
    const Compiled world =
        threeDeep("  - {at: 10s, do: key.update, target: kv1/own, with: {enabled: false}}\n" + keyOff +
                      "  - {at: 200s, do: key.update, target: kv1/own, with: {enabled: true}}\n" + keyOn,
                  "", "", "    own: {service: volume, on: [des], identity: app, key: kv1/own}\n");
    INFO(world.errors);
    REQUIRE(world.program);
    CHECK(story(*world.program).find("60 own Ready -> Down KeyDisabled\n") != std::string::npos);
    CHECK(story(*world.program).find("240 own Down -> Stopped BaseUnavailable\n") != std::string::npos);
    CHECK(story(*world.program).find("300 own Stopped -> Ready None\n") != std::string::npos);
}

TEST_CASE(
    "a resource without a key that the estate says is down comes up when its bases have been enough for so long") {
    const Compiled world =
        threeDeep("", "back-within: 70s, ", "", "    off: {service: volume, on: [des], state: Stopped}\n");
    INFO(world.errors);
    REQUIRE(world.program);
    CHECK(story(*world.program) == "70 off Stopped -> Ready None\n");
}

TEST_CASE("something without a model is never short") {
    const std::string search = "    search: {service: unmodelled, type: Microsoft.Search/searchServices}\n"
                               "    any: {service: either, on: [search, des]}\n";
    Compiled world{{stackedModel("set", "1m", ""), stackedModel("either", "1m", standsOnRules("needs: any, ")),
                    stackedModel("volume", "1m", standsOnRules(""))},
                   "cmksim: 1\nname: x\nuntil: 20m\nestate:\n"
                   "  vaults: {kv1: {accessPolicies: {app: [get]}, keys: {cmk: {}}}}\n  identities: {app: {}}\n"
                   "  resources:\n    des: {service: set, identity: app, key: kv1/cmk}\n"
                   "    both: {service: volume, on: [search, des]}\n" +
                       search + "timeline:\n" + keyOff};
    INFO(world.errors);
    REQUIRE(world.program);
    CHECK(story(*world.program) == "120 des Ready -> Down KeyDisabled\n120 both Ready -> Stopped BaseUnavailable\n");
}

TEST_CASE("what cannot stand on something is said where it is written") {
    const auto errorsOf = [](const std::string& resources) {
        return Compiled{
            {stackedModel("set", "1m", ""), stackedModel("volume", "1m", standsOnRules("")),
             stackedModel("machine", "1m", "stands-on: {services: volume, state: Stopped, assumed: for tests}\n")},
            "cmksim: 1\nname: x\nestate:\n  resources:\n" + resources + "timeline: []\n"}
            .errors;
    };
    CHECK(
        errorsOf("    a: {service: volume, on: [b]}\n    b: {service: volume, on: [a]}\n")
            .find("in.yaml:5:31: error: resources stand on one another in a circle: 'a' stands on 'b', which stands on "
                  "'a'") != std::string::npos);
    CHECK(errorsOf("    a: {service: set, on: [b]}\n    b: {service: volume}\n")
              .find("in.yaml:5:28: error: a resource of service 'set' stands on no other") != std::string::npos);
    CHECK(errorsOf("    a: {service: machine, on: [b]}\n    b: {service: set}\n")
              .find("'b' is of service 'set', on which a resource of 'machine' does not stand; known: volume") !=
          std::string::npos);
    CHECK(errorsOf("    a: {service: volume, on: [bb]}\n    b: {service: set}\n").find("unknown resource 'bb'") !=
          std::string::npos);
}

TEST_CASE("random worlds of resources on one another go as the reference says, replayed and step by step") {
    std::size_t refused = 0;
    std::size_t heldBack = 0;
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        const StackedText made = stackedWorld(seed);
        Compiled world{made.models, made.text};
        CAPTURE(seed, made.text, made.models, world.errors);
        REQUIRE(world.program);
        const Program& program = *world.program;
        const std::vector<std::string> expected = reference::play(made.world);
        const std::vector<std::string> found = linesOf(program, replay(program, nominalPhases(program)).records);
        REQUIRE(found == expected);

        std::vector<Record> records;
        TimelineWalk walk{program, nominalPhases(program)};
        for (Instant next = scenarioStart; next <= program.until; next = walk.next()) {
            walk.advanceTo(next, records);
        }
        std::vector<std::string> stepped = linesOf(program, records);
        std::vector<std::string> moves = expected;
        std::erase_if(moves, [](const std::string& line) { return line.find("->") == std::string::npos; });
        std::ranges::sort(stepped);
        std::ranges::sort(moves);
        REQUIRE(stepped == moves);
        for (const std::string& line : expected) {
            refused += line.ends_with("InUse") ? 1U : 0U;
            heldBack += line.find("Down -> Stopped") != std::string::npos ? 1U : 0U;
        }
    }
    CHECK(refused > 5);
    CHECK(heldBack > 3);
}

TEST_CASE("bases are among the supports, and hold up what needs each of them, or what they alone carry") {
    const Compiled world = threeDeep("");
    REQUIRE(world.program);
    const Dependencies graph{*world.program};
    const auto id = [&](std::string_view name) {
        return ResourceId{
            static_cast<std::size_t>(std::ranges::find(world.program->resources, name, &ResourceProgram::name) -
                                     world.program->resources.begin())};
    };
    const auto holds = [&](const std::vector<Dependencies::Vertex>& some, const DependencyNode& node) {
        return std::ranges::find(some, graph.vertexOf(node)) != some.end();
    };
    const auto supports = graph.supportsOf(id("vm"));
    const auto single = graph.singlePointsOf(id("vm"));
    for (const DependencyNode& node :
         {DependencyNode{node::Resource{id("data")}}, DependencyNode{node::Resource{id("des")}},
          DependencyNode{node::Key{KeyId{0}}}, DependencyNode{node::Vault{VaultId{0}}}}) {
        CHECK(holds(supports, node));
        CHECK(holds(single, node));
    }
    CHECK(graph.resourcesOn(graph.vertexOf(node::Key{KeyId{0}})).size() == 3);
    CHECK(graph.usersOf(graph.vertexOf(node::Key{KeyId{0}})) == std::vector{id("des")});
    CHECK(partsOf(*world.program).size() == 1);
}

} // namespace
} // namespace cmksim::test
