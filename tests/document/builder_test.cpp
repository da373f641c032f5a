#include "document/builder.hpp"
#include "document/flow_text.hpp"

#include <catch2/catch.hpp>

namespace cmksim::builder_test {

using namespace cmksim;
using namespace cmksim::document;

TEST_CASE("a document can be built without YAML") {
    Diagnostics diagnostics;
    DocumentBuilder builder{std::make_shared<const Source>("in.json", R"({"a": [1, null]})"), diagnostics};
    builder.beginMapping({1, 1});
    builder.scalar({1, 2}, "a", true);
    builder.beginSequence({1, 7});
    builder.scalar({1, 8}, "1", false);
    builder.null({1, 11});
    builder.endSequence();
    builder.endMapping();
    const auto document = builder.finish();
    REQUIRE(document);
    CHECK_FALSE(diagnostics.hasErrors());
    CHECK(flowText(document->root()) == R"({"a": [1, null]})");
    CHECK(document->root().find("a").mark().column == 7);
    CHECK(document->root().find("a").mark().source->name() == "in.json");
}

TEST_CASE("nothing was built when nothing was added") {
    Diagnostics diagnostics;
    DocumentBuilder builder{std::make_shared<const Source>("in.json", ""), diagnostics};
    CHECK_FALSE(builder.finish());
}

} // namespace cmksim::builder_test
