#include "catalog/keys_reader.hpp"

#include "base/text.hpp"
#include "catalog/name_lookup.hpp"
#include "document/values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace cmksim::catalog {

namespace {

constexpr std::int64_t mostSlots = 16;

/// `optional`, `makes-identity`: some of the slots, which the model names itself.
void markSlots(const std::optional<Entry>& named, const KeysRule& rule, std::vector<bool>& marks, FactReader& facts) {
    marks.assign(rule.slots.size(), false);
    if (!named) {
        return;
    }
    if (rule.slots.empty()) {
        facts.diagnostics().error(named->key.mark(), fmt::format("'{}' is of 'slots'", named->key.text()));
        return;
    }
    for (const Node slot : facts.oneOrMore(named->value, "the name of a slot")) {
        if (const auto place = facts.indexOf(slot, "slot", rule.slots)) {
            marks[*place] = true;
        }
    }
}

void readSlots(MappingReader& fields, KeysRule& rule, FactReader& facts) {
    const auto slots = fields.takeEntry("slots");
    const auto most = fields.takeEntry("most");
    const auto optional = fields.takeEntry("optional");
    const auto makesIdentity = fields.takeEntry("makes-identity");
    if (static_cast<bool>(slots) == static_cast<bool>(most)) {
        facts.diagnostics().error(fields.mark(), "'keys' needs one of 'slots' and 'most'",
                                  "slots: [primary, backup], or most: 3 where the estate names them");
        return;
    }
    if (most) {
        rule.most = static_cast<std::size_t>(readInteger(most->value, 1, mostSlots, facts.diagnostics()).value_or(1));
    } else {
        for (const Node slot : facts.oneOrMore(slots->value, "the name of a slot")) {
            if (std::ranges::find(rule.slots, slot.text()) != rule.slots.end()) {
                facts.diagnostics().error(slot.mark(), fmt::format("a second slot {}", inQuotes(slot.text())));
            } else if (rule.slots.size() == static_cast<std::size_t>(mostSlots)) {
                facts.diagnostics().error(slot.mark(), fmt::format("a model has at most {} slots", mostSlots));
            } else {
                rule.slots.emplace_back(slot.text());
            }
        }
        rule.most = rule.slots.size();
    }
    markSlots(optional, rule, rule.optional, facts);
    markSlots(makesIdentity, rule, rule.makesIdentity, facts);
}

/// Where no source of its own is given, that of what the service needs of a key.
Provenance provenanceOf(Node node, MappingReader& fields, const Provenance& otherwise, FactReader& facts) {
    const bool own = node.isMapping() && (node.find("source") || node.find("assumed"));
    return own ? facts.provenance(fields) : otherwise;
}

} // namespace

void readKeys(MappingReader& fields, Model& model, FactReader& facts) {
    if (const auto entry = fields.takeEntry("keys")) {
        MappingReader inner{entry->value, "'keys'", entry->key.mark(), facts.diagnostics()};
        KeysRule rule;
        readSlots(inner, rule, facts);
        if (const Node needs = inner.take("needs")) {
            rule.all = facts.indexOf(needs, "value of 'needs'", needNames).value_or(0) == 0;
        }
        rule.provenance = provenanceOf(entry->value, inner, model.permissionsProvenance, facts);
        inner.finish();
        const bool makes = std::ranges::find(rule.makesIdentity, true) != rule.makesIdentity.end();
        if (makes && !model.identities.contains(IdentityKind::SystemAssigned)) {
            facts.diagnostics().error(entry->key.mark(), "'makes-identity' needs SystemAssigned among the identities");
        }
        if (model.renewal && rule.most > 1) {
            facts.diagnostics().error(entry->key.mark(), "a model with 'renewal' has one slot");
        }
        model.keys = std::move(rule);
    }
    if (const auto entry = fields.takeEntry("retains")) {
        MappingReader inner{entry->value, "'retains'", entry->key.mark(), facts.diagnostics()};
        Timing versions = facts.ownClock(inner, "versions", "retained-versions", Zero::Refused);
        if (versions.meaning.empty()) {
            versions.meaning = "a version that no longer wraps is needed for so long";
        }
        RetainsRule rule;
        rule.provenance = provenanceOf(entry->value, inner, model.permissionsProvenance, facts);
        inner.finish();
        if (versions.provenance.sources.empty() && versions.provenance.assumed.empty()) {
            versions.provenance = rule.provenance;
        }
        rule.versions = model.ownClocks.push_back(std::move(versions));
        model.retains = std::move(rule);
    }
}

} // namespace cmksim::catalog
