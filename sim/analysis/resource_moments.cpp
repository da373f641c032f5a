#include "analysis/resource_moments.hpp"

#include "analysis/clock_offsets.hpp"

#include <utility>

namespace cmksim::analysis {

namespace {

class MomentFinder {
public:
    MomentFinder(const Program& program, const WorldHistory& nominal, const std::vector<OpenDelay>& open, ResourceId id)
        : program_{program}, nominal_{nominal}, open_{open}, id_{id} {
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
                found_.reliance.identities.push_back(identity);
            }
            if (key.valid() && !program_.keys[key].malformed) {
                found_.reliance.vaults.push_back(program_.keys[key].vault);
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
        }
        for (const OwnEntry& own : resource.entries) {
            if (const Action* action = program_.entries[own.entry].action()) {
                rely(identityOf(*action), keyReferenceOf(*action));
            }
        }
    }

    void findWindows() {
        for (std::size_t i = 0; i < open_.size(); ++i) {
            const OpenDelay& delay = open_[i];
            const bool own = delay.resource == id_ && !delay.clock.valid();
            const bool grant = !delay.resource.valid() && found_.reliance.on(delay.identity) &&
                               (!delay.vault.valid() || found_.reliance.on(delay.vault));
            if (own || grant) {
                found_.windows.push_back(
                    {i, delay.from + delay.timing->earliest, std::min(delay.from + delay.timing->latest, delay.until)});
            }
        }
    }

    [[nodiscard]] bool concerns(const Action& action) const {
        const VaultId vault = vaultOf(action);
        return vault.valid() ? found_.reliance.on(vault) : found_.reliance.on(identityOf(action));
    }

    /// Every instant at which something changes that the resource can see, or at which it is looked at.
    void findChanges() {
        found_.changes.push_back(program_.until);
        for (const TimelineEntry& entry : program_.entries) {
            const Action* action = entry.action();
            if (action != nullptr && !isOnResource(*action) && concerns(*action)) {
                found_.changes.push_back(entry.at);
                found_.changes.push_back(entry.at + fixedDelayOf(entry));
            }
        }
        for (const OwnEntry& own : program_.resources[id_].entries) {
            const TimelineEntry& entry = program_.entries[own.entry];
            found_.changes.push_back(entry.at);
            found_.changes.push_back(entry.at + fixedDelayOf(entry));
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
        for (const Record& record : nominal_.records()) {
            if (record.is<FactHappened>() && found_.reliance.on(record.as<FactHappened>().target.vault)) {
                found_.changes.push_back(record.position.at);
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

    /// Of a timing that is not open, but is not nothing either.
    [[nodiscard]] Duration fixedDelayOf(const TimelineEntry& entry) const {
        const Timing* timing = openTiming(program_, entry);
        return timing != nullptr && timing->earliest == timing->latest ? timing->earliest : Duration::zero();
    }

    const Program& program_;
    const WorldHistory& nominal_;
    const std::vector<OpenDelay>& open_;
    ResourceId id_;
    ResourceMoments found_;
};

} // namespace

ResourceMoments momentsOf(const Program& program, const WorldHistory& nominal, const std::vector<OpenDelay>& open,
                          ResourceId id) {
    return MomentFinder{program, nominal, open, id}.find();
}

} // namespace cmksim::analysis
