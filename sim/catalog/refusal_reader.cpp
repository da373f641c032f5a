#include "catalog/refusal_reader.hpp"

#include "base/text.hpp"
#include "catalog/name_lookup.hpp"
#include "document/values.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cmksim::catalog {

namespace {

/// Reads one rule: its conditions, then what it answers and leaves behind.
class RuleReader {
public:
    RuleReader(RefusableAction action, const Model& model, FactReader& facts)
        : action_{action}, model_{model}, facts_{facts}, diagnostics_{facts.diagnostics()} {}

    RefusalRule read(Node node) {
        MappingReader fields{node, "a refusal", diagnostics_};
        rule_.error = facts_.text(fields, "error");
        if (const Node when = fields.take("when")) {
            conditions(when);
        }
        rule_.status = facts_.status(fields);
        if (const Node message = fields.require("message")) {
            rule_.message = readText(message, "a text", diagnostics_);
            facts_.checkPlaceholders(message);
        }
        rule_.attachesIdentity = fields.boolean("attaches-identity").value_or(false);
        if (const Node leaves = fields.take("leaves")) {
            leftBehind(leaves);
        }
        rule_.fix = facts_.text(fields, "fix");
        rule_.provenance = facts_.provenance(fields);
        fields.finish();
        return rule_;
    }

private:
    void conditions(Node node) {
        MappingReader when{node, "a 'when'", diagnostics_};
        rule_.namesKey = when.boolean("names-key");
        rule_.namesIdentity = when.boolean("names-identity");
        rule_.identityInUse = when.boolean("identity-in-use");
        enumerators(when.take("identity-kind"), "kind of identity", identityKindNames, rule_.identityKinds);
        states(when.take("state"), rule_.states);
        states(when.take("state-not"), rule_.statesExcept);
        enumerators(when.take("reason"), "reason", reasonNames, rule_.reasons);
        enumerators(when.take("reason-not"), "reason", reasonNames, rule_.reasonsExcept);
        enumerators(when.take("credential"), "standing of a credential", credentialNames, rule_.credential);
        if (const Node property = when.take("property")) {
            propertyIs(property);
        }
        rule_.vaultSoftDelete = when.boolean("vault-soft-delete");
        rule_.vaultPurgeProtection = when.boolean("vault-purge-protection");
        if (const Node check = when.take("check")) {
            checkFails(check);
        }
        when.finish();
    }

    template <class Enum, std::size_t Size>
    void enumerators(Node node, std::string_view what, const std::array<std::string_view, Size>& names,
                     EnumSet<Enum>& set) {
        if (node) {
            set = readEnumerators<Enum>(node, what, names, facts_);
        }
    }

    void states(Node node, std::vector<StateId>& states) {
        if (!node) {
            return;
        }
        for (const Node name : facts_.oneOrMore(node, "a state")) {
            if (const auto state = stateNamed(name, model_, facts_)) {
                states.push_back(*state);
            }
        }
    }

    void propertyIs(Node node) {
        if (!node.isMapping() || node.size() != 1) {
            reportUnexpected(node, "one property with its values, such as {sku: [Basic, Standard]}", diagnostics_);
            return;
        }
        const auto [key, values] = node.entry(0);
        const auto index = facts_.indexOf(key, "property", namesOf(model_.properties));
        if (!index) {
            return;
        }
        rule_.property = PropertyId{*index};
        const PropertyRule& property = model_.properties[rule_.property];
        for (const Node value : facts_.oneOrMore(values, "a value")) {
            const auto what = fmt::format("value of '{}'", property.name);
            if (const auto place = facts_.indexOf(value, what, property.values)) {
                rule_.propertyValues.push_back(*place);
            }
        }
    }

    void checkFails(Node node) {
        rule_.checkFails = true;
        if (node.text() != "fails") {
            reportUnexpected(node, "'fails'", diagnostics_);
        }
        if (action_ == RefusableAction::AssignIdentity || action_ == RefusableAction::RemoveIdentity) {
            diagnostics_.error(node.mark(), fmt::format("no check can be asked for by {}", actionName()));
        }
    }

    void leftBehind(Node node) {
        const auto state = stateNamed(node, model_, facts_);
        if (action_ != RefusableAction::Create) {
            diagnostics_.error(node.mark(), fmt::format("nothing is left behind by a refused {}", actionName()));
        } else if (state && !model_.states[*state].terminal) {
            diagnostics_.error(node.mark(), fmt::format("only a terminal state can be left behind, and {} is none",
                                                        inQuotes(node.text())));
        } else if (state) {
            rule_.leaves = *state;
        }
    }

    [[nodiscard]] std::string_view actionName() const {
        return refusableActionNames[static_cast<std::size_t>(action_)];
    }

    RefusableAction action_;
    const Model& model_;
    FactReader& facts_;
    Diagnostics& diagnostics_;
    RefusalRule rule_;
};

} // namespace

void readRefusals(Entry refusals, Model& model, FactReader& facts) {
    MappingReader fields{refusals.value, "'refusals'", facts.diagnostics()};
    for (std::size_t i = 0; i < refusableActionCount; ++i) {
        const Node rules = fields.take(refusableActionNames[i]);
        if (rules && !rules.isSequence()) {
            reportUnexpected(rules, "a list of refusals", facts.diagnostics());
        }
        if (!rules) {
            continue;
        }
        for (const Node item : rules.items()) {
            RuleReader reader{static_cast<RefusableAction>(i), model, facts};
            model.refusalsOf[i].push_back(model.refusals.push_back(reader.read(item)));
        }
    }
    fields.finish();
}

} // namespace cmksim::catalog
