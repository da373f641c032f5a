#include "catalog/readings.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "document/builder.hpp"
#include "document/values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace cmksim::catalog {

namespace {

constexpr std::string_view alternatives = "by-reading";

/// Fields that say something, and decide nothing.
constexpr std::array<std::string_view, 10> wording{"error", "status",  "statuses", "message", "messages",
                                                   "fix",   "meaning", "source",   "assumed", "text"};

void noteCourse(Node node, std::string_view field, std::vector<FactReading>& readings) {
    if (node.isSequence()) {
        for (const Node item : node.items()) {
            noteCourse(item, field, readings);
        }
    }
    if (!node.isMapping()) {
        return;
    }
    const Node name = node.find(alternatives);
    if (name && std::ranges::find(wording, field) == wording.end()) {
        const auto reading = std::ranges::find(readings, name.text(), &FactReading::name);
        if (reading != readings.end()) {
            reading->changesCourse = true;
        }
    }
    for (const auto [key, value] : node.entries()) {
        noteCourse(value, name ? field : key.text(), readings);
    }
}

/// Copies a document, and of each fact with readings the one that is chosen.
class Resolver {
public:
    Resolver(Node declared, const ReadingChoice& choice, const std::shared_ptr<const Source>& source,
             Diagnostics& diagnostics)
        : declared_{declared}, choice_{choice}, builder_{source, diagnostics}, diagnostics_{diagnostics} {}

    std::shared_ptr<const Document> resolve(Node root) {
        copy(root);
        return builder_.finish();
    }

private:
    static Place placeOf(Node node) { return {node.mark().line, node.mark().column}; }

    /// What stands in place of a node: itself, or no node.
    Node chosen(Node node) {
        const Node name = node.find(alternatives);
        if (!name) {
            return node;
        }
        const Node reading = declared_.find(name.text());
        const Node values = reading ? reading.find("values") : Node{};
        if (!values || !values.isMapping() || values.size() == 0) {
            diagnostics_.error(name.mark(), fmt::format("'readings' declares no {}", inQuotes(name.text())));
            return {};
        }
        for (const Entry entry : node.entries()) {
            if (entry.key.text() != alternatives && !values.find(entry.key.text())) {
                diagnostics_.error(entry.key.mark(), fmt::format("{} is no value of the reading {}",
                                                                 inQuotes(entry.key.text()), inQuotes(name.text())));
            }
        }
        const auto given = choice_.find(name.text());
        const bool known = given != choice_.end() && values.find(given->second);
        const Node value = node.find(known ? std::string_view{given->second} : values.entry(0).key.text());
        return value ? chosen(value) : Node{};
    }

    void copy(Node node) {
        switch (node.kind()) {
        case NodeKind::Null: builder_.null(placeOf(node)); break;
        case NodeKind::Scalar: builder_.scalar(placeOf(node), node.text(), node.quoted()); break;
        case NodeKind::Sequence:
            builder_.beginSequence(placeOf(node));
            for (const Node item : node.items()) {
                if (const Node one = chosen(item)) {
                    copy(one);
                }
            }
            builder_.endSequence();
            break;
        case NodeKind::Mapping:
            builder_.beginMapping(placeOf(node));
            for (const auto [key, value] : node.entries()) {
                if (const Node one = chosen(value)) {
                    copy(key);
                    copy(one);
                }
            }
            builder_.endMapping();
            break;
        }
    }

    Node declared_;
    const ReadingChoice& choice_;
    DocumentBuilder builder_;
    Diagnostics& diagnostics_;
};

} // namespace

std::vector<FactReading> readReadings(MappingReader& fields, FactReader& facts) {
    std::vector<FactReading> readings;
    const Node all = fields.take("readings");
    if (!all) {
        return readings;
    }
    if (!all.isMapping()) {
        reportUnexpected(all, "readings by name", facts.diagnostics());
    }
    for (const auto [name, value] : all.entries()) {
        MappingReader one{value, "a reading", name.mark(), facts.diagnostics()};
        FactReading reading;
        reading.name = name.text();
        reading.meaning = facts.text(one, "meaning");
        const Node values = one.require("values");
        if (values && (!values.isMapping() || values.size() < 2)) {
            reportUnexpected(values, "two values or more by name, the nominal one first", facts.diagnostics());
        }
        if (values) {
            for (const auto [valueName, text] : values.entries()) {
                MappingReader fact{text, "a value of a reading", valueName.mark(), facts.diagnostics()};
                ReadingValue read;
                read.name = valueName.text();
                read.meaning = facts.text(fact, "meaning");
                read.provenance = facts.provenance(fact);
                fact.finish();
                reading.values.push_back(std::move(read));
            }
        }
        one.finish();
        readings.push_back(std::move(reading));
    }
    return readings;
}

void noteCourse(Node root, std::vector<FactReading>& readings) {
    for (FactReading& reading : readings) {
        reading.changesCourse = false;
    }
    noteCourse(root, {}, readings);
}

std::vector<ReadingChoice> combinationsOf(std::span<const FactReading> readings) {
    std::vector<ReadingChoice> combinations{ReadingChoice{}};
    for (const FactReading& reading : readings) {
        std::vector<ReadingChoice> more;
        for (const ReadingChoice& begun : combinations) {
            for (const ReadingValue& value : reading.values) {
                more.push_back(begun);
                more.back()[reading.name] = value.name;
            }
        }
        combinations = std::move(more);
    }
    return combinations;
}

std::vector<ReadingChoice> oneByOne(std::span<const FactReading> readings) {
    ReadingChoice nominal;
    for (const FactReading& reading : readings) {
        nominal[reading.name] = reading.values.front().name;
    }
    std::vector<ReadingChoice> choices{nominal};
    for (const FactReading& reading : readings) {
        for (const ReadingValue& value : std::span{reading.values}.subspan(1)) {
            choices.push_back(nominal);
            choices.back()[reading.name] = value.name;
        }
    }
    return choices;
}

std::string textOf(const ReadingChoice& choice) {
    std::string text;
    for (const auto& [name, value] : choice) {
        text += fmt::format("{}{}={}", text.empty() ? "" : ", ", name, value);
    }
    return text;
}

std::shared_ptr<const Document> underReadings(std::shared_ptr<const Document> document,
                                              const std::shared_ptr<const Source>& source, const ReadingChoice& choice,
                                              Diagnostics& diagnostics) {
    const Node declared = document->root().find("readings");
    if (!declared || !declared.isMapping()) {
        return document;
    }
    return Resolver{declared, choice, source, diagnostics}.resolve(document->root());
}

} // namespace cmksim::catalog
