// A scenario with a matrix, as `run` plays it.
#include "running.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace cmksim::matrix_test {

using namespace cmksim::test;

namespace {

constexpr std::string_view story = R"(cmksim: 1
name: Purged
matrix: {protected: [true, false], days: [7, 90]}
estate:
  vaults:
    kv1: {enablePurgeProtection: "${protected}", softDeleteRetentionInDays: "${days}", keys: {k: {}}}
timeline:
  - {at: 10m, do: key.delete, target: kv1/k}
  - {at: 20m, do: key.purge, target: kv1/k, expect: refused}
)";

} // namespace

TEST_CASE("run plays every case of a matrix under its own name, and one that falls short fails it") {
    const Folder folder;
    const Ran ran{{"run", "--format", "json", folder.file("s.yaml", story)}};
    CHECK(ran.code == 1);
    CHECK(ran.err.empty());
    CHECK(std::ranges::count(ran.out, '\n') == 4);
    CHECK(has(ran.out, R"("scenario": "Purged [protected=true, days=7]")"));
    CHECK(has(ran.out, R"("scenario": "Purged [protected=false, days=90]")"));
    const Ran text{{"run", folder.path("s.yaml")}};
    CHECK(has(text.out, "Purged [protected=true, days=90]"));
}

TEST_CASE("what is wrong with the cases of a matrix is said at their common place") {
    const Folder folder;
    std::string broken{story};
    broken.replace(broken.find("[7, 90]"), 7, "[7, 91]");
    const Ran ran{{"run", folder.file("s.yaml", broken)}};
    CHECK(ran.code == 2);
    CHECK(ran.out.empty());
    CHECK(has(ran.err, "s.yaml:6:77: error: expected a number from 7 to 90, not '91'"));
    CHECK(ran.err.find("'91'") == ran.err.rfind("'91'"));
}

} // namespace cmksim::matrix_test
