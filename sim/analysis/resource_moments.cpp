#include "analysis/resource_moments.hpp"

#include "analysis/clock_offsets.hpp"
#include "base/overloaded.hpp"

#include <utility>

namespace cmksim::analysis {

namespace {

/// Of a timing that is not open, but is not nothing either.
Duration fixedDelayOf(const Program& program, const TimelineEntry& entry) {
    const Timing* timing = openTiming(program, entry);
    return timing != nullptr && timing->earliest == timing->latest ? timing->earliest : Duration::zero();
}

/// Whether it may leave a key with another version than before.
bool bringsVersion(const Action& action) {
    return std::holds_alternative<KeyCreate>(action) || std::holds_alternative<KeyRotate>(action) ||
           std::holds_alternative<KeyRestore>(action) || std::holds_alternative<VaultCreate>(action);
}

class MomentFinder {
public:
    MomentFinder(const Program& program, const WorldMoments& world, const std::vector<OpenDelay>& open, ResourceId id)
        : program_{program}, world_{world}, open_{open}, id_{id} {
        found_.offsets = clockOffsets(program, id);
    }

    ResourceMoments find() {
        findLives();
        findReliance();
        findWindows();
        findChanges();
        return std::move(found_);
    }

private:
    void findLives() {
        const ResourceProgram& resource = program_.resources[id_];
        if (resource.described) {
            found_.lives.push_back({scenarioStart, resource.described->phase, resource.described->rotationPhase,
                                    resource.described->recoveryPhase});
        }
        for (const OwnEntry& own : resource.entries) {
            const TimelineEntry& entry = program_.entries[own.entry];
            if (const auto* creation = entry.creation()) {
                found_.lives.push_back({entry.at, creation->described->phase, creation->described->rotationPhase,
                                        creation->described->recoveryPhase});
            }
        }
    }

    void findReliance() {
        const auto rely = [&](IdentityId identity, KeyReferenceId key) {
            if (identity.valid()) {
                const IdentityName& name = program_.names.identities[identity];
                found_.reliance.identities.push_back(identity);
                if (name.isFederated()) { // it stands and falls with both of its parts
                    found_.reliance.identities.insert(found_.reliance.identities.end(), {name.with, name.app});
                }
            }
            if (key.valid() && program_.keys[key].named) {
                found_.reliance.vaults.push_back(program_.keys[key].named->vault);
            }
        };
        const ResourceProgram& resource = program_.resources[id_];
        const std::string& byDefault = program_.modelOf(id_).defaultIdentity;
        for (const IdentityId identity : program_.names.identities.ids()) {
            if (!byDefault.empty() && program_.names.identities[identity].text == byDefault) {
                rely(identity, {});
            }
        }
        if (resource.described) {
            rely(resource.described->identity, resource.described->key);
            std::ranges::for_each(resource.described->otherKeys,
                                  [&](const KeyUse& use) { rely(use.identity, use.key); });
        }
        for (const OwnEntry& own : resource.entries) {
            if (const Action* action = program_.entries[own.entry].action()) {
                rely(identityOf(*action), keyReferenceOf(*action));
                for (const KeyUse& use : otherKeysOf(*action)) {
                    rely(use.identity, use.key);
                }
            }
        }
    }

    void findWindows() {
        for (std::size_t i = 0; i < open_.size(); ++i) {
            const OpenDelay& delay = open_[i];
            if (concerns(delay)) {
                found_.windows.push_back(
                    {i, delay.from + delay.timing->earliest, std::min(delay.from + delay.timing->latest, delay.until)});
            }
        }
    }

    [[nodiscard]] bool concerns(const OpenDelay& delay) const {
        return std::visit(
            Overloaded{[&](const OpenDelay::EarlierDeletion& one) { return found_.reliance.on(one.identity); },
                       [&](const OpenDelay::Effect& one) {
                           return found_.reliance.on(one.identity) && (!one.vault || found_.reliance.on(*one.vault));
                       },
                       [&](const OpenDelay::Lapse& one) { return one.resource == id_; },
                       [](const OpenDelay::OwnClock&) { return false; }},
            delay.of);
    }

    /// Every instant at which something changes that the resource can see, or at which it is looked at.
    void findChanges() {
        found_.changes.push_back(program_.until);
        const auto see = [&](const std::vector<Instant>& moments) {
            found_.changes.insert(found_.changes.end(), moments.begin(), moments.end());
        };
        for (const VaultId vault : found_.reliance.vaults) {
            see(world_.of(vault));
        }
        for (const IdentityId identity : found_.reliance.identities) {
            see(world_.of(identity));
        }
        for (const OwnEntry& own : program_.resources[id_].entries) {
            const TimelineEntry& entry = program_.entries[own.entry];
            found_.changes.push_back(entry.at);
            found_.changes.push_back(entry.at + fixedDelayOf(program_, entry));
            found_.ownMoments.push_back(entry.at);
            if (entry.stage() == Stage::Actions) {
                found_.ownActions.push_back(entry.at);
            }
            if (entry.action<ResourceRevalidate>() != nullptr && program_.modelOf(id_).recovery) {
                // The check is made again.
                found_.ownActions.push_back(entry.at +
                                            program_.rulesOf(id_).lengthOf(program_.modelOf(id_).recovery->takes));
            }
        }
        for (const Window& window : found_.windows) {
            found_.changes.push_back(window.least);
            found_.changes.push_back(window.most);
        }
        const std::size_t own = found_.changes.size();
        for (std::size_t i = 0; i < own && found_.offsets.size() > 1; ++i) {
            for (const Duration offset : found_.offsets) {
                found_.changes.push_back(found_.changes[i] + offset);
            }
        }
        std::ranges::sort(found_.changes);
        const auto repeated = std::ranges::unique(found_.changes);
        found_.changes.erase(repeated.begin(), repeated.end());
    }

    const Program& program_;
    const WorldMoments& world_;
    const std::vector<OpenDelay>& open_;
    ResourceId id_;
    ResourceMoments found_;
};

} // namespace

WorldMoments::WorldMoments(const Program& program, const WorldHistory& nominal)
    : ofVaults_{program.names.vaults.size()}, ofIdentities_{program.names.identities.size()},
      newerVersions_{program.names.vaults.size()} {
    for (const NewVault& vault : program.vaults) {
        const bool several = std::ranges::any_of(vault.keys, [](const NewKey& key) { return key.versions.size() > 1; });
        newerVersions_[vault.vault] = several ? 1 : 0;
    }
    for (const TimelineEntry& entry : program.entries) {
        const Action* action = entry.action();
        if (action == nullptr) {
            continue;
        }
        const VaultId vault = vaultOf(*action);
        if (vault.valid() && bringsVersion(*action)) {
            newerVersions_[vault] = 1;
        }
        const IdentityId identity = vault.valid() ? IdentityId{} : identityOf(*action);
        if (isOnResource(*action) || (!vault.valid() && !identity.valid())) {
            continue;
        }
        std::vector<Instant>& moments = vault.valid() ? ofVaults_[vault] : ofIdentities_[identity];
        moments.push_back(entry.at);
        moments.push_back(entry.at + fixedDelayOf(program, entry));
    }
    for (const Record& record : nominal.records()) {
        if (record.is<FactHappened>()) {
            const FactTarget& target = record.as<FactHappened>().target;
            if (const auto key = keyOf(target)) {
                ofVaults_[program.names.keys[*key].vault].push_back(record.position.at);
            } else if (const auto* vault = std::get_if<VaultId>(&target)) {
                ofVaults_[*vault].push_back(record.position.at);
            }
        }
    }
}

ResourceMoments momentsOf(const Program& program, const WorldMoments& world, const std::vector<OpenDelay>& open,
                          ResourceId id) {
    return MomentFinder{program, world, open, id}.find();
}

} // namespace cmksim::analysis
