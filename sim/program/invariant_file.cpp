#include "program/invariant_file.hpp"

#include "base/time.hpp"
#include "compile/compile.hpp"
#include "document/mapping_reader.hpp"
#include "document/text_store.hpp"
#include "document/yaml.hpp"
#include "engine/wording.hpp"
#include "scenario/scalars.hpp"
#include "scenario/timeline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <variant>

namespace cmksim::program {

namespace {

struct Form {
    std::string_view name;
    Invariant::Rule (*asks)(std::vector<Expectation> expected);
};

template <class Kind>
Invariant::Rule asksFor(std::vector<Expectation> expected) {
    return Kind{std::move(expected)};
}

constexpr std::array forms{Form{"always", asksFor<invariant::Always>}, Form{"never", asksFor<invariant::Never>},
                           Form{"eventually", asksFor<invariant::Eventually>},
                           Form{"reachable", asksFor<invariant::Reachable>}};

class InvariantReader {
public:
    InvariantReader(const Scenario& scenario, Catalog& catalog, Diagnostics& diagnostics)
        : scenario_{scenario}, catalog_{catalog}, diagnostics_{diagnostics} {}

    std::optional<Invariant> read(Node node) {
        MappingReader fields{node, "an invariant", diagnostics_};
        if (!fields.readable()) {
            return std::nullopt;
        }
        std::optional<Invariant> invariant = take(fields, node);
        fields.finish();
        return invariant;
    }

    std::optional<Invariant> take(MappingReader& fields, Node node) {
        std::optional<Invariant> invariant;
        bool said = false;
        for (const Form& form : forms) {
            const Node expected = fields.take(form.name);
            if (!expected) {
                continue;
            }
            if (said) {
                diagnostics_.error(expected.mark(), "an invariant says one thing", "begin another one with '-'");
                return std::nullopt;
            }
            said = true;
            invariant = readForm(form, expected);
        }
        const Node within = fields.take("within");
        const bool isEventually = bool{node.find("eventually")};
        if (isEventually && !within) {
            diagnostics_.error(node.mark(), "'eventually' needs 'within'", "such as: within: 2h");
        }
        if (invariant && isEventually) {
            const auto read = within ? readDuration(within, diagnostics_) : std::nullopt;
            const Duration duration = read.value_or(Duration::zero());
            std::get<invariant::Eventually>(invariant->rule).within = duration;
            invariant->text += " within " + formatDuration(duration);
        } else if (within && !isEventually) {
            diagnostics_.error(within.mark(), "'within' belongs to 'eventually'");
        }
        if (!said) {
            diagnostics_.error(node.mark(), "an invariant needs 'always', 'never', 'eventually' or 'reachable'");
        }
        return invariant;
    }

private:
    std::optional<Invariant> readForm(const Form& form, Node expected) {
        EntrySpec entry;
        entry.mark = expected.mark();
        auto& expectations = entry.what.emplace<std::vector<ExpectationSpec>>(
            readExpectations(expected, {diagnostics_, texts_, scenario_.start}));
        std::string text{form.name};
        for (const ExpectationSpec& one : expectations) {
            text += fmt::format(" {}: {}", one.resource.text, one.text);
        }
        Scenario asked = scenario_;
        asked.timeline = {std::move(entry)};
        asked.until.reset();
        // Whatever was wrong before is no reason to look no further.
        Diagnostics compiling;
        const std::optional<Program> compiled = compileScenario(asked, catalog_, compiling);
        for (const Diagnostic& one : compiling.all()) {
            if (one.severity == Severity::Error) {
                diagnostics_.error(one.mark, one.message, one.help);
            }
        }
        if (!compiled || compiled->entries.empty()) {
            return std::nullopt;
        }
        Invariant invariant{std::move(text),
                            form.asks(std::get<std::vector<Expectation>>(compiled->entries[EntryId{0}].what))};
        if (invariant.is<invariant::Reachable>() &&
            !std::ranges::all_of(invariant.expected(), [&](const Expectation& one) {
                return one.states == std::vector{compiled->modelOf(one.resource).ready()};
            })) {
            const std::string first = firstStates(*compiled);
            diagnostics_.error(expected.mark(), "what is to be reachable is that resources are " + first,
                               "such as: reachable: {myregistry: " + first.substr(0, first.find(' ')) + "}");
            return std::nullopt;
        }
        return invariant;
    }

    const Scenario& scenario_;
    Catalog& catalog_;
    Diagnostics& diagnostics_;
    TextStore texts_;
};

} // namespace

std::optional<Invariant> takeInvariant(MappingReader& fields, Node node, const Scenario& scenario, Catalog& catalog,
                                       Diagnostics& diagnostics) {
    return InvariantReader{scenario, catalog, diagnostics}.take(fields, node);
}

std::vector<Invariant> readInvariants(const std::string& path, const Scenario& scenario, Catalog& catalog,
                                      FileReader& files, Diagnostics& diagnostics) {
    std::vector<Invariant> invariants;
    const auto source = files.read(path, {}, diagnostics);
    const auto document = source ? parseDocument(source, diagnostics) : nullptr;
    if (!document) {
        return invariants;
    }
    if (!document->root().isSequence()) {
        diagnostics.error(document->root().mark(), "expected a list of invariants",
                          "such as: - always: {myregistry: Ready}");
        return invariants;
    }
    InvariantReader reader{scenario, catalog, diagnostics};
    for (std::size_t i = 0; i < document->root().size(); ++i) {
        if (auto invariant = reader.read(document->root().item(i))) {
            invariants.push_back(*std::move(invariant));
        }
    }
    return invariants;
}

} // namespace cmksim::program
