// What one replay costs: by the engine, and by the naive reference that walks every tick; and how that cost grows with
// simulated time when nothing more happens in it.

#include "engine/replay.hpp"
#include "engine/resource_replay.hpp"
#include "reference/replay.hpp"
#include "ten_actions.hpp"

#include <benchmark/benchmark.h>

namespace {

using namespace cmksim;
using namespace cmksim::compile;
using namespace cmksim::bench;

Instant afterDays(std::int64_t days) { return scenarioStart + std::chrono::hours{24} * days; }

void engineReplay(benchmark::State& state) {
    Catalog catalog;
    const Program program = compileOrExit(readTenActions(afterDays(state.range(0))), catalog);
    const Phases phases = nominalPhases(program);
    for (auto _ : state) {
        benchmark::DoNotOptimize(replay(program, phases));
    }
}
BENCHMARK(engineReplay)->Name("replay/engine/days")->Arg(1)->Arg(365)->Arg(3650);

void engineWalks(benchmark::State& state) {
    Catalog catalog;
    const Program program = compileOrExit(readTenActions(afterDays(state.range(0))), catalog);
    const WorldHistory history = simulateWorld(program, nominalPhases(program));
    std::vector<Record> records;
    Duration phase{};
    for (auto _ : state) {
        records.clear();
        phase = (phase + Duration{577}) % std::chrono::hours{1};
        for (const ResourceId resource : program.resources.ids()) {
            ResourceReplay walk{program, history, resource, phase, records};
            walk.finish();
            benchmark::DoNotOptimize(walk.resource());
        }
    }
}
BENCHMARK(engineWalks)->Name("replay/resources-only/days")->Arg(1)->Arg(365)->Arg(3650);

void referenceReplay(benchmark::State& state) {
    const Scenario scenario = readTenActions(afterDays(state.range(0)));
    for (auto _ : state) {
        benchmark::DoNotOptimize(reference::replay(scenario));
    }
}
BENCHMARK(referenceReplay)->Name("replay/reference/days")->Arg(1)->Arg(365);

} // namespace
