// Stepping from moment to moment against unfolding from the start.
#include "engine/simulation_state.hpp"

#include "catalog/catalog.hpp"
#include "compile/compile.hpp"
#include "engine/replay.hpp"
#include "engine/timings.hpp"
#include "property/generator.hpp"
#include "property/harness.hpp"
#include "support/compiled.hpp"

#include <catch2/catch.hpp>

namespace cmksim::simulation_state_test {

using namespace cmksim;
using namespace cmksim::compile;

namespace {

#ifdef NDEBUG
constexpr std::uint64_t worlds = 1'000;
#else
constexpr std::uint64_t worlds = 100;
#endif

/// What happened in a moment, without what depends on how it was told.
struct Happening {
    Instant at{};
    ResourceId resource;
    Record::What what;

    friend bool operator==(const Happening&, const Happening&) = default;
};

std::vector<Happening> happenings(const std::vector<Record>& records) {
    std::vector<Happening> all;
    for (const Record& record : records) {
        if (!record.is<Verdict>() && !record.is<OperationTried>()) {
            all.push_back({record.position.at, record.on ? record.on->resource : ResourceId{}, record.what});
        }
    }
    return all;
}

/// Plays a whole program step by step.
std::vector<Record> stepped(const Program& program, const Phases& phases) {
    std::vector<Record> records;
    SimulationState simulation{program, phases};
    for (const EntryId id : program.entries.ids()) {
        const TimelineEntry& entry = program.entries[id];
        if (entry.stage() != Stage::Actions) {
            continue;
        }
        if (entry.at > simulation.now()) {
            simulation.settle(records);
        }
        simulation.advanceTo(entry.at, records);
        const std::size_t place = records.size();
        Record done;
        done.position = {entry.at, Stage::Actions, 0};
        done.on.emplace(resourceOf(*entry.action()));
        done.what = ActionDone{id, simulation.act(*entry.action(), records)};
        records.insert(records.begin() + static_cast<std::ptrdiff_t>(place), done);
    }
    simulation.settle(records);
    simulation.advanceTo(program.until, records);
    simulation.settle(records);
    return records;
}

} // namespace

TEST_CASE("stepping comes to what unfolding comes to, on random worlds at random phases") {
    Catalog catalog;
    for (std::uint64_t seed = 1; seed <= worlds; ++seed) {
        const std::string yaml = property::toYaml(property::randomWorld(seed));
        Program program = test::soundProgram(yaml, catalog);
        setDelays(program, seed % 2 == 0 ? TimingEnd::Nominal : TimingEnd::Latest);
        Phases phases = nominalPhases(program);
        for (const ResourceId id : program.resources.ids()) {
            const auto period = static_cast<std::uint64_t>(program.modelOf(id).revalidation.nominal.count());
            phases[id] = Duration{static_cast<std::int64_t>((seed * 7919 + id.index() * 1'000'003) % period)};
        }
        CAPTURE(seed, yaml);
        const std::vector<Happening> expected = happenings(replay(program, phases).records);
        const std::vector<Happening> actual = happenings(stepped(program, phases));
        REQUIRE(actual.size() == expected.size());
        for (std::size_t i = 0; i < actual.size(); ++i) {
            CAPTURE(i, actual[i].at.time_since_epoch().count(), actual[i].what.index(), expected[i].what.index());
            REQUIRE(actual[i] == expected[i]);
        }
    }
}

TEST_CASE("a copy of a situation goes its own way") {
    Catalog catalog;
    const Program program = test::soundProgram(property::toYaml(property::randomWorld(3)), catalog);
    SimulationState one{program, nominalPhases(program)};
    std::vector<Record> ignored;
    one.advanceTo(scenarioStart + std::chrono::hours{1}, ignored);
    const SimulationState other = one;
    one.advanceTo(scenarioStart + std::chrono::hours{2}, ignored);
    CHECK(other.now() == scenarioStart + std::chrono::hours{1});
}

} // namespace cmksim::simulation_state_test
