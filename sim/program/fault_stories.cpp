#include "program/fault_stories.hpp"

#include "base/flow_yaml.hpp"
#include "compile/compile.hpp"
#include "document/text_store.hpp"
#include "document/yaml.hpp"
#include "engine/replay.hpp"
#include "engine/simulation_state.hpp"
#include "exploration/faults.hpp"
#include "report/action_fields.hpp"
#include "scenario/timeline.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>

namespace cmksim::program {

namespace {

constexpr Instant firstFault = scenarioStart + std::chrono::hours{1};
constexpr std::array<Duration, 2> pauses{std::chrono::minutes{1}, std::chrono::hours{3}};

/// No retention and no recovery of an identity is longer.
constexpr Duration longEnough = std::chrono::hours{24} * 120;

std::string entryText(const Program& program, const Candidate& fault, Instant at) {
    const TimelineEntry entry = entryOf(program, fault, at);
    JsonObject fields{{"at", formatDuration(at.time_since_epoch())}, {"do", entry.name}, {"target", entry.target}};
    if (JsonObject with = argumentsOf(program, entry); !with.empty()) {
        fields.emplace_back("with", std::move(with));
    }
    return "{" + flowYaml(fields) + "}";
}

std::string words(const Program& program, const Candidate& fault) {
    const TimelineEntry entry = entryOf(program, fault, firstFault);
    const std::string with = flowYaml(argumentsOf(program, entry));
    return fmt::format("{} {}{}", entry.name, entry.target, with.empty() ? "" : " {" + with + "}");
}

std::optional<Program> estateOf(Scenario scenario, Catalog& catalog) {
    scenario.timeline.clear();
    scenario.until = scenarioStart + longEnough;
    Diagnostics diagnostics;
    return compileScenario(scenario, catalog, diagnostics);
}

} // namespace

std::vector<FaultStory> faultStories(const Scenario& scenario, Catalog& catalog, unsigned faults) {
    std::vector<FaultStory> stories;
    const std::optional<Program> estate = estateOf(scenario, catalog);
    if (!estate) {
        return stories;
    }
    std::vector<Record> ignored;
    SimulationState start{*estate, nominalPhases(*estate)};
    start.advanceTo(firstFault, ignored);
    for (const Candidate& first : faultsIn(*estate, start)) {
        const FaultStory one{{entryText(*estate, first, firstFault)}, words(*estate, first)};
        if (faults == 1) {
            stories.push_back(one);
            continue;
        }
        SimulationState after = start;
        std::visit([&](const auto& action) { after.act(action, ignored); }, first.action);
        for (const Duration pause : pauses) {
            SimulationState later = after;
            later.advanceTo(firstFault + pause, ignored);
            for (const Candidate& second : faultsIn(*estate, later)) {
                FaultStory two = one;
                two.entries.push_back(entryText(*estate, second, firstFault + pause));
                two.name += fmt::format(", {} later {}", formatDuration(pause), words(*estate, second));
                stories.push_back(std::move(two));
            }
        }
    }
    return stories;
}

std::optional<Program> withStory(const Scenario& scenario, const FaultStory& story, Catalog& catalog) {
    std::string yaml = "[";
    for (const std::string& entry : story.entries) {
        yaml += (yaml.size() > 1 ? ", " : "") + entry;
    }
    Diagnostics diagnostics;
    TextStore texts;
    const auto document = parseDocument(std::make_shared<const Source>("story", yaml + "]\n"), diagnostics);
    if (!document) {
        return std::nullopt;
    }
    Scenario told = scenario;
    told.timeline = readTimeline(document->root(), std::nullopt, {diagnostics, texts, scenario.start});
    told.until = scenarioStart + longEnough;
    return compileScenario(told, catalog, diagnostics);
}

} // namespace cmksim::program
