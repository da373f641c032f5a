// What resources lose by the states that they are in, where an analysis looks at data alone.
#include "running.hpp"

#include <catch2/catch.hpp>

namespace cmksim::state_losses_test {

using namespace cmksim::test;

namespace {

std::string estateOf(const std::string& service) {
    return "cmksim: 1\nname: x\nuntil: 8h\nestate:\n  vaults: {kv1: {enablePurgeProtection: true, accessPolicies: "
           "{app: [get, wrapKey, unwrapKey]}, keys: {cmk: }}}\n  identities: {app: }\n  resources: {res: {service: " +
           service + ", identity: app, key: kv1/cmk}}\n";
}

} // namespace

TEST_CASE("analyses that look at data alone say which other losses they do not look at") {
    const Folder folder;
    const std::string database = folder.file("database.yaml", estateOf("sqldb"));
    const std::string registry = folder.file("registry.yaml", estateOf("acr"));
    const auto jsonOf = [](std::vector<std::string> words, const std::string& path) {
        words.insert(words.end(), {"--format", "json", path});
        return Ran{words}.out;
    };
    const std::string what = "sqldb, while Inaccessible: membership of a failover group";
    const std::vector<std::vector<std::string>> commands{
        {"explore", "--faults", "1", "--invariant", "no-data-loss"}, {"lint"}, {"sample", "--trials", "10"}};
    for (const std::vector<std::string>& words : commands) {
        INFO(words.front());
        CHECK(has(jsonOf(words, database), what));
        CHECK_FALSE(has(jsonOf(words, registry), "what is lost by"));
    }
    const std::string deleted =
        folder.file("deleted.yaml", estateOf("sqldb") + "timeline:\n  - {at: 1h, do: key.delete, target: kv1/cmk}\n");
    CHECK(has(jsonOf({"deadline", "--repair", "key.recover kv1/cmk"}, deleted), what));
    CHECK(has(jsonOf(commands.front(), database),
              R"("lossesNotLookedAt": ["what is lost by sqldb, while Inaccessible: )"));
    CHECK_FALSE(has(jsonOf(commands.front(), registry), "lossesNotLookedAt"));
    const Ran text{{"explore", "--faults", "1", "--invariant", "no-data-loss", database}};
    CHECK(has(text.out, "not looked at  what is lost by sqldb, while Inaccessible:"));
}

TEST_CASE("a plan tells what will be lost over every timing, as bounds does") {
    const Folder folder;
    const std::string story =
        folder.file("story.yaml", estateOf("sqldb") + "timeline:\n  - {at: 5m, do: key.delete, target: kv1/cmk}\n");
    const std::string all = "between +35m1s";
    CHECK(has(Ran{{"bounds", story}}.out, all));
    CHECK(has(Ran{{"plan", "--at", "10m", story}}.out, all));
}

} // namespace cmksim::state_losses_test
