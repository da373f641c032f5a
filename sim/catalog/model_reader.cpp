#include "catalog/model_reader.hpp"

#include "base/text.hpp"
#include "catalog/bases_reader.hpp"
#include "catalog/fact_reader.hpp"
#include "catalog/keys_reader.hpp"
#include "catalog/name_lookup.hpp"
#include "catalog/permission_set.hpp"
#include "catalog/refusal_reader.hpp"
#include "catalog/state_reader.hpp"
#include "catalog/vault_kinds.hpp"
#include "document/values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace cmksim::catalog {

namespace {

/// Reads one model file, part by part; what later parts refer to is read first.
class ModelReader {
public:
    ModelReader(const Document& document, const Platform& platform, Diagnostics& diagnostics)
        : fields_{document.root(), "a model", diagnostics}, platform_{platform}, facts_{diagnostics},
          diagnostics_{diagnostics} {
        model_.file = document.source().name();
    }

    Model read() {
        if (!facts_.isReadable(fields_, "cmksim-model")) {
            return std::move(model_);
        }
        model_.service = facts_.text(fields_, "service");
        model_.version = facts_.text(fields_, "version");
        model_.title = facts_.text(fields_, "title");
        model_.documents = facts_.documents(fields_);
        states();
        conditions();
        reasons();
        revalidation();
        keyAndIdentity();
        renewal();
        if (const auto recovery = fields_.takeEntry("recovery-action")) {
            model_.recovery = readRecovery(*recovery, model_, facts_);
        }
        reportStatesWithoutExit();
        readBases(fields_, model_, facts_);
        readKeys(fields_, model_, facts_);
        warnings();
        operations();
        addTolerating(model_);
        if (model_.tolerating.valid() && model_.conditions.size() == ConditionSet::capacity + 1) {
            diagnostics_.error(fields_.mark(), fmt::format("a model has at most {} conditions, and '{}' is one of them",
                                                           ConditionSet::capacity, toleratingName));
        }
        properties();
        updates();
        const Node requirements = fields_.take("requires-vault");
        if (const auto refusals = fields_.takeEntry("refusals")) {
            readRefusals(*refusals, platform_, model_, facts_);
        }
        if (requirements) {
            requireOfVaults(readEnumerators<VaultRequirement>(requirements, "requirement of a vault",
                                                              vaultRequirementNames, facts_),
                            model_);
        }
        if (model_.rotationClock) {
            model_.rotationClock->provenance = model_.rotationProvenance;
        }
        model_.notes = facts_.notes(fields_);
        fields_.take("readings"); // which the catalog has gone by
        fields_.finish();
        return std::move(model_);
    }

private:
    /// The entries of a field that maps names to facts; none when it is absent or something else.
    std::vector<Entry> named(Node node, std::string_view what) {
        if (node && !node.isMapping()) {
            reportUnexpected(node, fmt::format("{} by name", what), diagnostics_);
        }
        std::vector<Entry> entries;
        if (node) {
            for (const Entry entry : node.entries()) {
                entries.push_back(entry);
            }
        }
        return entries;
    }

    void states() {
        const Node node = fields_.require("states");
        readStates(named(node, "states"), model_, facts_);
        if (node && model_.states.empty()) {
            diagnostics_.error(node.mark(), "a model needs a state in which data is available");
        }
    }

    /// No look leads out of a by-action state, so something else must.
    void reportStatesWithoutExit() {
        const auto stuck = std::ranges::find_if(model_.states, &StateRule::byAction);
        if (stuck != model_.states.end() && !model_.recovery) {
            diagnostics_.error(
                fields_.mark(),
                fmt::format("{} returns by action, and the model has no 'recovery-action'", inQuotes(stuck->name)));
        }
    }

    void conditions() {
        for (const auto [name, value] : named(fields_.take("conditions"), "conditions")) {
            MappingReader fields{value, "a condition", name.mark(), diagnostics_};
            ConditionRule rule;
            rule.name = name.text();
            rule.meaning = facts_.text(fields, "meaning");
            rule.blocksRotation = fields.boolean("blocks-rotation").value_or(false);
            rule.beyond = choice<Beyond>(fields, "beyond", beyondNames).value_or(Beyond::Everything);
            rule.provenance = facts_.provenance(fields);
            fields.finish();
            if (rule.name == toleratingName) {
                diagnostics_.error(name.mark(), "'Tolerating' is the engine's own condition",
                                   "say 'tolerated' of a reason, and it is there");
            }
            if (model_.conditions.size() == ConditionSet::capacity) {
                diagnostics_.error(name.mark(),
                                   fmt::format("a model has at most {} conditions", ConditionSet::capacity));
            }
            model_.conditions.push_back(std::move(rule));
        }
    }

    void reasons() {
        const auto entry = facts_.requireEntry(fields_, "a model", "reasons");
        if (!entry) {
            return;
        }
        if (!entry->value.isSequence()) {
            reportUnexpected(entry->value, "a list of reasons", diagnostics_);
            return;
        }
        std::array<Mark, reasonCount> rows{};
        for (const Node row : entry->value.items()) {
            reasonRow(row, rows);
        }
        std::vector<std::string> missing;
        for (std::size_t i = 1; i < checkedReasonCount; ++i) {
            if (rows[i] == Mark{}) {
                missing.emplace_back(reasonNames[i]);
            }
        }
        if (!missing.empty()) {
            diagnostics_.error(entry->key.mark(), fmt::format("no row for {}", listed(missing)));
        }
    }

    /// `rows` says where a reason has its row.
    void reasonRow(Node row, std::array<Mark, reasonCount>& rows) {
        MappingReader fields{row, "a row of reasons", diagnostics_};
        const Node names = fields.require("reason");
        ReasonRule rule;
        const Node state = fields.take("state");
        const Node condition = fields.take("condition");
        rule.status = facts_.status(fields);
        rule.error = facts_.optionalText(fields, "error");
        rule.message = facts_.optionalMessage(fields);
        rule.fix = facts_.text(fields, "fix");
        const auto tolerated = fields.takeEntry("tolerated");
        if (tolerated) {
            rule.tolerated = readTolerance(*tolerated, model_, facts_);
        }
        rule.provenance = facts_.provenance(fields);
        fields.finish();
        if (!names) {
            return;
        }
        const std::vector<Node> named = facts_.oneOrMore(names, "a reason");
        const bool checked = std::ranges::none_of(named, [](Node name) { return isUnchecked(name); });
        if (checked) {
            target(fields.mark(), state, condition, rule);
            if (condition) {
                reportUnpassable(named);
            }
        } else if (state || condition) {
            diagnostics_.error((state ? state : condition).mark(),
                               "no check answers this reason, so that it leads nowhere");
        }
        if (tolerated && (condition || !checked)) {
            diagnostics_.error(tolerated->key.mark(), "only a reason that leads to a state is tolerated");
        }
        const auto known = std::span{reasonNames}.subspan(1); // `None` is no reason to be down
        for (const Node name : named) {
            const auto index = facts_.indexOf(name, "reason", known);
            if (!index) {
                continue;
            }
            Mark& first = rows[*index + 1];
            if (first != Mark{}) {
                diagnostics_.error(name.mark(), fmt::format("a second row for {}", inQuotes(name.text())),
                                   fmt::format("the first is at line {}", first.line));
                continue;
            }
            first = name.mark();
            model_.reasons[*index + 1] = rule;
        }
    }

    /// Past most reasons there is nothing more that a check could look at.
    void reportUnpassable(const std::vector<Node>& reasons) {
        constexpr std::array passable{Reason::VaultFirewallDenied, Reason::IdentityUnauthorized, Reason::KeyDisabled,
                                      Reason::KeyNotYetValid, Reason::KeyExpired};
        for (const Node name : reasons) {
            const auto reason = reasonNamed(name.text());
            if (reason && std::ranges::find(passable, *reason) == passable.end()) {
                diagnostics_.error(name.mark(), fmt::format("{} cannot be a condition: a check sees nothing past it",
                                                            inQuotes(name.text())));
            }
        }
    }

    static bool isUnchecked(Node name) {
        const auto reason = reasonNamed(name.text());
        return reason && static_cast<std::size_t>(*reason) >= checkedReasonCount;
    }

    /// Where a reason leads: to a state in which data is out of reach, or to a condition.
    void target(Mark row, Node state, Node condition, ReasonRule& rule) {
        if (static_cast<bool>(state) == static_cast<bool>(condition)) {
            diagnostics_.error(row, "a row of reasons needs one of 'state' and 'condition'");
        }
        if (state) {
            if (const auto id = stateNamed(state, model_, facts_)) {
                rule.state = downState(state, *id);
            }
        } else if (condition) {
            rule.condition = conditionNamed(condition, model_, facts_).value_or(ConditionId{});
        }
    }

    /// `id`, after a look at whether a resource may be sent there and come back.
    StateId downState(Node node, StateId id) {
        if (id == model_.ready()) {
            diagnostics_.error(node.mark(), fmt::format("{} is the state in which data is available; no loss leads "
                                                        "there",
                                                        inQuotes(node.text())));
        } else if (model_.states[id].terminal) {
            diagnostics_.error(node.mark(),
                               fmt::format("{} is terminal: a resource would never come back", inQuotes(node.text())));
        }
        return id;
    }

    void revalidation() {
        Timing& timing = model_.revalidation;
        timing.name = "revalidation";
        Node undocumented;
        section("revalidation", timing.provenance, [&](MappingReader& fields) {
            timing.nominal = facts_.positiveDuration(fields, "period");
            timing.latest = timing.nominal;
            timing.meaning = facts_.text(fields, "meaning");
            if (const auto period = facts_.optionalDuration(fields, "recovery-period")) {
                model_.recoveryClock =
                    Timing{"recovery", *period, {}, *period, "a resource that is down looks for its key", {}};
            }
            undocumented = fields.take("not-documented");
        });
        timing.notDocumented = undocumented && readBoolean(undocumented, diagnostics_).value_or(false);
        if (timing.notDocumented && timing.provenance.assumed.empty()) {
            diagnostics_.error(undocumented.mark(), "what is not documented is assumed",
                               "say in 'assumed' why it is taken so");
        }
        if (model_.recoveryClock) {
            model_.recoveryClock->provenance = timing.provenance;
        }
    }

    void keyAndIdentity() {
        section("identities", model_.identitiesProvenance, [&](MappingReader& fields) {
            model_.identities = kinds(fields);
            model_.defaultIdentity = facts_.optionalText(fields, "default");
        });
        section("trusted", model_.trustedProvenance, [&](MappingReader& fields) {
            model_.trusted = kinds(fields);
            model_.trustedStanding = choice<TrustedStanding>(fields, "standing", trustedStandingNames);
        });
        vaultKinds();
        model_.privateLink = fields_.boolean("private-link").value_or(false);
        model_.networkRules = fields_.boolean("virtual-network-rules").value_or(false);
        section("permissions", model_.permissionsProvenance, [&](MappingReader& fields) { permissions(fields); });
        section("rotation", model_.rotationProvenance, [&](MappingReader& fields) { rotation(fields); });
        section("existing-resources", model_.encryptionLaterProvenance,
                [&](MappingReader& fields) { existingResources(fields); });
    }

    void existingResources(MappingReader& fields) {
        model_.encryptionLater = facts_.boolean(fields, "can-be-encrypted");
        const bool decrypted = fields.boolean("can-be-decrypted").value_or(false);
        const Node in = fields.take("in");
        const Node unless = fields.take("unless");
        if (!decrypted) {
            if (in) {
                diagnostics_.error(in.mark(), "'in' is of 'can-be-decrypted: true'");
            }
            if (unless) {
                diagnostics_.error(unless.mark(), "'unless' is of 'can-be-decrypted: true'");
            }
            return;
        }
        if (unless) {
            for (const Node condition : facts_.oneOrMore(unless, "a condition")) {
                if (const auto id = conditionNamed(condition, model_, facts_)) {
                    model_.keptDuring.insert(*id);
                }
            }
        }
        if (!in) {
            model_.decryptedIn.insert(model_.ready());
            return;
        }
        for (const Node state : facts_.oneOrMore(in, "a state")) {
            if (const auto id = stateNamed(state, model_, facts_)) {
                model_.decryptedIn.insert(*id);
            }
        }
    }

    void rotation(MappingReader& fields) {
        const Node automatic = fields.require("automatic");
        model_.rotationIsSetting = automatic && automatic.isScalar() && automatic.text() == "setting";
        const Node byDefault = fields.take("default");
        if (model_.rotationIsSetting) {
            model_.automaticRotation = byDefault && readBoolean(byDefault, diagnostics_).value_or(false);
        } else if (automatic) {
            model_.automaticRotation = readBoolean(automatic, diagnostics_).value_or(false);
            if (byDefault) {
                diagnostics_.error(byDefault.mark(), "'default' is of 'automatic: setting'");
            }
        }
        if (const std::optional<Duration> period = facts_.optionalDuration(fields, "period")) {
            model_.rotationClock =
                Timing{"rotation", *period, {}, *period, "the resource looks for a newer version of its key", {}};
        }
    }

    /// One of a few words; nothing where the field is absent.
    template <class Enum, std::size_t Size>
    std::optional<Enum> choice(MappingReader& fields, std::string_view name,
                               const std::array<std::string_view, Size>& words) {
        const Node node = fields.take(name);
        if (!node) {
            return std::nullopt;
        }
        const auto index = facts_.indexOf(node, fmt::format("value of '{}'", name), words);
        return index ? std::optional{static_cast<Enum>(*index)} : std::nullopt;
    }

    void vaultKinds() {
        const Node kinds = fields_.take("vault-kinds");
        if (!kinds) {
            model_.vaultKinds.insert(ordinaryVault);
            return;
        }
        for (const Node kind : facts_.oneOrMore(kinds, "a kind of vaults")) {
            if (const auto id = readVaultKind(kind, platform_, facts_)) {
                model_.vaultKinds.insert(*id);
            }
        }
    }

    EnumSet<IdentityKind> kinds(MappingReader& fields) {
        const Node node = fields.require("kinds");
        return node ? readEnumerators<IdentityKind>(node, "kind of identity", identityKindNames, facts_)
                    : EnumSet<IdentityKind>{};
    }

    void permissions(MappingReader& fields) {
        if (const Node node = fields.require("required")) {
            model_.permissionSet = readPermissionSet(node, platform_, facts_);
            for (const Node permission : facts_.oneOrMore(node, "a permission")) {
                model_.permissions.push_back(lowerCase(permission.text()));
            }
        }
        const Node ofRoles = fields.take("rbac-required");
        model_.rolePermissionSet = ofRoles ? readPermissionSet(ofRoles, platform_, facts_) : model_.permissionSet;
    }

    void updates() {
        if (const Node same = fields_.take("same-key")) {
            model_.sameKeyIsIdentityUpdate = true;
            if (same.text() != "identity") {
                reportUnexpected(same, "'identity'", diagnostics_);
            }
        }
    }

    void renewal() {
        const auto entry = fields_.takeEntry("renewal");
        if (!entry) {
            return;
        }
        MappingReader fields{entry->value, "'renewal'", entry->key.mark(), diagnostics_};
        RenewalRule rule;
        if (const Node state = fields.require("state")) {
            if (const auto id = stateNamed(state, model_, facts_)) {
                rule.state = downState(state, *id);
            }
        }
        if (const auto lapse = facts_.requireEntry(fields, "'renewal'", "lapse")) {
            rule.lapse = facts_.timing(lapse->value, "identity-lapse", "'lapse'", lapse->key.mark());
        }
        rule.provenance = facts_.provenance(fields);
        fields.finish();
        model_.renewal = std::move(rule);
    }

    void warnings() {
        const Node node = fields_.take("warnings");
        if (!node) {
            return;
        }
        MappingReader fields{node, "'warnings'", diagnostics_};
        const auto warning = [&](std::string_view name, std::optional<std::string>& text, Provenance& provenance) {
            if (const auto entry = fields.takeEntry(name)) {
                MappingReader warningFields{entry->value, "a warning", entry->key.mark(), diagnostics_};
                text = facts_.text(warningFields, "message");
                provenance = facts_.provenance(warningFields);
                warningFields.finish();
            }
        };
        warning("versioned-key", model_.versionedKeyWarning, model_.versionedKeyWarningProvenance);
        warning("no-purge-protection", model_.noPurgeProtectionWarning, model_.noPurgeProtectionWarningProvenance);
        fields.finish();
    }

    void operations() {
        for (const auto [name, value] : named(fields_.require("operations"), "operations")) {
            MappingReader fields{value, "an operation", name.mark(), diagnostics_};
            OperationRule rule;
            rule.name = name.text();
            allowedIn(fields, rule);
            if (const Node conditions = fields.take("blocked-by")) {
                for (const Node condition : facts_.oneOrMore(conditions, "a condition")) {
                    if (const auto id = conditionNamed(condition, model_, facts_)) {
                        rule.blockedBy.push_back(*id);
                    }
                }
            }
            rule.status = facts_.status(fields);
            rule.error = facts_.optionalText(fields, "error");
            rule.message = facts_.optionalMessage(fields);
            rule.ownAnswer = fields.boolean("own-answer").value_or(false);
            rule.provenance = facts_.provenance(fields);
            fields.finish();
            model_.operations.push_back(std::move(rule));
        }
    }

    /// `allowed-in`, or the older `needs-ready`.
    void allowedIn(MappingReader& fields, OperationRule& rule) {
        const Node needsReady = fields.take("needs-ready");
        const Node allowed = fields.take("allowed-in");
        rule.allowedIn.insert(model_.ready());
        if (needsReady) {
            rule.allowedAnywhere = !readBoolean(needsReady, diagnostics_).value_or(true);
        }
        if (!allowed) {
            return;
        }
        if (needsReady) {
            diagnostics_.error(allowed.mark(), "'allowed-in' and 'needs-ready' say the same; keep the first");
        }
        if (allowed.isScalar() && allowed.text() == "any") {
            rule.allowedAnywhere = true;
            return;
        }
        rule.allowedIn = {};
        for (const Node state : facts_.oneOrMore(allowed, "a state")) {
            if (const auto id = stateNamed(state, model_, facts_)) {
                rule.allowedIn.insert(*id);
            }
        }
    }

    void properties() {
        for (const auto [name, value] : named(fields_.take("properties"), "properties")) {
            MappingReader fields{value, "a property", name.mark(), diagnostics_};
            PropertyRule rule;
            rule.name = name.text();
            rule.values = facts_.list(fields, "values", "a value");
            if (const Node defaultValue = fields.require("default")) {
                rule.defaultValue =
                    facts_.indexOf(defaultValue, fmt::format("value of '{}'", rule.name), rule.values).value_or(0);
            }
            rule.canChange = fields.boolean("can-change").value_or(false);
            if (const Node feature = fields.take("feature")) {
                if (const auto place = facts_.indexOf(feature, "feature of the platform", platform_.features)) {
                    rule.feature = FeatureId{*place};
                }
            }
            rule.provenance = facts_.provenance(fields);
            fields.finish();
            if (rule.values.size() > PropertyValues::mostValues) {
                diagnostics_.error(name.mark(),
                                   fmt::format("a property has at most {} values", PropertyValues::mostValues));
            }
            if (model_.properties.size() == PropertyValues::mostProperties) {
                diagnostics_.error(name.mark(),
                                   fmt::format("a model has at most {} properties", PropertyValues::mostProperties));
                return;
            }
            model_.properties.push_back(std::move(rule));
        }
    }

    template <class Read>
    void section(std::string_view name, Provenance& provenance, Read read) {
        facts_.section(fields_, "a model", name, provenance, read);
    }

    MappingReader fields_;
    const Platform& platform_;
    FactReader facts_;
    Diagnostics& diagnostics_;
    Model model_;
};

} // namespace

ModelFileKind kindOf(const Document& document) {
    if (document.root().find("cmksim-model")) {
        return ModelFileKind::Model;
    }
    if (document.root().find("cmksim-azure")) {
        return ModelFileKind::Azure;
    }
    return document.root().find("cmksim-platform") ? ModelFileKind::Platform : ModelFileKind::Other;
}

std::optional<Model> readModel(const Document& document, const Platform& platform, Diagnostics& diagnostics) {
    const std::size_t before = errorCount(diagnostics);
    Model model = ModelReader{document, platform, diagnostics}.read();
    return errorCount(diagnostics) == before ? std::optional{std::move(model)} : std::nullopt;
}

} // namespace cmksim::catalog
