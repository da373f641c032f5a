#include "catalog/bases_reader.hpp"
#include "catalog/model_reader.hpp"

#include "catalog/catalog.hpp"
#include "catalog/small_model.hpp"
#include "document/yaml.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

using namespace cmksim;
using namespace cmksim::catalog;
using namespace cmksim::test;

namespace {

/// The messages about the small model with its one `from` replaced.
std::string complaints(std::string_view from, std::string_view to) {
    Diagnostics diagnostics;
    const auto source = std::make_shared<const Source>(std::string{"store.yaml"}, smallModelWith(from, to));
    const auto document = document::parseDocument(source, diagnostics);
    const Catalog catalog;
    readModel(*document, catalog.platform(), diagnostics);
    std::string text;
    for (const Diagnostic& one : diagnostics.all()) {
        text += one.message + "\n";
    }
    return text;
}

constexpr std::string_view locked = "Locked: {meaning: the key is out of reach, source: store.txt#states}";

std::string lockedWith(std::string_view more) {
    return "Locked: {meaning: the key is out of reach, " + std::string{more} +
           ", source: store.txt#states}\n  Gone: {meaning: x, assumed: x}";
}

} // namespace

TEST_CASE("a 'then' leads to a state that is not the first, after some time") {
    CHECK(complaints(locked, lockedWith("then: {after: 30m, to: Gone, assumed: x}")).empty());
    CHECK(complaints(locked, lockedWith("then: {after: 30m, to: Ready, assumed: x}")) ==
          "'Ready' is the first state; time alone leads nothing there\n");
    CHECK(complaints(locked, lockedWith("then: {after: 0s, to: Gone, assumed: x}")) ==
          "'after' must be longer than 0s\n");
    CHECK(complaints(locked, lockedWith("then: {after: {nominal: 1h, range: 0s..2h}, to: Gone, assumed: x}")) ==
          "'after' must be longer than 0s\n");
}

TEST_CASE("an identity is made for slots that the model names, where the service takes a resource's own") {
    const auto withKeys = [](const std::string& keys) {
        return complaints("warnings:\n", "keys: {" + keys + ", assumed: x}\nwarnings:\n");
    };
    CHECK(withKeys("slots: [only], makes-identity: [only]").empty());
    CHECK(withKeys("most: 1, makes-identity: [only]") == "'makes-identity' is of 'slots'\n");
    CHECK(withKeys("most: 1, optional: [only]") == "'optional' is of 'slots'\n");
    CHECK(complaints("identities: {kinds: [UserAssigned, SystemAssigned],",
                     "keys: {slots: [only], makes-identity: [only], assumed: x}\nidentities: {kinds: "
                     "[UserAssigned],") == "'makes-identity' needs SystemAssigned among the identities\n");
}

TEST_CASE("what heals is a state that is down, and to which a look can put an end") {
    CHECK(complaints(locked, lockedWith("heals: {takes: {nominal: 0s, range: 0s..50m}, assumed: x}")).empty());
    const std::string refused = "'heals' stands in a state that is down, is not terminal, and returns by itself; out "
                                "of another one no look leads\n";
    CHECK(complaints(locked, lockedWith("down: false, heals: {takes: 1m, assumed: x}")) == refused);
    CHECK(complaints(locked, lockedWith("returns: by-action, heals: {takes: 1m, assumed: x}")).starts_with(refused));
    CHECK(complaints(locked, lockedWith("terminal: true, heals: {takes: 1m, assumed: x}")).starts_with(refused));
}

TEST_CASE("what a refusal says can differ by what the check answers") {
    const std::string message = "      message: \"No access to '{key}' ({reason}).\"\n";
    const auto with = [&](const std::string& messages) {
        return complaints(message, message + "      messages: " + messages + "\n");
    };
    CHECK(with("{KeyDisabled: \"'{key}' is disabled.\"}").empty());
    CHECK(with("{KeyDisabeld: x}") == "'messages' has no field 'KeyDisabeld'\n");
    CHECK(with("{KeyDisabled: \"{kay}\"}") == "nothing fills the placeholder 'kay'\n");
}

TEST_CASE("what an operation or a reason answers has no placeholder that nothing fills") {
    const std::string timedOut = "message: Timed out.";
    CHECK(complaints(timedOut, "message: \"{resource} timed out.\"").empty());
    CHECK(complaints(timedOut, "message: \"{resorce} timed out.\"") == "nothing fills the placeholder 'resorce'\n");
}

TEST_CASE("what a model stands on is looked for among all services") {
    const auto complaintsOf = [](const std::string& services) {
        Diagnostics diagnostics;
        const auto source = std::make_shared<const Source>(
            std::string{"store.yaml"}, "stands-on: {services: " + services + ", state: Stopped, assumed: x}\n");
        const auto document = document::parseDocument(source, diagnostics);
        FactReader facts{diagnostics};
        const std::vector<std::string_view> known{"disk", "store"};
        checkBases(document->root(), known, facts);
        std::string text;
        for (const Diagnostic& one : diagnostics.all()) {
            text += one.message + "; " + one.help + "\n";
        }
        return text;
    };
    CHECK(complaintsOf("[disk, store]").empty());
    CHECK(complaintsOf("[disk, stroe]") == "unknown service 'stroe'; did you mean 'store'?\n");
}

TEST_CASE("no check can be asked for by taking the key away") {
    const std::string before = "refusals:\n";
    const std::string rule = "  remove-key:\n    - {error: X, message: x, fix: x, assumed: x";
    CHECK(complaints(before, before + rule + "}\n").empty());
    CHECK(complaints(before, before + rule + ", when: {check: fails}}\n") ==
          "no check can be asked for by remove-key\n");
}

TEST_CASE("'then's that go round are told") {
    CHECK(complaints(locked, "Locked: {meaning: x, then: {after: 1h, to: Gone, assumed: x}, assumed: x}\n"
                             "  Gone: {meaning: x, then: {after: 1h, to: Locked, assumed: x}, assumed: x}") ==
          "the 'then's go round: Locked -> Gone -> Locked\n");
}

TEST_CASE("a first or a terminal state has no 'then'") {
    CHECK(complaints("Ready: {meaning: files can be read, source: store.txt#states}",
                     "Ready: {meaning: x, then: {after: 1h, to: Locked, assumed: x}, assumed: x}") ==
          "a first state has no 'then'\n");
    CHECK(complaints("terminal: true,", "terminal: true, then: {after: 1h, to: Locked, assumed: x},") ==
          "a terminal state has no 'then'\n");
}

TEST_CASE("only what leads to a state is tolerated") {
    CHECK(complaints("condition: Slow", "condition: Slow\n    tolerated: 1h") ==
          "only a reason that leads to a state is tolerated\n");
    CHECK(
        complaints("state: Locked\n    fix: Assign", "state: Locked\n    tolerated: forever\n    fix: Assign").empty());
}

TEST_CASE("'Tolerating' is the engine's own condition") {
    CHECK(complaints("Slow: {meaning", "Tolerating: {meaning").find("'Tolerating' is the engine's own condition") !=
          std::string::npos);
}

TEST_CASE("a state that returns by action asks for a recovery action") {
    CHECK(complaints(locked, lockedWith("returns: by-action")) ==
          "'Locked' returns by action, and the model has no 'recovery-action'\n");
    CHECK(complaints(locked, lockedWith("returns: by-itself")).empty());
    CHECK(complaints(locked, lockedWith("returns: by-hand")).find("unknown way back 'by-hand'") == 0);
}

TEST_CASE("the first state is not down, and a terminal one is") {
    CHECK(complaints("Ready: {meaning: files can be read,", "Ready: {meaning: files can be read, down: true,") ==
          "the first state is the one in which data is available; it is not down\n");
    CHECK(complaints("terminal: true,", "terminal: true, down: false,") ==
          "a terminal state is down for every resource that a 'then' leads there\n");
}

TEST_CASE("'allowed-in' names states, or any") {
    CHECK(complaints("show: {needs-ready: false,", "show: {allowed-in: any,").empty());
    CHECK(complaints("show: {needs-ready: false,", "show: {allowed-in: [Ready, Lockt],") == "unknown state 'Lockt'\n");
    CHECK(complaints("show: {needs-ready: false,", "show: {needs-ready: false, allowed-in: any,") ==
          "'allowed-in' and 'needs-ready' say the same; keep the first\n");
}
