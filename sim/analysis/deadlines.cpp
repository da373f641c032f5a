#include "analysis/deadlines.hpp"

#include "base/overloaded.hpp"
#include "engine/replay.hpp"
#include "engine/resource_replay.hpp"
#include "engine/timeline_walk.hpp"

#include <algorithm>
#include <map>

namespace cmksim::analysis {

namespace {

/// What is about to end, as the state has it.
using Endings = std::map<Ending, Instant>;

Endings endingsIn(const Program& program, const SimulationState& state) {
    Endings endings;
    const World& world = state.world();
    for (const VaultId vault : program.names.vaults.ids()) {
        if (world.vault(vault).state == Lifecycle::SoftDeleted) {
            endings.emplace(RetentionEnd{vault, std::nullopt}, world.vault(vault).purgeAt);
        }
        for (const KeyId key : program.names.keysOf[vault]) {
            if (world.key(key).state == Lifecycle::SoftDeleted) {
                endings.emplace(RetentionEnd{vault, key}, world.key(key).purgeAt);
            }
        }
    }
    for (const IdentityId id : program.names.identities.ids()) {
        const Identity& identity = world.identity(id);
        const bool isGone = identity.lastDeleted.valid() && identity.principal != identity.lastDeleted;
        const Duration recovery = program.platform->identityRecovery;
        if (isGone && program.names.identities[id].recoverable && recovery > Duration::zero()) {
            endings.emplace(RecoveryEnd{id, identity.lastDeleted}, identity.deletedAt + recovery);
        }
    }
    for (const ResourceId id : program.resources.ids()) {
        const ResourceState& resource = state.resource(id);
        if (resource.presence == Presence::Present && resource.lapseAt != never) {
            endings.emplace(CredentialEnd{id}, resource.lapseAt);
        }
    }
    std::erase_if(endings, [&](const auto& one) { return one.second == never || one.second <= state.now(); });
    return endings;
}

/// Whether what was about to end is there as before, and was not ended before its time.
bool isMended(const Ending& ending, const SimulationState& state) {
    const World& world = state.world();
    return std::visit(
        Overloaded{
            [&](const RetentionEnd& end) { return end.key ? world.active(*end.key) : world.active(end.vault); },
            [&](const RecoveryEnd& end) { return world.identity(end.identity).principal == end.principal; },
            [&](const CredentialEnd& end) { return state.resource(end.resource).presence == Presence::Present; }},
        ending);
}

/// Goes through what a run did, and looks after each action at what is about to end.
class DeadlineFinder {
public:
    explicit DeadlineFinder(const Program& program) : program_{program} {}

    std::vector<Deadline> find() {
        TimelineWalk walk{program_, nominalPhases(program_)};
        look(walk.state(), std::nullopt);
        std::vector<Record> ignored;
        for (const EntryId id : program_.entries.ids()) {
            if (program_.entries[id].action() != nullptr) {
                walk.playTo(id, ignored);
                look(walk.state(), id);
            }
        }
        std::erase_if(deadlines_, [&](const Deadline& one) { return goesWithItsVault(one); });
        for (Deadline& deadline : deadlines_) {
            deadline.loses = lossesOf(deadline);
        }
        std::ranges::stable_sort(deadlines_, {}, &Deadline::at);
        return std::move(deadlines_);
    }

private:
    void look(const SimulationState& state, std::optional<EntryId> action) {
        Endings endings = endingsIn(program_, state);
        std::erase_if(deadlines_, [&](const Deadline& one) {
            return isOpen(one, state.now()) && !isStill(one, endings) && !isMended(one.ending, state);
        });
        for (Deadline& one : deadlines_) {
            if (isOpen(one, state.now()) && !isStill(one, endings)) {
                one.averted = state.now();
            }
        }
        for (const auto& [ending, at] : endings) {
            const bool known = std::ranges::any_of(deadlines_, [&](const Deadline& one) {
                return isOpen(one, state.now()) && one.ending == ending && one.at == at;
            });
            if (!known) {
                begin(ending, at, action, state.now());
            }
        }
    }

    static bool isStill(const Deadline& one, const Endings& endings) {
        const auto found = endings.find(one.ending);
        return found != endings.end() && found->second == one.at;
    }

    /// Whether the vault of a deleted key is purged before the key is due.
    [[nodiscard]] bool goesWithItsVault(const Deadline& deadline) const {
        const auto* of = std::get_if<RetentionEnd>(&deadline.ending);
        return of != nullptr && of->key && !deadline.averted &&
               std::ranges::any_of(deadlines_, [&](const Deadline& one) {
                   const auto* end = std::get_if<RetentionEnd>(&one.ending);
                   return end != nullptr && end->vault == of->vault && !end->key && !one.averted &&
                          one.at < deadline.at;
               });
    }

    static bool isOpen(const Deadline& deadline, Instant now) { return !deadline.averted && now < deadline.at; }

    void begin(const Ending& ending, Instant at, std::optional<EntryId> action, Instant now) {
        Deadline deadline{ending, at, at, at, action, {}, std::nullopt};
        const auto* credential = std::get_if<CredentialEnd>(&ending);
        if (credential != nullptr && program_.modelOf(credential->resource).renewal) {
            // A lapse whose moment was not chosen comes somewhere in its range.
            const Timing& lapse = program_.modelOf(credential->resource).renewal->lapse;
            if (at == now + lapse.nominal) {
                deadline.earliest = now + lapse.earliest;
                deadline.latest = now + lapse.latest;
            }
        }
        deadlines_.push_back(std::move(deadline));
    }

    /// What is lost at a deadline without any action from the moment at which it was averted on: found
    /// by letting it come.
    [[nodiscard]] std::vector<ResourceId> lossesOf(const Deadline& deadline) const {
        if (const auto* credential = std::get_if<CredentialEnd>(&deadline.ending)) {
            return {credential->resource};
        }
        std::vector<TimelineEntry> entries;
        for (const TimelineEntry& entry : program_.entries) {
            if (entry.stage() == Stage::Actions && (!deadline.averted || entry.at < *deadline.averted)) {
                entries.push_back(entry);
            }
        }
        const Program unmended = withTimeline(program_, std::move(entries), deadline.at);
        const Phases phases = nominalPhases(unmended);
        if (const auto* recovery = std::get_if<RecoveryEnd>(&deadline.ending)) {
            return usersOf(recovery->identity, unmended, phases);
        }
        std::vector<ResourceId> lost;
        for (const Record& record : replay(unmended, phases).records) {
            if (record.is<DataLost>() && record.position.at == deadline.at && record.position.stage == Stage::Facts) {
                lost.push_back(record.on->resource);
            }
        }
        return lost;
    }

    /// The resources that would need the identity that is gone then.
    [[nodiscard]] static std::vector<ResourceId> usersOf(IdentityId identity, const Program& unmended,
                                                         const Phases& phases) {
        std::vector<ResourceId> users;
        const WorldHistory history = simulateWorld(unmended, phases);
        std::vector<Record> ignored;
        for (const ResourceId id : unmended.resources.ids()) {
            ResourceReplay walk{unmended, history, id, phases[id], ignored};
            walk.finish();
            const ResourceState& resource = walk.resource();
            if (resource.presence == Presence::Present && resource.uses(identity) &&
                resource.reason == Reason::TokenAcquisitionFailed) {
                users.push_back(id);
            }
        }
        return users;
    }

    const Program& program_;
    std::vector<Deadline> deadlines_;
};

} // namespace

std::vector<Deadline> deadlines(const Program& program) { return DeadlineFinder{program}.find(); }

} // namespace cmksim::analysis
