// Resources that are described alike are planned for together: what is said of them is what is said of each alone.
#include "recovery/plan.hpp"

#include "compile/compiled.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

using namespace cmksim;
using namespace cmksim::compile;
using namespace cmksim::recovery;
using namespace cmksim::test;

namespace {

std::string estateWith(const std::string& loss) {
    std::string text = R"(cmksim: 1
name: x
estate:
  vaults:
    kv1:
      enablePurgeProtection: false
      accessPolicies: {one: [get, list, wrapKey, unwrapKey], two: [get, list, wrapKey, unwrapKey]}
      keys: {a: , b: }
  identities: {one: , two: }
  resources:
)";
    for (int i = 0; i < 6; ++i) {
        const std::string n = std::to_string(i);
        text += "    r" + n + ": {service: " + (i % 2 == 0 ? "acr" : "cosmosdb") +
                ", identity: " + (i < 4 ? "one" : "two") + ", key: kv1/a}\n";
    }
    return text + "timeline:\n  - {at: 10m, " + loss + "}\n";
}

PlanOptions onlyFor(ResourceId resource) {
    PlanOptions options;
    options.goal = {resource};
    return options;
}

const std::vector<std::string> losses{
    "do: key.delete, target: kv1/a",
    "do: key.update, target: kv1/a, with: {enabled: false}",
    "do: policy.delete, target: kv1, with: {identity: one}",
    "do: identity.delete, target: one",
    "do: vault.delete, target: kv1",
    "do: vault.update, target: kv1, with: {publicNetworkAccess: Disabled}",
    "do: resource.update, target: r0, with: {key: kv1/b}",
};

} // namespace

TEST_CASE("a proof for several resources is what proofs for each of them come to") {
    std::size_t proved = 0;
    for (const std::string& loss : losses) {
        const Compiled compiled{estateWith(loss)};
        INFO(loss);
        REQUIRE(compiled.program);
        const Instant at = scenarioStart + std::chrono::hours{3};
        const Recovery recovery = planRecovery(*compiled.program, at);
        if (recovery.plans.empty()) {
            continue;
        }
        std::vector<TimelineEntry> steps;
        for (const PlannedStep& step : recovery.plans.front().steps) {
            steps.push_back(entryOf(recovery.program, step.step->action, step.at));
        }
        const auto proofOf = [&](std::vector<ResourceId> wanted, std::size_t count) {
            const std::vector<TimelineEntry> some(steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(count));
            ProofQuestion question;
            question.at = at;
            question.wanted = std::move(wanted);
            question.open = OpenTimings::Phases;
            return prove(recovery.program, question, some);
        };
        // Short of a step, too: then it does not hold.
        for (std::size_t count = steps.size() > 0 ? steps.size() - 1 : 0; count <= steps.size(); ++count) {
            const Proof all = proofOf(recovery.wanted, count);
            bool whole = true;
            bool accepted = true;
            Extent<Duration> within;
            for (const ResourceId id : recovery.wanted) {
                const Proof one = proofOf({id}, count);
                whole = whole && one.whole;
                accepted = accepted && one.accepted;
                within.least = std::max(within.least, one.within.least);
                within.most = std::max(within.most, one.within.most);
            }
            CHECK(all.whole == whole);
            CHECK(all.accepted == accepted);
            if (whole && accepted) {
                CHECK(all.within.least == within.least);
                CHECK(all.within.most == within.most);
                ++proved;
            }
        }
    }
    CHECK(proved >= 5);
}

TEST_CASE("of resources that are lost alike, each is told as it is told alone") {
    const Compiled compiled{estateWith("do: key.delete, target: kv1/a}\n  - {at: 20m, do: key.purge, target: kv1/a")};
    REQUIRE(compiled.program);
    const Instant at = scenarioStart + std::chrono::hours{3};
    const Recovery recovery = planRecovery(*compiled.program, at);
    REQUIRE(recovery.lost.size() == 6);
    for (const Loss& loss : recovery.lost) {
        const Recovery alone = planRecovery(*compiled.program, at, onlyFor(loss.resource));
        REQUIRE(alone.lost.size() == 1);
        CHECK(loss.resource == alone.lost.front().resource);
        CHECK(loss.reason == alone.lost.front().reason);
        CHECK(loss.materialGone == alone.lost.front().materialGone);
        CHECK(loss.until == alone.lost.front().until);
        CHECK(loss.up == alone.lost.front().up);
    }
}
