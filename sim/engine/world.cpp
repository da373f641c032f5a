// The world as a whole: what it is made of, its identities, and how actions and time find the rule that they follow.

#include "engine/world.hpp"
#include "base/overloaded.hpp"

#include <algorithm>
#include <cassert>
#include <charconv>
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

VersionNameId WorldNames::versionNamed(std::string_view text) const {
    if (const auto given = std::ranges::find(givenVersionNames, text); given != givenVersionNames.end()) {
        return givenVersion(static_cast<std::size_t>(given - givenVersionNames.begin()));
    }
    std::uint32_t place = 0;
    const bool numbered = text.starts_with('v') && text.size() > 1;
    const auto [end, error] = std::from_chars(text.data() + (numbered ? 1 : 0), text.data() + text.size(), place);
    return numbered && error == std::errc{} && end == text.data() + text.size() ? numberedVersion(place)
                                                                                : VersionNameId{};
}

World::World(const WorldNames& names, const Platform& platform) : names_{&names}, platform_{&platform} {
    vaults_ = IdVector<VaultId, Vault>{names.vaults.size()};
    keys_ = IdVector<KeyId, Key>{names.keys.size()};
    identities_ = IdVector<IdentityId, Identity>{names.identities.size()};
}

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
    std::visit(Overloaded{[&](VaultId vault) { elapse(vault, deadline.at, changes, facts); },
                          [&](KeyId key) { elapse(key, deadline.at, changes, facts); },
                          [&](WorldChanges::GrantsAndTokens) {
                              settleGrants(deadline.at, changes);
                              endTokens(deadline.at, changes);
                          }},
               deadline.of);
}

void World::elapse(VaultId id, Instant at, WorldChanges& changes, std::vector<WorldFact>& facts) {
    if (vaults_[id].purgeAt == at) {
        facts.push_back({FactKind::RetentionElapsed, id});
        purgeVaultAndKeys(id, changes);
    }
}

void World::elapse(KeyId id, Instant at, WorldChanges& changes, std::vector<WorldFact>& facts) {
    const Key& key = keys_[id];
    if (key.purgeAt == at) {
        facts.push_back({FactKind::RetentionElapsed, id});
        purge(id, changes);
        return;
    }
    const std::size_t before = facts.size();
    for (const KeyVersion& version : key.versions) {
        const FactTarget target{VersionOfKey{id, version.name}};
        if (version.notBefore == at) {
            facts.push_back({FactKind::KeyValid, target});
        }
        if (version.expires == at) {
            facts.push_back({FactKind::KeyExpired, target});
        }
    }
    if (facts.size() > before) {
        changes.keys.push_back(id);
    }
}

// --- identities ------------------------------------------------------------------------------------------------------

PrincipalId World::newPrincipal(IdentityId identity) {
    return identities_[identity].principal = principals_.push_back(PrincipalPresence::There);
}

/// A federated identity is there while both of its parts are, and gets tokens while both of them do.
void World::settle(const Federation& federation) {
    const IdentityName& name = names_->identities[federation.identity];
    const bool there =
        identities_[name.with].principal == federation.with && identities_[name.app].principal == federation.app;
    identities_[federation.identity] =
        there ? Identity{federation.principal, {}, {}} : Identity{{}, federation.principal, {}};
    principals_[federation.principal] =
        hasToken(federation.with) && hasToken(federation.app) ? PrincipalPresence::There : PrincipalPresence::Deleted;
}

/// A principal reads differently, and so do the federated ones that it is a part of.
void World::note(PrincipalId principal, WorldChanges& changes) {
    changes.principals.push_back(principal);
    for (const Federation& federation : federations_) {
        if (federation.with == principal || federation.app == principal) {
            settle(federation);
            changes.principals.push_back(federation.principal);
        }
    }
}

void World::establish(IdentityId id, WorldChanges& changes) {
    const PrincipalId principal = newPrincipal(id);
    const IdentityName& name = names_->identities[id];
    if (name.isFederated()) {
        settle(federations_.emplace_back(id, principal, principalAtStart(name.with), principalAtStart(name.app)));
        return;
    }
    if (!name.deleted) {
        return;
    }
    identities_[id] = {{}, principal, *name.deleted};
    const Instant endsAt = *name.deleted + name.tokenLife.value_or(platform_->tokenLife.nominal);
    if (endsAt > scenarioStart) {
        lastTokens_.push_back({endsAt, principal});
        changes.deadlines.push_back({endsAt, WorldChanges::GrantsAndTokens{}});
    } else {
        principals_[principal] = PrincipalPresence::Deleted;
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
    principals_[principal] = PrincipalPresence::Deleted;
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
    const PrincipalId gone = identity.principal;
    identity = {{}, gone, now};
    lastTokens_.push_back({now + action.delay.value_or(platform_->tokenLife.nominal), gone});
    changes.deadlines.push_back({lastTokens_.back().endsAt, WorldChanges::GrantsAndTokens{}});
    endTokens(now, changes);
    std::ranges::for_each(federations_, [this](const Federation& federation) { settle(federation); });
    return {};
}

void World::endTokens(Instant now, WorldChanges& changes) {
    std::erase_if(lastTokens_, [&](const LastToken& token) {
        if (token.endsAt > now) {
            return false;
        }
        principals_[token.principal] = PrincipalPresence::Deleted;
        note(token.principal, changes);
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
    principals_[identity.principal] = PrincipalPresence::There;
    note(identity.principal, changes);
    return {};
}

/// What resources read of it they read when they are acted on, so that nothing is to be noted.
World::Outcome World::perform(const FeatureRegister& action, Instant, WorldChanges&) {
    features_.insert(action.feature);
    return {};
}

void World::putInOrder(std::vector<WorldChanges::Deadline>& deadlines) const {
    // Vault by vault, its own first; grants and tokens last.
    using Place = std::tuple<bool, std::uint32_t, std::uint32_t>;
    const auto order = [this](const WorldChanges::Deadline& deadline) {
        return std::visit(Overloaded{[&](VaultId id) {
                                         return Place{false, vault(id).appeared, 0};
                                     },
                                     [&](KeyId id) {
                                         return Place{false, vault(names_->keys[id].vault).appeared, key(id).appeared};
                                     },
                                     [](WorldChanges::GrantsAndTokens) {
                                         return Place{true, 0, 0};
                                     }},
                          deadline.of);
    };
    std::ranges::sort(deadlines, {}, order);
    const auto repeated = std::ranges::unique(deadlines, {}, order);
    deadlines.erase(repeated.begin(), repeated.end());
}

} // namespace cmksim::engine
