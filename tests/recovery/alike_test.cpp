// Resources that are described alike are planned for together: what is said of them is what is said of each alone.
#include "recovery/plan.hpp"

#include "support/compiled.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace cmksim::alike_test {

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

namespace {

/// So many vaults, each with as many resources that are alike, and a loss in each.
std::string manyWith(int vaults, int resources, const std::string& loss) {
    std::string text = "cmksim: 1\nname: x\nestate:\n  vaults:\n";
    std::string identities = "  identities:\n";
    std::string users = "  resources:\n";
    std::string timeline = "timeline:\n";
    for (int v = 0; v < vaults; ++v) {
        const std::string n = std::to_string(v);
        text += "    kv" + n + ": {accessPolicies: {id" + n + ": [get, list, wrapKey, unwrapKey]}, keys: {k: }}\n";
        identities += "    id" + n + ":\n";
        for (int r = 0; r < resources; ++r) {
            users += "    r" + n + "-" + std::to_string(r) + ": {service: " + (r % 2 == 0 ? "acr" : "cosmosdb") +
                     ", identity: id" + n + ", key: kv" + n + "/k}\n";
        }
        timeline += "  - {at: 10m, do: " + loss + n + (loss.starts_with("key") ? "/k}\n" : "}\n");
    }
    return text + identities + users + timeline;
}

/// Whether a plan brings back each resource, proved in the whole and of each alone.
bool isSound(const Program& program, const Recovery& recovery) {
    std::vector<TimelineEntry> steps;
    for (const PlannedStep& step : recovery.plans.front().steps) {
        steps.push_back(entryOf(recovery.program, step.step->action, step.at));
    }
    return std::ranges::all_of(program.resources.ids(), [&](ResourceId id) {
        ProofQuestion question;
        question.at = recovery.at;
        question.wanted = {id};
        return prove(recovery.program, question, steps).holds();
    });
}

} // namespace

TEST_CASE("what many resources that are alike need is what each of them needs, and brings all of them back") {
    for (const std::string loss :
         {"key.delete, target: kv", "vault.delete, target: kv", "identity.delete, target: id"}) {
        INFO(loss);
        const Compiled few{manyWith(1, 4, loss)};
        const Compiled many{manyWith(1, 40, loss)};
        REQUIRE(few.program);
        REQUIRE(many.program);
        const Instant at = scenarioStart + std::chrono::hours{3};
        const Recovery ofFew = planRecovery(*few.program, at);
        const Recovery ofMany = planRecovery(*many.program, at);
        CHECK(ofMany.wanted.size() == 40);
        CHECK(ofMany.impaired.size() == 40);
        CHECK(isSound(*many.program, ofMany));
        const auto& steps = ofFew.plans.front().steps;
        const auto onResources = static_cast<std::size_t>(
            std::ranges::count_if(steps, [](const PlannedStep& one) { return resourceOf(one.step->action).valid(); }));
        CHECK(ofMany.plans.front().steps.size() == steps.size() - onResources + 10 * onResources);
        CHECK(ofMany.plans.front().proof.within.most == ofFew.plans.front().proof.within.most);
        CHECK(ofMany.alikeTogether == (onResources != 0));
    }
}

TEST_CASE("many parts that ail are planned for apart, and the plans as one bring all of them back") {
    for (const std::string loss :
         {"key.delete, target: kv", "vault.delete, target: kv", "identity.delete, target: id"}) {
        INFO(loss);
        const Compiled one{manyWith(1, 2, loss)};
        const Compiled many{manyWith(12, 2, loss)};
        REQUIRE(one.program);
        REQUIRE(many.program);
        const Instant at = scenarioStart + std::chrono::hours{3};
        const Recovery ofOne = planRecovery(*one.program, at);
        const Recovery ofMany = planRecovery(*many.program, at);
        CHECK(ofMany.partsApart);
        CHECK(ofMany.wanted.size() == 24);
        CHECK(ofMany.plans.front().steps.size() == 12 * ofOne.plans.front().steps.size());
        CHECK(isSound(*many.program, ofMany));
    }
}

} // namespace cmksim::alike_test
