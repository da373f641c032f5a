#include "exploration/phase_offsets.hpp"

#include "analysis/phase_classes.hpp"
#include "engine/replay.hpp"

#include <algorithm>
#include <optional>

namespace cmksim::exploration {

namespace {

/// One clock of a resource whose phase is open.
struct Clock {
    enum class Of { Revalidation, Rotation, Recovery } of{};
    ResourceId resource;
    Duration period{};
};

/// Whether there can be a version to move to: no fault makes one.
bool mayRotate(const Program& program, const NewResource& described) {
    if (!program.entries.empty() || !described.key.valid()) {
        return !program.entries.empty();
    }
    const auto isUsed = [&](KeyId key) {
        bool used = false;
        described.eachKey([&](const KeyUse& use) {
            const std::optional<NamedKey>& named = program.keys[use.key].named;
            used = used || (named && named->key == key);
        });
        return used;
    };
    return std::ranges::any_of(program.vaults, [&](const NewVault& vault) {
        return std::ranges::any_of(vault.keys,
                                   [&](const NewKey& one) { return one.versions.size() > 1 && isUsed(one.key); });
    });
}

std::vector<Clock> openClocks(const Program& program, const std::vector<ResourceId>& asked) {
    std::vector<Clock> clocks;
    for (const ResourceId id : asked) {
        const auto& described = program.resources[id].described;
        const Model& model = program.modelOf(id);
        if (!described || !hasOpenPhase(program, id)) {
            continue;
        }
        if (!described->phase && model.revalidation.nominal > Duration::zero()) {
            clocks.push_back({Clock::Of::Revalidation, id, model.revalidation.nominal});
        }
        if (model.recoveryClock && !described->recoveryPhase) {
            clocks.push_back({Clock::Of::Recovery, id, model.recoveryClock->nominal});
        }
        if (model.rotationClock && !described->rotationPhase && mayRotate(program, *described)) {
            clocks.push_back({Clock::Of::Rotation, id, model.rotationClock->nominal});
        }
    }
    return clocks;
}

void set(Phases& phases, const Clock& clock, Duration phase) {
    switch (clock.of) {
    case Clock::Of::Revalidation: phases[clock.resource] = phase; break;
    case Clock::Of::Rotation: phases.setRotation(clock.resource, phase); break;
    case Clock::Of::Recovery: phases.setRecovery(clock.resource, phase); break;
    }
}

class Offsets {
public:
    Offsets(const Program& program, const std::vector<ResourceId>& asked, const Meetings& meetings)
        : program_{program}, asked_{asked}, meetings_{meetings}, clocks_{openClocks(program, asked)} {}

    OffsetPhases all() {
        for (const ResourceId id : asked_) {
            const auto& described = program_.resources[id].described;
            if (described && described->phase) {
                pinned_.push_back(*described->phase);
            }
        }
        found_.sets.push_back(nominalPhases(program_));
        Phases phases = nominalPhases(program_);
        visit(0, phases, pinned_);
        return std::move(found_);
    }

private:
    /// Where looks may have to fall for one clock, those of others being placed.
    [[nodiscard]] std::vector<Duration> placesOf(const Clock& clock, const std::vector<Duration>& others) const {
        std::vector<Duration> places{Duration::zero()};
        const auto addAround = [&](Duration at) {
            for (const Duration by : {Duration{-1}, Duration{0}, Duration{1}}) {
                places.push_back(((at + by) % clock.period + clock.period) % clock.period);
            }
        };
        const auto addWithResponses = [&](Duration at) {
            addAround(at);
            for (const Duration response : meetings_.responses) {
                addAround(at + response);
                addAround(at - response);
            }
        };
        for (const Instant at : meetings_.instants) {
            addWithResponses(at.time_since_epoch());
        }
        for (const Duration other : others) {
            addWithResponses(other);
        }
        std::ranges::sort(places);
        const auto twice = std::ranges::unique(places);
        places.erase(twice.begin(), twice.end());
        return places;
    }

    void visit(std::size_t place, Phases& phases, std::vector<Duration>& others) {
        if (place == clocks_.size()) {
            take(phases, others);
            return;
        }
        const Clock& clock = clocks_[place];
        for (const Duration at : placesOf(clock, others)) {
            if (found_.sets.size() >= mostOffsetPhases) {
                found_.complete = false;
                return;
            }
            set(phases, clock, at);
            others.push_back(at);
            visit(place + 1, phases, others);
            others.pop_back();
        }
    }

    /// All others look when the first of those asked for does.
    void take(Phases phases, const std::vector<Duration>& placed) {
        const Duration first = placed.empty() ? Duration::zero() : placed.front();
        for (const ResourceId id : program_.resources.ids()) {
            const Duration period = program_.modelOf(id).revalidation.nominal;
            if (std::ranges::find(asked_, id) == asked_.end() && period > Duration::zero()) {
                phases[id] = first % period;
            }
        }
        const auto isSame = [&](const Phases& other) {
            return std::ranges::all_of(program_.resources.ids(), [&](ResourceId id) {
                return phases[id] == other[id] && phases.rotation(id) == other.rotation(id) &&
                       phases.recovery(id) == other.recovery(id);
            });
        };
        if (std::ranges::none_of(found_.sets, isSame)) {
            found_.sets.push_back(std::move(phases));
        }
    }

    const Program& program_;
    const std::vector<ResourceId>& asked_;
    const Meetings& meetings_;
    std::vector<Clock> clocks_;
    std::vector<Duration> pinned_;
    OffsetPhases found_;
};

} // namespace

OffsetPhases offsetPhases(const Program& program, const std::vector<ResourceId>& asked, const Meetings& meetings) {
    return Offsets{program, asked, meetings}.all();
}

} // namespace cmksim::exploration
