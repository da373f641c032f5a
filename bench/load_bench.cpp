// What it costs to read a scenario file: parsing and compiling it, against yaml-cpp's bare reading of the same file.

#include "ten_actions.hpp"

#include <benchmark/benchmark.h>
#include <yaml-cpp/yaml.h>

namespace {

using namespace cmksim;
using namespace cmksim::compile;
using namespace cmksim::bench;

void parseAndCompile(benchmark::State& state) {
    Catalog catalog;
    for (auto _ : state) {
        benchmark::DoNotOptimize(compileOrExit(readTenActions(), catalog));
    }
}
BENCHMARK(parseAndCompile)->Name("load/parse-and-compile");

void parseOnly(benchmark::State& state) {
    for (auto _ : state) {
        benchmark::DoNotOptimize(readTenActions());
    }
}
BENCHMARK(parseOnly)->Name("load/parse");

void yamlLoadFile(benchmark::State& state) {
    for (auto _ : state) {
        benchmark::DoNotOptimize(YAML::LoadFile(tenActionsFile));
    }
}
BENCHMARK(yamlLoadFile)->Name("load/yaml-cpp");

} // namespace
