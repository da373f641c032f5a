#include "report/csv.hpp"

#include <catch2/catch.hpp>

#include <optional>
#include <string>

namespace cmksim::csv_test {

using namespace cmksim::report;

namespace {

struct Row {
    std::string name;
    std::optional<Duration> length;
    bool over = false;
};

} // namespace

TEST_CASE("a name is one cell of a spreadsheet, and computes nothing") {
    CHECK(csvField("kv1/k") == "kv1/k");
    CHECK(csvField("a,\"b\"") == "\"a,\"\"b\"\"\"");
    CHECK(csvField("a;=1+1") == "\"a;=1+1\"");
    for (const std::string_view formula : {"=1", "+1", "-1", "@x", "\t=1", "＝1"}) {
        CHECK(csvField(formula).starts_with('\''));
    }
}

TEST_CASE("the first line and all others of a table come from one list of columns") {
    const auto table =
        CsvTable<Row>{}.column("name", &Row::name).column("length", &Row::length).column("over", &Row::over);
    CHECK(table.head() == "name,length,over\n");
    CHECK(table.line({"a, b", Duration{90}, true}) == "\"a, b\",90,true\n");
    CHECK(table.line({"=a", {}, false}) == "'=a,,false\n");
}

} // namespace cmksim::csv_test
