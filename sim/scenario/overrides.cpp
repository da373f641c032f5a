#include "scenario/overrides.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "document/builder.hpp"
#include "document/edit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>

namespace cmksim::scenario {

namespace {

using Option = std::pair<std::string, std::string>;

constexpr std::size_t longestName = 80;

/// What an option's source is called: the option as it was given, cut where it is long.
std::string nameOf(std::string_view option, const Option& given) {
    std::string name = fmt::format("{} {}={}", option, given.first, given.second);
    if (name.size() > longestName) {
        name.resize(longestName);
        name += "…";
    }
    return name;
}

/// An option's two parts, each with its place in what was given.
struct Parts {
    std::shared_ptr<const Document> document;
    Name key;
    Name value;
};

Parts partsOf(std::string_view option, const Option& given, Diagnostics& diagnostics) {
    const auto valueColumn = static_cast<std::uint32_t>(given.first.size() + 2);
    DocumentBuilder builder{
        std::make_shared<const Source>(nameOf(option, given), fmt::format("{}={}", given.first, given.second)),
        diagnostics};
    builder.beginSequence({1, 1});
    builder.scalar({1, 1}, given.first, true);
    builder.scalar({1, valueColumn}, given.second, true);
    builder.endSequence();
    std::shared_ptr<const Document> document = builder.finish();
    const Node root = document->root();
    const Name key{root.item(0).text(), root.item(0).mark()};
    const Name value{root.item(1).text(), root.item(1).mark()};
    return {std::move(document), key, value};
}

/// Every resource that the scenario names with its fields, of the estate and of the timeline.
std::vector<ResourceSpec*> resourcesOf(Scenario& scenario) {
    std::vector<ResourceSpec*> resources;
    for (ResourceSpec& resource : scenario.estate.resources) {
        resources.push_back(&resource);
    }
    for (EntrySpec& entry : scenario.timeline) {
        ActionSpec* action = entry.action();
        if (ResourceSpec* resource = action != nullptr ? action->resource() : nullptr) {
            resources.push_back(resource);
        }
    }
    return resources;
}

void reportUnknownResource(const Name& name, std::span<ResourceSpec* const> resources, Diagnostics& diagnostics) {
    std::vector<std::string_view> names;
    for (const ResourceSpec* resource : resources) {
        names.push_back(resource->key.text);
    }
    diagnostics.error(name.mark, fmt::format("there is no resource {}", inQuotes(name.text)),
                      suggestion(name.text, names));
}

} // namespace

std::shared_ptr<const Document> withSets(std::shared_ptr<const Document> document, std::string_view prefix,
                                         const ScenarioOverrides& overrides, Diagnostics& diagnostics) {
    std::vector<Edit> edits;
    for (const Option& set : overrides.sets) {
        const auto source = std::make_shared<const Source>(nameOf("--set", set), set.second);
        std::optional<std::vector<std::string>> path = splitPath(set.first);
        if (!path) {
            const Source& kept = diagnostics.keep(source);
            diagnostics.error({&kept, 0, 0}, fmt::format("{} is no path", inQuotes(set.first)),
                              "it is names with dots between them; one that holds a dot stands in double quotes");
            continue;
        }
        if (!prefix.empty()) {
            path->insert(path->begin(), std::string{prefix});
        }
        edits.push_back({std::move(*path), source});
    }
    return edits.empty() ? document : edited(*document, edits, diagnostics);
}

void applyPhases(Scenario& scenario, const ScenarioOverrides& overrides, Diagnostics& diagnostics) {
    if (overrides.phases.empty()) {
        return;
    }
    const std::vector<ResourceSpec*> resources = resourcesOf(scenario);
    for (const Option& option : overrides.phases) {
        const Parts parts = partsOf("--phase", option, diagnostics);
        scenario.documents.push_back(parts.document);
        const std::optional<Duration> phase = parseDuration(parts.value.text);
        if (!phase) {
            diagnostics.error(parts.value.mark, fmt::format("expected a duration such as 90s, 1h30m or P90D, not {}",
                                                            inQuotes(parts.value.text)));
        }
        bool found = false;
        for (ResourceSpec* resource : resources) {
            if (resource->key.text == parts.key.text) {
                found = true;
                resource->phaseKind = PhaseKind::Pinned;
                resource->phase = phase.value_or(Duration{});
                resource->phaseMark = parts.value.mark;
            }
        }
        if (!found) {
            reportUnknownResource(parts.key, resources, diagnostics);
        }
    }
}

void applyModels(Scenario& scenario, const ScenarioOverrides& overrides, Diagnostics& diagnostics) {
    for (const Option& option : overrides.models) {
        const Parts parts = partsOf("--model", option, diagnostics);
        scenario.documents.push_back(parts.document);
        if (!parts.key.present() || !parts.value.present()) {
            diagnostics.error(parts.key.mark, "expected SERVICE=VERSION");
            continue;
        }
        const auto known = std::ranges::find(scenario.models, parts.key.text,
                                             [](const ModelChoice& choice) { return choice.service.text; });
        if (known != scenario.models.end()) {
            *known = {parts.key, parts.value};
        } else {
            scenario.models.push_back({parts.key, parts.value});
        }
    }
}

} // namespace cmksim::scenario
