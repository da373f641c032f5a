#include "import/estate.hpp"

#include "base/flow_yaml.hpp"
#include "base/held_value.hpp"
#include "catalog/fact_reader.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace cmksim::import {

namespace {

constexpr std::size_t sectionCount = 4;

std::array<std::pair<std::string_view, const JsonObject*>, sectionCount> sectionsOf(const ImportedEstate& estate) {
    return {{{"vaults", &estate.vaults},
             {"identities", &estate.identities},
             {"roleAssignments", &estate.roleAssignments},
             {"resources", &estate.resources}}};
}

void writeSections(const ImportedEstate& estate, std::string_view indent, std::string& out) {
    for (const auto& [name, entries] : sectionsOf(estate)) {
        if (entries->empty()) {
            continue;
        }
        out.append(indent).append(name).append(":\n");
        for (const auto& [thing, fields] : *entries) {
            out.append(indent).append("  ").append(flowYaml(JsonValue{thing})).append(": ");
            out.append(flowYaml(fields)).append("\n");
        }
    }
}

void addSections(const ImportedEstate& estate, JsonObject& fields) {
    for (const auto& [name, entries] : sectionsOf(estate)) {
        if (!entries->empty()) {
            fields.emplace_back(name, *entries);
        }
    }
}

/// An instant stands without quotes, as people write it.
std::string entryYaml(const JsonObject& entry) {
    std::string out;
    for (const auto& [name, value] : entry) {
        out.append(out.empty() ? "" : ", ").append(name).append(": ");
        out.append(name == "at" ? bareText(value) : flowYaml(value));
    }
    return out;
}

} // namespace

std::string strangerGrant(std::string_view where, std::string_view principal, std::string_view role) {
    return lowerCase(fmt::format("{} {} {}", where, principal, role));
}

std::string estateYaml(const ImportedEstate& estate) {
    std::string out = "cmksim-estate: 1\n";
    writeSections(estate, "", out);
    return out;
}

std::string estateJson(const ImportedEstate& estate) {
    std::string out = "{\"cmksim-estate\": 1";
    for (const auto& [name, entries] : sectionsOf(estate)) {
        out.append(",\n \"").append(name).append("\": {");
        bool first = true;
        for (const auto& [thing, fields] : *entries) {
            out.append(first ? "\n  " : ",\n  ").append(jsonString(thing)).append(": ").append(fields.line());
            first = false;
        }
        out += '}';
    }
    return out + "}\n";
}

JsonObject estateFields(ImportedEstate estate) {
    JsonObject fields{{"cmksim-estate", 1}};
    const auto add = [&](std::string_view name, JsonObject& entries) {
        if (!entries.empty()) {
            fields.emplace_back(name, std::move(entries));
        }
    };
    add("vaults", estate.vaults);
    add("identities", estate.identities);
    add("roleAssignments", estate.roleAssignments);
    add("resources", estate.resources);
    return fields;
}

JsonObject scenarioFields(const ScenarioHead& head, const ImportedEstate& estate,
                          const std::vector<JsonObject>& timeline) {
    JsonObject fields{{"cmksim", 1}, {"name", head.name}};
    if (!head.start.empty()) {
        fields.emplace_back("start", head.start);
    }
    if (!head.estatePath.empty()) {
        fields.emplace_back("estate", head.estatePath);
    } else {
        JsonObject sections;
        addSections(estate, sections);
        fields.emplace_back("estate", std::move(sections));
    }
    if (!timeline.empty()) {
        fields.emplace_back("timeline", JsonArray(timeline.begin(), timeline.end()));
    }
    return fields;
}

std::string scenarioYaml(const ScenarioHead& head, const ImportedEstate& estate,
                         const std::vector<JsonObject>& timeline) {
    std::string out = fmt::format("cmksim: 1\nname: {}\n", flowYaml(JsonValue{head.name}));
    if (!head.start.empty()) {
        out.append("start: ").append(head.start).append("\n");
    }
    if (!head.estatePath.empty()) {
        out.append("estate: ").append(flowYaml(JsonValue{head.estatePath})).append("\n");
    } else {
        std::string sections;
        writeSections(estate, "  ", sections);
        out.append(sections.empty() ? "estate: {}\n" : "estate:\n").append(sections);
    }
    if (!timeline.empty()) {
        out.append("timeline:\n");
        for (const JsonObject& entry : timeline) {
            out.append("  - {").append(entryYaml(entry)).append("}\n");
        }
    }
    return out;
}

std::string estateSummary(const ImportedEstate& estate) {
    std::string out = estate.ledger.table();
    for (const auto* counts : {&estate.ledger.others(), &estate.ledger.reported(), &estate.ledger.contents()}) {
        for (const auto& [type, count] : *counts) {
            out.append(fmt::format("    {:>7} {}\n", count, type));
        }
    }
    for (const auto& [name, entries] : sectionsOf(estate)) {
        if (entries->empty()) {
            continue;
        }
        out.append("\n").append(name).append("\n");
        for (const auto& [thing, fields] : *entries) {
            const std::string text = flowYaml(fields);
            out.append("  ").append(thing).append("  ").append(text).append("\n");
        }
    }
    return out;
}

} // namespace cmksim::import
