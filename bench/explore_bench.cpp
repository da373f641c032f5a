// Every state that faults at one instant can bring an estate to, for comparison with the same model written for SPIN
// (peers/keys.pml), which visits as many.
#include "catalog/catalog.hpp"
#include "exploration/explore.hpp"
#include "support/compiled.hpp"

#include <benchmark/benchmark.h>

#include <string>

namespace {

using namespace cmksim;
using namespace cmksim::compile;
using namespace cmksim::exploration;

void exploreKeys(benchmark::State& state) {
    const test::Compiled compiled{
        "cmksim: 1\nname: keys\nestate:\n  vaults:\n    kv1:\n      enablePurgeProtection: true\n"
        "      keys: {a: , b: , c: , d: , e: , f: , g: }\n"};
    ExplorationOptions options;
    options.faults = 100; // more than there can be
    options.within = Duration::zero();
    options.invariants = {*parseInvariant("no-data-loss")};
    std::uint64_t states = 0;
    for (auto _ : state) {
        states = explore(*compiled.program, options, nullptr).states;
        benchmark::DoNotOptimize(states);
    }
    state.counters["states"] = static_cast<double>(states);
}
BENCHMARK(exploreKeys)->Name("explore/keys")->Unit(benchmark::kMillisecond);

} // namespace
