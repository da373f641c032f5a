// What is said of a model file that is wrong: the whole text, as a user sees it.
#include "small_model.hpp"

#include "catalog/catalog.hpp"
#include "catalog/model_reader.hpp"
#include "document/yaml.hpp"

#include <catch2/catch.hpp>

#include <sstream>

namespace cmksim::catalog {
namespace {

using test::smallModel;
using test::smallModelWith;

/// What reading `text` as a model reports; empty when it is sound.
std::string errorsOf(std::string text) {
    static const Catalog catalog;
    Diagnostics diagnostics;
    const auto document = parseDocument(std::make_shared<const Source>("store.yaml", std::move(text)), diagnostics);
    REQUIRE(document);
    const bool sound = readModel(*document, catalog.platform(), diagnostics).has_value();
    CHECK(sound == !diagnostics.hasErrors());
    std::ostringstream out;
    diagnostics.print(out);
    return "\n" + out.str();
}

/// What is wrong with a model: the change that breaks it, and what is said of it.
struct Mistake {
    const char* claim;
    const char* sound;
    const char* broken;
    const char* report;
};

constexpr Mistake mistakes[] = {
    {"a file in another version of the language is not read further", "cmksim-model: 1", "cmksim-model: 2", R"(
store.yaml:1:15: error: expected 1, the version of this language, not '2'
cmksim-model: 2
              ^
)"},
    {"a missing field is reported where the file begins", "service: store\n", "", R"(
store.yaml:1:1: error: a model needs the field 'service'
cmksim-model: 1
^
)"},
    {"an unknown field is reported with the nearest one", "blocks-rotation: true", "block-rotation: true", R"(
store.yaml:11:53: error: a condition has no field 'block-rotation'; did you mean 'blocks-rotation'?
…low: {meaning: the firewall keeps the store out, block-rotation: true, source: store.txt#firewall}
                                                  ^
)"},
    {"a fact of which nothing says where it comes from is an error",
     "rotation: {automatic: true, source: store.txt#rotation}", "rotation: {automatic: true}", R"(
store.yaml:33:1: error: nothing says where this comes from; cite a document in 'source', or say why in 'assumed'
rotation: {automatic: true}
^
)"},
    {"a citation of a document that the file does not list is an error", "source: store.txt#states}\n  Locked",
     "source: stor.txt#states}\n  Locked", R"(
store.yaml:7:47: error: 'stor.txt' is not among the documents of this file; did you mean 'store.txt'?
  Ready: {meaning: files can be read, source: stor.txt#states}
                                              ^
)"},
    {"the page of a document is an address", "documents: [store.txt]",
     "documents: {id: store.txt, title: The store, page: store.example}", R"(
store.yaml:5:52: error: expected an address that begins with https://, not 'store.example'
documents: {id: store.txt, title: The store, page: store.example}
                                                   ^
)"},
    {"a citation without a section is an error", "source: store.txt#states}\n  Locked", "source: store.txt}\n  Locked",
     R"(
store.yaml:7:47: error: 'store.txt' names no section; write 'store.txt#SECTION'
  Ready: {meaning: files can be read, source: store.txt}
                                              ^
)"},
    {"the first state cannot be terminal", "Ready: {meaning: files can be read,",
     "Ready: {meaning: files can be read, terminal: true,", R"(
store.yaml:7:3: error: the first state is the one in which data is available; it cannot be terminal
  Ready: {meaning: files can be read, terminal: true, source: store.txt#states}
  ^
)"},
    {"a state is named twice", "  Failed: {meaning: never", "  Locked: {meaning: never", R"(
store.yaml:9:3: error: duplicate key 'Locked'; it first stands on line 8
  Locked: {meaning: never came up, terminal: true, assumed: the document does not say}
  ^
store.yaml:58:15: error: unknown state 'Failed'; known: Ready, Locked
      leaves: Failed
              ^
)"},
    {"an unknown state is reported with the nearest one", "state: Locked\n    error", "state: Lockd\n    error", R"(
store.yaml:15:12: error: unknown state 'Lockd'; did you mean 'Locked'?
    state: Lockd
           ^
)"},
    {"no reason leads to the state in which data is available", "state: Locked\n    error", "state: Ready\n    error",
     R"(
store.yaml:15:12: error: 'Ready' is the state in which data is available; no loss leads there
    state: Ready
           ^
)"},
    {"no reason leads to a state without return", "state: Locked\n    error", "state: Failed\n    error", R"(
store.yaml:15:12: error: 'Failed' is terminal: a resource would never come back
    state: Failed
           ^
)"},
    {"a reason leads to a state or to a condition, not to both", "condition: Slow\n",
     "condition: Slow\n    state: Locked\n", R"(
store.yaml:25:5: error: a row of reasons needs one of 'state' and 'condition'
  - reason: VaultFirewallDenied
    ^
)"},
    {"an unknown condition is reported with the nearest one", "blocked-by: Slow", "blocked-by: Slew", R"(
store.yaml:42:22: error: unknown condition 'Slew'; did you mean 'Slow'?
  read: {blocked-by: Slew, status: 403, error: Locked, source: store.txt#loss}
                     ^
)"},
    {"an unknown reason leaves the one that was meant without a row", "reason: IdentityInactive",
     "reason: IdentityInactiv", R"(
store.yaml:12:1: error: no row for IdentityInactive
reasons:
^
store.yaml:21:13: error: unknown reason 'IdentityInactiv'; did you mean 'IdentityInactive'?
  - reason: IdentityInactiv
            ^
)"},
    {"a reason has one row only", "reason: IdentityInactive", "reason: [IdentityInactive, KeyExpired]", R"(
store.yaml:21:32: error: a second row for 'KeyExpired'; the first is at line 13
  - reason: [IdentityInactive, KeyExpired]
                               ^
)"},
    {"a status is one of HTTP", "status: 403\n    message", "status: 40\n    message", R"(
store.yaml:17:13: error: expected a number from 100 to 599, not '40'
    status: 40
            ^
)"},
    {"a period of zero is an error", "period: 10m", "period: 0s", R"(
store.yaml:29:24: error: 'period' must be longer than 0s
revalidation: {period: 0s, meaning: the store looks for its key, source: store.txt#loss}
                       ^
)"},
    {"a duration that is none is an error", "period: 10m", "period: soon", R"(
store.yaml:29:24: error: expected a duration such as 60m or 90d, not 'soon'
revalidation: {period: soon, meaning: the store looks for its key, source: store.txt#loss}
                       ^
)"},
    {"a nominal value outside its range is an error", "nominal: 90d, range: 45d..90d", "nominal: 91d, range: 45d..90d",
     R"(
store.yaml:37:20: error: the nominal value '91d' is not in the range '45d..90d'
  lapse: {nominal: 91d, range: 45d..90d, meaning: how long it lasts, source: store.txt#identity}
                   ^
)"},
    {"a range that ends before it begins is an error", "range: 45d..90d", "range: 90d..45d", R"(
store.yaml:37:32: error: expected a range such as 45d..90d, not '90d..45d'
  lapse: {nominal: 90d, range: 90d..45d, meaning: how long it lasts, source: store.txt#identity}
                               ^
)"},
    {"an unknown kind of identity is reported with the nearest one", "UserAssigned, SystemAssigned",
     "UserAsigned, SystemAssigned", R"(
store.yaml:30:22: error: unknown kind of identity 'UserAsigned'; did you mean 'UserAssigned'?
identities: {kinds: [UserAsigned, SystemAssigned], source: store.txt#set-up}
                     ^
)"},
    {"a permission that no access policy has is an error", "[get, wrapKey]", "[get, wrappKey]", R"(
store.yaml:32:31: error: unknown key permission 'wrappKey'; did you mean 'wrapKey'?
permissions: {required: [get, wrappKey], source: store.txt#set-up}
                              ^
)"},
    {"the default of a property is one of its values", "default: Large", "default: Larger", R"(
store.yaml:46:43: error: unknown value of 'tier' 'Larger'; did you mean 'Large'?
  tier: {values: [Small, Large], default: Larger, source: store.txt#tiers}
                                          ^
)"},
    {"a value stands once in a list", "[Small, Large]", "[Small, Large, Small]", R"(
store.yaml:46:33: error: 'Small' stands twice in the list
  tier: {values: [Small, Large, Small], default: Large, source: store.txt#tiers}
                                ^
)"},
    {"a refusal cannot look at a property that is not defined", "{tier: Small}", "{teir: Small}", R"(
store.yaml:50:25: error: unknown property 'teir'; did you mean 'tier'?
      when: {property: {teir: Small}}
                        ^
)"},
    {"a refusal cannot look for a value that a property never has", "{tier: Small}", "{tier: Smal}", R"(
store.yaml:50:31: error: unknown value of 'tier' 'Smal'; did you mean 'Small'?
      when: {property: {tier: Smal}}
                              ^
)"},
    {"a check can only fail", "check: fails", "check: works", R"(
store.yaml:56:21: error: expected 'fails', not 'works'
      when: {check: works}
                    ^
)"},
    {"a refused creation leaves a terminal state behind", "leaves: Failed", "leaves: Locked", R"(
store.yaml:58:15: error: only a terminal state can be left behind, and 'Locked' is none
      leaves: Locked
              ^
)"},
    {"a refused update leaves nothing behind", "attaches-identity: true", "leaves: Failed", R"(
store.yaml:65:15: error: nothing is left behind by a refused update
      leaves: Failed
              ^
)"},
    {"an unknown action is reported with the nearest one", "  create:", "  creat:", R"(
store.yaml:48:3: error: 'refusals' has no field 'creat'; did you mean 'create'?
  creat:
  ^
)"},
    {"a placeholder that nothing fills is an error", "'{key}' ({reason})", "'{keys}' ({reason})", R"(
store.yaml:57:16: error: nothing fills the placeholder 'keys'; did you mean 'key'?
      message: "No access to '{keys}' ({reason})."
               ^
)"},
    {"a missing part of the model is reported where the file begins",
     "rotation: {automatic: true, source: store.txt#rotation}\n", "", R"(
store.yaml:1:1: error: a model needs the field 'rotation'
cmksim-model: 1
^
)"},
};

TEST_CASE("a sound model is read without a word") { CHECK(errorsOf(std::string{smallModel}) == "\n"); }

TEST_CASE("a mistake in a model is reported at its place") {
    for (const Mistake& mistake : mistakes) {
        DYNAMIC_SECTION(mistake.claim) {
            CHECK(errorsOf(smallModelWith(mistake.sound, mistake.broken)) == mistake.report);
        }
    }
}

TEST_CASE("all mistakes of a model are reported at once, in the order of the file") {
    const auto text = test::with(smallModelWith("period: 10m", "period: 0s"), "[get, wrapKey]", "[get, rap]");
    CHECK(errorsOf(test::with(text, "credential: Lapsed", "credential: Gone")) == R"(
store.yaml:29:24: error: 'period' must be longer than 0s
revalidation: {period: 0s, meaning: the store looks for its key, source: store.txt#loss}
                       ^
store.yaml:32:31: error: unknown key permission 'rap'
permissions: {required: [get, rap], source: store.txt#set-up}
                              ^
store.yaml:63:98: error: unknown standing of a credential 'Gone'; known: Renewed, Lapsing, Lapsed
…  when: {names-key: true, state-not: Ready, reason-not: [None, KeyUriMalformed], credential: Gone}
                                                                                              ^
)");
}

TEST_CASE("what a refusal cannot look at is an error") {
    const auto said = [](std::string_view rules, std::string_view condition) {
        constexpr std::string_view whole =
            "  update:\n    - error: Refused\n      when: {names-key: true, state-not: Ready, reason-not: [None, "
            "KeyUriMalformed], credential: Lapsed}\n";
        return errorsOf(smallModelWith(whole, "  " + std::string{rules} + ":\n    - error: Refused\n      when: {" +
                                                  std::string{condition} + "}\n"));
    };
    const auto has = [](const std::string& text, std::string_view part) {
        return text.find(part) != std::string::npos;
    };
    CHECK(has(said("change-properties", "check: fails"), "error: no check can be asked for by change-properties\n"));
    for (const std::string_view condition :
         {"vault-soft-delete: false", "same-region: false", "key-expires: true", "key-size: 2048"}) {
        INFO(condition);
        CHECK(has(said("change-properties", condition), "error: change-properties looks at no vault and no key\n"));
        CHECK(said("update", condition) == "\n");
    }
    CHECK(has(said("update", "key-type: [RSA, ECC]"), "error: unknown type of keys 'ECC'; did you mean 'EC'?\n"));
    CHECK(has(said("update", "key-size: 0"), "error: expected a number from 1 to 16384, not '0'\n"));
}

TEST_CASE("a model has as many properties as a state holds, each with as many values, and no more") {
    const auto withMore = [](std::size_t properties, std::size_t values) {
        std::string text = "properties:\n";
        for (std::size_t i = 0; i < properties; ++i) {
            text += "  p" + std::to_string(i) + ": {values: [v0";
            for (std::size_t value = 1; value < values; ++value) {
                text += ", v" + std::to_string(value);
            }
            text += "], default: v0, can-change: true, source: store.txt#tiers}\n";
        }
        return errorsOf(smallModelWith("properties:\n", text));
    };
    CHECK(withMore(7, 16) == "\n");
    CHECK(withMore(8, 2).find("error: a model has at most 8 properties\n") != std::string::npos);
    CHECK(withMore(1, 17).find("error: a property has at most 16 values\n") != std::string::npos);
}

TEST_CASE("a model has as many conditions as a set of them holds, and no more") {
    const auto withMore = [](std::size_t more) {
        std::string conditions = "conditions:\n";
        for (std::size_t i = 0; i < more; ++i) {
            conditions += "  More" + std::to_string(i) + ": {meaning: another, assumed: for this test}\n";
        }
        std::string text{smallModel};
        return text.replace(text.find("conditions:\n"), 12, conditions);
    };
    CHECK(errorsOf(withMore(ConditionSet::capacity - 1)) == "\n");
    const std::string tolerated = test::with(withMore(ConditionSet::capacity - 1), "  - reason: IdentityInactive\n",
                                             "  - reason: IdentityInactive\n    tolerated: 2h\n");
    CHECK(errorsOf(tolerated).find("error: a model has at most 16 conditions, and 'Tolerating' is one of them") !=
          std::string::npos);
    CHECK(errorsOf(withMore(ConditionSet::capacity)).find("error: a model has at most 16 conditions") !=
          std::string::npos);
}

} // namespace
} // namespace cmksim::catalog
