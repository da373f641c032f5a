#include "report/golden.hpp"
#include "report/json.hpp"
#include "report/replayed.hpp"

using namespace cmksim;
using namespace cmksim::report;
using namespace cmksim::test;

TEST_CASE("a run's JSON has its fields in the order that the command line promises") {
    const auto run = golden("everything");
    checkGolden(goldenDirectory + "everything.json", runJson(*run->program, run->trace, "everything.yaml") + '\n');
}
