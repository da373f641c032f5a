#include "program/fault_stories.hpp"

#include "base/flow_yaml.hpp"
#include "compile/compile.hpp"
#include "document/text_store.hpp"
#include "document/yaml.hpp"
#include "engine/replay.hpp"
#include "engine/situation.hpp"
#include "exploration/mishaps.hpp"
#include "report/action_fields.hpp"
#include "scenario/timeline.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>

namespace cmksim {

namespace {

constexpr Instant firstMishap = scenarioStart + std::chrono::hours{1};
constexpr std::array<Duration, 2> pauses{std::chrono::minutes{1}, std::chrono::hours{3}};

/// No retention and no recovery of an identity is longer.
constexpr Duration longEnough = std::chrono::hours{24} * 120;

std::string entryText(const Program& program, const Candidate& mishap, Instant at) {
    const TimelineEntry entry = entryOf(program, mishap, at);
    JsonObject fields{{"at", formatDuration(at.time_since_epoch())}, {"do", entry.name}, {"target", entry.target}};
    if (JsonObject with = argumentsOf(program, entry); !with.empty()) {
        fields.emplace_back("with", std::move(with));
    }
    return "{" + flowYaml(fields) + "}";
}

std::string words(const Program& program, const Candidate& mishap) {
    const TimelineEntry entry = entryOf(program, mishap, firstMishap);
    const std::string with = flowYaml(argumentsOf(program, entry));
    return fmt::format("{} {}{}", entry.name, entry.target, with.empty() ? "" : " {" + with + "}");
}

std::optional<Program> estateOf(Scenario scenario, Catalog& catalog) {
    scenario.timeline.clear();
    scenario.until = scenarioStart + longEnough;
    Diagnostics diagnostics;
    return compile(scenario, catalog, diagnostics);
}

} // namespace

std::vector<FaultStory> faultStories(const Scenario& scenario, Catalog& catalog, unsigned faults) {
    std::vector<FaultStory> stories;
    const std::optional<Program> estate = estateOf(scenario, catalog);
    if (!estate) {
        return stories;
    }
    std::vector<Record> ignored;
    Situation start{*estate, nominalPhases(*estate)};
    start.advanceTo(firstMishap, ignored);
    for (const Candidate& first : mishapsIn(*estate, start)) {
        const FaultStory one{{entryText(*estate, first, firstMishap)}, words(*estate, first)};
        if (faults == 1) {
            stories.push_back(one);
            continue;
        }
        Situation after = start;
        std::visit([&](const auto& action) { after.act(action, ignored); }, first.action);
        for (const Duration pause : pauses) {
            Situation later = after;
            later.advanceTo(firstMishap + pause, ignored);
            for (const Candidate& second : mishapsIn(*estate, later)) {
                FaultStory two = one;
                two.entries.push_back(entryText(*estate, second, firstMishap + pause));
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
    return compile(told, catalog, diagnostics);
}

} // namespace cmksim
