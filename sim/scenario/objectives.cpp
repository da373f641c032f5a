#include "scenario/objectives.hpp"

#include "base/text.hpp"
#include "base/time.hpp"
#include "document/mapping_reader.hpp"
#include "document/values.hpp"
#include "scenario/named.hpp"
#include "scenario/names.hpp"
#include "scenario/parse.hpp"
#include "scenario/scalars.hpp"

#include <algorithm>

namespace cmksim::scenario {

namespace {

constexpr std::string_view allOf = "all-of";
constexpr std::string_view anyOf = "any-of";
constexpr std::string_view per = " per ";

/// Deeper ones are no journeys of people.
constexpr int deepestNeed = 8;

class ObjectiveReader {
public:
    explicit ObjectiveReader(Diagnostics& diagnostics) : diagnostics_{diagnostics} {}

    ObjectiveSpec read(const Name& name, Node node) {
        ObjectiveSpec objective;
        objective.name = name;
        objective.of.of = name;
        MappingReader fields{node, "an objective", name.mark, diagnostics_};
        readParts(fields, objective.of, 0);
        if (objective.isJourney()) {
            checkFreeName(name, "a journey", diagnostics_);
        }
        if (const Node rto = fields.take("rto")) {
            objective.rto = readDuration(rto, diagnostics_);
        }
        if (const Node downtime = fields.take("downtime")) {
            objective.downtime = readDowntime(downtime);
        }
        objective.noDataLoss = fields.boolean("no-data-loss").value_or(false);
        objective.noImpairment = fields.boolean("no-impairment").value_or(false);
        fields.finish();
        const bool asks = objective.rto || objective.downtime || objective.noDataLoss || objective.noImpairment;
        if (fields.readable() && !asks && !diagnostics_.hasErrors()) {
            diagnostics_.error(name.mark, inQuotes(name.text) + " has no objective",
                               "say 'rto: 1h', 'downtime: 4h per 30d', 'no-data-loss: true' or 'no-impairment: true'");
        }
        return objective;
    }

private:
    /// `all-of` or `any-of`, where there is one.
    void readParts(MappingReader& fields, NeedSpec& need, int depth) {
        const Node all = fields.take(allOf);
        const Node any = fields.take(anyOf);
        if (all && any) {
            diagnostics_.error(any.mark(), "expected 'all-of' or 'any-of', not both",
                               "one can stand inside the other: all-of: [a, {any-of: [b, c]}]");
            return;
        }
        const Node parts = all ? all : any;
        if (!parts) {
            return;
        }
        NeedOfSeveralSpec& several = need.of.emplace<NeedOfSeveralSpec>();
        several.all = static_cast<bool>(all);
        if (!parts.isSequence() || parts.size() == 0) {
            reportUnexpected(parts, "a list of resources such as [web, {any-of: [left, right]}]", diagnostics_);
            return;
        }
        for (const Node part : parts.items()) {
            several.parts.push_back(readNeed(part, depth + 1));
        }
    }

    NeedSpec readNeed(Node node, int depth) {
        NeedSpec need;
        if (!node.isMapping()) {
            need.of = readName(node, "the name of a resource, or 'any-of' or 'all-of' some", diagnostics_);
            return need;
        }
        if (depth > deepestNeed) {
            diagnostics_.error(node.mark(), "a journey goes at most 8 levels deep");
            return need;
        }
        MappingReader fields{node, "a part of a journey", diagnostics_};
        readParts(fields, need, depth);
        fields.finish();
        if (std::holds_alternative<Name>(need.of) && !diagnostics_.hasErrors()) {
            diagnostics_.error(node.mark(), "expected 'all-of' or 'any-of'");
        }
        return need;
    }

    std::optional<DowntimeSpec> readDowntime(Node node) {
        const std::string_view text = node.isScalar() ? node.text() : std::string_view{};
        const std::size_t at = text.find(per);
        const auto most = parseDuration(text.substr(0, std::min(at, text.size())));
        const auto window = at < text.size() ? parseDuration(text.substr(at + per.size())) : std::nullopt;
        if (!most || !window || *window <= Duration::zero()) {
            reportUnexpected(node, "a downtime and a length of time such as '4h per 30d'", diagnostics_);
            return std::nullopt;
        }
        return DowntimeSpec{*most, *window};
    }

    Diagnostics& diagnostics_;
};

/// The objectives of a document: its own, or those of the estate that stands in it.
void collect(Node root, std::vector<ObjectiveSpec>& all) {
    Diagnostics told; // what is wrong was reported when the file was read
    for (ObjectiveSpec& one : readObjectives(root.find(objectivesField), told)) {
        const bool isThere =
            std::ranges::any_of(all, [&](const ObjectiveSpec& other) { return other.name.text == one.name.text; });
        if (!isThere) {
            all.push_back(std::move(one));
        }
    }
}

} // namespace

std::vector<ObjectiveSpec> readObjectives(Node node, Diagnostics& diagnostics) {
    ObjectiveReader reader{diagnostics};
    return readNamed<ObjectiveSpec>(node, "objectives by resource or journey", diagnostics,
                                    [&](const Name& name, Node value) { return reader.read(name, value); });
}

std::vector<ObjectiveSpec> objectivesOf(const Scenario& scenario) {
    std::vector<ObjectiveSpec> all;
    // An estate of a file stands in the place of the one in the scenario.
    const bool hasEstateFile = std::ranges::any_of(
        scenario.documents, [](const auto& document) { return fileKind(*document) == FileKind::Estate; });
    for (const auto& document : scenario.documents) {
        const Node root = document->root();
        if (!root || !root.isMapping()) {
            continue;
        }
        collect(root, all);
        if (const Node estate = root.find("estate"); estate && estate.isMapping() && !hasEstateFile) {
            collect(estate, all);
        }
    }
    return all;
}

} // namespace cmksim::scenario
