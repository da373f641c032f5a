#include "sampling/sample_part.hpp"

#include "base/text.hpp"
#include "document/as_json.hpp"
#include "document/mapping_reader.hpp"
#include "document/values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <tuple>

namespace cmksim::sampling {

namespace {

constexpr std::int64_t mostTrials = std::numeric_limits<std::int64_t>::max();

JsonValue number(std::uint64_t value) { return JsonNumber{std::to_string(value)}; }

/// What must be the same in all parts.
auto subjectOf(const Sampled& part) {
    return std::tie(part.scenario, part.until, part.seed, part.asked, part.parts, part.resources, part.objectives,
                    part.notSearched, part.notDocumented);
}

} // namespace

std::string tallyText(const Tally& tally) {
    std::string text = fmt::format("{} {} {} {}", tally.trials, tally.outages, tally.losses, tally.impaired);
    for (const ResourceTally& one : tally.resources) {
        text += fmt::format(";{} {} {};{};{};{};{}", one.losses, one.unexpected, one.impaired, one.downtime.text(),
                            one.firstSymptom.text(), one.lastSymptom.text(), one.impairedFor.text());
    }
    for (const ObjectiveTally& one : tally.objectives) {
        text += fmt::format(";{} {}", one.broken, one.open);
    }
    return text;
}

std::optional<Tally> parseTally(std::string_view text, std::size_t resources, Duration until, std::size_t objectives) {
    const auto next = [&text] {
        const std::string_view piece = text.substr(0, text.find(';'));
        text.remove_prefix(std::min(text.size(), piece.size() + 1));
        return piece;
    };
    const auto numbers = [](std::string_view piece, auto&... into) {
        std::size_t read = 0;
        const auto one = [&](std::uint64_t& value) {
            const auto [end, error] = std::from_chars(piece.data(), piece.data() + piece.size(), value);
            read += error == std::errc{} ? 1 : 0;
            piece.remove_prefix(std::min(piece.size(), static_cast<std::size_t>(end - piece.data()) + 1));
        };
        (one(into), ...);
        return read == sizeof...(into) && piece.empty();
    };
    Tally tally{resources, until, objectives};
    if (!numbers(next(), tally.trials, tally.outages, tally.losses, tally.impaired)) {
        return {};
    }
    for (ResourceTally& one : tally.resources) {
        if (!numbers(next(), one.losses, one.unexpected, one.impaired)) {
            return {};
        }
        for (Distribution* distribution : {&one.downtime, &one.firstSymptom, &one.lastSymptom, &one.impairedFor}) {
            auto read = Distribution::parse(next(), until);
            if (!read) {
                return {};
            }
            *distribution = std::move(*read);
        }
    }
    for (ObjectiveTally& one : tally.objectives) {
        if (!numbers(next(), one.broken, one.open)) {
            return {};
        }
    }
    return text.empty() ? std::optional{std::move(tally)} : std::nullopt;
}

JsonValue partJson(const Sampled& part) {
    JsonArray resources;
    for (const std::string& name : part.resources) {
        resources.emplace_back(name);
    }
    JsonObject fields{{"cmksim-sample-part", 1},
                      {"scenario", part.scenario},
                      {"until", std::int64_t{part.until.count()}},
                      {"seed", std::to_string(part.seed)},
                      {"trials", number(part.asked)},
                      {"part", std::int64_t{part.part}},
                      {"parts", std::int64_t{part.parts}},
                      {"interrupted", part.interrupted},
                      {"resources", std::move(resources)},
                      {"tally", tallyText(part.tally)}};
    if (!part.objectives.empty()) {
        JsonArray objectives;
        for (const SampledObjective& one : part.objectives) {
            objectives.push_back(JsonObject{{"name", one.name}, {"asked", one.asked}});
        }
        fields.emplace_back("objectives", std::move(objectives));
    }
    const auto add = [&](const char* name, const std::vector<std::string>& texts) {
        if (!texts.empty()) {
            fields.emplace_back(name, JsonArray(texts.begin(), texts.end()));
        }
    };
    add("notSearched", part.notSearched);
    add("notDocumented", part.notDocumented);
    if (part.unmodelled) {
        fields.emplace_back("unmodelled", *part.unmodelled);
    }
    return part.evidence ? JsonValue{fields}.with("evidence", *part.evidence) : JsonValue{fields};
}

std::optional<Sampled> readPart(const Document& document, Diagnostics& diagnostics) {
    const std::size_t before = diagnostics.errorCount();
    MappingReader fields{document.root(), "a part of a sampling", document.root().mark(), diagnostics};
    const auto integer = [&](std::string_view name, std::int64_t least, std::int64_t most) {
        const Node value = fields.require(name);
        return value ? readInteger(value, least, most, diagnostics).value_or(least) : least;
    };
    Sampled part{.scenario = {},
                 .until = {},
                 .seed = 0,
                 .asked = 0,
                 .part = 1,
                 .parts = 1,
                 .converged = false,
                 .interrupted = false,
                 .resources = {},
                 .tally = Tally{0, {}}};
    integer("cmksim-sample-part", 1, 1);
    if (const Node scenario = fields.require("scenario")) {
        part.scenario = readText(scenario, "the name of a scenario", diagnostics);
    }
    part.until = Duration{integer("until", 0, std::numeric_limits<std::int32_t>::max())};
    if (const Node seed = fields.require("seed")) {
        const std::string_view text = readText(seed, "a seed", diagnostics);
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), part.seed);
        if (error != std::errc{} || end != text.data() + text.size()) {
            reportUnexpected(seed, "a seed", diagnostics);
        }
    }
    part.asked = static_cast<std::uint64_t>(integer("trials", 1, mostTrials));
    part.parts = static_cast<std::uint32_t>(integer("parts", 1, std::numeric_limits<std::int32_t>::max()));
    part.part = static_cast<std::uint32_t>(integer("part", 1, part.parts));
    part.interrupted = fields.boolean("interrupted").value_or(false);
    if (const Node resources = fields.require("resources")) {
        for (const Node name : resources.items()) {
            part.resources.emplace_back(readText(name, "the name of a resource", diagnostics));
        }
    }
    if (const Node objectives = fields.take("objectives")) {
        for (const Node item : objectives.items()) {
            MappingReader one{item, "an objective", item.mark(), diagnostics};
            const Node name = one.require("name");
            const Node asked = one.require("asked");
            if (name && asked) {
                part.objectives.push_back({std::string{readText(name, "the name of an objective", diagnostics)},
                                           std::string{readText(asked, "what is asked for", diagnostics)}});
            }
            one.finish();
        }
    }
    if (const Node text = fields.require("tally")) {
        auto tally = parseTally(text.text(), part.resources.size(), part.until, part.objectives.size());
        if (tally) {
            part.tally = std::move(*tally);
        } else {
            diagnostics.error(text.mark(), "this is no tally of so many resources",
                              "a part is written by 'cmksim sample --part I/N --format json'");
        }
    }
    const auto texts = [&](std::string_view name, std::vector<std::string>& into) {
        if (const Node list = fields.take(name)) {
            for (const Node one : list.items()) {
                into.emplace_back(readText(one, "a text", diagnostics));
            }
        }
    };
    texts("notSearched", part.notSearched);
    texts("notDocumented", part.notDocumented);
    if (const Node unmodelled = fields.take("unmodelled")) {
        part.unmodelled = asJson(unmodelled);
    }
    if (const Node evidence = fields.take("evidence")) {
        part.evidence = asJson(evidence);
    }
    fields.finish();
    return diagnostics.errorCount() == before ? std::optional{std::move(part)} : std::nullopt;
}

std::optional<Sampled> mergeParts(std::vector<Sampled> parts, const std::vector<Mark>& marks,
                                  Diagnostics& diagnostics) {
    const std::size_t before = diagnostics.errorCount();
    std::vector<bool> seen(parts.front().parts, false);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (subjectOf(parts[i]) != subjectOf(parts.front())) {
            diagnostics.error(marks[i], "this part is of another sampling than the first",
                              "scenario, length, seed, trials, parts and resources must agree");
        } else if (seen[parts[i].part - 1]) {
            diagnostics.error(marks[i], fmt::format("part {} of {} is there twice", parts[i].part, parts[i].parts));
        } else {
            seen[parts[i].part - 1] = true;
        }
    }
    const auto missing = std::ranges::find(seen, false);
    if (diagnostics.errorCount() == before && missing != seen.end()) {
        diagnostics.error(marks.front(),
                          fmt::format("part {} of {} is missing", missing - seen.begin() + 1, seen.size()));
    }
    if (diagnostics.errorCount() > before) {
        return {};
    }
    Sampled whole = std::move(parts.front());
    for (std::size_t i = 1; i < parts.size(); ++i) {
        whole.tally.merge(parts[i].tally);
        whole.interrupted = whole.interrupted || parts[i].interrupted;
        // Parts that were drawn from other files, or by another program, are no evidence together.
        if (!parts[i].evidence || (whole.evidence && whole.evidence->line() != parts[i].evidence->line())) {
            whole.evidence.reset();
        }
    }
    whole.part = 1;
    whole.parts = 1;
    return whole;
}

} // namespace cmksim::sampling
