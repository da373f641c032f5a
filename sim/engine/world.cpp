// The world as a whole: what it is made of, its identities, and how actions and time find the rule that they follow.

#include "engine/world.hpp"

#include <algorithm>
#include <cassert>
#include <tuple>
#include <utility>

namespace cmksim::engine {

void WorldChanges::clear() {
    vaults.clear();
    keys.clear();
    principals.clear();
    gone.clear();
    deadlines.clear();
}

std::string WorldNames::text(VersionNameId name) const {
    if (name.index() >= firstGiven) {
        return givenVersionNames[name.index() - firstGiven];
    }
    std::string text{"v"};
    return text.append(std::to_string(name.index()));
}

World::World(const WorldNames& names, const Platform& platform)
    : names_{&names}, platform_{&platform}, vaults_{names.vaults.size()}, keys_{names.keys.size()},
      identities_{names.identities.size()} {}

std::optional<CommonRefusal> World::apply(const Action& action, Instant now, WorldChanges& changes) {
    return std::visit(
        [&](const auto& one) -> Outcome {
            if constexpr (ResourceAction<std::decay_t<decltype(one)>>) {
                assert(false && "the world performs no action on a resource");
                return {};
            } else {
                return perform(one, now, changes);
            }
        },
        action);
}

void World::elapse(const WorldChanges::Deadline& deadline, WorldChanges& changes, std::vector<WorldFact>& facts) {
    if (!deadline.vault.valid()) {
        settleGrants(deadline.at, changes);
        endTokens(deadline.at, changes);
        return;
    }
    if (!deadline.key.valid()) {
        if (vaults_[deadline.vault].purgeAt == deadline.at) {
            facts.push_back({FactKind::RetentionElapsed, {deadline.vault, {}, {}}});
            purgeVaultAndKeys(deadline.vault, changes);
        }
        return;
    }
    const Key& key = keys_[deadline.key];
    if (key.purgeAt == deadline.at) {
        facts.push_back({FactKind::RetentionElapsed, {deadline.vault, deadline.key, {}}});
        purge(deadline.key, changes);
        return;
    }
    const std::size_t before = facts.size();
    for (const KeyVersion& version : key.versions) {
        const FactTarget target{deadline.vault, deadline.key, version.name};
        if (version.notBefore == deadline.at) {
            facts.push_back({FactKind::KeyValid, target});
        }
        if (version.expires == deadline.at) {
            facts.push_back({FactKind::KeyExpired, target});
        }
    }
    if (facts.size() > before) {
        changes.keys.push_back(deadline.key);
    }
}

// --- identities ------------------------------------------------------------------------------------------------------

PrincipalId World::newPrincipal(IdentityId identity) {
    return identities_[identity].principal = principals_.push_back(Presence::There);
}

void World::establish(IdentityId id, WorldChanges& changes) {
    const PrincipalId principal = newPrincipal(id);
    const IdentityName& name = names_->identities[id];
    if (!name.deleted) {
        return;
    }
    identities_[id] = {{}, principal, *name.deleted};
    const Instant endsAt = *name.deleted + name.tokenLife.value_or(platform_->tokenLife.nominal);
    if (endsAt > scenarioStart) {
        lastTokens_.push_back({endsAt, principal});
        changes.deadlines.push_back({endsAt, {}, {}});
    } else {
        principals_[principal] = Presence::Deleted;
    }
}

PrincipalId World::principalAtStart(IdentityId id) const {
    const Identity& identity = identities_[id];
    return identity.principal.valid() ? identity.principal : identity.lastDeleted;
}

void World::establishRootRoles(const std::vector<NewRole>& roles) { rootRoles_ = assigned(roles); }

void World::createSystemIdentity(IdentityId identity, WorldChanges& changes) {
    changes.principals.push_back(newPrincipal(identity));
}

void World::endSystemIdentity(IdentityId identity, WorldChanges& changes) {
    PrincipalId& principal = identities_[identity].principal;
    principals_[principal] = Presence::Deleted;
    changes.principals.push_back(principal);
    principal = {};
}

World::Outcome World::perform(const IdentityCreate& action, Instant, WorldChanges& changes) {
    if (exists(action.identity)) {
        return CommonRefusal::IdentityExists;
    }
    changes.principals.push_back(newPrincipal(action.identity));
    return {};
}

World::Outcome World::perform(const IdentityDelete& action, Instant now, WorldChanges& changes) {
    Identity& identity = identities_[action.identity];
    if (!identity.principal.valid()) {
        return CommonRefusal::IdentityNotFound;
    }
    lastTokens_.push_back({now + action.delay.value_or(platform_->tokenLife.nominal), identity.principal});
    changes.deadlines.push_back({lastTokens_.back().endsAt, {}, {}});
    endTokens(now, changes);
    identity.lastDeleted = identity.principal;
    identity.deletedAt = now;
    identity.principal = {};
    return {};
}

void World::endTokens(Instant now, WorldChanges& changes) {
    std::erase_if(lastTokens_, [&](const LastToken& token) {
        if (token.endsAt > now) {
            return false;
        }
        principals_[token.principal] = Presence::Deleted;
        changes.principals.push_back(token.principal);
        return true;
    });
}

World::Outcome World::perform(const IdentityRecover& action, Instant now, WorldChanges& changes) {
    Identity& identity = identities_[action.identity];
    if (identity.principal.valid()) {
        return CommonRefusal::IdentityExists;
    }
    const bool everRecoverable = platform_->identityRecovery > Duration::zero();
    if (!everRecoverable || !names_->identities[action.identity].recoverable) {
        return CommonRefusal::IdentityNotRecoverable;
    }
    if (!identity.lastDeleted.valid() || now - identity.deletedAt > platform_->identityRecovery) {
        return CommonRefusal::IdentityNotFound;
    }
    identity.principal = identity.lastDeleted;
    identity.lastDeleted = {};
    identity.deletedAt = {};
    std::erase_if(lastTokens_, [&](const LastToken& token) { return token.principal == identity.principal; });
    principals_[identity.principal] = Presence::There;
    changes.principals.push_back(identity.principal);
    return {};
}

/// What resources read of it they read when they are acted on, so that nothing is to be noted.
World::Outcome World::perform(const FeatureRegister& action, Instant, WorldChanges&) {
    features_.insert(action.feature);
    return {};
}

void World::putInOrder(std::vector<WorldChanges::Deadline>& deadlines) const {
    const auto order = [this](const WorldChanges::Deadline& deadline) {
        return std::tuple{!deadline.vault.valid(), deadline.vault.valid() ? vault(deadline.vault).appeared : 0,
                          deadline.key.valid() ? key(deadline.key).appeared : 0};
    };
    std::ranges::sort(deadlines, {}, order);
    const auto repeated = std::ranges::unique(deadlines, {}, order);
    deadlines.erase(repeated.begin(), repeated.end());
}

} // namespace cmksim::engine
