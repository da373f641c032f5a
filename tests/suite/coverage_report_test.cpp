#include "suite/coverage_report.hpp"

#include <catch2/catch.hpp>

#include <sstream>

namespace cmksim::coverage_report_test {

using namespace cmksim;
using namespace cmksim::suite;

namespace {

std::string written(CoverageFormat format, const std::vector<ModelCoverage>& models) {
    std::ostringstream out;
    writeCoverage(format, models, out);
    return out.str();
}

ModelCoverage half() {
    ModelCoverage model{"acr", "2023-10", "Registry", {}};
    model.rows.push_back(
        {row::ReasonMoves{Reason::KeyDisabled, StateId{0}}, "KeyDisabled: Ready -> Revoked", {{"a.txt#b"}, ""}, true});
    model.rows.push_back({row::Refused{RefusalId{0}},
                          "create refused, PremiumSkuRequired: sku is Basic or Standard, and the registry has a key",
                          {{"001_767177861850a73e.txt#create|or"}, "code and text \"are\" ours"},
                          false});
    return model;
}

ModelCoverage whole() {
    ModelCoverage model = half();
    model.version = "2024-01";
    model.rows.back().exercised = true;
    return model;
}

} // namespace

TEST_CASE("a percentage is rounded down, so that 100 % is everything") {
    ModelCoverage model = half();
    CHECK(percentOf(model) == "50 %");
    for (int i = 0; i < 998; ++i) {
        model.rows.push_back({row::Revalidated{}, "x", {}, true});
    }
    model.rows.resize(2000, model.rows.front());
    CHECK(percentOf(model) == "99.9 %");
    CHECK_FALSE(model.reaches(100));
    CHECK(model.reaches(99));
    CHECK(percentOf(whole()) == "100 %");
    CHECK(whole().reaches(100));
}

TEST_CASE("the text lists what was never exercised, with its citation, in eighty columns") {
    const std::string text = written(CoverageFormat::Text, {half(), whole()});
    CHECK(text == "COVERAGE of the models\n"
                  "  acr=2023-10: 1 of 2 rows, 50 %\n"
                  "    never exercised:\n"
                  "    - create refused, PremiumSkuRequired: sku is Basic or Standard, and the\n"
                  "      registry has a key\n"
                  "      001_767177861850a73e.txt#create|or\n"
                  "      assumed: code and text \"are\" ours\n"
                  "  acr=2024-01: 2 of 2 rows, 100 %\n");
}

TEST_CASE("the JSON gives counts, and each row that was never exercised") {
    CHECK(written(CoverageFormat::Json, {half()}) ==
          R"({
 "format": 1,
 "models": [
  {
   "service": "acr",
   "version": "2023-10",
   "title": "Registry",
   "rows": 2,
   "exercised": 1,
   "neverExercised": [
    {"kind": "refusal", "row": )"
          R"("create refused, PremiumSkuRequired: sku is Basic or Standard, and the registry has a key", )"
          R"("sources": ["001_767177861850a73e.txt#create|or"], "assumed": "code and text \"are\" ours"}
   ]
  }
 ]
}
)");
}

TEST_CASE("the Markdown has a table of the models and one of what was missed") {
    const std::string text = written(CoverageFormat::Markdown, {half(), whole()});
    CHECK(text.find("| acr=2023-10 | 2 | 1 | 50 % |\n| acr=2024-01 | 2 | 2 | 100 % |\n") != std::string::npos);
    CHECK(text.find("### acr=2023-10: never exercised\n") != std::string::npos);
    CHECK(text.find("001\\_767177861850a73e.txt\\#create\\|or<br>assumed&#58; code") != std::string::npos);
    CHECK(text.find("### acr=2024-01") == std::string::npos);
}

} // namespace cmksim::coverage_report_test
