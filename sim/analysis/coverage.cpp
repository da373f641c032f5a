#include "analysis/coverage.hpp"

#include "catalog/refusal_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <optional>

namespace cmksim::analysis {

namespace {

// --- what can happen at all ----------------------------------------------------------------------------------------

/// Any reason can follow any state, as the estate may start a resource in any that is not terminal, and everything in
/// the world can change between two revalidations; what comes earlier in the order of reasons only hides what comes
/// later while it lasts. Credentials lapse in models with renewal alone, and where no kind of identity is taken, checks
/// get no further than that.
bool isReachable(const Model& model, Reason reason) {
    if (model.identities.empty()) {
        return reason == Reason::IdentityNotAssigned;
    }
    return reason != Reason::None && (reason != Reason::IdentityInactive || model.renewal);
}

template <class T>
bool within(const std::vector<T>& inner, const std::vector<T>& outer) {
    return std::ranges::all_of(inner, [&](const T& one) { return std::ranges::find(outer, one) != outer.end(); });
}

/// Whether all of `narrow` lies in `wide`, where an empty set is everything.
template <class Enum>
bool within(EnumSet<Enum> narrow, EnumSet<Enum> wide, std::size_t size) {
    if (wide.empty()) {
        return true;
    }
    if (narrow.empty()) {
        return false;
    }
    for (std::size_t i = 0; i < size; ++i) {
        if (narrow.contains(static_cast<Enum>(i)) && !wide.contains(static_cast<Enum>(i))) {
            return false;
        }
    }
    return true;
}

/// The same of sets of bits.
bool withinSet(std::uint32_t narrow, std::uint32_t wide) { return wide == 0 || (narrow != 0 && (narrow & ~wide) == 0); }

template <class T>
bool asks(const std::optional<T>& narrow, const std::optional<T>& wide) {
    return !wide || narrow == wide;
}

/// Whether a resource's state that satisfies `narrow` always satisfies `wide`.
bool impliesStates(const RefusalRule& narrow, const RefusalRule& wide) {
    const auto excluded = [&](StateId state) {
        return std::ranges::find(wide.statesExcept, state) != wide.statesExcept.end();
    };
    const bool listed = wide.states.empty() || (!narrow.states.empty() && within(narrow.states, wide.states));
    const bool kept = narrow.states.empty() ? within(wide.statesExcept, narrow.statesExcept)
                                            : std::ranges::none_of(narrow.states, excluded);
    return listed && kept;
}

bool impliesReasons(const RefusalRule& narrow, const RefusalRule& wide) {
    for (std::size_t i = 0; i < reasonCount; ++i) {
        const auto reason = static_cast<Reason>(i);
        const bool met =
            (narrow.reasons.empty() || narrow.reasons.contains(reason)) && !narrow.reasonsExcept.contains(reason);
        if (met && ((!wide.reasons.empty() && !wide.reasons.contains(reason)) || wide.reasonsExcept.contains(reason))) {
            return false;
        }
    }
    return true;
}

/// Whether a rule can hold only where a key is named, said or not.
std::optional<bool> namesKey(const RefusalRule& rule) {
    const bool looksAtKey = rule.presentKey || rule.combined == true || rule.sameVault || rule.looksAtVault();
    return looksAtKey ? std::optional{true} : rule.namesKey;
}

/// Whether `earlier` refuses everything that `later` would: then nothing ever gets as far as `later`.
bool shadows(const RefusalRule& earlier, const RefusalRule& later) {
    return asks(namesKey(later), earlier.namesKey) && asks(later.namesIdentity, earlier.namesIdentity) &&
           asks(later.hasKey, earlier.hasKey) && asks(later.identityInUse, earlier.identityInUse) &&
           asks(later.presentKey, earlier.presentKey) && asks(later.presentIdentity, earlier.presentIdentity) &&
           asks(later.identityAttached, earlier.identityAttached) && asks(later.combined, earlier.combined) &&
           asks(later.sameVault, earlier.sameVault) && asks(later.vaultRbac, earlier.vaultRbac) &&
           asks(later.sameRegion, earlier.sameRegion) && asks(later.sameTenant, earlier.sameTenant) &&
           asks(later.keyExpires, earlier.keyExpires) && withinSet(later.keyTypeSet, earlier.keyTypeSet) &&
           (earlier.keySizes.empty() || (!later.keySizes.empty() && within(later.keySizes, earlier.keySizes))) &&
           (!earlier.vaultRetentionBelow || earlier.vaultRetentionBelow == later.vaultRetentionBelow) &&
           within(later.identityKinds, earlier.identityKinds, identityKindNames.size()) &&
           impliesStates(later, earlier) && impliesReasons(later, earlier) &&
           within(later.credential, earlier.credential, credentialNames.size()) &&
           (!earlier.property.valid() ||
            (later.property == earlier.property && within(later.propertyValues, earlier.propertyValues))) &&
           asks(later.vaultSoftDelete, earlier.vaultSoftDelete) &&
           asks(later.vaultPurgeProtection, earlier.vaultPurgeProtection) && (!earlier.checkFails || later.checkFails);
}

bool anyReason(const Model& model, EnumSet<Reason> reasons) {
    for (std::size_t i = 0; i < reasonCount; ++i) {
        const auto reason = static_cast<Reason>(i);
        if (reasons.contains(reason) && (reason == Reason::None || isReachable(model, reason))) {
            return true;
        }
    }
    return reasons.empty();
}

/// A rule is out of reach behind one that refuses at least as much, where it asks for a credential that the model never
/// lets lapse or for a reason that it never gives, and where nothing is encrypted later.
bool isReachable(const Model& model, RefusableAction action, std::size_t place) {
    const std::vector<RefusalId>& rules = model.refusalsOf[static_cast<std::size_t>(action)];
    const RefusalRule& rule = model.refusals[rules[place]];
    if (action == RefusableAction::EnableEncryption && !model.encryptionLater) {
        return false;
    }
    if (!model.renewal && !rule.credential.empty() && !rule.credential.contains(Credential::Renewed)) {
        return false;
    }
    return anyReason(model, rule.reasons) &&
           std::none_of(rules.begin(), rules.begin() + static_cast<std::ptrdiff_t>(place),
                        [&](RefusalId earlier) { return shadows(model.refusals[earlier], rule); });
}

// --- the rows ------------------------------------------------------------------------------------------------------

/// Lists the rows of one model.
class RowLister {
public:
    explicit RowLister(const Model& model) : model_{model} {}

    std::vector<CoverageRow> list() {
        listReasons();
        listBases();
        listConditions();
        listOperations();
        listRefusals();
        listTimings();
        listSlots();
        std::ranges::sort(rows_, {}, &CoverageRow::key);
        return std::move(rows_);
    }

private:
    void add(const RowKey& key, std::string name, const Provenance& provenance) {
        rows_.push_back({key, std::move(name), provenance, false});
    }

    void listReasons() {
        for (const StateId from : model_.states.ids()) {
            if (model_.states[from].terminal) {
                continue;
            }
            for (std::size_t i = 0; i < reasonCount; ++i) {
                listReason(static_cast<Reason>(i), from);
            }
            if (from != model_.ready()) {
                add(row::Recovery{from},
                    fmt::format("{} -> {}", model_.states[from].name, model_.states[model_.ready()].name),
                    model_.states[from].byAction ? model_.recovery->provenance : model_.revalidation.provenance);
            }
            listState(from);
        }
    }

    /// What time alone does in a state.
    void listState(StateId id) {
        const StateRule& state = model_.states[id];
        if (state.then) {
            add(row::Then{id}, fmt::format("{} -> {}, after a time", state.name, model_.states[state.then->to].name),
                state.then->provenance);
        }
        for (std::uint32_t i = 0; i < state.losses.size(); ++i) {
            add(row::Loss{id, i}, fmt::format("{}: lost: {}", state.name, state.losses[i].what),
                state.losses[i].provenance);
        }
    }

    /// A reason that is tolerated for ever moves nothing that is not down, and out of some states no look leads.
    void listBases() {
        if (const auto& rule = model_.standsOn) {
            add(row::ReasonMoves{Reason::BaseUnavailable, model_.ready()},
                fmt::format("{}: {} -> {}", nameOf(Reason::BaseUnavailable), model_.states[model_.ready()].name,
                            model_.states[rule->state].name),
                rule->provenance);
        }
    }

    void listReason(Reason reason, StateId from) {
        const ReasonRule& rule = model_.reasons[static_cast<std::size_t>(reason)];
        const bool stays =
            rule.tolerated && std::holds_alternative<ToleratedForever>(*rule.tolerated) && !model_.states[from].down;
        if (isReachable(model_, reason) && rule.state.valid() && !stays) {
            const StateId to = model_.states[from].byAction ? from : rule.state;
            add(row::ReasonMoves{reason, from},
                fmt::format("{}: {} -> {}", nameOf(reason), model_.states[from].name, model_.states[to].name),
                rule.provenance);
        }
    }

    /// A record of a condition does not tell which of its reasons raised it, so they share a row.
    void listConditions() {
        for (const ConditionId condition : model_.conditions.ids()) {
            const ConditionRule& rule = model_.conditions[condition];
            std::string reasons;
            for (std::size_t i = 0; i < reasonCount; ++i) {
                const ReasonRule& reason = model_.reasons[i];
                const bool raises =
                    condition == model_.tolerating ? reason.tolerated.has_value() : reason.condition == condition;
                if (raises && isReachable(model_, static_cast<Reason>(i))) {
                    reasons += fmt::format("{}{}", reasons.empty() ? "" : " or ", reasonNames[i]);
                }
            }
            if (reasons.empty()) {
                continue;
            }
            add(row::ConditionRaised{condition}, fmt::format("{}: {} begins", reasons, rule.name), rule.provenance);
            add(row::ConditionEnded{condition}, fmt::format("{} ends", rule.name), rule.provenance);
        }
    }

    /// Where one key of several is enough, the answer is that of the first, whichever else fails; and slots that the
    /// estate names are no rows of a model.
    void listSlots() {
        if (!model_.keys || !model_.keys->all || model_.keys->slots.size() < 2) {
            return;
        }
        for (std::uint32_t i = 0; i < model_.keys->slots.size(); ++i) {
            add(row::SlotFails{i}, fmt::format("the key of {} cannot be used", model_.keys->slots[i]),
                model_.keys->provenance);
        }
    }

    /// That there is no such resource is the same denial for every operation of every service, and no row.
    void listOperations() {
        for (const OperationId operation : model_.operations.ids()) {
            const OperationRule& rule = model_.operations[operation];
            add(row::OperationDone{operation}, fmt::format("{}: ok", rule.name), rule.provenance);
            if (isDeniedSomewhere(rule)) {
                add(row::OperationDenied{operation}, fmt::format("{}: denied unless {}", rule.name, statesOf(rule)),
                    rule.provenance);
            }
            for (const ConditionId condition : rule.blockedBy) {
                add(row::OperationBlocked{operation, condition},
                    fmt::format("{}: denied while {}", rule.name, model_.conditions[condition].name), rule.provenance);
            }
        }
    }

    [[nodiscard]] bool isDeniedSomewhere(const OperationRule& rule) const {
        return !rule.allowedAnywhere &&
               std::ranges::any_of(model_.states.ids(), [&](StateId state) { return !rule.allowedIn.contains(state); });
    }

    [[nodiscard]] std::string statesOf(const OperationRule& rule) const {
        std::string states;
        for (const StateId state : model_.states.ids()) {
            if (rule.allowedIn.contains(state)) {
                states += (states.empty() ? "" : " or ") + model_.states[state].name;
            }
        }
        return states;
    }

    void listRefusals() {
        for (std::size_t action = 0; action < refusableActionCount; ++action) {
            for (std::size_t place = 0; place < model_.refusalsOf[action].size(); ++place) {
                if (isReachable(model_, static_cast<RefusableAction>(action), place)) {
                    listRefusal(refusableActionNames[action], model_.refusalsOf[action][place]);
                }
            }
        }
    }

    void listRefusal(std::string_view action, RefusalId id) {
        const RefusalRule& rule = model_.refusals[id];
        add(row::Refused{id}, fmt::format("{} refused, {}: {}", action, rule.error, conditionInWords(rule, model_)),
            rule.provenance);
        if (rule.leaves.valid()) {
            add(row::Leftover{id},
                fmt::format("{} refused, {}: leaves {}{}", action, rule.error, model_.states[rule.leaves].name,
                            rule.checkFails ? "" : ", as " + conditionInWords(rule, model_)),
                rule.provenance);
        }
    }

    void listTimings() {
        add(row::Revalidated{}, "a revalidation changes the state", model_.revalidation.provenance);
        if (model_.renewal) {
            add(row::Lapsed{}, fmt::format("{} runs out", model_.renewal->lapse.name),
                model_.renewal->lapse.provenance);
        }
        if (model_.automaticRotation || model_.rotationIsSetting) {
            add(row::Rotation{}, "automatic rotation", model_.rotationProvenance);
        }
        if (model_.recovery) {
            add(row::ByHand{}, "revalidation by hand", model_.recovery->provenance);
            add(row::ByHand{.refused = true}, fmt::format("revalidation by hand refused, {}", model_.recovery->error),
                model_.recovery->provenance);
        }
        add(row::LaterEncryption{},
            fmt::format("encryption of an existing resource{}", model_.encryptionLater ? "" : " refused"),
            model_.encryptionLaterProvenance);
    }

    const Model& model_;
    std::vector<CoverageRow> rows_;
};

// --- what did happen -----------------------------------------------------------------------------------------------

/// Marks the rows of one resource's model that its records exercise.
class Marker {
public:
    Marker(const Program& program, ResourceId resource, ModelCoverage& coverage)
        : program_{program}, model_{program.modelOf(resource)}, coverage_{coverage} {
        const auto& described = program.resources[resource].described;
        encrypted_ = described && described->key.valid();
    }

    void add(const Record& record) {
        std::visit(
            [&](const auto& what) {
                if constexpr (requires { addWhat(what, record); }) {
                    addWhat(what, record);
                }
            },
            record.what);
        encrypted_ = record.on->key.valid();
    }

private:
    void mark(const RowKey& key) {
        const auto row = std::ranges::lower_bound(coverage_.rows, key, {}, &CoverageRow::key);
        if (row != coverage_.rows.end() && row->key == key) {
            row->exercised = true;
        }
    }

    void addWhat(const FactHappened& fact, const Record&) {
        if (fact.kind == FactKind::IdentityLapsed) {
            mark(row::Lapsed{});
        }
    }

    void addWhat(const ConditionChanged& change, const Record&) {
        mark(change.raised ? RowKey{row::ConditionRaised{change.condition}} : row::ConditionEnded{change.condition});
    }

    void addWhat(const KeyRotated&, const Record&) { mark(row::Rotation{}); }

    /// Of a resource with one key a record names no slot; that one is in the slot of the short form.
    void markSlot(const Transition& change) {
        if (!model_.keys || change.reason == Reason::None || change.reason == Reason::BaseUnavailable) {
            return;
        }
        const SlotId slot = change.slot.valid() ? change.slot : shortSlotOf(program_.names, model_);
        const auto& slots = model_.keys->slots;
        const auto place = std::ranges::find(slots, program_.names.slots[slot]);
        if (place != slots.end()) {
            mark(row::SlotFails{static_cast<std::uint32_t>(place - slots.begin())});
        }
    }

    void addWhat(const Transition& change, const Record& record) {
        markSlot(change);
        if (record.position.stage == Stage::Revalidations) {
            mark(row::Revalidated{});
        }
        if (isFact(record.position.stage) && change.from != change.to && model_.states[change.from].then &&
            model_.states[change.from].then->to == change.to) {
            mark(row::Then{change.from});
        }
        if (change.reason != Reason::None) {
            mark(row::ReasonMoves{change.reason, change.from});
        } else if (change.to == model_.ready()) {
            mark(row::Recovery{change.from});
        }
    }

    void addWhat(const LossCame& loss, const Record&) { mark(row::Loss{loss.state, loss.loss}); }

    void addWhat(const OperationTried& tried, const Record& record) {
        const OperationId operation = std::get<Attempt>(program_.entries[tried.entry].what).operation;
        if (!tried.denied) {
            mark(row::OperationDone{operation});
        } else if (tried.blockedBy) {
            mark(row::OperationBlocked{operation, *tried.blockedBy});
        } else if (record.on->status.presence == ResourceStatus::Presence::Present) {
            mark(row::OperationDenied{operation});
        }
    }

    void addWhat(const ActionDone& done, const Record&) {
        const auto* update = program_.entries[done.entry].action<ResourceUpdate>();
        const bool byHand = program_.entries[done.entry].action<ResourceRevalidate>() != nullptr;
        if (byHand && (!done.refusal || std::holds_alternative<RecoveryRefusal>(*done.refusal))) {
            mark(row::ByHand{done.refusal.has_value()});
        }
        if (const auto* refusal = done.refusal ? std::get_if<ModelRefusal>(&*done.refusal) : nullptr) {
            mark(row::Refused{refusal->rule});
            mark(row::Leftover{refusal->rule});
        } else if (update != nullptr && update->key.to.valid() && !encrypted_ &&
                   done.refusal.has_value() != model_.encryptionLater &&
                   (!done.refusal || *done.refusal == Refusal{CommonRefusal::EncryptionImmutable})) {
            mark(row::LaterEncryption{});
        }
    }

    const Program& program_;
    const Model& model_;
    ModelCoverage& coverage_;
    bool encrypted_ = false; // before the record at hand
};

} // namespace

std::size_t ModelCoverage::exercised() const {
    return static_cast<std::size_t>(std::ranges::count_if(rows, &CoverageRow::exercised));
}

std::vector<CoverageRow> rowsOf(const Model& model) { return RowLister{model}.list(); }

ModelCoverage& Coverage::coverageOf(const Model& model) {
    const auto [place, isNew] = models_.try_emplace({model.service, model.version});
    if (isNew) {
        place->second = {model.service, model.version, model.title, rowsOf(model)};
    }
    return place->second;
}

void Coverage::add(const Program& program, std::span<const Record> records) {
    std::vector<ModelCoverage*> ofModels(program.models.size());
    for (const ResourceProgram& resource : program.resources) {
        if (ModelCoverage*& coverage = ofModels[resource.model.index()]; coverage == nullptr) {
            coverage = &coverageOf(*program.models[resource.model]);
        }
    }
    ResourceId current;
    std::optional<Marker> marker;
    for (const Record& record : records) {
        if (!record.on) {
            continue;
        }
        if (!record.isOn(current)) {
            current = record.on->resource;
            marker.emplace(program, current, *ofModels[program.resources[current].model.index()]);
        }
        marker->add(record);
    }
}

void Coverage::merge(const Coverage& other) {
    for (const auto& [key, theirs] : other.models_) {
        const auto [place, isNew] = models_.try_emplace(key, theirs);
        if (isNew) {
            continue;
        }
        std::vector<CoverageRow>& rows = place->second.rows;
        assert(rows.size() == theirs.rows.size() && "a service and version stand for one model");
        for (std::size_t i = 0; i < rows.size(); ++i) {
            rows[i].exercised = rows[i].exercised || theirs.rows[i].exercised;
        }
    }
}

std::vector<ModelCoverage> Coverage::models() const {
    std::vector<ModelCoverage> list;
    for (const auto& [key, coverage] : models_) {
        list.push_back(coverage);
    }
    return list;
}

} // namespace cmksim::analysis
