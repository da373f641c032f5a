#include "report/scenario_text.hpp"

#include "base/flow_yaml.hpp"
#include "base/time.hpp"
#include "engine/wording.hpp"
#include "report/action_fields.hpp"
#include "report/shifted_phases.hpp"
#include "report/tags.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>

namespace cmksim::report {

namespace {

constexpr std::array<std::string_view, 9> replaced{"cmksim",   "cmksim-estate", "name",   "description", "until",
                                                   "timeline", "snapshot",      "matrix", "drill"};
constexpr std::array<std::string_view, 2> waivers{"skip", "todo"};

bool isReplaced(std::string_view key) {
    return std::ranges::find(replaced, key) != replaced.end() || std::ranges::find(waivers, key) != waivers.end();
}

/// Where a resource's phases can be written: before its first field.
struct Pin {
    ResourceId resource;
    std::uint32_t line = 0;
    std::uint32_t column = 0;
    bool isFlow = false; // `{service: acr}`
    std::vector<std::string> fields;
};

bool isFlow(Node mapping) {
    const Mark begin = mapping.mark();
    return begin.source->line(begin.line).substr(begin.column - 1).starts_with('{');
}

/// The last in a line first, so that the places of the others stay.
std::vector<Pin> pinsOf(const ScenarioFrame& frame, const Program& program) {
    const Node root = frame.written.root();
    const Node estate = root.find("estate");
    const Node resources = (estate ? estate : root).find("resources");
    std::vector<Pin> pins;
    for (const ShiftedPhase& one : frame.phases ? shiftedPhases(program, *frame.phases) : std::vector<ShiftedPhase>{}) {
        const Node described = resources ? resources.find(program.resources[one.resource].name) : Node{};
        if (!described || !described.isMapping() || described.size() == 0) {
            continue;
        }
        const Mark first = described.entry(0).key.mark();
        const auto isThere = [&](const Pin& pin) { return pin.line == first.line && pin.column == first.column; };
        if (first.source != &frame.written.source()) {
            continue;
        }
        auto pin = std::ranges::find_if(pins, isThere);
        if (pin == pins.end()) {
            pin = pins.insert(pins.end(), {one.resource, first.line, first.column, isFlow(described), {}});
        }
        if (pin->resource != one.resource) {
            continue; // two that are described at one place
        }
        pin->fields.push_back(fmt::format("{}: {}", one.field(), formatDuration(one.phase)));
    }
    std::ranges::sort(pins, std::greater{}, &Pin::column);
    return pins;
}

/// A field of the root with all its lines.
struct Block {
    std::string_view key;
    Node value;
    std::string text;
};

/// A line of the file with a further field for each resource that is pinned there.
std::string pinned(const Source& source, std::uint32_t number, std::span<const Pin> pins) {
    std::string line{source.line(number)};
    for (const Pin& pin : pins) {
        if (pin.line == number) {
            const std::size_t at = pin.column - 1;
            for (const std::string& field : pin.fields) {
                line.insert(at, pin.isFlow ? field + ", " : field + "\n" + std::string(at, ' '));
            }
        }
    }
    return line;
}

/// The fields as they stand in the file; nothing when several share a line.
std::optional<std::vector<Block>> blocksOf(const Document& document, std::span<const Pin> pins) {
    std::vector<Block> blocks;
    const Source& source = document.source();
    const Node root = document.root();
    for (std::size_t i = 0; i < root.size(); ++i) {
        const Entry entry = root.entry(i);
        const std::uint32_t first = entry.key.mark().line;
        const bool last = i + 1 == root.size();
        const std::uint32_t end = last ? 0 : root.entry(i + 1).key.mark().line;
        if (entry.key.mark().source != &source || entry.key.mark().column != 1 || (!last && end <= first)) {
            return std::nullopt;
        }
        Block block{entry.key.text(), entry.value, {}};
        const auto lines = static_cast<std::uint32_t>(std::ranges::count(source.text(), '\n')) + 1;
        for (std::uint32_t line = first; line < (last ? lines + 1 : end); ++line) {
            block.text.append(pinned(source, line, pins)).append("\n");
        }
        while (block.text.ends_with("\n\n")) {
            block.text.pop_back();
        }
        blocks.push_back(std::move(block));
    }
    return blocks;
}

std::string indented(std::string_view text) {
    std::string out;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        out.append(end > begin ? "  " : "").append(text.substr(begin, end - begin)).append("\n");
        begin = end + 1;
    }
    return out;
}

std::string estateReference(const ScenarioFrame& frame, std::string_view estate) {
    const std::filesystem::path file = std::filesystem::absolute(frame.path).parent_path() / std::string{estate};
    const std::filesystem::path folder =
        frame.folder.empty() ? std::filesystem::current_path() : std::filesystem::absolute(frame.folder);
    const std::filesystem::path near = file.lexically_normal().lexically_relative(folder.lexically_normal());
    return flowYaml(JsonObject{{"estate", (near.empty() ? file : near).generic_string()}}) + "\n";
}

std::string entryLine(const JsonObject& fields) { return fmt::format("  - {{{}}}\n", flowYaml(fields)); }

std::string at(Instant instant) { return formatDuration(instant.time_since_epoch()); }

std::string timeline(const Program& program, const Trace& trace, std::span<const ResourceId> settled) {
    std::string out = "timeline:\n";
    for (const TimelineEntry& entry : program.entries) {
        JsonObject fields{{"at", at(entry.at)}};
        if (entry.stage() == Stage::Actions) {
            fields.emplace_back("do", entry.name);
        } else if (std::holds_alternative<Attempt>(entry.what)) {
            fields.emplace_back("try", entry.name);
        } else {
            continue;
        }
        fields.emplace_back("target", entry.target);
        JsonObject with = argumentsOf(program, entry);
        if (const ResourceCreate* made = entry.creation()) {
            if (JsonObject tags = tagsJson(program, made->resource); !tags.empty()) {
                with.emplace_back("tags", std::move(tags));
            }
        }
        if (!with.empty()) {
            fields.emplace_back("with", std::move(with));
        }
        const EntryId id{static_cast<std::size_t>(&entry - &program.entries[EntryId{0}])};
        for (const Record& record : trace.records) {
            if (record.is<ActionDone>() && record.entry() == id && record.refused()) {
                fields.emplace_back("expect", "refused");
            }
        }
        out += entryLine(fields);
    }
    JsonObject ends;
    for (const ResourceEnd& end : trace.ends) {
        if (!program.resources[end.resource].fleet && std::ranges::find(settled, end.resource) != settled.end()) {
            ends.emplace_back(program.resources[end.resource].name,
                              std::string{stateName(program.modelOf(end.resource), end.status)});
        }
    }
    if (!ends.empty()) {
        out += entryLine({{"at", at(program.until)}, {"expect", std::move(ends)}});
    }
    return out;
}

} // namespace

std::optional<std::string> scenarioText(const ScenarioFrame& frame, const Program& program, const Trace& trace,
                                        std::span<const ResourceId> settled) {
    std::string out;
    for (std::size_t begin = 0; begin < frame.comment.size();) {
        const std::size_t end = std::min(frame.comment.find('\n', begin), frame.comment.size());
        out.append("# ").append(frame.comment.substr(begin, end - begin)).append("\n");
        begin = end + 1;
    }
    out += "cmksim: 1\n" + flowYaml(JsonObject{{"name", frame.name}}) + "\n";
    const bool isEstate = bool{frame.written.root().find("cmksim-estate")};
    const bool isJson = frame.path.extension() == ".json";
    if (isJson && isEstate) {
        out += estateReference(frame, frame.path.filename().string());
    } else {
        const auto blocks = blocksOf(frame.written, pinsOf(frame, program));
        if (!blocks || isJson) {
            return std::nullopt;
        }
        out += isEstate ? "estate:\n" : "";
        for (const Block& block : *blocks) {
            if (isReplaced(block.key)) {
                continue;
            }
            out += isEstate                                          ? indented(block.text)
                   : block.key == "estate" && block.value.isScalar() ? estateReference(frame, block.value.text())
                                                                     : block.text;
        }
    }
    return out + "until: " + at(program.until) + "\n" + timeline(program, trace, settled);
}

} // namespace cmksim::report
