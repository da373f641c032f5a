#include "catalog/refusal_reader.hpp"

#include "base/text.hpp"
#include "catalog/name_lookup.hpp"
#include "document/values.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cmksim::catalog {

namespace {

constexpr std::array<std::string_view, 2> vaultModelNames{"rbac", "policies"};

/// Reads one rule: its conditions, then what it answers and leaves behind.
class RuleReader {
public:
    RuleReader(RefusableAction action, const Platform& platform, const Model& model, FactReader& facts)
        : action_{action}, platform_{platform}, model_{model}, facts_{facts}, diagnostics_{facts.diagnostics()} {}

    RefusalRule read(Node node) {
        MappingReader fields{node, "a refusal", diagnostics_};
        rule_.error = facts_.text(fields, "error");
        if (const Node when = fields.take("when")) {
            conditions(when);
        }
        rule_.status = facts_.status(fields);
        statuses(fields.take("statuses"));
        if (const Node message = fields.require("message")) {
            rule_.message = readText(message, "a text", diagnostics_);
            facts_.checkPlaceholders(message);
        }
        messages(fields.take("messages"));
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
    /// The status by what the check answers.
    void statuses(Node node) {
        if (!node) {
            return;
        }
        MappingReader byReason{node, "'statuses'", diagnostics_};
        for (std::size_t i = 1; i < checkedReasonCount; ++i) {
            if (const int status = facts_.status(byReason, reasonNames[i]); status != 0) {
                rule_.statuses.emplace_back(static_cast<Reason>(i), status);
            }
        }
        byReason.finish();
    }

    /// The text by what the check answers.
    void messages(Node node) {
        if (!node) {
            return;
        }
        MappingReader byReason{node, "'messages'", diagnostics_};
        for (std::size_t i = 1; i < checkedReasonCount; ++i) {
            if (const Node message = byReason.take(reasonNames[i])) {
                rule_.messages.emplace_back(static_cast<Reason>(i), readText(message, "a text", diagnostics_));
                facts_.checkPlaceholders(message);
            }
        }
        byReason.finish();
    }

    void conditions(Node node) {
        MappingReader when{node, "a 'when'", diagnostics_};
        rule_.namesKey = when.boolean("names-key");
        rule_.namesIdentity = when.boolean("names-identity");
        rule_.hasKey = when.boolean("has-key");
        rule_.presentKey = when.boolean("present-key");
        rule_.combined = when.boolean("combined");
        rule_.sameVault = when.boolean("same-vault");
        rule_.identityInUse = when.boolean("identity-in-use");
        rule_.presentIdentity = when.boolean("present-identity");
        rule_.identityAttached = when.boolean("identity-attached");
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
        if (const Node permissions = when.take("vault-model")) {
            if (const auto index = facts_.indexOf(permissions, "permission model", vaultModelNames)) {
                rule_.vaultRbac = *index == 0;
            }
        }
        rule_.vaultRetentionBelow = facts_.optionalDuration(when, "vault-retention-below");
        rule_.sameRegion = when.boolean("same-region");
        rule_.sameTenant = when.boolean("same-tenant");
        keyTypes(when.take("key-type"));
        keySizes(when.take("key-size"));
        rule_.keyExpires = when.boolean("key-expires");
        if (const Node check = when.take("check")) {
            checkFails(check);
        }
        when.finish();
        checkNamesKey(node);
    }

    void keyTypes(Node node) {
        if (!node) {
            return;
        }
        for (const Node name : facts_.oneOrMore(node, "a type of keys")) {
            if (const auto place = facts_.indexOf(name, "type of keys", platform_.keyTypes)) {
                rule_.keyTypeSet |= std::uint32_t{1} << *place;
                rule_.keyTypes.push_back(platform_.keyTypes[*place]);
            }
        }
    }

    void keySizes(Node node) {
        if (!node) {
            return;
        }
        for (const Node size : facts_.oneOrMore(node, "a number of bits")) {
            if (const auto bits = readInteger(size, 1, mostKeyBits, diagnostics_)) {
                rule_.keySizes.push_back(static_cast<std::uint16_t>(*bits));
            }
        }
    }

    /// A change of properties names no key: it goes by the resource as it is, whose vault nothing looks at.
    void checkNamesKey(Node when) {
        if (action_ == RefusableAction::ChangeProperties && rule_.looksAtVault()) {
            diagnostics_.error(when.mark(), fmt::format("{} looks at no vault and no key", actionName()));
        }
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
        if (action_ == RefusableAction::AssignIdentity || action_ == RefusableAction::RemoveIdentity ||
            action_ == RefusableAction::ChangeProperties || action_ == RefusableAction::RemoveKey) {
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
    const Platform& platform_;
    const Model& model_;
    FactReader& facts_;
    Diagnostics& diagnostics_;
    RefusalRule rule_;
};

/// A refusal, under the conditions of the one by a check, of a key whose vault is not set up as required.
RefusalRule refusalOfVault(const RefusalRule& check, VaultRequirement requirement) {
    RefusalRule rule = check;
    rule.checkFails = false;
    rule.presentKey = false;
    const bool softDelete = requirement == VaultRequirement::SoftDelete;
    (softDelete ? rule.vaultSoftDelete : rule.vaultPurgeProtection) = false;
    const std::string_view what = softDelete ? "soft delete" : "purge protection";
    rule.fix = fmt::format("Enable {} on the vault, or use another vault.", what);
    if (!rule.leaves.valid()) {
        rule.error = softDelete ? "SoftDeleteRequired" : "PurgeProtectionRequired";
        rule.status = 0;
        rule.message = fmt::format("The vault '{{vault}}' does not have {} enabled.", what);
    }
    return rule;
}

} // namespace

void requireOfVaults(EnumSet<VaultRequirement> requirements, Model& model) {
    for (std::vector<RefusalId>& rules : model.refusalsOf) {
        auto check = std::ranges::find_if(rules, [&](RefusalId id) { return model.refusals[id].checkFails; });
        if (check == rules.end()) {
            continue;
        }
        const RefusalRule byCheck = model.refusals[*check];
        for (const VaultRequirement requirement : {VaultRequirement::SoftDelete, VaultRequirement::PurgeProtection}) {
            if (requirements.contains(requirement)) {
                check = rules.insert(check, model.refusals.push_back(refusalOfVault(byCheck, requirement))) + 1;
            }
        }
    }
}

void readRefusals(Entry refusals, const Platform& platform, Model& model, FactReader& facts) {
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
            RuleReader reader{static_cast<RefusableAction>(i), platform, model, facts};
            model.refusalsOf[i].push_back(model.refusals.push_back(reader.read(item)));
        }
    }
    fields.finish();
    model.looksAtAttachment =
        std::ranges::any_of(model.refusals, [](const RefusalRule& rule) { return rule.identityAttached.has_value(); });
}

} // namespace cmksim::catalog
