#include "engine/request.hpp"

#include <algorithm>

namespace cmksim::engine {

namespace {

IdentityKind kindOf(const ResourceRules& rules, IdentityId identity) { return rules.identities[identity.index()].kind; }

} // namespace

AccessPath pathOf(const ResourceRules& rules, const NewResource& described, IdentityId identity, PrincipalId principal,
                  KeyReferenceId key) {
    AccessPath path{.model = rules.model,
                    .principal = principal,
                    .identityKind = IdentityKind::UserAssigned,
                    .key = key,
                    .outboundIp = described.outboundIp,
                    .network = described.network,
                    .self = described.self};
    if (identity.valid()) {
        path.identityKind = kindOf(rules, identity);
    }
    return path;
}

std::optional<ModelRefusal> Request::refusal() {
    for (const RefusalId id : rules_.model->refusalsOf[static_cast<std::size_t>(action_)]) {
        const RefusalRule& rule = rules_.model->refusals[id];
        if (!applies(rule)) {
            continue;
        }
        if (rule.checkFails && !key_.valid() && !slot_.key.valid()) {
            continue; // there is no key to check
        }
        if (!rule.checkFails) {
            return about(id, rule.leaves.valid() ? Reason::RequirementNotMet : Reason::None);
        }
        if (check().reason != Reason::None) {
            return about(id, check().reason);
        }
    }
    return {};
}

ModelRefusal Request::about(RefusalId rule, Reason reason) const {
    return {rule, reason, key_.valid() ? key_ : slot_.key, identity_.valid() ? identity_ : slot_.identity};
}

std::vector<RefusalId> Request::brokenRequirements() const {
    std::vector<RefusalId> broken;
    for (const RefusalId id : rules_.model->refusalsOf[static_cast<std::size_t>(action_)]) {
        const RefusalRule& rule = rules_.model->refusals[id];
        if (!rule.checkFails && rule.looksAtVault() && applies(rule)) {
            broken.push_back(id);
        }
    }
    return broken;
}

bool Request::applies(const RefusalRule& rule) const {
    const auto agrees = [](const std::optional<bool>& wanted, bool is) { return !wanted || *wanted == is; };
    return agrees(rule.namesKey, key_.valid()) && agrees(rule.namesIdentity, identity_.valid()) &&
           agrees(rule.hasKey, action_ != RefusableAction::Create && resource_.key.valid()) &&
           agrees(rule.combined, namesOtherKey() && (identity_.valid() || changesProperties())) &&
           appliesToIdentity(rule) && appliesToKey(rule) && appliesInState(rule) && appliesToProperty(rule) &&
           appliesToVault(rule);
}

bool Request::namesOtherKey() const { return key_.valid() && !isSameKey(rules_, key_, slot_.key); }

bool Request::changesProperties() const {
    return action_ != RefusableAction::Create && properties_ != resource_.properties;
}

bool Request::appliesToKey(const RefusalRule& rule) const {
    if (rule.presentKey && (!key_.valid() || *rule.presentKey == namesOtherKey())) {
        return false;
    }
    if (!rule.sameVault) {
        return true;
    }
    if (!key_.valid() || !slot_.key.valid()) {
        return false;
    }
    const std::optional<NamedKey>& named = rules_.keys[key_.index()].named;
    const std::optional<NamedKey>& present = rules_.keys[slot_.key.index()].named;
    return named && present && *rule.sameVault == (named->vault == present->vault);
}

/// What is asked of an identity does not hold of none.
bool Request::appliesToIdentity(const RefusalRule& rule) const {
    const auto agrees = [&](const std::optional<bool>& wanted, auto holds) {
        return !wanted || (identity_.valid() && *wanted == holds());
    };
    return (!rule.identityInUse || *rule.identityInUse == (identity_.valid() && uses(rules_, resource_, identity_))) &&
           agrees(rule.presentIdentity, [&] { return world_.principal(identity_) == slot_.principal; }) &&
           agrees(rule.identityAttached, [&] { return isAttached(rules_, resource_, identity_); }) &&
           (rule.identityKinds.empty() ||
            (identity_.valid() && rule.identityKinds.contains(kindOf(rules_, identity_))));
}

bool Request::appliesInState(const RefusalRule& rule) const {
    const auto holds = [&](const std::vector<StateId>& states) {
        return std::ranges::find(states, resource_.state) != states.end();
    };
    return (rule.states.empty() || holds(rule.states)) && !holds(rule.statesExcept) &&
           (rule.reasons.empty() || rule.reasons.contains(resource_.reason)) &&
           !rule.reasonsExcept.contains(resource_.reason) &&
           (rule.credential.empty() || rule.credential.contains(resource_.credential));
}

bool Request::appliesToProperty(const RefusalRule& rule) const {
    if (!rule.property.valid()) {
        return true;
    }
    std::size_t value = properties_[rule.property];
    if (action_ == RefusableAction::ChangeProperties && value == resource_.properties[rule.property]) {
        return false; // it stays
    }
    const PropertyRule& property = rules_.model->properties[rule.property];
    if (property.feature.valid() && world_.features().contains(property.feature)) {
        value = property.values.size() - 1;
    }
    return std::ranges::find(rule.propertyValues, value) != rule.propertyValues.end();
}

bool Request::appliesToVault(const RefusalRule& rule) const {
    if (!rule.looksAtVault()) {
        return true;
    }
    if (!key_.valid()) {
        return false;
    }
    const auto agrees = [](const std::optional<bool>& wanted, bool is) { return !wanted || *wanted == is; };
    const WorldView::VaultSetUp vault = world_.vaultOf(key_);
    const auto isSame = [](const std::optional<bool>& wanted, auto one, auto other) {
        return !wanted || (one.valid() && other.valid() && *wanted == (one == other));
    };
    return vault.active && appliesToVersion(rule) &&
           isSame(rule.sameRegion, vault.place.region, described_.place.region) &&
           isSame(rule.sameTenant, vault.place.tenant, described_.place.tenant) &&
           agrees(rule.vaultSoftDelete, vault.softDelete) && agrees(rule.vaultPurgeProtection, vault.purgeProtection) &&
           agrees(rule.vaultRbac, vault.rbac) &&
           (!rule.vaultRetentionBelow ||
            (vault.softDelete ? vault.retention : Duration::zero()) < *rule.vaultRetentionBelow);
}

bool Request::appliesToVersion(const RefusalRule& rule) const {
    if (!rule.looksAtVersion()) {
        return true;
    }
    const WorldView::KeySetUp key = world_.keyOf(key_);
    const KeyTypeId type = key.shape.type;
    return key.active && (rule.keyTypeSet == 0 || (type.valid() && (rule.keyTypeSet >> type.index() & 1U) != 0)) &&
           (rule.keySizes.empty() || std::ranges::find(rule.keySizes, key.shape.size) != rule.keySizes.end()) &&
           (!rule.keyExpires || *rule.keyExpires == key.expires);
}

const Answer& Request::check() {
    if (!checked_) {
        checked_ = action_ == RefusableAction::Update ? checkOfUpdate() : checkOfNewKey();
    }
    return *checked_;
}

/// The new key, with the identity named or else the present one. Nothing is wrapped by it yet.
Answer Request::checkOfNewKey() const {
    return identity_.valid() ? ask(identity_, key_) : askAsPresent(key_, Wrapping::unknown());
}

/// An update that names a key needs the present one too: what it wraps must be unwrapped before it can be wrapped
/// anew, by either identity. Where one key will do, another one may open it as well.
Answer Request::checkOfUpdate() const {
    if (!key_.valid()) {
        return ask(identity_, slot_.key, slot_.wrapping);
    }
    Answer answer = checkOfNewKey();
    if (answer.reason != Reason::None) {
        return answer;
    }
    if (!slot_.key.valid()) { // a further one
        if (rules_.model->anyKeyWillDo() && !anotherKeyOpens()) {
            answer.reason = ownReason(resource_);
        }
        return answer;
    }
    const Reason present = askAsPresent(slot_.key, slot_.wrapping).reason;
    if (present == Reason::None) {
        return answer;
    }
    if (identity_.valid() && ask(identity_, slot_.key, slot_.wrapping).reason == Reason::None) {
        return answer;
    }
    if (rules_.model->anyKeyWillDo() && anotherKeyOpens()) {
        return answer;
    }
    answer.reason = present;
    return answer;
}

/// What a check that is asked for answers of one of the resource's keys, with its own identity.
Reason Request::ownReason(const SlotState& slot) const {
    return world_.asked(pathOf(rules_, described_, slot.identity, slot.principal, slot.key), slot.wrapping).reason;
}

bool Request::anotherKeyOpens() const {
    bool opens = false;
    resource_.eachSlot([&](const SlotState& slot) {
        opens = opens || (&slot != &slot_ && slot.key.valid() && ownReason(slot) == Reason::None);
    });
    return opens;
}

Answer Request::ask(IdentityId identity, KeyReferenceId key, Wrapping wrapping) const {
    return world_.asked(pathOf(rules_, described_, identity, world_.principal(identity), key), wrapping);
}

Answer Request::askAsPresent(KeyReferenceId key, Wrapping wrapping) const {
    Answer answer = world_.asked(pathOf(rules_, described_, slot_.identity, slot_.principal, key), wrapping);
    if (resource_.credential == Credential::Lapsed && answer.reason != Reason::IdentityNotAssigned) {
        answer.reason = Reason::IdentityInactive;
    }
    return answer;
}

} // namespace cmksim::engine
