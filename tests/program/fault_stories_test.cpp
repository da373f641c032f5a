// Two estates under every fault: what is played in a part of them comes to the same as in the whole.
#include "program/fault_stories.hpp"

#include "analysis/phase_classes.hpp"
#include "catalog/catalog.hpp"
#include "compile/compile.hpp"
#include "engine/replay.hpp"
#include "engine/simulation_state.hpp"
#include "exploration/faults.hpp"
#include "property/generator.hpp"
#include "property/harness.hpp"
#include "support/compiled.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <limits>
#include <map>
#include <set>

namespace cmksim::fault_stories_test {

using namespace cmksim;
using namespace cmksim::program;
using namespace std::chrono_literals;

namespace {

constexpr Instant end = scenarioStart + 24h * 120;

/// Tells work to stop once it has asked so often.
class StoppedAfter : public Progress {
public:
    explicit StoppedAfter(std::size_t most) : most_{most} {}
    void advance(std::size_t) override {}
    [[nodiscard]] bool cancelled() const override { return ++asked_ > most_; }
    [[nodiscard]] std::size_t asked() const { return asked_; }

private:
    std::size_t most_;
    mutable std::size_t asked_ = 0;
};

constexpr std::size_t never = std::numeric_limits<std::size_t>::max();

/// What differs, in a line for each story.
std::string told(const Comparison& comparison) {
    std::string text;
    for (const ResourceDifference& one : comparison.resources) {
        text += one.name + ' ' + one.a.state + '/' + one.b.state + ' ' + std::to_string(one.a.downtime.count()) + '/' +
                std::to_string(one.b.downtime.count()) + "; ";
    }
    text += std::to_string(comparison.checks.size());
    if (comparison.first) {
        text += " at " + std::to_string(comparison.first->at.time_since_epoch().count());
        for (const std::vector<std::string>& side : {comparison.first->a, comparison.first->b}) {
            for (const std::string& event : side) {
                text += ", " + event;
            }
        }
        for (const auto& [name, phase] : comparison.first->phases) {
            text += ' ' + name + '=' + std::to_string(phase.count());
        }
    }
    return text;
}

/// The slow way: each fault of either in the whole of both estates, which have the same ids.
std::multimap<std::string, std::string> oneByOne(const Program& a, const Program& b) {
    std::multimap<std::string, std::string> differences;
    std::set<Action> played;
    for (const Program* one : {&a, &b}) {
        const Program atRest = withTimeline(*one, {}, end);
        SimulationState start{atRest, nominalPhases(atRest)};
        std::vector<Record> ignored;
        start.advanceTo(scenarioStart + 1h, ignored);
        for (const Action& fault : faultsIn(atRest, start)) {
            TimelineEntry entry = entryOf(atRest, fault, scenarioStart + 1h);
            const Comparison comparison = compare(withTimeline(a, {entry}, end), withTimeline(b, {entry}, end));
            if (played.insert(fault).second && comparison.differs()) {
                differences.emplace(entry.name + ' ' + entry.target, told(comparison));
            }
        }
    }
    return differences;
}

} // namespace

TEST_CASE("property: a fault played in its part of two estates differs as it does in the whole") {
    catalog::Catalog catalog;
    std::size_t differing = 0;
    std::size_t compared = 0;
    for (std::uint64_t seed = 1; seed <= 120; ++seed) {
        const Program a = test::soundProgram(property::toYaml(property::randomWorld(seed)), catalog);
        Program b = a;
        for (NewVault& vault : b.vaults) {
            // What shows at once, and what shows only later.
            vault.settings.softDelete = seed % 2 == 0 && vault.settings.softDelete.value_or(true);
            vault.settings.purgeProtection = false;
            vault.retention = 24h * 7;
        }
        INFO("seed " << seed);
        const FaultComparison found = compareUnderFaults(a, b, 1, StoppedAfter{never});
        std::multimap<std::string, std::string> differences;
        for (const FaultDifference& one : found.differences) {
            const std::string name = one.story.substr(0, one.story.find(" {"));
            differences.emplace(name, told(one.comparison));
        }
        REQUIRE(differences == oneByOne(a, b));
        differing += differences.size();
        compared += found.stories;
    }
    CHECK(differing > 100);
    CHECK(compared > 500);
}

TEST_CASE("stories that are cut short tell what was compared by then, and that it is not all") {
    catalog::Catalog catalog;
    const Program a = test::soundProgram(property::toYaml(property::randomWorld(2)), catalog);
    Program b = a;
    for (NewVault& vault : b.vaults) {
        vault.settings.purgeProtection = false;
        vault.retention = 24h * 7;
    }
    const StoppedAfter whole{never};
    const FaultComparison all = compareUnderFaults(a, b, 1, whole);
    CHECK(all.complete);
    REQUIRE(all.stories > 1);
    FaultComparison some;
    for (std::size_t most = 1; some.stories == 0 && most < whole.asked(); ++most) {
        some = compareUnderFaults(a, b, 1, StoppedAfter{most});
    }
    CHECK(some.stories == 1);
    CHECK_FALSE(some.complete);
    const FaultComparison none = compareUnderFaults(a, b, 1, StoppedAfter{0});
    CHECK_FALSE(none.complete);
    CHECK(none.stories == 0);
}

} // namespace cmksim::fault_stories_test
