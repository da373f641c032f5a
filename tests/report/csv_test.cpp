#include "report/csv.hpp"

#include <catch2/catch.hpp>

namespace cmksim::csv_test {

using namespace cmksim::report;

TEST_CASE("a name is one cell of a spreadsheet, and computes nothing") {
    CHECK(csvField("kv1/k") == "kv1/k");
    CHECK(csvField("a,\"b\"") == "\"a,\"\"b\"\"\"");
    CHECK(csvField("a;=1+1") == "\"a;=1+1\"");
    for (const std::string_view formula : {"=1", "+1", "-1", "@x", "\t=1", "＝1"}) {
        CHECK(csvField(formula).starts_with('\''));
    }
}

} // namespace cmksim::csv_test
