#include "support/read_scenario.hpp"

#include "scenario/matrix.hpp"

#include <catch2/catch.hpp>

namespace cmksim::matrix_test {

using namespace cmksim;
using namespace cmksim::scenario;
using namespace cmksim::test;
using namespace std::chrono_literals;

namespace {

/// The cases of a file whose matrix and estate are given.
struct Cases {
    explicit Cases(const std::string& text, std::map<std::string, std::string> others = {}) {
        others.emplace("in.yaml", text);
        TextFiles files{std::move(others)};
        cases = parseScenarioCases("in.yaml", files, {}, diagnostics);
        std::ostringstream out;
        diagnostics.print(out);
        errors = out.str();
    }

    Diagnostics diagnostics;
    std::vector<ScenarioCase> cases;
    std::string errors;
};

std::string withMatrix(const std::string& matrix, const std::string& rest = "estate: {}\n") {
    return "cmksim: 1\nname: x\nmatrix: " + matrix + "\n" + rest;
}

std::string errorsOf(const std::string& matrix, const std::string& rest = "estate: {}\n") {
    return messagesOf(Cases{withMatrix(matrix, rest)}.errors);
}

} // namespace

TEST_CASE("a matrix makes a case of every combination, the first parameter slowest") {
    const Cases read{
        withMatrix("{days: [7, 90], rbac: [true, false]}",
                   "estate:\n"
                   "  vaults:\n"
                   "    kv-${days}: {softDeleteRetentionInDays: \"${days}\", enableRbacAuthorization: \"${rbac}\"}\n")};
    INFO(read.errors);
    REQUIRE(read.cases.size() == 4);
    CHECK(read.cases[0].label == "days=7, rbac=true");
    CHECK(read.cases[1].label == "days=7, rbac=false");
    CHECK(read.cases[2].label == "days=90, rbac=true");
    CHECK(read.cases[3].label == "days=90, rbac=false");
    const VaultSpec& vault = read.cases[3].scenario.estate.vaults.at(0);
    CHECK(vault.name.text == "kv-90");
    CHECK(vault.name.mark.line == 6);
    CHECK(vault.softDeleteRetentionInDays == 90);
    CHECK_FALSE(vault.enableRbacAuthorization.value().value);
}

TEST_CASE("without a matrix a scenario is its only case, and a brace is a brace") {
    const Cases read{"cmksim: 1\nname: costs ${x}, $${y}\nestate: {}\n"};
    REQUIRE(read.cases.size() == 1);
    CHECK(read.cases[0].label.empty());
    CHECK(read.cases[0].scenario.name == "costs ${x}, $${y}");
}

TEST_CASE("a parameter stands within a text, and an escaped brace stays") {
    const Cases read{"cmksim: 1\nname: after ${n}h, ${n} of $${n}$\nmatrix: {n: [2]}\nestate: {}\n"
                     "timeline:\n- {at: \"${n}h\", do: vault.delete, target: \"kv${n}\"}\n"};
    INFO(read.errors);
    REQUIRE(read.cases.size() == 1);
    CHECK(read.cases[0].scenario.name == "after 2h, 2 of ${n}$");
    CHECK(read.cases[0].scenario.timeline.at(0).at == scenarioStart + 2h);
    CHECK(read.cases[0].scenario.timeline.at(0).action()->target.text == "kv2");
}

TEST_CASE("a parameter alone brings its type along") {
    const auto expiry = [](const std::string& value) {
        return Cases{withMatrix("{x: [" + value + "]}", "estate: {vaults: {kv1: {keys: {k: {expires: \"${x}\"}}}}}\n")};
    };
    CHECK(expiry("null").errors.empty());
    CHECK_FALSE(expiry("null").cases.at(0).scenario.estate.vaults.at(0).keys.at(0).versions.at(0).expires);
    CHECK(expiry("null").cases.at(0).label == "x=null");
    const auto flag = [](const std::string& value) {
        return errorsOf("{x: [" + value + "]}", "estate: {vaults: {kv1: {enablePurgeProtection: \"${x}\"}}}\n");
    };
    CHECK(flag("true").empty());
    CHECK(flag("'true'") == "in.yaml:4:48: error: expected true or false, not the text 'true'\n");
}

TEST_CASE("a parameter that the matrix does not have is an error") {
    CHECK(errorsOf("{retention: [7]}", "estate: {}\ndescription: ${retentoin}\n") ==
          "in.yaml:5:14: error: the matrix has no parameter 'retentoin'; did you mean 'retention'?\n");
    CHECK(errorsOf("{retention: [7]}", "estate: {}\ndescription: ${a b}\n") ==
          "in.yaml:5:14: error: '${' begins no parameter here; a parameter is '${NAME}', and '$${' stands for '${' "
          "itself\n");
    CHECK(errorsOf("{retention: [7]}", "estate: {}\ndescription: 5 ${retention\n")
              .starts_with("in.yaml:5:14: error: '${' begins no parameter here"));
}

TEST_CASE("a matrix of a wrong shape is an error") {
    CHECK(errorsOf("[1]") ==
          "in.yaml:3:9: error: expected parameters with lists of their values (a mapping), not a list\n");
    CHECK(errorsOf("{}") == "in.yaml:3:9: error: a matrix has at least one parameter\n");
    CHECK(errorsOf("{x: 7}") == "in.yaml:3:13: error: expected a list of one value or more, not '7'\n");
    CHECK(errorsOf("{x: []}") == "in.yaml:3:13: error: expected a list of one value or more, not a list\n");
    CHECK(errorsOf("{x: [[7]]}") == "in.yaml:3:14: error: expected a text, a number, a boolean or null, not a list\n");
    CHECK(errorsOf("{x: [7, '7']}") == "in.yaml:3:17: error: '7' stands twice in the list\n");
    CHECK(errorsOf("{7x: [7]}") == "in.yaml:3:10: error: a parameter cannot be called '7x'; its name has letters, "
                                   "digits and '_', and does not begin with a digit\n");
}

TEST_CASE("no two cases of a matrix are called alike") {
    CHECK(
        errorsOf("{v: [a, 'a, w=x'], w: [x, 'x, w=x']}") ==
        "in.yaml:3:9: error: two cases are called 'v=a, w=x, w=x'; a value with a comma and '=' in it reads as two\n");
    CHECK(errorsOf("{v: [a, 'a, w=x'], w: [x, y]}").empty());
}

TEST_CASE("a matrix has at most 10,000 combinations") {
    const auto listOf = [](int count) {
        std::string list = "[0";
        for (int i = 1; i < count; ++i) {
            list += ", " + std::to_string(i);
        }
        return list + "]";
    };
    CHECK(Cases{withMatrix("{a: " + listOf(100) + ", b: " + listOf(100) + "}")}.cases.size() == 10'000);
    CHECK(errorsOf("{a: " + listOf(100) + ", b: " + listOf(101) + "}") ==
          "in.yaml:3:9: error: a matrix has at most 10000 combinations\n");
}

TEST_CASE("keys that a parameter makes alike are reported") {
    CHECK(errorsOf("{x: [kv1, kv2]}", "estate: {vaults: {kv1: {}, \"${x}\": {}}}\n") ==
          "in.yaml:4:28: error: duplicate key 'kv1'; it first stands on line 4\n");
}

TEST_CASE("what is wrong in several cases alike is said once, and what is wrong in each of them too") {
    CHECK(errorsOf("{x: [5, 7, 200]}",
                   "estate: {vaults: {kv1: {softDeleteRetentionInDays: \"${x}\", enableSoftDelete: 3}}}\n") ==
          "in.yaml:4:52: error: expected a number from 7 to 90, not '5'\n"
          "in.yaml:4:52: error: expected a number from 7 to 90, not '200'\n"
          "in.yaml:4:78: error: expected true or false, not '3'\n");
}

TEST_CASE("an estate file belongs to every case, and is read once") {
    const Cases read{
        withMatrix("{x: [1, 2]}", "estate: \"${x}.yaml\"\n"),
        {{"1.yaml", "cmksim-estate: 1\nvaults: {one: {}}\n"}, {"2.yaml", "cmksim-estate: 1\nvaults: {two: {}}\n"}}};
    INFO(read.errors);
    REQUIRE(read.cases.size() == 2);
    CHECK(read.cases[1].scenario.estate.vaults.at(0).name.text == "two");
    const std::string missing = messagesOf(Cases{withMatrix("{x: [1, 2]}", "estate: none.yaml\n")}.errors);
    CHECK(missing == "in.yaml:4:9: error: cannot read 'none.yaml'\n");
}

} // namespace cmksim::matrix_test
