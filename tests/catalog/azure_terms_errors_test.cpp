// What is said of a file of Azure's terms that is wrong.
#include "catalog/azure_reader.hpp"
#include "document/yaml.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace cmksim::catalog {
namespace {

/// The messages of what reading small terms with more in them reports, a line each.
std::string termsErrorsWith(std::string_view more) {
    Diagnostics diagnostics;
    const auto document =
        parseDocument(std::make_shared<const Source>(
                          "azure.yaml", "cmksim-azure: 1\ntypes: {}\ncommands: {}\nsource: https://example.org/a\n" +
                                            std::string{more}),
                      diagnostics);
    REQUIRE(document);
    const bool sound = readAzureTerms(*document, diagnostics).has_value();
    CHECK((sound || diagnostics.hasErrors()));
    std::string messages;
    for (const Diagnostic& diagnostic : diagnostics.all()) {
        messages += diagnostic.message + "\n";
    }
    return messages;
}

TEST_CASE("a version of an API is a day, and keys that stand apart say where") {
    CHECK(termsErrorsWith("").empty());
    CHECK(termsErrorsWith("roles-by-default: {since-api: 2026-02-01, source: https://example.org/a}\n").empty());
    CHECK(termsErrorsWith("roles-by-default: {since-api: soon, source: https://example.org/a}\n") ==
          "expected a version of Azure's API (2026-02-01), not 'soon'\n");
    CHECK(termsErrorsWith("roles-by-default: {source: https://example.org/a}\n") ==
          "'roles-by-default' needs the field 'since-api'\n");
    CHECK(termsErrorsWith("keys-apart: {X/y: {when: a=b, source: https://example.org/a}}\n") ==
          "the entry 'X/y' needs the field 'meaning'\n");
}

} // namespace
} // namespace cmksim::catalog
