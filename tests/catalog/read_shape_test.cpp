// The shapes of outputs, as files of terms write them, and what is wrong with them.
#include "catalog/read_shape_reader.hpp"
#include "document/yaml.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <string>

namespace cmksim::catalog {
namespace {

/// The first thing that is wrong with a shape, empty when nothing is.
std::string wrongWith(const std::string& yaml, bool ofService = false) {
    Diagnostics diagnostics;
    const auto document = parseDocument(std::make_shared<const Source>("shape.yaml", yaml + "\n"), diagnostics);
    REQUIRE(document);
    FactReader facts{diagnostics};
    readShape(document->root(), ofService, facts);
    if (diagnostics.all().empty()) {
        return {};
    }
    const Diagnostic& first = diagnostics.all().front();
    return first.message + (first.help.empty() ? "" : "; " + first.help);
}

TEST_CASE("a shape may name what is known, and no more") {
    CHECK(wrongWith("{each keys: {kid: \"{keyUri}\", fixed: text, on: true, count: 3, none: null}}").empty());
    CHECK(wrongWith("{if keyed: \"{keyGiven}\", else: null}").empty());
    CHECK(wrongWith("{each kees: {}}").find("each keys") != std::string::npos);
    CHECK(wrongWith("{kid: \"{keyUrl}\"}").find("keyUri") != std::string::npos);
    CHECK(wrongWith("{if keyd: a}").find("if keyed") != std::string::npos);
    CHECK(wrongWith("{if keyed: a, otherwise: b}").find("unknown part of a choice 'otherwise'") != std::string::npos);
}

TEST_CASE("in a file of a service other names are properties of its models") {
    CHECK(wrongWith("{sku: \"{sku}\", trust: {if contentTrust: enabled, else: disabled}}", true).empty());
}

TEST_CASE("a scalar in quotes is a text, one without may be a number or a flag") {
    Diagnostics diagnostics;
    FactReader facts{diagnostics};
    const auto shapeOf = [&](const std::string& yaml) {
        const auto document = parseDocument(std::make_shared<const Source>("shape.yaml", yaml), diagnostics);
        return readShape(document->root(), false, facts).what;
    };
    CHECK(std::holds_alternative<std::int64_t>(shapeOf("90")));
    CHECK(std::holds_alternative<shape::Text>(shapeOf("'90'")));
    CHECK(std::holds_alternative<bool>(shapeOf("true")));
    CHECK(std::holds_alternative<shape::Items>(shapeOf("[a, 1]")));
}

} // namespace
} // namespace cmksim::catalog
