// The scenarios that come with the program: each is sound, says where it comes from, and plays as it expects.
#include "compile/compile.hpp"
#include "engine/reactions.hpp"
#include "engine/replay.hpp"
#include "scenario/parse.hpp"
#include "support/places.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <sstream>
#include <vector>

namespace cmksim::scenarios_test {

using namespace cmksim;
using namespace cmksim::program;
using namespace std::chrono_literals;

namespace {

std::vector<std::string> shippedScenarios() {
    std::vector<std::string> files;
    const std::filesystem::path folder{testsFolder() + "/../scenarios"};
    for (const auto& entry : std::filesystem::recursive_directory_iterator{folder}) {
        if (entry.path().extension() == ".yaml") {
            files.push_back(entry.path().string());
        }
    }
    std::ranges::sort(files);
    return files;
}

} // namespace

TEST_CASE("scenarios come with the program") { CHECK(shippedScenarios().size() > 90); }

TEST_CASE("every shipped scenario names its source, and plays as it expects at any phase that it leaves open") {
    Catalog catalog;
    DiskFileReader files;
    for (const std::string& file : shippedScenarios()) {
        INFO(file);
        Diagnostics diagnostics;
        const std::vector<ScenarioCase> cases = parseScenarioCases(file, files, {}, diagnostics);
        CHECK_FALSE(cases.empty());
        for (const ScenarioCase& one : cases) {
            INFO(one.label);
            CHECK_FALSE(one.scenario.sources.empty());
            const std::optional<Program> program = compileScenario(one.scenario, catalog, diagnostics);
            std::ostringstream errors;
            diagnostics.print(errors);
            INFO(errors.str());
            CHECK(program);
            if (!program) {
                continue;
            }
            for (const Duration phase : {0s, 1s, 1799s, 3599s}) {
                INFO("open phases at " << phase.count() << " s");
                Phases phases(program->resources.size(), phase);
                for (const ResourceId id : program->resources.ids()) { // not every service looks once an hour
                    phases[id] = std::min(phase, program->modelOf(id).revalidation.nominal - Duration{1});
                }
                CHECK(replay(react(*program, phases).program, phases).passed);
            }
        }
    }
}

} // namespace cmksim::scenarios_test
