// What a regression suite costs: ten thousand scenario files of some forty lines, every expectation checked for every
// phase, against yaml-cpp's bare reading of the same files on as many threads.

#include "suite/run_suite.hpp"

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <sys/resource.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

namespace {

using namespace cmksim;
using namespace cmksim::suite;

constexpr std::size_t manyFiles = 10'000;

/// Scenarios that differ in names and times, in a folder of their own that goes with them.
class GeneratedSuite {
public:
    explicit GeneratedSuite(std::size_t count)
        : folder_{std::filesystem::temp_directory_path() / fmt::format("cmksim-suite-{}", getpid())} {
        std::filesystem::create_directories(folder_);
        for (std::size_t i = 0; i < count; ++i) {
            files_.push_back({(folder_ / fmt::format("story-{:05}.yaml", i)).string()});
            std::ofstream{files_.back().path} << scenario(i);
        }
    }
    ~GeneratedSuite() { std::filesystem::remove_all(folder_); }
    GeneratedSuite(const GeneratedSuite&) = delete;
    GeneratedSuite& operator=(const GeneratedSuite&) = delete;

    [[nodiscard]] const std::vector<SuiteFile>& files() const { return files_; }

private:
    static std::string scenario(std::size_t i) {
        const std::size_t minutes = 5 + i % 50;
        return fmt::format(R"(cmksim: 1
name: Story {0}, a key deleted and recovered
source: 000_afebbada508e0b32.txt#accidental-deletion-of-a-key-vault-or-key
estate:
  vaults:
    vault-{0}:
      enablePurgeProtection: true
      accessPolicies:
        acr-id: [get, wrapKey, unwrapKey]
        docdb-id: [get, list, wrapKey, unwrapKey]
      keys:
        cmk: {{}}
  identities:
    acr-id: {{}}
    docdb-id: {{}}
  resources:
    registry-{0}:
      service: acr
      identity: acr-id
      key: vault-{0}/cmk
    cluster-{0}:
      service: documentdb
      identity: docdb-id
      key: vault-{0}/cmk
timeline:
  - at: {1}m
    do: key.delete
    target: vault-{0}/cmk
  - at: {2}m
    expect:
      registry-{0}: Inaccessible
      cluster-{0}: Inaccessible
  - at: {3}m
    do: key.recover
    target: vault-{0}/cmk
  - at: {4}m
    expect:
      registry-{0}: {{state: Ready, downtime: "1h..3h"}}
      cluster-{0}: {{state: Ready, outages: "== 1"}}
)",
                           i, minutes, minutes + 60, minutes + 130, minutes + 190);
    }

    std::filesystem::path folder_;
    std::vector<SuiteFile> files_;
};

const std::vector<SuiteFile>& suite() {
    static const GeneratedSuite generated{manyFiles};
    return generated.files();
}

unsigned processors() { return std::max(1U, std::thread::hardware_concurrency()); }

void testSuite(benchmark::State& state) {
    const std::vector<SuiteFile>& files = suite();
    SuiteOptions options;
    options.jobs = processors();
    DiskFileReader reader;
    for (auto _ : state) {
        const SuiteResult result = runSuite(
            files, options, [](const ReadingChoice& readings) { return Catalog{readings}; }, reader);
        if (result.count(CaseOutcome::Passed) != files.size()) {
            state.SkipWithError("a case failed");
        }
    }
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    state.counters["peak_MiB"] = static_cast<double>(usage.ru_maxrss) / 1024;
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(files.size()));
}
BENCHMARK(testSuite)->Name("suite/test-every-phase")->UseRealTime()->Unit(benchmark::kMillisecond);

void yamlLoadFiles(benchmark::State& state) {
    const std::vector<SuiteFile>& files = suite();
    for (auto _ : state) {
        std::atomic<std::size_t> next{0};
        const auto work = [&] {
            for (std::size_t i = next++; i < files.size(); i = next++) {
                benchmark::DoNotOptimize(YAML::LoadFile(files[i].path));
            }
        };
        std::vector<std::jthread> workers;
        for (unsigned i = 1; i < processors(); ++i) {
            workers.emplace_back(work);
        }
        work();
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(files.size()));
}
BENCHMARK(yamlLoadFiles)->Name("suite/yaml-cpp")->UseRealTime()->Unit(benchmark::kMillisecond);

} // namespace
