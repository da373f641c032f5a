#include "catalog/bases_reader.hpp"

#include "catalog/name_lookup.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cmksim::catalog {

namespace {

/// A timing with its range, or a duration, which has itself as its range; absent: none at all.
Timing timingOrDuration(MappingReader& fields, std::string_view name, std::string_view meaning,
                        const Provenance& provenance, FactReader& facts) {
    Timing timing{std::string{name}, {}, {}, {}, std::string{meaning}, provenance};
    const auto entry = fields.takeEntry(name);
    if (!entry) {
        return timing;
    }
    if (entry->value.isMapping()) {
        return facts.timing(entry->value, name, fmt::format("'{}'", name), entry->key.mark());
    }
    timing.nominal = facts.duration(entry->value);
    timing.earliest = timing.latest = timing.nominal;
    return timing;
}

/// The state to which a loss of bases leads: one that can be left again, and is not the first.
void stateOfLoss(Node node, StandsOnRule& rule, const Model& model, FactReader& facts) {
    const auto id = stateNamed(node, model, facts);
    if (!id) {
        return;
    }
    rule.state = *id;
    if (*id == model.ready()) {
        facts.diagnostics().error(
            node.mark(), fmt::format("'{}' is the state in which data is available; no loss leads there", node.text()));
    } else if (model.states[*id].terminal) {
        facts.diagnostics().error(node.mark(),
                                  fmt::format("'{}' is terminal: a resource would never come back", node.text()));
    }
}

} // namespace

void readBases(MappingReader& fields, Model& model, FactReader& facts) {
    model.deleteNeedsNothingOnIt = fields.boolean("delete-needs-nothing-on-it").value_or(false);
    const auto entry = fields.takeEntry("stands-on");
    if (!entry) {
        return;
    }
    MappingReader inner{entry->value, "'stands-on'", entry->key.mark(), facts.diagnostics()};
    StandsOnRule rule;
    if (const Node services = inner.require("services")) {
        for (const Node service : facts.oneOrMore(services, "a service")) {
            rule.services.emplace_back(service.text());
        }
    }
    if (const Node needs = inner.take("needs")) {
        rule.all = facts.indexOf(needs, "value of 'needs'", needNames).value_or(0) == 0;
    }
    if (const Node state = inner.require("state")) {
        stateOfLoss(state, rule, model, facts);
    }
    rule.provenance = facts.provenance(inner);
    rule.within =
        timingOrDuration(inner, "within", "until what it stands on counts as unavailable", rule.provenance, facts);
    rule.backWithin = timingOrDuration(inner, "back-within", "until what it stands on counts as available again",
                                       rule.provenance, facts);
    inner.finish();
    model.standsOn = std::move(rule);
}

void checkBases(Node model, std::span<const std::string_view> known, FactReader& facts) {
    const Node rule = model.find("stands-on");
    const Node services = rule ? rule.find("services") : Node{};
    if (!services) {
        return;
    }
    for (const Node service : facts.oneOrMore(services, "a service")) {
        if (std::ranges::find(known, service.text()) == known.end()) {
            facts.reportUnknown(service, "service", known);
        }
    }
}

} // namespace cmksim::catalog
