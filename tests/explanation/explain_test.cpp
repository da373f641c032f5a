#include "explanation/explain.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>

using namespace cmksim;
using namespace cmksim::explanation;

TEST_CASE("every reason of every model is explained, and has a story that shows it") {
    Catalog catalog;
    Diagnostics diagnostics;
    for (const ModelEntry& entry : catalog.entries()) {
        const Model* model = catalog.model(entry.service, entry.version, diagnostics);
        REQUIRE(model != nullptr);
        for (std::size_t i = 1; i < reasonCount; ++i) {
            const auto reason = static_cast<Reason>(i);
            const ReasonRule& rule = model->reasons[i];
            if (rule.fix.empty()) {
                continue; // the model has nothing to do with it
            }
            INFO(entry.service << ' ' << entry.version << ' ' << nameOf(reason));
            const auto explanations = explain(nameOf(reason), catalog, diagnostics);
            CHECK(std::ranges::any_of(explanations, [&](const Explanation& one) {
                return one.service == entry.service && one.version == entry.version && !one.fix.empty();
            }));
            // A credential lapses only where it is renewed; what is left of a creation was never there.
            // What takes no identity for a key gets no further than that.
            const bool happens = (rule.state.valid() || rule.condition.valid()) &&
                                 (!model->identities.empty() || reason == Reason::IdentityNotAssigned);
            if (happens && (reason != Reason::IdentityInactive || model->renewal)) {
                CHECK(shortestStory(*model, reason, catalog));
            }
        }
    }
}

TEST_CASE("errors of a service, refusals, states, conditions and timings are explained, whatever their case") {
    Catalog catalog;
    Diagnostics diagnostics;
    const auto kindOf = [&](std::string_view code) {
        const auto found = explain(code, catalog, diagnostics);
        return found.empty() ? std::string{} : std::string{codeKindNames[static_cast<std::size_t>(found.front().kind)]};
    };
    CHECK(kindOf("KeyVaultResourceNotFound") == "error");
    CHECK(kindOf("purgeprotected") == "refusal");
    CHECK(kindOf("Revoked") == "state");
    CHECK(kindOf("Degraded") == "condition");
    CHECK(kindOf("identity-lapse") == "timing");
    CHECK(kindOf("Nonsense").empty());
}

TEST_CASE("every message of a reason leads back to it when it is pasted") {
    Catalog catalog;
    Diagnostics diagnostics;
    for (const Explanation& one : everythingExplained(catalog, diagnostics)) {
        if (one.kind != CodeKind::Reason || one.message.empty()) {
            continue;
        }
        INFO(one.service << ' ' << one.code << ": " << one.message);
        const auto matches = matchSymptom("2026-03-01 ERROR " + one.message, 30, catalog, diagnostics);
        CHECK(std::ranges::any_of(matches, [&](const SymptomMatch& match) {
            return std::ranges::find(match.causes, one.reason) != match.causes.end() &&
                   std::ranges::find(match.services, one.service) != match.services.end();
        }));
    }
    const auto part = matchSymptom("Access to Key Encryption Key is forbidden", 8, catalog, diagnostics);
    REQUIRE_FALSE(part.empty());
    CHECK(part.front().explanation.error == "DENIED");
    CHECK(matchSymptom("the disk is full", 8, catalog, diagnostics).empty());
}
