#include "recovery/set_up.hpp"

#include "engine/replay.hpp"
#include "engine/timings.hpp"
#include "recovery/repairs.hpp"

#include <algorithm>
#include <utility>

namespace cmksim::recovery {

namespace {

/// Whether a federated identity is made of it: no action makes two identities one, so that they are there before.
bool isPartOfFederated(const Program& estate, IdentityId id) {
    return std::ranges::any_of(estate.names.identities, [&](const IdentityName& name) {
        return name.isFederated() && (name.with == id || name.app == id);
    });
}

/// Whether setting an estate up makes the identity.
bool isMade(const Program& estate, IdentityId id) {
    return standsAlone(estate.names.identities[id].kind) && !isPartOfFederated(estate, id);
}

/// The names of an estate, and nothing behind them.
Program emptied(const Program& estate) {
    Program empty = withTimeline(withKeyReferences(estate), {}, scenarioStart);
    empty.vaults.clear();
    empty.rootRoles.clear();
    std::erase_if(empty.identities, [&](IdentityId id) {
        return isMade(estate, id) || estate.names.identities[id].kind == IdentityKind::SystemAssigned;
    });
    for (const IdentityId id : empty.identities) {
        empty.names.identities[id].deleted.reset();
    }
    for (ResourceProgram& resource : empty.resources) {
        resource.described.reset();
    }
    return empty;
}

class SetUp {
public:
    explicit SetUp(const Program& estate) : estate_{estate} {
        recovery_.program = emptied(estate);
        recovery_.purpose = RecoveryPurpose::SetUp;
    }

    Recovery plan() {
        identities();
        vaults();
        for (const NewRole& role : estate_.rootRoles) {
            grant(RoleAssign{{AboveVaults{}}, role.identity, role.role, {}});
        }
        moment_ = moment_ + waited_;
        resources();
        prove();
        return std::move(recovery_);
    }

private:
    void add(Action action, ResourceId helps) {
        const TimelineEntry entry = entryOf(recovery_.program, action, moment_);
        if (const Timing* timing = openTiming(recovery_.program, entry)) {
            waited_ = std::max(waited_, timing->latest);
        }
        steps_.push_back(
            {std::make_shared<const Candidate>(Candidate{std::move(action), helps, Reason::None}), moment_});
    }

    /// The first resource of the estate of which that holds; invalid where there is none.
    template <class Holds>
    [[nodiscard]] ResourceId firstOf(Holds holds) const {
        for (const ResourceId id : estate_.resources.ids()) {
            const auto& described = estate_.resources[id].described;
            if (described && holds(*described)) {
                return id;
            }
        }
        return {};
    }
    [[nodiscard]] ResourceId userOf(IdentityId identity) const {
        return firstOf([&](const NewResource& described) {
            bool uses = false;
            described.eachIdentity([&](IdentityId one) { uses = uses || estate_.names.consistsOf(one, identity); });
            return uses;
        });
    }
    /// Of a vault; of one key where that is given.
    [[nodiscard]] ResourceId userOf(VaultId vault, KeyId key = {}) const {
        return firstOf([&](const NewResource& described) {
            bool uses = false;
            described.eachKey([&](const KeyUse& use) {
                const std::optional<NamedKey>& used = estate_.keys[use.key].named;
                uses = uses || (used && used->vault == vault && (!key.valid() || used->key == key));
            });
            return uses;
        });
    }

    void identities() {
        for (const IdentityId id : estate_.identities) {
            if (isMade(estate_, id)) {
                add(IdentityCreate{{id}}, userOf(id));
            }
        }
    }

    void vaults() {
        for (const NewVault& described : estate_.vaults) {
            NewVault vault = described;
            vault.deleted.reset();
            vault.policies.clear();
            vault.roles.clear();
            vault.keys.clear();
            add(VaultCreate{{vault.vault}, std::make_shared<const NewVault>(std::move(vault))},
                userOf(described.vault));
            for (const NewKey& key : described.keys) {
                for (const NewVersion& version : key.versions) {
                    add(KeyCreate{{described.vault, key.key}, settingsOf(version)}, userOf(described.vault, key.key));
                }
                for (const NewRole& role : key.roles) {
                    grant(RoleAssign{{OnKey{described.vault, key.key}}, role.identity, role.role, {}});
                }
            }
            for (const NewPolicy& policy : described.policies) {
                grant(PolicySet{{described.vault}, policy.identity, policy.permissions, {}});
            }
            for (const NewRole& role : described.roles) {
                grant(RoleAssign{{OnVault{described.vault}}, role.identity, role.role, {}});
            }
        }
    }

    static VersionSettings settingsOf(const NewVersion& version) {
        VersionSettings settings;
        settings.enabled = version.enabled;
        if (version.notBefore > scenarioStart) {
            settings.notBefore = version.notBefore;
        }
        if (version.expires != never) {
            settings.expires = version.expires;
        }
        return settings;
    }

    /// What a resource's own identity is granted has to wait until the resource is there.
    template <class Grant>
    void grant(Grant action) {
        const IdentityName& name = estate_.names.identities[action.identity];
        if (name.kind == IdentityKind::SystemAssigned) {
            ownGrants_.emplace_back(std::move(action), name.owner);
        } else {
            const ResourceId helps = userOf(action.identity);
            add(std::move(action), helps);
        }
    }

    void resources() {
        std::vector<ResourceId> keyLater;
        for (const ResourceId id : estate_.resources.ids()) {
            if (!estate_.resources[id].described) {
                continue;
            }
            recovery_.wanted.push_back(id);
            NewResource described = *estate_.resources[id].described;
            described.state.reset();
            const IdentityId own = estate_.resources[id].ownIdentity;
            bool needsOwn = false;
            described.eachKey([&](const KeyUse& use) { needsOwn = needsOwn || (own.valid() && use.identity == own); });
            if (needsOwn && takesKeyLater(id)) {
                described.key = {};
                described.otherKeys.clear();
                keyLater.push_back(id);
            }
            add(ResourceCreate{{id}, std::make_shared<const NewResource>(std::move(described))}, id);
        }
        for (auto& [action, owner] : ownGrants_) {
            add(std::move(action), owner);
        }
        if (!keyLater.empty()) {
            moment_ = moment_ + waited_;
        }
        for (const ResourceId id : keyLater) {
            add(keysGiven(id), id);
        }
    }

    /// The keys of a resource, with the identity that it has been made with for its only one.
    [[nodiscard]] ResourceUpdate keysGiven(ResourceId id) const {
        const NewResource& described = *estate_.resources[id].described;
        ResourceUpdate update{{id}, {}, {}, {}};
        if (described.otherKeys.empty()) {
            update.key.to = described.key;
            return update;
        }
        described.eachKey([&](const KeyUse& use) { update.slots.push_back({use.slot, use.key, use.identity}); });
        return update;
    }

    [[nodiscard]] bool takesKeyLater(ResourceId id) const { return estate_.modelOf(id).encryptionLater; }

    void prove() {
        std::vector<TimelineEntry> entries;
        for (const PlannedStep& step : steps_) {
            entries.push_back(entryOf(recovery_.program, step.step->action, step.at));
        }
        const Instant end = steps_.empty() ? scenarioStart : steps_.back().at;
        dropRefused(withTimeline(recovery_.program, entries, end));
        if (recovery_.wanted.empty() && !recovery_.lost.empty()) {
            return; // of nothing there is nothing to prove
        }
        RecoveryPlan plan{steps_, {}};
        entries.clear();
        for (const PlannedStep& step : steps_) {
            entries.push_back(entryOf(recovery_.program, step.step->action, step.at));
        }
        plan.proof =
            recovery::prove(recovery_.program, {scenarioStart, recovery_.wanted, OpenTimings::All, {}, {}}, entries);
        recovery_.plans.push_back(std::move(plan));
    }

    /// A resource whose creation, or what gives it its key, is refused is not set up; nor is what is left of it.
    void dropRefused(const Program& program) {
        for (const Record& record : replay(program, nominalPhases(program)).records) {
            if (!record.is<ActionDone>() || !record.refused()) {
                continue;
            }
            const Action& action = *program.entries[record.entry()].action();
            if (!isOnResource(action) || isLost(resourceOf(action))) {
                continue;
            }
            Loss loss;
            loss.resource = resourceOf(action);
            loss.refusal = record.refusal();
            loss.reason = reasonOf(*loss.refusal);
            recovery_.lost.push_back(loss);
            std::erase(recovery_.wanted, loss.resource);
            std::erase_if(steps_, [&](const PlannedStep& step) {
                return isOnResource(step.step->action) && resourceOf(step.step->action) == loss.resource;
            });
        }
    }

    [[nodiscard]] bool isLost(ResourceId id) const {
        return std::ranges::find(recovery_.lost, id, &Loss::resource) != recovery_.lost.end();
    }

    const Program& estate_;
    Recovery recovery_;
    std::vector<PlannedStep> steps_;
    Instant moment_ = scenarioStart + firstStepAfter;
    Duration waited_{}; // the longest that what was done at the moment can take to count
    std::vector<std::pair<Action, ResourceId>> ownGrants_;
};

} // namespace

Recovery planSetUp(const Program& estate) {
    const Program atRest = withTimeline(estate, {}, estate.until);
    return SetUp{atRest}.plan();
}

} // namespace cmksim::recovery
