// By when a repair must be done, against every second of it.
#include "deadline/repair_curve.hpp"

#include "base/progress.hpp"
#include "deadline/breakpoints.hpp"
#include "deadline/counting_store.hpp"
#include "support/compiled.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

using namespace cmksim;
using namespace cmksim::deadline;
using namespace cmksim::compile;
using namespace cmksim::test;
using namespace std::chrono_literals;

namespace {

using Days = std::chrono::duration<Duration::rep, std::ratio<86400>>;

constexpr Instant at(Duration sinceStart) { return scenarioStart + sinceStart; }

/// A story with its last action taken out, which is the repair.
struct Story {
    explicit Story(const std::string& timeline, const std::string& more = "")
        : compiled{
              "cmksim: 1\nname: x\nuntil: 12h\nestate:\n  vaults:\n    kv1:\n      enablePurgeProtection: true\n"
              "      accessPolicies: {a: [get, wrapKey, unwrapKey]}\n      keys: {k: {}}\n"
              "  identities: {a: {}}\n  resources:\n    r: {service: acr, sku: Premium, identity: a, key: kv1/k}\n" +
              more + "timeline:\n" + timeline} {
        takeOut();
    }
    /// Of the service that counts times.
    static Story ofStore(const std::string& timeline) {
        return Story{Compiled{{countingStore}, storyOfStore(timeline)}};
    }

    Compiled compiled;
    Program without;
    RepairQuestion question;

private:
    explicit Story(Compiled of) : compiled{std::move(of)} { takeOut(); }

    void takeOut() {
        INFO(compiled.errors);
        REQUIRE(compiled.program);
        TimelineEntry last = compiled.program->entries.back();
        last.at = scenarioStart;
        question.repair = {std::move(last)};
        without = withoutActions(*compiled.program, question.repair);
    }
};

const std::string deleted = "  - {at: 10m, do: key.delete, target: kv1/k}\n"
                            "  - {at: 130m, do: key.recover, target: kv1/k}\n";

/// Ends what asks it for the third time.
class EndsSoon : public Progress {
public:
    void advance(std::size_t) override {}
    [[nodiscard]] bool cancelled() const override { return ++asked_ >= 3; }

private:
    mutable int asked_ = 0;
};

/// Whether every second of a piece is what the straight line between its ends says.
void checkPieces(const Story& story) {
    const RepairCurve curve = repairCurve(story.without, story.question);
    Instant next = story.question.range.least;
    for (const CurvePiece& piece : curve.pieces) {
        CHECK(piece.repair.least == next);
        next = piece.repair.most + 1s;
        const Duration width = piece.repair.most - piece.repair.least;
        for (Duration in = 1s; in < width; in += std::max<Duration>(1s, width / 40)) {
            const Outcome outcome = outcomeOf(withRepair(story.without, story.question.repair, piece.repair.least + in),
                                              story.question.open, story.question.rto, piece.repair.least);
            for (std::size_t i = 0; i < outcome.resources.size(); ++i) {
                const ResourceOutcome& first = piece.first.resources[i];
                const ResourceOutcome& last = piece.last.resources[i];
                const ResourceOutcome& here = outcome.resources[i];
                const auto between = [&](Duration a, Duration b) { return a + (b - a) * in.count() / width.count(); };
                INFO("repair at " << (piece.repair.least + in - scenarioStart).count() << " s, in a piece from "
                                  << (piece.repair.least - scenarioStart).count() << " to "
                                  << (piece.repair.most - scenarioStart).count() << " s");
                CHECK(here.longest.least == between(first.longest.least, last.longest.least));
                CHECK(here.longest.most == between(first.longest.most, last.longest.most));
                CHECK(here.downtime.least == between(first.downtime.least, last.downtime.least));
                CHECK(here.downtime.most == between(first.downtime.most, last.downtime.most));
                const Ratio share{in.count(), width.count()};
                const Ratio rest{(width - in).count(), width.count()};
                CHECK(here.untouched == first.untouched * rest + last.untouched * share);
                CHECK(here.within == first.within * rest + last.within * share);
            }
        }
    }
    CHECK(next == story.question.range.most + 1s);
}

} // namespace

TEST_CASE("a deleted key must be back for no outage at half of the phases, for an objective, and for its data") {
    Story story{deleted};
    CHECK(story.without.entries.size() == 1);
    story.question.range = {at(10min), at(12h)};
    for (const auto& [rto, latest] : {std::pair{1h, at(70min)}, {2h, at(130min)}}) {
        story.question.rto = rto;
        const RepairCurve curve = repairCurve(story.without, story.question);
        REQUIRE(curve.latest.size() == 1);
        const LatestRepair& one = curve.latest.front();
        CHECK(one.noOutage.value().when.most == at(10min));
        CHECK(one.noOutageHalf.value().when.most == at(40min));
        CHECK(one.within.value().when.most == latest);
        CHECK(one.within->fromTheStart);
        CHECK(one.dataLostFrom == at(Days{90} + 10min));
    }
}

TEST_CASE("what holds up to the end of the range is said to") {
    Story story{deleted};
    story.question.range = {at(10min), at(50min)};
    story.question.rto = 1h;
    const RepairCurve curve = repairCurve(story.without, story.question);
    CHECK(curve.latest.front().within.value().toTheEnd);
    CHECK_FALSE(curve.latest.front().noOutage.value().toTheEnd);
}

TEST_CASE("a repair that would come before what it repairs is told from when on it does, and by when it must be done") {
    Story story{deleted};
    story.question.range = {at(0s), at(12h)};
    story.question.rto = 1h;
    const RepairCurve curve = repairCurve(story.without, story.question);
    REQUIRE(curve.latest.size() == 1);
    const LatestRepair& one = curve.latest.front();
    REQUIRE(one.within);
    CHECK_FALSE(one.within->fromTheStart);
    CHECK(one.within->when == Extent<Instant>{at(10min), at(70min)});
    for (Instant repair = at(0s); repair <= at(80min); repair += 1min) {
        const Outcome outcome = outcomeOf(withRepair(story.without, story.question.repair, repair), OpenTimings::All,
                                          story.question.rto, repair);
        const bool holds = outcome.resources.front().longest.most <= 1h;
        CHECK(holds == (repair >= one.within->when.least && repair <= one.within->when.most));
    }
}

TEST_CASE("a resource that no instant of the repair takes down is left out") {
    Story story{deleted, "    apart: {service: cosmosdb}\n"};
    story.question.range = {at(10min), at(20min)};
    CHECK(repairCurve(story.without, story.question).latest.size() == 1);
}

TEST_CASE("an outage ends where the story deletes the resource, and what goes with it is lost by no late repair") {
    Story story{"  - {at: 10m, do: key.delete, target: kv1/k}\n  - {at: 4h, do: resource.delete, target: r}\n"
                "  - {at: 5h, do: key.recover, target: kv1/k}\n"};
    story.question.range = {at(10min), at(12h)};
    story.question.rto = 2h;
    const RepairCurve curve = repairCurve(story.without, story.question);
    REQUIRE(curve.latest.size() == 1);
    const LatestRepair& one = curve.latest.front();
    CHECK(one.within.value().when.most == at(130min));
    CHECK_FALSE(one.dataLostFrom);
    CHECK(one.deletedByStory == std::vector<Instant>{at(4h)});
    CHECK(curve.pieces.back().last.resources.front().longest.most == 3h + 50min);
}

TEST_CASE("a resource that is only impaired is told, and by when a repair prevents it") {
    Story story{
        "  - {at: 1h, do: vault.update, target: kv1, with: {networkAcls: {defaultAction: Deny, bypass: None}}}\n"
        "  - {at: 3h, do: vault.update, target: kv1, with: {networkAcls: {defaultAction: Allow}}}\n"};
    story.question.range = {at(1h), at(6h)};
    story.question.open = OpenTimings::Phases;
    const RepairCurve curve = repairCurve(story.without, story.question);
    REQUIRE(curve.latest.size() == 1);
    const LatestRepair& one = curve.latest.front();
    CHECK(one.noOutage.value().toTheEnd);
    CHECK(one.mayBeImpaired);
    CHECK(one.noImpairment.value().when.most == at(1h));
    CHECK(curve.pieces.back().last.resources.front().impaired == Extent<Duration>{5h, 5h});
}

TEST_CASE("a search that is interrupted tells the pieces that it looked at, and of nothing beyond them") {
    Story story{deleted};
    story.question.range = {at(10min), at(12h)};
    story.question.rto = 2h;
    const RepairCurve whole = repairCurve(story.without, story.question);
    CHECK_FALSE(whole.interrupted);
    const EndsSoon progress;
    const RepairCurve curve = repairCurve(story.without, story.question, {{}, &progress});
    CHECK(curve.interrupted);
    REQUIRE(curve.pieces.size() == 3);
    const Instant last = curve.pieces.back().repair.most;
    CHECK(last == whole.pieces[2].repair.most);
    CHECK(last < at(130min));
    const LatestRepair& one = curve.latest.front();
    CHECK(one.within.value().toTheEnd);
    CHECK(one.within->when.most == last);
    CHECK_FALSE(one.dataLostFrom);
}

TEST_CASE("between two breakpoints every second is what the straight line between them says") {
    const std::vector<std::string> stories{
        deleted,
        "  - {at: 10m, do: key.delete, target: kv1/k}\n  - {at: 45m, do: policy.delete, target: kv1, with: {identity: "
        "a}}\n  - {at: 80m, do: policy.set, target: kv1, with: {identity: a, permissions: [get, wrapKey, unwrapKey]}}\n"
        "  - {at: 130m, do: key.recover, target: kv1/k}\n",
        "  - {at: 7m, do: policy.delete, target: kv1, with: {identity: a}}\n  - {at: 30m, do: policy.set, target: kv1, "
        "with: {identity: a, permissions: [get, wrapKey, unwrapKey]}}\n"};
    const std::vector<std::string> others{"", "    pinned: {service: acr, sku: Premium, identity: a, key: kv1/k, "
                                              "revalidationPhase: 23m}\n"};
    for (const std::string& timeline : stories) {
        for (const std::string& more : others) {
            Story story{timeline, more};
            story.question.range = {at(5min), at(100min)};
            story.question.rto = 50min;
            story.question.open = OpenTimings::Phases;
            checkPieces(story);
        }
    }
}

TEST_CASE("between two breakpoints what a model counts from a look, too, goes in a straight line") {
    const std::string disabled = "  - {at: 5m, do: key.update, target: kv1/k, with: {enabled: false}}\n";
    const std::string enabled = "do: key.update, target: kv1/k, with: {enabled: true}}\n";
    for (const std::string& timeline :
         {disabled + "  - {at: 31m, " + enabled,
          disabled + "  - {at: 28m, " + enabled + "  - {at: 31m, do: resource.revalidate, target: r}\n"}) {
        Story story = Story::ofStore(timeline);
        story.question.range = {at(6min), at(45min)};
        story.question.rto = 9min;
        story.question.open = OpenTimings::Phases;
        checkPieces(story);
    }
}
