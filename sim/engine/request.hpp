// A request to a service: which of its model's refusals apply, and the key access check that some of them ask for.
#pragma once

#include "engine/resource.hpp"

#include <optional>
#include <vector>

namespace cmksim::engine {

/// The path on which a resource of this description would reach a key with an identity.
AccessPath pathOf(const ResourceRules& rules, const NewResource& described, IdentityId identity, PrincipalId principal,
                  KeyReferenceId key);

/// What an action on a resource names.
struct Named {
    IdentityId identity;       // invalid: none
    KeyReferenceId key;        // invalid: none
    PropertyValues properties; // as they are after the action
};

/// What the model's refusal rules look at, and the check that some of them ask for.
class Request {
public:
    /// `slot` is the key that the action is about as it is now: one that holds none where there is none yet.
    Request(const ResourceRules& rules, const ResourceState& resource, const SlotState& slot,
            const NewResource& described, const WorldView& world, const Named& named, RefusableAction action)
        : rules_{rules}, resource_{resource}, slot_{slot}, described_{described}, world_{world},
          identity_{named.identity}, key_{named.key}, properties_{named.properties}, action_{action} {}

    /// The first rule of the model that refuses.
    std::optional<ModelRefusal> refusal();

    /// The rules that refuse for how the vault and the key named are set up, whatever a check would answer.
    [[nodiscard]] std::vector<RefusalId> brokenRequirements() const;

    /// The check that a rule asked for and that passed; nothing when none did.
    [[nodiscard]] const std::optional<Answer>& checked() const { return checked_; }

private:
    [[nodiscard]] ModelRefusal about(RefusalId rule, Reason reason) const;
    [[nodiscard]] bool applies(const RefusalRule& rule) const;
    [[nodiscard]] bool namesOtherKey() const;
    [[nodiscard]] bool changesProperties() const;
    [[nodiscard]] bool appliesToKey(const RefusalRule& rule) const;
    [[nodiscard]] bool appliesToIdentity(const RefusalRule& rule) const;
    [[nodiscard]] bool appliesInState(const RefusalRule& rule) const;
    [[nodiscard]] bool appliesToProperty(const RefusalRule& rule) const;
    [[nodiscard]] bool appliesToVault(const RefusalRule& rule) const;
    [[nodiscard]] bool appliesToVersion(const RefusalRule& rule) const;

    const Answer& check();
    [[nodiscard]] Answer checkOfNewKey() const;
    [[nodiscard]] Answer checkOfUpdate() const;
    [[nodiscard]] Answer ask(IdentityId identity, KeyReferenceId key, Wrapping wrapping = Wrapping::unknown()) const;
    [[nodiscard]] Answer askAsPresent(KeyReferenceId key, Wrapping wrapping) const;
    [[nodiscard]] Reason ownReason(const SlotState& slot) const;
    [[nodiscard]] bool anotherKeyOpens() const;

    const ResourceRules& rules_;
    const ResourceState& resource_;
    const SlotState& slot_;
    const NewResource& described_;
    const WorldView& world_;
    IdentityId identity_;
    KeyReferenceId key_;
    PropertyValues properties_;
    RefusableAction action_;
    std::optional<Answer> checked_;
};

} // namespace cmksim::engine
