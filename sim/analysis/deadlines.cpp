#include "analysis/deadlines.hpp"

#include "engine/replay.hpp"
#include "engine/resource_replay.hpp"
#include "engine/timings.hpp"

#include <algorithm>

namespace cmksim::analysis {

namespace {

/// Goes through what a run did, and keeps account of what can still be mended.
class DeadlineFinder {
public:
    explicit DeadlineFinder(const Program& program)
        : program_{program}, trace_{replay(program, nominalPhases(program))},
          retention_(program.names.vaults.size(), Duration::zero()), softDelete_(program.names.vaults.size(), false) {
        for (const NewVault& vault : program.vaults) {
            learn(vault);
        }
    }

    std::vector<Deadline> find() {
        for (const Record& record : trace_.records) {
            if (record.is<ActionDone>()) {
                const Action& action = *program_.entries[record.entry()].action();
                std::visit([&](const auto& one) { follow(one, record); }, action);
            }
        }
        for (Deadline& deadline : deadlines_) {
            deadline.loses = lossesOf(deadline);
        }
        std::ranges::stable_sort(deadlines_, {}, &Deadline::at);
        return std::move(deadlines_);
    }

private:
    void learn(const NewVault& vault) {
        retention_[vault.vault] = vault.retention;
        softDelete_[vault.vault] = vault.settings.softDelete.value_or(true);
    }

    static auto lapseOf(ResourceId resource) {
        return [resource](const Deadline& one) {
            return one.kind == DeadlineKind::IdentityLapsed && one.resource == resource;
        };
    }

    /// Most actions begin no deadline and end none.
    template <class A>
    void follow(const A& action, const Record& record) {
        if constexpr (requires { change(action, record); }) {
            if (!record.refused()) {
                change(action, record);
            }
        }
    }

    void change(const VaultCreate& action, const Record&) { learn(*action.described); }

    void change(const VaultUpdate& action, const Record&) {
        softDelete_[action.vault] = action.settings.softDelete.value_or(softDelete_[action.vault]);
    }

    void change(const VaultDelete& action, const Record& record) { beginRetention(action.vault, {}, record); }
    void change(const KeyDelete& action, const Record& record) { beginRetention(action.vault, action.key, record); }

    void change(const VaultRecover& action, const Record& record) {
        avert(record.position.at, [&](const Deadline& one) { return one.vault == action.vault && !one.key.valid(); });
    }

    void change(const KeyRecover& action, const Record& record) {
        avert(record.position.at, [&](const Deadline& one) { return one.key == action.key && one.key.valid(); });
    }

    void change(const VaultPurge& action, const Record& record) {
        forget(record.position.at, [&](const Deadline& one) { return one.vault == action.vault; });
    }

    void change(const KeyPurge& action, const Record& record) {
        forget(record.position.at, [&](const Deadline& one) { return one.key == action.key && one.key.valid(); });
    }

    void change(const IdentityDelete& action, const Record& record) { beginRecovery(action.identity, record); }

    void change(const IdentityRecover& action, const Record& record) {
        avert(record.position.at,
              [&](const Deadline& one) { return one.identity == action.identity && one.identity.valid(); });
    }

    void change(const SupportRestoreIdentity& action, const Record& record) {
        avert(record.position.at, lapseOf(action.resource));
    }

    void change(const ResourceAssignIdentity& action, const Record& record) {
        if (action.identity == record.identity) {
            avert(record.position.at, lapseOf(action.resource));
        }
    }

    void change(const ResourceDelete& action, const Record& record) {
        forget(record.position.at, lapseOf(action.resource));
    }

    /// A refused removal of the identity in use stops the renewal of its credential all the same.
    void follow(const ResourceRemoveIdentity& action, const Record& record) {
        const bool lapsing = std::ranges::any_of(deadlines_, [&](const Deadline& one) {
            return isOpen(one, record.position.at) && lapseOf(action.resource)(one);
        });
        const auto& refusal = record.as<ActionDone>().refusal;
        if (refusal && refusal->common == CommonRefusal::IdentityInUse && refusal->origin == Refusal::Origin::Common &&
            program_.modelOf(action.resource).renewal && !lapsing) {
            Deadline deadline;
            deadline.kind = DeadlineKind::IdentityLapsed;
            deadline.resource = action.resource;
            begin(deadline, delayOf(program_, program_.entries[record.entry()]), record);
            openLapse(deadlines_.back(), program_.modelOf(action.resource).renewal->lapse, record.position.at);
        }
    }

    void beginRetention(VaultId vault, KeyId key, const Record& record) {
        if (!softDelete_[vault]) {
            return;
        }
        Deadline deadline;
        deadline.kind = DeadlineKind::RetentionElapsed;
        deadline.vault = vault;
        deadline.key = key;
        begin(deadline, retention_[vault], record);
    }

    void beginRecovery(IdentityId identity, const Record& record) {
        const bool ever = program_.platform->identityRecovery > Duration::zero();
        if (!ever || !program_.names.identities[identity].recoverable) {
            return;
        }
        Deadline deadline;
        deadline.kind = DeadlineKind::IdentityRecoveryElapsed;
        deadline.identity = identity;
        begin(deadline, program_.platform->identityRecovery, record);
    }

    void begin(Deadline deadline, Duration within, const Record& record) {
        deadline.at = record.position.at + within;
        deadline.earliest = deadline.at;
        deadline.latest = deadline.at;
        deadline.created = record.entry();
        deadlines_.push_back(std::move(deadline));
    }

    /// A lapse whose moment was not chosen comes somewhere in its range.
    static void openLapse(Deadline& deadline, const Timing& lapse, Instant from) {
        if (deadline.at == from + lapse.nominal) {
            deadline.earliest = from + lapse.earliest;
            deadline.latest = from + lapse.latest;
        }
    }

    static bool isOpen(const Deadline& deadline, Instant now) { return !deadline.averted && now < deadline.at; }

    template <class Concerns>
    void avert(Instant now, Concerns concerns) {
        for (Deadline& deadline : deadlines_) {
            if (isOpen(deadline, now) && concerns(deadline)) {
                deadline.averted = now;
            }
        }
    }

    template <class Concerns>
    void forget(Instant now, Concerns concerns) {
        std::erase_if(deadlines_, [&](const Deadline& one) { return isOpen(one, now) && concerns(one); });
    }

    /// What is lost at a deadline without any action from the moment at which it was averted on: found
    /// by letting it come.
    [[nodiscard]] std::vector<ResourceId> lossesOf(const Deadline& deadline) const {
        if (deadline.kind == DeadlineKind::IdentityLapsed) {
            return {deadline.resource};
        }
        std::vector<TimelineEntry> entries;
        for (const TimelineEntry& entry : program_.entries) {
            if (entry.stage() == Stage::Actions && (!deadline.averted || entry.at < *deadline.averted)) {
                entries.push_back(entry);
            }
        }
        const Program unmended = withTimeline(program_, std::move(entries), deadline.at);
        const Phases phases = nominalPhases(unmended);
        if (deadline.kind == DeadlineKind::IdentityRecoveryElapsed) {
            return usersOf(deadline, unmended, phases);
        }
        std::vector<ResourceId> lost;
        for (const Record& record : replay(unmended, phases).records) {
            if (record.is<DataLost>() && record.position.at == deadline.at && record.position.stage == Stage::Facts) {
                lost.push_back(record.resource);
            }
        }
        return lost;
    }

    /// The resources that would need the identity that is gone then.
    [[nodiscard]] static std::vector<ResourceId> usersOf(const Deadline& deadline, const Program& unmended,
                                                         const Phases& phases) {
        std::vector<ResourceId> users;
        const WorldHistory history = simulateWorld(unmended, phases);
        std::vector<Record> ignored;
        for (const ResourceId id : unmended.resources.ids()) {
            ResourceReplay walk{unmended, history, id, phases[id], ignored};
            walk.finish();
            const ResourceState& resource = walk.resource();
            if (resource.presence == Presence::Present && resource.uses(deadline.identity) &&
                resource.reason == Reason::TokenAcquisitionFailed) {
                users.push_back(id);
            }
        }
        return users;
    }

    const Program& program_;
    Trace trace_;
    IdVector<VaultId, Duration> retention_;
    IdVector<VaultId, char> softDelete_;
    std::vector<Deadline> deadlines_;
};

} // namespace

std::vector<Deadline> deadlines(const Program& program) { return DeadlineFinder{program}.find(); }

} // namespace cmksim::analysis
