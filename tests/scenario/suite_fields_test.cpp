#include "support/read_scenario.hpp"

#include <catch2/catch.hpp>

namespace cmksim::suite_fields_test {

using namespace cmksim;
using namespace cmksim::scenario;
using namespace cmksim::test;
using namespace std::chrono;

namespace {

Read readWith(const std::string& fields) { return Read{"cmksim: 1\nname: x\nestate: {}\n" + fields + "\n"}; }

std::string errorsOf(const std::string& fields) { return messagesOf(readWith(fields).errors); }

} // namespace

TEST_CASE("a scenario says how a suite is to treat it") {
    const Read read =
        readWith("tags: [slow, a-b_c.d]\ntodo: {reason: the model is new, until: 2027-03-31}\nsnapshot: true");
    INFO(read.errors);
    REQUIRE(read.errors.empty());
    const Scenario& scenario = *read.scenario;
    CHECK(scenario.tags.size() == 2);
    CHECK(scenario.tags.at(1).text == "a-b_c.d");
    CHECK(scenario.todo->reason == "the model is new");
    CHECK(scenario.todo->until == year{2027} / March / 31);
    CHECK(scenario.todo->mark.line == 5);
    CHECK_FALSE(scenario.skip);
    REQUIRE(scenario.snapshot);
    CHECK_FALSE(scenario.snapshot->recorded);
}

TEST_CASE("a reason alone is a waiver without an end") {
    CHECK(readWith("skip: too slow").scenario->skip->reason == "too slow");
    CHECK_FALSE(readWith("todo: too slow").scenario->todo->until);
}

TEST_CASE("a scenario that says nothing of suites is an ordinary one") {
    const Read read = readWith("");
    CHECK(read.scenario->tags.empty());
    CHECK_FALSE(read.scenario->skip);
    CHECK_FALSE(read.scenario->todo);
    CHECK_FALSE(read.scenario->snapshot);
}

TEST_CASE("fields for suites of a wrong shape are errors") {
    CHECK(errorsOf("tags: slow") == "in.yaml:4:7: error: expected a list, not 'slow'\n");
    CHECK(errorsOf("tags: [a b]") == "in.yaml:4:8: error: a tag cannot be called 'a b'; it has letters, digits, '-', "
                                     "'_' and '.'\n");
    CHECK(errorsOf("tags: [a, a]") == "in.yaml:4:11: error: 'a' stands twice in the list\n");
    CHECK(errorsOf("skip: ") == "in.yaml:4:5: error: expected the reason, not nothing\n");
    CHECK(errorsOf("skip: [a]") == "in.yaml:4:7: error: expected the reason, not a list\n");
    CHECK(errorsOf("skip: {reason: a, until: 2027-03-31}") ==
          "in.yaml:4:19: error: 'skip' has no field 'until'; known: reason\n");
    CHECK(errorsOf("todo: {until: 2027-03-31}") == "in.yaml:4:1: error: 'todo' needs the field 'reason'\n");
    CHECK(errorsOf("todo: {reason: a, until: 2027-02-29}") ==
          "in.yaml:4:26: error: expected a date such as 2027-03-31, not '2027-02-29'\n");
    CHECK(errorsOf("todo: {reason: a, until: 31.3.2027}") ==
          "in.yaml:4:26: error: expected a date such as 2027-03-31, not '31.3.2027'\n");
    CHECK(errorsOf("skip: a\ntodo: b") == "in.yaml:5:1: error: 'skip' and 'todo' exclude each other\n");
    CHECK(errorsOf("snapshot: maybe") == "in.yaml:4:11: error: expected true, false or a recorded text, not 'maybe'\n");
}

} // namespace cmksim::suite_fields_test
