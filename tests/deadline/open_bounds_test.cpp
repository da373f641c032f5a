// Outcomes over an open instant, against every second of it.
#include "deadline/open_bounds.hpp"

#include "analysis/bounds.hpp"
#include "deadline/counting_store.hpp"
#include "deadline/repair_curve.hpp"
#include "support/compiled.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace cmksim::open_bounds_test {

using namespace cmksim::test;
using namespace std::chrono_literals;
using analysis::Extent;
using analysis::Held;
using deadline::HeldStretch;
using deadline::OpenBounds;
using deadline::openBounds;
using deadline::OpenResource;

namespace {

constexpr Instant at(Duration sinceStart) { return scenarioStart + sinceStart; }

/// A story whose timeline has an open instant.
struct Story {
    explicit Story(const std::string& timeline, const std::string& more = "")
        : compiled{"cmksim: 1\nname: x\nuntil: 6h\nestate:\n  vaults:\n    kv1:\n      enablePurgeProtection: true\n"
                   "      accessPolicies: {a: [get, wrapKey, unwrapKey]}\n      keys: {k: {}}\n"
                   "  identities: {a: {}}\n  resources:\n"
                   "    r: {service: acr, sku: Premium, identity: a, key: kv1/k}\n" +
                       more + "timeline:\n" + timeline,
                   {},
                   {},
                   compile::OpenInstants::Kept} {
        INFO(compiled.errors);
        REQUIRE(compiled.program);
        REQUIRE(compiled.program->openInstant);
    }

    [[nodiscard]] const Program& program() const { return *compiled.program; }

    Compiled compiled;
};

const std::string deleted = "  - {at: 10m, do: key.delete, target: kv1/k}\n"
                            "  - {at: 10m..3h, do: key.recover, target: kv1/k}\n";

Held heldAt(const std::vector<HeldStretch>& stretches, Instant instant) {
    const auto found = std::ranges::find_if(
        stretches, [&](const HeldStretch& one) { return one.when.least <= instant && instant <= one.when.most; });
    return found == stretches.end() ? Held::NotKnown : found->held;
}

/// Whether the outcomes over an open instant are those of every second of it.
void checkEverySecond(const Program& program, OpenTimings open) {
    const OpenBounds bounds = openBounds(program, open);
    REQUIRE(bounds.expectations.size() == 1);
    std::vector<Extent<Duration>> downtimes(program.resources.size(), {Duration::max(), Duration::min()});
    std::vector<Duration> outages(program.resources.size());
    for (Instant instant = program.openInstant->first; instant <= program.openInstant->last; instant += 1s) {
        const analysis::ScenarioBounds here = analysis::boundsOf(withInstantAt(program, instant), open);
        for (const analysis::ResourceBounds& one : here.resources) {
            downtimes[one.resource.index()].include(one.downtime.extent.least);
            downtimes[one.resource.index()].include(one.downtime.extent.most);
            for (const analysis::OutageBounds& outage : one.outages) {
                Duration& longest = outages[one.resource.index()];
                longest = std::max(longest, outage.length.extent.most);
            }
        }
        const bool holds = std::ranges::all_of(here.expectations, &analysis::ExpectationBounds::always);
        CHECK(holds == (heldAt(bounds.expectations.front().stretches, instant) == Held::Always));
    }
    for (const OpenResource& one : bounds.resources) {
        CHECK(one.shortest.value == downtimes[one.resource.index()].least);
        CHECK(one.longest.value == downtimes[one.resource.index()].most);
        CHECK(one.longestOutage.value == outages[one.resource.index()]);
    }
}

} // namespace

TEST_CASE("over an open repair bounds have the extremes of the repair's curve") {
    const Story story{deleted};
    const OpenBounds bounds = openBounds(story.program(), OpenTimings::All);
    const deadline::OpenQuestion asked = deadline::questionOf(story.program());
    const deadline::RepairCurve curve = repairCurve(asked.program, asked.question);
    Duration least = Duration::max();
    Duration most{};
    for (const deadline::CurvePiece& piece : curve.pieces) {
        for (const deadline::Outcome* end : {&piece.first, &piece.last}) {
            least = std::min(least, end->resources.front().downtime.least);
            most = std::max(most, end->resources.front().downtime.most);
        }
    }
    REQUIRE(bounds.resources.size() == 1);
    const OpenResource& one = bounds.resources.front();
    CHECK(one.shortest.value == least);
    CHECK(one.longest.value == most);
    CHECK(one.longestOutage.value == 3h);
    CHECK(one.longestOutage.instant == at(2h + 10min + 1s)); // by 2:10 no outage is longer than two hours
    CHECK(one.shortest.value == 0s);
    CHECK(one.shortest.instant == at(10min));
    CHECK(one.dataLost.empty());
    CHECK(bounds.exact);
}

TEST_CASE("an expectation is told with the instants at which it holds in every case, in some and in none") {
    const Story story{deleted + "  - {at: 3h, expect: {r: {downtime: \"<= 1h\"}}}\n"};
    const OpenBounds bounds = openBounds(story.program(), OpenTimings::Phases);
    REQUIRE(bounds.expectations.size() == 1);
    const std::vector<HeldStretch>& stretches = bounds.expectations.front().stretches;
    REQUIRE(stretches.size() == 3);
    CHECK(stretches[0].when == Extent<Instant>{at(10min), at(70min)});
    CHECK(stretches[0].held == Held::Always);
    CHECK(stretches[1].when == Extent<Instant>{at(70min + 1s), at(130min - 1s)});
    CHECK(stretches[1].held == Held::Sometimes);
    CHECK(stretches[2].when == Extent<Instant>{at(130min), at(3h)});
    CHECK(stretches[2].held == Held::Never);
}

TEST_CASE("an expectation that follows what is open is judged at its distance") {
    const Story story{deleted + "  - {after: 1h, expect: {r: Ready}}\n"};
    const OpenBounds bounds = openBounds(story.program(), OpenTimings::All);
    REQUIRE(bounds.expectations.size() == 1);
    REQUIRE(bounds.expectations.front().stretches.size() == 1);
    CHECK(bounds.expectations.front().stretches.front().held == Held::Always);
}

TEST_CASE("an action on the world that is refused whatever the phases is told to hold in no case") {
    const Story story{
        "  - {at: 10m..3h, do: key.delete, target: kv1/k}\n  - {at: 2h, do: key.recover, target: kv1/k}\n"};
    const OpenBounds bounds = openBounds(story.program(), OpenTimings::Phases);
    REQUIRE(bounds.expectations.size() == 1);
    const std::vector<HeldStretch>& stretches = bounds.expectations.front().stretches;
    REQUIRE(stretches.size() == 2);
    CHECK(stretches[0].when.most == at(2h));
    CHECK(stretches[0].held == Held::Always);
    CHECK(stretches[1].held == Held::Never);
}

TEST_CASE("over every second of a range outcomes are those of the open instant") {
    const std::string policyBack =
        "do: policy.set, target: kv1, with: {identity: a, permissions: [get, wrapKey, unwrapKey]}}\n";
    const std::vector<std::string> stories{
        "  - {at: 10m, do: key.delete, target: kv1/k}\n  - {at: 65m..75m, do: key.recover, target: kv1/k}\n"
        "  - {at: 3h, expect: {r: {downtime: \"<= 1h\"}}}\n",
        "  - {at: 10m, do: key.delete, target: kv1/k}\n  - {at: 45m, do: policy.delete, target: kv1, with: {identity: "
        "a}}\n  - {at: 2h, " +
            policyBack + "  - {at: 41m..49m, do: key.recover, target: kv1/k}\n  - {after: 20m, expect: {r: Ready}}\n",
        "  - {at: 3m..12m, do: policy.delete, target: kv1, with: {identity: a}}\n  - {at: 70m, " + policyBack +
            "  - {at: 2h, expect: {r: {outages: 1}}}\n",
    };
    const std::vector<std::string> others{"", "    pinned: {service: acr, sku: Premium, identity: a, key: kv1/k, "
                                              "revalidationPhase: 9m}\n"};
    for (const std::string& timeline : stories) {
        for (const std::string& more : others) {
            checkEverySecond(Story{timeline, more}.program(), OpenTimings::Phases);
        }
    }
}

TEST_CASE("what a model counts from a look, too, is told for every second of a range") {
    const std::vector<std::string> stories{
        "  - {at: 5m, do: key.update, target: kv1/k, with: {enabled: false}}\n"
        "  - {at: 20m..41m, do: key.update, target: kv1/k, with: {enabled: true}}\n"
        "  - {at: 90m, expect: {r: {downtime: \"<= 6m\"}}}\n",
        "  - {at: 3m..11m, do: key.update, target: kv1/k, with: {enabled: false}}\n"
        "  - {at: 16m, do: policy.delete, target: kv1, with: {identity: a}}\n"
        "  - {at: 47m, do: policy.set, target: kv1, with: {identity: a, permissions: [get, wrapKey]}}\n"
        "  - {at: 90m, expect: {r: {outages: 1}}}\n",
    };
    for (const std::string& timeline : stories) {
        for (const OpenTimings open : {OpenTimings::Phases, OpenTimings::All}) {
            const Compiled compiled{{countingStore}, storyOfStore(timeline), compile::OpenInstants::Kept};
            checkEverySecond(compiled.sound(), open);
        }
    }
}

} // namespace cmksim::open_bounds_test
