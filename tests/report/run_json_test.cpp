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

TEST_CASE("a run's JSON carries the tags of resources, with a model or without, and those of no others") {
    const auto run = story("cmksim: 1\nname: x\nestate:\n  resources:\n"
                           "    reg: {service: acr, tags: {env: prod, owner: }}\n"
                           "    plain: {service: acr}\n"
                           "    search: {service: unmodelled, type: a search, tags: {env: test}}\n");
    const std::string json = runJson(*run->program, run->trace, "story.yaml");
    CHECK(json.find(R"("recoverable": true, "tags": {"env": "prod", "owner": ""}})") != std::string::npos);
    CHECK(json.find(R"("tags": {"env": "test"})") != std::string::npos);
    std::size_t tagged = 0;
    for (std::size_t at = json.find("\"tags\""); at != std::string::npos; at = json.find("\"tags\"", at + 1)) {
        ++tagged;
    }
    CHECK(tagged == 2);
}
