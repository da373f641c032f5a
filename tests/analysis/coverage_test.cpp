#include "analysis/coverage.hpp"
#include "analysis/verify.hpp"

#include "support/compiled.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>

namespace cmksim::coverage_test {

using namespace cmksim;
using namespace cmksim::analysis;
using namespace cmksim::compile;
using namespace cmksim::test;

namespace {

using Names = std::set<std::string>;

const Model& base(Catalog& catalog, std::string_view service, std::string_view version = {}) {
    Diagnostics diagnostics;
    return *catalog.model(service, version, diagnostics);
}

Names namesOf(const std::vector<CoverageRow>& rows) {
    Names names;
    for (const CoverageRow& row : rows) {
        names.insert(row.name);
    }
    return names;
}

template <class Kind>
std::size_t countOf(const std::vector<CoverageRow>& rows) {
    return static_cast<std::size_t>(
        std::ranges::count_if(rows, [](const CoverageRow& row) { return std::holds_alternative<Kind>(row.key); }));
}

/// The coverage by one scenario, every phase of it.
Coverage coverageBy(const std::string& resources, const std::string& timeline) {
    const Compiled compiled{"cmksim: 1\nname: x\nestate:\n"
                            "  vaults: {kvx: {enablePurgeProtection: true, accessPolicies: "
                            "{app: [get, list, wrapKey, unwrapKey]}, keys: {k: {}}}}\n"
                            "  identities: {app: {}}\n"
                            "  resources:\n    r: " +
                            resources + "\ntimeline:\n" + timeline};
    INFO(compiled.errors);
    REQUIRE(compiled.program);
    Coverage coverage;
    static_cast<void>(verify(*compiled.program, OpenTimings::Phases, {}, &coverage));
    return coverage;
}

Names exercised(const Coverage& coverage) {
    Names names;
    for (const ModelCoverage& model : coverage.models()) {
        for (const CoverageRow& row : model.rows) {
            if (row.exercised) {
                names.insert(row.name);
            }
        }
    }
    return names;
}

const std::string registry = "{service: acr, identity: app, key: kvx/k}";
const std::string disabled = "- {at: 1h, do: key.update, target: kvx/k, with: {enabled: false}}\n"
                             "- {at: 3h, try: pull, target: r}\n";
const std::string enabled = "- {at: 4h, do: key.update, target: kvx/k, with: {enabled: true}}\n"
                            "- {at: 6h, try: pull, target: r}\n";

} // namespace

TEST_CASE("every reason has a row for every state that it can strike, but for those the model never comes to") {
    Catalog catalog;
    CHECK(countOf<row::ReasonMoves>(rowsOf(base(catalog, "cosmosdb"))) == 13 * 2);
    CHECK(countOf<row::ReasonMoves>(rowsOf(base(catalog, "documentdb"))) == 13 * 2);
    CHECK(countOf<row::ReasonMoves>(rowsOf(base(catalog, "acr"))) == 13 * 3);
    const Names registryRows = namesOf(rowsOf(base(catalog, "acr")));
    CHECK(registryRows.contains("IdentityInactive: Revoked -> Inaccessible"));
    CHECK(registryRows.contains("VaultFirewallDenied: Degraded begins"));
    CHECK(registryRows.contains("import: denied while Degraded"));
    CHECK_FALSE(registryRows.contains("show: denied unless Ready"));
    const Names clusterRows = namesOf(rowsOf(base(catalog, "documentdb")));
    CHECK_FALSE(clusterRows.contains("IdentityInactive: Ready -> Inaccessible"));
    CHECK_FALSE(clusterRows.contains("KeyDisabled: Failed -> Inaccessible"));
    CHECK(clusterRows.contains("create refused, ProvisioningFailed: leaves Failed"));
}

TEST_CASE("rows are in the order of their keys, no two alike, and each says where it comes from") {
    Catalog catalog;
    for (const ModelEntry& entry : catalog.entries()) {
        const std::vector<CoverageRow> rows = rowsOf(base(catalog, entry.service, entry.version));
        INFO(entry.service << '=' << entry.version);
        CHECK(std::ranges::adjacent_find(rows, std::greater_equal{}, &CoverageRow::key) == rows.end());
        CHECK(namesOf(rows).size() == rows.size());
        for (const CoverageRow& row : rows) {
            CHECK((!row.provenance.sources.empty() || !row.provenance.assumed.empty()));
        }
    }
}

TEST_CASE("a refusal that an earlier one always forestalls has no row, nor has one of a credential that never lapses") {
    Catalog catalog;
    Model model = base(catalog, "cosmosdb");
    const std::size_t before = countOf<row::Refused>(rowsOf(model));
    const auto addFirst = [&](const RefusalRule& rule) {
        const RefusalId id{model.refusals.size()};
        model.refusals.push_back(rule);
        auto& ofUpdate = model.refusalsOf[static_cast<std::size_t>(RefusableAction::Update)];
        ofUpdate.insert(ofUpdate.begin(), id);
    };
    RefusalRule lapsed;
    lapsed.error = "Lapsed";
    lapsed.credential.insert(Credential::Lapsed);
    addFirst(lapsed);
    CHECK(countOf<row::Refused>(rowsOf(model)) == before);

    RefusalRule withKey;
    withKey.error = "NoKey";
    withKey.namesKey = true;
    addFirst(withKey); // all refusals of an update that the model has ask for a key, but that of the identity
    CHECK(countOf<row::Refused>(rowsOf(model)) == before - 4);

    RefusalRule ready;
    ready.error = "NotNow";
    ready.states = {model.ready()};
    addFirst(ready); // still leaves the other states to the next
    CHECK(countOf<row::Refused>(rowsOf(model)) == before - 3);
}

TEST_CASE("a story exercises the rows of what happens in it, and no others") {
    CHECK(exercised(coverageBy(registry, disabled)) ==
          Names{"KeyDisabled: Ready -> Revoked", "pull: denied unless Ready", "a revalidation changes the state"});
    CHECK(exercised(coverageBy(registry, disabled + enabled)) ==
          Names{"KeyDisabled: Ready -> Revoked", "pull: denied unless Ready", "a revalidation changes the state",
                "Revoked -> Ready", "pull: ok"});
}

TEST_CASE("what happens at some phases alone counts") {
    // Seen by every phase up to 30 minutes, and before the repair by no other.
    const Coverage coverage = coverageBy(registry, "- {at: 1h, do: key.update, target: kvx/k, with: {enabled: false}}\n"
                                                   "- {at: 90m, do: key.update, target: kvx/k, with: {enabled: true}}\n"
                                                   "- {at: 4h, expect: {r: Ready}}\n");
    CHECK(exercised(coverage).contains("KeyDisabled: Ready -> Revoked"));
}

TEST_CASE("an operation of a resource that is not there is no row of its model") {
    CHECK(exercised(coverageBy(registry, "- {at: 1h, do: resource.delete, target: r}\n"
                                         "- {at: 2h, try: pull, target: r}\n"))
              .empty());
}

TEST_CASE("a key for a resource that has none is given, or refused, and either is a row") {
    const std::string later = "- {at: 1h, do: resource.update, target: r, with: {key: kvx/k}}\n";
    CHECK(exercised(coverageBy("{service: cosmosdb, identity: app}", later)) ==
          Names{"encryption of an existing resource"});
    CHECK(exercised(coverageBy("{service: acr, identities: [app]}", later)) ==
          Names{"encryption of an existing resource refused"});
    CHECK(exercised(coverageBy("{service: cosmosdb, identity: app, key: kvx/k}", later)).empty());
}

TEST_CASE("a failed creation exercises its refusal and what it leaves behind") {
    const Coverage coverage = coverageBy(
        registry, "- {at: 1h, do: resource.create, target: c, with: {service: documentdb, identity: app, key: "
                  "\"https://kvx.vault.azure.net/keys/none\"}}\n");
    CHECK(exercised(coverage) == Names{"create refused, ProvisioningFailed: a check of the key, asked for, fails",
                                       "create refused, ProvisioningFailed: leaves Failed"});
}

TEST_CASE("coverage merges to the same, whatever the order") {
    const Coverage one = coverageBy(registry, disabled);
    const Coverage other =
        coverageBy("{service: cosmosdb, identity: app, key: kvx/k}", "- {at: 1h, try: read, target: r}\n");
    const Coverage third = coverageBy(registry, enabled);
    Coverage forwards;
    for (const Coverage* each : {&one, &other, &third}) {
        forwards.merge(*each);
    }
    Coverage backwards;
    for (const Coverage* each : {&third, &other, &one}) {
        backwards.merge(*each);
    }
    CHECK(exercised(forwards) == exercised(backwards));
    CHECK(exercised(forwards).size() == 5);
    REQUIRE(forwards.models().size() == 2);
    CHECK(forwards.models().front().service == "acr");
    CHECK(forwards.models().front().exercised() == 4);
    CHECK_FALSE(forwards.models().front().reaches(100));
    CHECK(forwards.models().front().reaches(5));
}

} // namespace cmksim::coverage_test
