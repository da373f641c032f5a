// What ends an outage, and by what clock, where that is not a look at what was done last.
#include "analysis/bounds.hpp"
#include "analysis/causes.hpp"
#include "base/time.hpp"
#include "engine/replay.hpp"
#include "support/compiled.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace cmksim::ends_of_outages_test {

using namespace cmksim;
using namespace cmksim::analysis;
using namespace cmksim::test;
using namespace std::chrono_literals;

namespace {

/// A story of one key, `kv1/cmk`, bounded over phases.
struct Story {
    Story(const std::string& permissions, const std::string& resources, const std::string& timeline)
        : compiled{"cmksim: 1\nname: x\nuntil: 72h\nestate:\n  vaults: {kv1: {enablePurgeProtection: true, "
                   "accessPolicies: {app: [" +
                   permissions + "]}, keys: {cmk: {}}}}\n  identities: {app: {}}\n  resources:\n" + resources +
                   "timeline:\n" + timeline} {
        INFO(compiled.errors);
        REQUIRE(compiled.program);
        bounds = boundsOf(program(), OpenTimings::Phases);
    }

    [[nodiscard]] const Program& program() const { return *compiled.program; }

    [[nodiscard]] const Model& modelOf(const ResourceBounds& one) const { return program().modelOf(one.resource); }

    [[nodiscard]] const ResourceBounds& boundsOfNamed(const std::string& name) const {
        const auto found = std::ranges::find_if(bounds.resources, [&](const ResourceBounds& one) {
            return program().resources[one.resource].name == name;
        });
        REQUIRE(found != bounds.resources.end());
        return *found;
    }

    /// The name and instant of the action that is a cause; the start has none.
    [[nodiscard]] std::string textOf(const TurnCause& cause) const {
        const auto* entry = std::get_if<EntryId>(&cause.what);
        return entry == nullptr
                   ? "no action"
                   : program().entries[*entry].name + " at " + formatDuration(cause.at.least - scenarioStart);
    }

    /// The causes of the last return to the first state of a resource, in one replay.
    [[nodiscard]] std::vector<std::string> causesOfReturn(const std::string& name) const {
        const Phases phases(program().resources.size(), Duration::zero());
        const Trace trace = replay(program(), phases);
        const Causes causes{program(), phases, trace};
        const auto back = std::find_if(trace.records.rbegin(), trace.records.rend(), [&](const Record& one) {
            return one.is<Transition>() && program().resources[one.on->resource].name == name &&
                   one.as<Transition>().to == program().modelOf(one.on->resource).ready();
        });
        REQUIRE(back != trace.records.rend());
        std::vector<std::string> texts;
        const auto add = [&](const Record& cause) { texts.push_back(program().entries[cause.entry()].name); };
        if (const Record* cause = causes.of(*back)) {
            add(*cause);
        }
        for (const Record* other : causes.othersOf(*back)) {
            add(*other);
        }
        return texts;
    }

    Compiled compiled;
    ScenarioBounds bounds;
};

std::string deletedAndRecovered(const std::string& recovered) {
    return "  - {at: 1h, do: key.delete, target: kv1/cmk}\n  - {at: " + recovered +
           ", do: key.recover, target: kv1/cmk}\n";
}

} // namespace

TEST_CASE("what a revalidation by hand brings back is back by that, and by how long that takes") {
    const Story story{"get, list, wrapKey, unwrapKey", "    r: {service: mysql, identity: app, key: kv1/cmk}\n",
                      deletedAndRecovered("3h") + "  - {at: 10h, do: resource.revalidate, target: r}\n"
                                                  "  - {at: 10h10m, do: resource.revalidate, target: r, "
                                                  "expect: refused}\n"};
    const ResourceBounds& r = story.boundsOfNamed("r");
    REQUIRE(r.outages.size() == 1);
    const Model& model = story.modelOf(r);
    const OutageBounds& outage = r.outages.front();
    CHECK(story.textOf(outage.start.cause) == "key.delete at 1h");
    CHECK(outage.start.clocks == std::vector<const Timing*>{&model.revalidation});
    // Not the key's recovery, and not the second attempt, which was refused.
    CHECK(story.textOf(outage.end.cause) == "resource.revalidate at 10h");
    CHECK(outage.end.others.empty());
    CHECK(outage.end.clocks == std::vector<const Timing*>{&model.ownClocks[model.recovery->takes]});
    CHECK(story.causesOfReturn("r") == std::vector<std::string>{"resource.revalidate", "key.recover"});
}

TEST_CASE("a database whose key is back within half an hour is back within the hour after that, at every timing") {
    const Story story{"get, wrapKey, unwrapKey", "    r: {service: sqldb, identity: app, key: kv1/cmk}\n",
                      deletedAndRecovered("1h25m")};
    const ScenarioBounds all = boundsOf(story.program(), OpenTimings::All);
    REQUIRE(all.exact());
    const ResourceBounds& r = all.resources.front();
    REQUIRE(r.outages.size() == 1);
    CHECK(r.outages.front().end.instant == Extent<Instant>{scenarioStart + 85min, scenarioStart + 145min - 1s});
    const Model& model = story.modelOf(r);
    const auto heals = std::ranges::find_if(model.states, [](const StateRule& one) { return one.heals.has_value(); });
    REQUIRE(heals != model.states.end());
    CHECK(r.outages.front().end.clocks ==
          std::vector<const Timing*>{&model.revalidation, &model.ownClocks[heals->heals->takes]});
}

TEST_CASE("a machine without a key comes back by its start, and nothing says that it looks for a key") {
    const Story story{"get, wrapKey, unwrapKey",
                      "    set: {service: diskencryptionset, identity: app, key: kv1/cmk}\n"
                      "    disk: {service: disk, on: [set]}\n"
                      "    machine: {service: vm, on: [disk]}\n",
                      deletedAndRecovered("3h") + "  - {at: 7h, do: resource.revalidate, target: machine}\n"};
    const ResourceBounds& machine = story.boundsOfNamed("machine");
    REQUIRE(machine.outages.size() == 1);
    const Model& model = story.modelOf(machine);
    const OutageBounds& outage = machine.outages.front();
    CHECK(story.textOf(outage.start.cause) == "key.delete at 1h");
    CHECK(outage.start.clocks == std::vector<const Timing*>{&model.standsOn->within});
    CHECK(story.textOf(outage.end.cause) == "resource.revalidate at 7h");
    CHECK(outage.end.clocks == std::vector<const Timing*>{&model.ownClocks[model.recovery->takes]});
    CHECK(story.causesOfReturn("machine") == std::vector<std::string>{"resource.revalidate", "key.recover"});

    const ResourceBounds& disk = story.boundsOfNamed("disk");
    REQUIRE(disk.outages.size() == 1);
    CHECK(story.textOf(disk.outages.front().end.cause) == "key.recover at 3h");
    CHECK(disk.outages.front().end.clocks.empty());
}

TEST_CASE("the clock of a return is that of states that are down, where they have one") {
    const Story story{"get, wrapKey, unwrapKey", "    r: {service: loganalytics, identity: app, key: kv1/cmk}\n",
                      deletedAndRecovered("5h")};
    const ResourceBounds& r = story.boundsOfNamed("r");
    REQUIRE(r.outages.size() == 1);
    const Model& model = story.modelOf(r);
    CHECK(r.outages.front().start.clocks == std::vector<const Timing*>{&model.revalidation});
    CHECK(r.outages.front().end.clocks == std::vector<const Timing*>{&*model.recoveryClock});
    CHECK(story.textOf(r.outages.front().end.cause) == "key.recover at 5h");
}

TEST_CASE("the end of a retention comes of what went over to another version, a retention and a look later") {
    const Story story{"get, wrapKey, unwrapKey",
                      "    r: {service: databricks, keys: {managed-services: {key: kv1/cmk/v1, identity: app}}}\n",
                      "  - {at: 1h, do: key.rotate, target: kv1/cmk}\n"
                      "  - {at: 1h10m, do: resource.update, target: r, with: {keys: {managed-services: {key: "
                      "kv1/cmk/v2, identity: app}}}}\n"
                      "  - {at: 2h5m, do: key.update, target: kv1/cmk/v1, with: {enabled: false}}\n"};
    const ResourceBounds& r = story.boundsOfNamed("r");
    REQUIRE(r.outages.size() == 1);
    const Model& model = story.modelOf(r);
    const OutageBounds& outage = r.outages.front();
    CHECK(story.textOf(outage.start.cause) == "key.update at 2h5m");
    CHECK(outage.end.instant.least == scenarioStart + 25h + 10min);
    CHECK(story.textOf(outage.end.cause) == "resource.update at 1h10m");
    CHECK(outage.end.clocks ==
          std::vector<const Timing*>{&model.ownClocks[model.retains->versions], &model.revalidation});
    CHECK(story.causesOfReturn("r") == std::vector<std::string>{"resource.update"});
}

TEST_CASE("a revalidation that is asked for brings a resource back, though its key had been recovered before") {
    const Story story{"get, wrapKey, unwrapKey",
                      "    r: {service: sqldb, identity: app, key: kv1/cmk, revalidationPhase: 5m}\n",
                      deletedAndRecovered("1h12m") + "  - {at: 1h13m, do: resource.revalidate, target: r}\n"};
    const ResourceBounds& r = story.boundsOfNamed("r");
    REQUIRE(r.outages.size() == 1);
    CHECK(r.outages.front().end.instant == Extent<Instant>{scenarioStart + 73min, scenarioStart + 73min});
    CHECK(story.textOf(r.outages.front().end.cause) == "resource.revalidate at 1h13m");
    CHECK(r.outages.front().end.clocks.empty());
}

} // namespace cmksim::ends_of_outages_test
