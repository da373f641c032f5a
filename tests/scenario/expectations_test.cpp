#include "support/read_scenario.hpp"

#include <catch2/catch.hpp>

namespace cmksim::expectations_test {

using namespace cmksim;
using namespace cmksim::scenario;
using namespace cmksim::test;
using namespace std::chrono_literals;

namespace {

Read readEntry(const std::string& fields) {
    return Read{"cmksim: 1\nname: x\nestate: {}\ntimeline:\n- {at: 1h, " + fields + "}\n"};
}

std::string errorsOf(const std::string& fields) {
    std::string messages = messagesOf(readEntry(fields).errors);
    for (std::size_t at = 0; (at = messages.find("in.yaml:5:", at)) != std::string::npos;) {
        messages.erase(at, std::string_view{"in.yaml:5:"}.size());
    }
    return messages;
}

} // namespace

TEST_CASE("an expectation is a state, a list of states, or a map") {
    const Read read = readEntry("expect: {a: Ready, b: [Ready, Revoked], c: {state: Inaccessible, reason: KeyNotFound, "
                                "error: DENIED, downtime: '<= 3h', outages: '1..2', recoverable: true}}");
    REQUIRE(read.errors.empty());
    const std::vector<ExpectationSpec>& expectations =
        std::get<std::vector<ExpectationSpec>>(read.scenario->timeline.at(0).what);
    REQUIRE(expectations.size() == 3);
    CHECK(expectations[0].resource.text == "a");
    CHECK(expectations[0].text == "Ready");
    CHECK(expectations[0].states.at(0).text == "Ready");
    CHECK(expectations[0].mark.column == 24);
    CHECK(expectations[1].states.size() == 2);
    CHECK(expectations[1].text == "[Ready, Revoked]");
    CHECK(expectations[2].states.at(0).text == "Inaccessible");
    CHECK(expectations[2].reason.text == "KeyNotFound");
    CHECK(expectations[2].error.text == "DENIED");
    CHECK(expectations[2].recoverable == true);
    CHECK(expectations[2].downtime->most == 3h);
    CHECK_FALSE(expectations[2].downtime->least);
    CHECK(expectations[2].outages->least == 1);
    CHECK(expectations[2].outages->most == 2);
    CHECK(expectations[2].text == "{state: Inaccessible, reason: KeyNotFound, error: DENIED, downtime: \"<= 3h\", "
                                  "outages: \"1..2\", recoverable: true}");
}

TEST_CASE("bounds hold at both of their ends") {
    const auto downtime = [](const std::string& text) {
        const Read read = readEntry("expect: {a: {downtime: \"" + text + "\"}}");
        INFO(read.errors);
        REQUIRE(read.errors.empty());
        return std::get<std::vector<ExpectationSpec>>(read.scenario->timeline.at(0).what).at(0).downtime.value();
    };
    CHECK((downtime("<= 3h").hold(3h) && !downtime("<= 3h").hold(3h + 1s)));
    CHECK((downtime(">=1h").hold(1h) && !downtime(">= 1h").hold(1h - 1s)));
    CHECK((downtime("== 0s").hold(0s) && !downtime("== 0s").hold(1s)));
    CHECK((downtime("1h..2h").hold(1h) && downtime("1h .. 2h").hold(2h) && !downtime("1h..2h").hold(2h + 1s)));
}

TEST_CASE("a value alone is both ends of its bounds") {
    const Read read = readEntry("expect: {a: {downtime: 3h, outages: 1}}");
    INFO(read.errors);
    REQUIRE(read.errors.empty());
    const ExpectationSpec& expectation =
        std::get<std::vector<ExpectationSpec>>(read.scenario->timeline.at(0).what).at(0);
    CHECK((expectation.downtime->least == 3h && expectation.downtime->most == 3h));
    CHECK((expectation.outages->least == 1 && expectation.outages->most == 1));
}

TEST_CASE("an expectation that cannot be read is an error") {
    CHECK(errorsOf("expect: {a: }") == "24: error: expected a state or a list of states, not nothing\n");
    CHECK(errorsOf("expect: {a: []}") == "24: error: expected a state or a list of states, not nothing\n");
    CHECK(errorsOf("expect: {a: [[Ready]]}") == "25: error: expected a state, not a list\n");
    CHECK(errorsOf("expect: {a: {}}") ==
          "24: error: this expects nothing; known: state, reason, error, downtime, outages, recoverable, timing\n");
    CHECK(errorsOf("expect: {}") == "20: error: this expects nothing; name a resource and its state\n");
    CHECK(errorsOf("expect: Ready") ==
          "20: error: expected resources with what is expected of them (a mapping), not 'Ready'\n");
    CHECK(errorsOf("expect: {a: {states: Ready}}") ==
          "25: error: an expectation has no field 'states'; did you mean 'state'?\n");
    CHECK(errorsOf("expect: {a: {recoverable: maybe}}") == "38: error: expected true or false, not 'maybe'\n");
}

TEST_CASE("bounds that cannot be read are errors") {
    CHECK(errorsOf("expect: {a: {downtime: '< 3h'}}") ==
          "35: error: expected 3h, \"<= 3h\", \">= 1h\" or \"1h..2h\", not the text '< 3h'\n");
    CHECK(errorsOf("expect: {a: {downtime: '<= 3'}}") ==
          "35: error: expected 3h, \"<= 3h\", \">= 1h\" or \"1h..2h\", not the text '<= 3'\n");
    CHECK(errorsOf("expect: {a: {downtime: '2h..1h'}}") ==
          "35: error: the range '2h..1h' is empty; the smaller end comes first\n");
    CHECK(errorsOf("expect: {a: {downtime: '1h..'}}") ==
          "35: error: expected 3h, \"<= 3h\", \">= 1h\" or \"1h..2h\", not the text '1h..'\n");
    CHECK(errorsOf("expect: {a: {downtime: 3}}") ==
          "35: error: expected 3h, \"<= 3h\", \">= 1h\" or \"1h..2h\", not '3'\n");
    CHECK(errorsOf("expect: {a: {outages: '== -1'}}") ==
          "34: error: expected 3, \"<= 3\", \">= 1\" or \"1..2\", not the text '== -1'\n");
}

TEST_CASE("what an action's result may be") {
    const auto fails = [](const std::string& expect) {
        Read read = readEntry("do: key.delete, target: kv1/k, expect: " + expect);
        INFO(read.errors);
        REQUIRE(read.errors.empty());
        return read.scenario->timeline.at(0).result.value().failure() != nullptr;
    };
    CHECK_FALSE(fails("ok"));
    CHECK(fails("refused"));
    CHECK(fails("{error: PurgeProtected}"));
    CHECK(fails("denied"));
    CHECK(fails("403"));
    CHECK(fails("{status: 403, error: X}"));
    CHECK(errorsOf("do: key.delete, target: kv1/k, expect: no") ==
          "51: error: expected ok, refused, a status such as 403, or {error: CODE}, not 'no'\n");
    CHECK(errorsOf("do: key.delete, target: kv1/k, expect: {}") == "51: error: this expects nothing\n");
}

TEST_CASE("what an operation's result may be") {
    const Read read = readEntry("try: pull, target: r, expect: {status: 403, error: DENIED}");
    REQUIRE(read.errors.empty());
    const ResultSpec& result = read.scenario->timeline.at(0).result.value();
    REQUIRE(result.failure() != nullptr);
    CHECK(result.failure()->status == 403);
    CHECK(std::get<Name>(result.failure()->error).text == "DENIED");
    CHECK(result.text == "{status: 403, error: DENIED}");
    const auto failureOf = [](const std::string& expect) -> std::optional<FailureSpec> {
        const Read one = readEntry("try: pull, target: r, expect: " + expect);
        const FailureSpec* failure = one.scenario->timeline.at(0).result->failure();
        return failure != nullptr ? std::optional{*failure} : std::nullopt;
    };
    CHECK(failureOf("403")->status == 403);
    CHECK_FALSE(failureOf("ok"));
    CHECK(failureOf("refused"));
    CHECK(errorsOf("try: pull, target: r, expect: no") ==
          "42: error: expected ok, denied, a status such as 403, or {status: 403, error: CODE}, not 'no'\n");
    CHECK(errorsOf("try: pull, target: r, expect: 42") == "42: error: expected a number from 100 to 599, not '42'\n");
    CHECK(errorsOf("try: pull, target: r, expect: {status: '403'}") ==
          "51: error: expected a number from 100 to 599, not the text '403'\n");
}

} // namespace cmksim::expectations_test
