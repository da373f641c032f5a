#include "report/golden.hpp"
#include "report/json.hpp"
#include "report/replayed.hpp"

using namespace cmksim;
using namespace cmksim::test;

TEST_CASE("a run's JSON has its fields in the order that the command line promises") {
    const auto run = golden("everything");
    checkGolden(goldenDirectory + "everything.json", runJson(*run->program, run->trace, "everything.yaml") + '\n');
}

TEST_CASE("a JSON string escapes what JSON does not allow") {
    CHECK(jsonString("a \"b\" \\ c") == R"("a \"b\" \\ c")");
    CHECK(jsonString("line\nend\x1b") == R"("line\u000aend\u001b")");
    CHECK(jsonString("日本") == "\"日本\"");
    CHECK(jsonString("broken \xff byte") == "\"broken \uFFFD byte\"");
}
