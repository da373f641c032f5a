#include "works.hpp"

#include "peers.hpp"
#include "ten_actions.hpp"

#include "analysis/bounds.hpp"
#include "analysis/fleet_totals.hpp"
#include "engine/draws.hpp"
#include "engine/replay.hpp"
#include "sampling/outcome.hpp"

#include <fmt/format.h>

#include <array>
#include <memory>

namespace cmksim::bench {

using namespace sampling;

namespace {

constexpr std::int64_t minute = 60;

/// A program, with the models that it points into.
struct Compiled {
    Catalog catalog;
    Program program;
    Phases phases;
};

std::shared_ptr<Compiled> compiledOf(const Scenario& scenario) {
    auto compiled = std::make_shared<Compiled>();
    compiled->program = compileOrExit(scenario, compiled->catalog);
    compiled->phases = nominalPhases(compiled->program);
    return compiled;
}

/// Lets the optimiser believe that a value is looked at.
template <class T>
void keep(const T& value) {
    asm volatile("" : : "r,m"(value) : "memory");
}

// --- A: ten actions, three resources, drawn phases ------------------------------------------------------------------

constexpr std::array registryTurns{1 * hour, 2 * hour + 30 * minute, 4 * hour + 15 * minute, 6 * hour};
constexpr std::array databaseTurns{4 * hour + 15 * minute, 6 * hour,  8 * hour + 10 * minute,
                                   8 * hour + 40 * minute, 18 * hour, 19 * hour + 45 * minute};
constexpr std::array clusterTurns{4 * hour + 15 * minute,  6 * hour,  11 * hour,
                                  14 * hour + 20 * minute, 18 * hour, 19 * hour + 45 * minute};
constexpr std::array<Turns, 3> tenActionsTurns{registryTurns, databaseTurns, clusterTurns};

Work drawnReplays() {
    const auto ten = compiledOf(readTenActions());
    const WorldHistory history = simulateWorld(ten->program, ten->phases);
    std::vector<OutcomeTable> tables;
    for (const ResourceId id : ten->program.resources.ids()) {
        tables.emplace_back(ten->program, history, id);
    }
    return [ten, tables, trial = std::uint64_t{0}]() mutable {
        const Draws draws{1, trial++};
        Duration downtime{};
        for (const ResourceId id : ten->program.resources.ids()) {
            downtime += tables[id.index()].at(draws.phase(id, std::chrono::hours{1})).downtime;
        }
        keep(downtime.count());
    };
}

Work drawnFloor() {
    return [counter = std::uint64_t{1}]() mutable {
        std::int64_t downtime = 0;
        for (const Turns turns : tenActionsTurns) {
            downtime += downtimeOf(turns, static_cast<std::int64_t>(splitMix(counter) % hour), 24 * hour);
        }
        keep(downtime);
    };
}

Work drawnQueue() {
    return [counter = std::uint64_t{1}]() mutable {
        std::array<std::int64_t, 3> phases{};
        for (std::int64_t& phase : phases) {
            phase = static_cast<std::int64_t>(splitMix(counter) % hour);
        }
        keep(downtimeByQueue(tenActionsTurns, phases, 24 * hour));
    };
}

// --- B and C: a fleet on one key, three deletions and restorations --------------------------------------------------

constexpr std::array fleetTurns{100 * hour + 10 * minute, 104 * hour, 300 * hour + 25 * minute, 309 * hour, 500 * hour,
                                502 * hour + 30 * minute};

Work fleetListed() {
    const auto fleet = compiledOf(fleetScenario(10'000, 30));
    return [fleet] {
        const FleetRun run = runFleet(fleet->program, simulateWorld(fleet->program, fleet->phases), ResourceId{0}, {});
        const std::vector<MemberEvent> events = listed(fleet->program, run);
        if (events.size() != 60'000) {
            std::abort();
        }
        keep(events.data());
    };
}

std::vector<std::int64_t> spreadPhases(std::int64_t members) {
    std::vector<std::int64_t> phases;
    for (std::int64_t i = 0; i < members; ++i) {
        phases.push_back(i * hour / members);
    }
    return phases;
}

Work fleetFloor() {
    return [phases = spreadPhases(10'000)] {
        std::vector<Turned> list;
        list.reserve(60'000);
        listTurns(fleetTurns, phases, list);
        keep(list.data());
    };
}

Work fleetQueue() {
    const auto phases = std::make_shared<std::vector<std::int64_t>>(spreadPhases(10'000));
    return [phases, turns = std::vector<Turns>(phases->size(), Turns{fleetTurns})] {
        keep(downtimeByQueue(turns, *phases, 720 * hour));
    };
}

Work fleetTotals(std::int64_t members, std::int64_t days) {
    const auto fleet = compiledOf(fleetScenario(members, days));
    return [fleet] {
        const FleetRun run = runFleet(fleet->program, simulateWorld(fleet->program, fleet->phases), ResourceId{0}, {});
        keep(totalDowntime(fleet->program, run).count());
    };
}

// --- D: exact bounds ------------------------------------------------------------------------------------------------

Work exactBounds() {
    const auto ten = compiledOf(readTenActions());
    return [ten] { keep(boundsOf(ten->program, OpenTimings::Phases).resources.data()); };
}

/// Five changes of grants, all in the same minutes of their hours: the most combinations of how long each takes.
constexpr std::string_view grantsStory = R"(cmksim: 1
name: Five grants
until: 1d
estate:
  vaults: {kv1: {accessPolicies: {app: [get, wrapKey, unwrapKey]}, keys: {cmk: {}}}}
  identities: {app: {}}
  resources: {reg: {service: acr, identity: app, key: kv1/cmk}}
timeline:
  - {at: 1h, do: policy.delete, target: kv1, with: {identity: app}}
  - {at: 4h, do: policy.set, target: kv1, with: {identity: app, permissions: [get, wrapKey, unwrapKey]}}
  - {at: 7h, do: policy.set, target: kv1, with: {identity: app, permissions: [get]}}
  - {at: 10h, do: policy.set, target: kv1, with: {identity: app, permissions: [get, wrapKey, unwrapKey]}}
  - {at: 13h, do: policy.delete, target: kv1, with: {identity: app}}
)";

Work grantBounds(OpenTimings open) {
    const auto grants = compiledOf(readText(std::string{grantsStory}));
    return [grants, open] { keep(boundsOf(grants->program, open).resources.data()); };
}

Work threeFaults(OpenTimings open) {
    const auto three = compiledOf(readFile(threeFaultsFile));
    return [three, open] { keep(boundsOf(three->program, open).resources.data()); };
}

Work oneReplay() {
    const auto ten = compiledOf(readTenActions());
    return [ten] { keep(replay(ten->program, ten->phases).records.data()); };
}

} // namespace

Scenario fleetScenario(std::int64_t members, std::int64_t days) {
    std::string text = fmt::format(R"(cmksim: 1
name: Fleet
until: {}d
estate:
  vaults: {{kv1: {{accessPolicies: {{app: [get, list, wrapKey, unwrapKey]}}, keys: {{cmk: {{}}}}}}}}
  identities: {{app: {{}}}}
  resources:
    edge: {{service: documentdb, count: {}, identity: app, key: kv1/cmk, revalidationPhase: spread}}
timeline:
)",
                                   days, members);
    for (std::size_t i = 0; i < fleetTurns.size(); ++i) {
        text += fmt::format("  - {{at: {}s, do: key.{}, target: kv1/cmk}}\n", fleetTurns[i],
                            i % 2 == 0 ? "delete" : "recover");
    }
    return readText(text);
}

std::span<const NamedWork> works() {
    static const std::vector<NamedWork> all{
        {"A/drawn-replay", drawnReplays},
        {"A/floor", drawnFloor},
        {"A/priority-queue", drawnQueue},
        {"B/fleet-listed", fleetListed},
        {"B/floor", fleetFloor},
        {"B/priority-queue", fleetQueue},
        {"C/fleet-totals/10000/30", [] { return fleetTotals(10'000, 30); }},
        {"C/fleet-totals/1000000/30", [] { return fleetTotals(1'000'000, 30); }},
        {"C/fleet-totals/1000000/3650", [] { return fleetTotals(1'000'000, 3'650); }},
        {"D/bounds", exactBounds},
        {"D/replay", oneReplay},
        {"D/grants/phases", [] { return grantBounds(OpenTimings::Phases); }},
        {"D/grants/all", [] { return grantBounds(OpenTimings::All); }},
        {"G/bounds/phases", [] { return threeFaults(OpenTimings::Phases); }},
        {"G/bounds/all", [] { return threeFaults(OpenTimings::All); }},
    };
    return all;
}

} // namespace cmksim::bench
