// Times the work of RESULTS.md, A to D, and what a second core gains (F).

#include "peers.hpp"
#include "ten_actions.hpp"
#include "works.hpp"

#include "sampling/sample.hpp"

#include <benchmark/benchmark.h>

#include <string>
#include <thread>
#include <vector>

namespace {

using namespace cmksim;
using namespace cmksim::compile;
using namespace cmksim::sampling;
using namespace cmksim::bench;

constexpr std::uint64_t manyTrials = 2'000'000;

void sampled(benchmark::State& state) {
    Catalog catalog;
    const Program program = compileOrExit(fleetScenario(10'000, 30), catalog);
    const Ranks alone;
    SampleOptions options;
    options.trials = manyTrials;
    options.jobs = static_cast<unsigned>(state.range(0));
    for (auto _ : state) {
        benchmark::DoNotOptimize(sample(program, options, alone, nullptr).tally.trials);
    }
}
BENCHMARK(sampled)->Name("F/sample")->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);

void arithmetic(benchmark::State& state) {
    const auto work = [](std::uint64_t numbers) {
        std::uint64_t counter = numbers;
        std::uint64_t sum = 0;
        for (std::uint64_t i = 0; i < numbers; ++i) {
            sum += splitMix(counter);
        }
        benchmark::DoNotOptimize(sum);
    };
    const auto threads = static_cast<std::uint64_t>(state.range(0));
    for (auto _ : state) {
        std::vector<std::jthread> others;
        for (std::uint64_t i = 1; i < threads; ++i) {
            others.emplace_back(work, 100 * manyTrials / threads);
        }
        work(100 * manyTrials / threads);
    }
}
BENCHMARK(arithmetic)->Name("F/arithmetic")->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);

const bool registered = [] {
    for (const NamedWork& one : works()) {
        benchmark::RegisterBenchmark(std::string{one.name}.c_str(), [&one](benchmark::State& state) {
            const Work work = one.prepare();
            for (auto _ : state) {
                work();
            }
        });
    }
    return true;
}();

} // namespace
