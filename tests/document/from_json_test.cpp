// What is put together here is read as a file would be.
#include "document/as_json.hpp"
#include "document/from_json.hpp"
#include "document/json.hpp"

#include <catch2/catch.hpp>

using namespace cmksim;
using namespace cmksim::document;

namespace cmksim::from_json_test {

namespace {

JsonValue estate() {
    return JsonObject{{"cmksim-estate", 1},
                      {"vaults", JsonObject{{"kv", JsonObject{{"keys", JsonObject{{"\"odd\"\n", JsonObject{}}}},
                                                              {"enableSoftDelete", false},
                                                              {"deleted", nullptr},
                                                              {"note", "true"}}}}},
                      {"resources", JsonObject{{"app", JsonObject{{"service", "cosmosdb"}, {"key", "kv/key"}}},
                                               {"list", JsonArray{1, "2", JsonArray{}}}}}};
}

/// The same nodes at the same places, of the same kind.
void checkAlike(Node made, Node read) {
    CHECK(made.kind() == read.kind());
    CHECK(made.mark().line == read.mark().line);
    CHECK(made.mark().column == read.mark().column);
    CHECK(made.text() == read.text());
    REQUIRE(made.size() == read.size());
    for (std::size_t i = 0; i < made.size(); ++i) {
        if (made.isMapping()) {
            checkAlike(made.entry(i).key, read.entry(i).key);
            checkAlike(made.entry(i).value, read.entry(i).value);
        } else {
            checkAlike(made.item(i), read.item(i));
        }
    }
}

} // namespace

TEST_CASE("a value becomes the nodes that its own text is read as, at the places that they have there") {
    Diagnostics diagnostics;
    const std::uint32_t firstLine = GENERATE(1U, 7U);
    const auto made = documentOf(estate(), "made", diagnostics, firstLine);
    REQUIRE(made);
    const auto read = parseJson(std::make_shared<const Source>("read", made->source().text()), diagnostics);
    REQUIRE(read);
    CHECK(diagnostics.all().empty());
    checkAlike(made->root(), read->root());
    CHECK(made->root().mark().line == firstLine);
    CHECK(asJson(made->root()).line() == estate().line());
}

TEST_CASE("a key that a value has twice is told at its line") {
    Diagnostics diagnostics;
    static_cast<void>(documentOf(JsonObject{{"a", 1}, {"a", 2}}, "made", diagnostics));
    REQUIRE(diagnostics.all().size() == 1);
    CHECK(diagnostics.all().front().mark.column == 10);
}

} // namespace cmksim::from_json_test
