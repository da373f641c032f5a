// What is said of a platform file that is wrong.
#include "small_model.hpp"

#include "catalog/base_models.hpp"
#include "catalog/model_reader.hpp"
#include "catalog/readings.hpp"
#include "document/yaml.hpp"

#include <catch2/catch.hpp>

namespace cmksim::catalog {
namespace {

/// The messages of what reading the base platform with its one `from` replaced reports, a line each.
std::string errorsWith(std::string_view from, std::string_view to) {
    Diagnostics diagnostics;
    const auto source = std::make_shared<const Source>("platform.yaml", test::with(basePlatform().text, from, to));
    const auto whole = parseDocument(source, diagnostics);
    REQUIRE(whole);
    const auto document = underReadings(whole, source, {}, diagnostics);
    const bool sound = readPlatform(*document, diagnostics).has_value();
    CHECK(sound == !diagnostics.hasErrors());
    std::string messages;
    for (const Diagnostic& diagnostic : diagnostics.all()) {
        messages += diagnostic.message + (diagnostic.help.empty() ? "" : "; " + diagnostic.help) + "\n";
    }
    return messages;
}

TEST_CASE("a mistake in the platform is reported") {
    CHECK(errorsWith("  VaultSoftDeleted:", "  VaultSoftDelete:") ==
          "unknown refusal 'VaultSoftDelete'; did you mean 'VaultSoftDeleted'?\n"
          "nothing is said of VaultSoftDeleted\n");
    CHECK(errorsWith("permissions: [get, list,", "permissions: [get, lists,") ==
          "unknown key permission 'lists'; did you mean 'list'?\n");
    CHECK(errorsWith("days: 7..90", "days: 90..7") == "expected a range of days such as 7..90, not '90..7'\n");
    CHECK(errorsWith("default: 90", "default: 91") == "expected a number from 7 to 90, not '91'\n");
    CHECK(errorsWith("  token-life:", "  token-live:") ==
          "'timings' needs the field 'token-life'\n"
          "'timings' has no field 'token-live'; did you mean 'token-life'?\n");
    CHECK(errorsWith("\nidentity-recovery:", "\nidentity-recover:") ==
          "a platform needs the field 'identity-recovery'\n"
          "a platform has no field 'identity-recover'; did you mean 'identity-recovery'?\n");
    CHECK(errorsWith("range: 0s..24h", "range: 1h..24h") == "the nominal value '0s' is not in the range '1h..24h'\n");
    CHECK(errorsWith("known: [get, ", "known: [get, get, ") == "'get' stands twice in the list\n");
    CHECK(errorsWith("Key {key} is currently", "Key {kee} is currently") ==
          "nothing fills the placeholder 'kee'; did you mean 'key'?\n");
}

TEST_CASE("a platform cannot know more permissions than a set of them holds") {
    std::string many = "known: [get, ";
    for (int i = 0; i < 20; ++i) {
        many += "p" + std::to_string(i) + ", ";
    }
    CHECK(errorsWith("known: [get, ", many) == "no more than 32 key permissions can be known\n");
}

} // namespace
} // namespace cmksim::catalog
