// One resource of a small service, alone: the world is what a test says that it is.
#pragma once

#include "engine/resource.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace cmksim::test::alone {

using namespace engine;

using namespace std::chrono_literals;

inline constexpr StateId ready{0};
inline constexpr StateId revoked{1};
inline constexpr StateId inaccessible{2};
inline constexpr StateId failed{3};
inline constexpr ConditionId degraded{0};
inline constexpr OperationId importImage{1};

inline constexpr IdentityId own{0};
inline constexpr IdentityId app{1};
inline constexpr IdentityId db{2};
inline constexpr KeyReferenceId oldKey{0};
inline constexpr KeyReferenceId newKey{1};
inline constexpr MaterialId oldMaterial{0};
inline constexpr MaterialId newMaterial{1};

inline constexpr Duration lapseAfter = 90h;

constexpr Instant at(Duration sinceStart) { return scenarioStart + sinceStart; }

/// A service that can be revoked or inaccessible, is degraded behind a firewall, and whose identity is renewed.
inline Model smallModel() {
    Model model;
    for (const auto* name : {"Ready", "Revoked", "Inaccessible", "Failed"}) {
        StateRule rule;
        rule.name = name;
        model.states.push_back(std::move(rule));
    }
    model.states[ready].down = false;
    model.states[failed].terminal = true;
    model.conditions.push_back({"Degraded", {}, Beyond::Everything, true, {}});
    for (ReasonRule& rule : model.reasons) {
        rule.state = inaccessible;
    }
    model.reasons[static_cast<std::size_t>(Reason::KeyDisabled)].state = revoked;
    model.operations.push_back({});
    model.operations.push_back({});
    model.operations[importImage].blockedBy = {degraded};
    model.operations.push_back({});
    model.operations.back().allowedAnywhere = true;
    for (OperationRule& operation : model.operations) {
        operation.allowedIn.insert(ready);
    }
    for (const auto* name : {"trust", "backup"}) {
        PropertyRule property;
        property.name = name;
        property.values = {"off", "on", "full"};
        model.properties.push_back(std::move(property));
    }
    model.renewal = RenewalRule{{}, inaccessible, {}};
    return model;
}

inline RefusalRule whenCheckFails() {
    RefusalRule rule;
    rule.checkFails = true;
    return rule;
}

/// A key of a vault, without a version.
inline KeyReference keyIn(VaultId vault) { return {{}, NamedKey{vault, KeyId{vault.index()}, {}}}; }

inline Answer answered(Reason reason, MaterialId inUse = {}, MaterialId newest = {}, ConditionSet raised = {}) {
    Answer answer;
    answer.reason = reason;
    answer.raised = raised;
    answer.versionInUse = inUse;
    answer.newest = newest;
    return answer;
}

/// The only key of a resource, used by its first principal.
inline SlotState slotOf(const NewResource& described, Wrapping wrapping) {
    return {.identity = described.identity, .principal = PrincipalId{11}, .key = described.key, .wrapping = wrapping};
}

/// A world that answers what a test wants to hear.
class GivenWorld : public WorldView {
public:
    [[nodiscard]] PrincipalId principal(IdentityId identity) const override {
        const auto found = principals.find(identity);
        return found == principals.end() ? PrincipalId{} : found->second;
    }
    [[nodiscard]] VaultSetUp vaultOf(KeyReferenceId) const override { return vault; }
    [[nodiscard]] KeySetUp keyOf(KeyReferenceId) const override { return key; }
    [[nodiscard]] Answer asked(const AccessPath& path, Wrapping) const override {
        const auto found = answers.find({path.principal, path.key});
        return found == answers.end() ? answered(Reason::IdentityUnauthorized) : found->second;
    }
    [[nodiscard]] KeyCheck look(const AccessPath& path, Wrapping wrapping) const override {
        const Answer answer = asked(path, wrapping);
        return {answer, answer.versionInUse};
    }
    [[nodiscard]] FeatureSet features() const override { return {}; }
    [[nodiscard]] bool carriesOthers() const override { return false; }
    [[nodiscard]] bool basesAreEnough() const override { return true; }
    void letUse(IdentityId identity, KeyReferenceId used, MaterialId material) {
        answers[{principals.at(identity), used}] = answered(Reason::None, material, material);
    }

    std::map<IdentityId, PrincipalId> principals{{app, PrincipalId{11}}, {db, PrincipalId{12}}};
    std::map<std::pair<PrincipalId, KeyReferenceId>, Answer> answers;
    VaultSetUp vault{.active = true, .softDelete = true, .purgeProtection = true};
    KeySetUp key{.active = true};
};

/// A resource that uses `app` and `oldKey`, Ready, wrapped by the old material, with a period of one hour.
class Alone {
public:
    explicit Alone(std::optional<StateId> state = std::nullopt) {
        described.identity = app;
        described.key = oldKey;
        described.state = state;
        resource = established(rules(), described, {slotOf(described, Wrapping::by(oldMaterial))}, 0s);
    }
    Alone(const Alone&) = delete;
    Alone& operator=(const Alone&) = delete;

    [[nodiscard]] ResourceRules rules() const { return {&model, own, {}, identities, names, keys, lapseAfter, {}}; }

    void refuse(RefusableAction action, RefusalRule rule) {
        model.refusalsOf[static_cast<std::size_t>(action)].push_back(model.refusals.push_back(std::move(rule)));
    }

    Step revalidated(Reason reason, Duration now, MaterialId wrapsNext = oldMaterial, ConditionSet raised = {}) {
        const Answer answer = answered(reason, oldMaterial, wrapsNext, raised);
        return revalidate(rules(), resource, {answer, wrapsNext}, at(now));
    }

    Step lapsed(Duration now) { return happen(rules(), resource, {at(now), OwnFact::Lapse}); }

    template <class A>
    ActionResult perform(IdentityId identity = {}, KeyReferenceId key = {}, Duration now = 1h) {
        A action{};
        if constexpr (requires { action.identity; }) {
            action.identity = identity;
        }
        if constexpr (requires { action.key; }) {
            action.key.to = key;
        }
        return apply(rules(), resource, action, world, 0s, at(now));
    }

    ActionResult created(const NewResource& anew, Duration now = 1h, Duration openPhase = 0s) {
        creation.described = std::make_shared<const NewResource>(anew);
        return apply(rules(), resource, creation, world, openPhase, at(now));
    }

    [[nodiscard]] Duration downtimeAt(Duration now) const { return resource.statusAt(at(now)).downtime; }

    Model model = smallModel();
    std::vector<IdentityName> names{{"system:reg", IdentityKind::SystemAssigned, {}, false},
                                    {"app", IdentityKind::UserAssigned, {}, true},
                                    {"db", IdentityKind::UserAssigned, {}, true}};
    std::vector<IdentityId> identities{own, app, db};
    std::vector<KeyReference> keys{keyIn(VaultId{0}), keyIn(VaultId{1})};
    NewResource described;
    ResourceCreate creation;
    ResourceState resource;
    GivenWorld world;
};

inline ConditionSet degradedOnly() {
    ConditionSet set;
    set.insert(degraded);
    return set;
}

/// The common refusal of an action; nothing else will do.
inline CommonRefusal commonOf(const ActionResult& result) {
    REQUIRE(result.refusal);
    REQUIRE(std::holds_alternative<CommonRefusal>(*result.refusal));
    return std::get<CommonRefusal>(*result.refusal);
}

/// Why a model refused an action after a check.
inline std::string_view checkOf(const ActionResult& result) {
    REQUIRE(result.refusal);
    REQUIRE(std::holds_alternative<ModelRefusal>(*result.refusal));
    return nameOf(reasonOf(*result.refusal));
}

/// The rule of its model that refused an action; none where no such rule did.
inline std::optional<RefusalId> ruleOf(const ActionResult& result) {
    const auto* refusal = result.refusal ? std::get_if<ModelRefusal>(&*result.refusal) : nullptr;
    return refusal != nullptr ? std::optional{refusal->rule} : std::nullopt;
}

} // namespace cmksim::test::alone
