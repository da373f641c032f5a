#include "engine/reactions.hpp"

#include "engine/expectation.hpp"
#include "engine/replay.hpp"
#include "engine/timings.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace cmksim::engine {

namespace {

/// A trigger came true.
struct TriggerEdge {
    Instant at{};
    std::uint32_t reaction = 0;
    std::uint32_t time = 0; // of this reaction, from 0
};

/// Follows the resources of a trace and tells when triggers come true.
class TriggerWatch {
public:
    TriggerWatch(const Program& program, const std::vector<Reaction>& reactions, const Trace& trace)
        : program_{program}, reactions_{reactions}, trace_{trace}, states_(reactions.size()) {
        for (const ResourceStatus& status : trace.starts) {
            known_.push_back({status, scenarioStart});
        }
    }

    /// All edges of the trace, in order of time, those of one instant in the order of the reactions.
    std::vector<TriggerEdge> edges() {
        if (trace_.records.empty() || trace_.records.front().position.at > scenarioStart) {
            look(scenarioStart);
        }
        for (std::size_t i = 0; i < trace_.records.size();) {
            const Instant now = trace_.records[i].position.at;
            lookUntil(now, false);
            for (; i < trace_.records.size() && trace_.records[i].position.at == now; ++i) {
                if (const auto& on = trace_.records[i].on) {
                    known_[on->resource] = {on->status, now};
                }
            }
            look(now);
        }
        lookUntil(program_.until, true);
        return std::move(edges_);
    }

private:
    struct TriggerState {
        bool holds = false;
        std::uint32_t times = 0;
    };

    /// What the trace says of a resource, and since when.
    struct Known {
        ResourceStatus status;
        Instant at{};

        [[nodiscard]] ResourceStatus statusAt(Instant now) const {
            ResourceStatus grown = status;
            grown.downtime += status.down ? now - at : Duration::zero();
            return grown;
        }
    };

    /// Between what the trace tells only downtime grows: looks at every instant before `end`, or at it as well, at
    /// which that makes a difference.
    void lookUntil(Instant end, bool included) {
        for (Instant next = nextCrossing(); next < end || (included && next == end); next = nextCrossing()) {
            look(next);
        }
    }

    /// The first instant since the last look at which a downtime comes to be as a trigger wants it, or is it no more.
    [[nodiscard]] Instant nextCrossing() const {
        Instant next = never;
        for (const Reaction& reaction : reactions_) {
            for (const Expectation& one : reaction.trigger) {
                const Known& known = known_[one.resource];
                if (!known.status.down) {
                    continue;
                }
                const auto cross = [&](std::optional<Duration> bound, Duration after) {
                    if (bound && known.at + (*bound + after - known.status.downtime) > looked_) {
                        next = std::min(next, known.at + (*bound + after - known.status.downtime));
                    }
                };
                cross(one.downtime.least, Duration::zero());
                cross(one.downtime.most, Duration{1});
            }
        }
        return next;
    }

    void look(Instant now) {
        looked_ = now;
        for (std::uint32_t i = 0; i < reactions_.size(); ++i) {
            const bool holds = std::ranges::all_of(reactions_[i].trigger, [&](const Expectation& one) {
                return engine::holds(program_.modelOf(one.resource), one, known_[one.resource].statusAt(now));
            });
            TriggerState& state = states_[i];
            if (holds && !state.holds && (state.times == 0 || !reactions_[i].once)) {
                edges_.push_back({now, i, state.times++});
            }
            state.holds = holds;
        }
    }

    const Program& program_;
    const std::vector<Reaction>& reactions_;
    const Trace& trace_;
    IdVector<ResourceId, Known> known_;
    Instant looked_ = scenarioStart;
    std::vector<TriggerState> states_;
    std::vector<TriggerEdge> edges_;
};

/// Equal instants in file order.
void putInFileOrder(std::vector<TimelineEntry>& entries) {
    std::ranges::stable_sort(entries, {}, [](const TimelineEntry& one) {
        return std::tuple{one.place.line, one.place.column};
    });
}

/// When the reactions of one part happen.
class Reacting {
public:
    /// One of them, that of the part's list in its firing.
    struct Happening {
        Instant at{};
        Firing firing;
    };

    Reacting(const Program& part, Phases phases)
        : program_{part}, phases_{std::move(phases)}, entries_{part.entries.begin(), part.entries.end()} {}

    void react() {
        Program program = unrolled();
        for (;;) {
            const Trace trace = replay(program, phases_);
            const std::vector<TriggerEdge> edges = TriggerWatch{program, program_.reactions, trace}.edges();
            endless_ = edges.size() > mostFirings;
            if (edges.size() == placed_ || endless_) {
                return;
            }
            place(edges);
            program = unrolled();
        }
    }

    [[nodiscard]] const std::vector<Happening>& happenings() const { return happenings_; }
    [[nodiscard]] bool endless() const { return endless_; }

private:
    /// Places the edges that nothing placed with them can undo: all up to the first instant at which one of them acts.
    void place(const std::vector<TriggerEdge>& edges) {
        Instant first = never;
        while (placed_ < edges.size() && edges[placed_].at < first) {
            const TriggerEdge& edge = edges[placed_++];
            const Reaction& reaction = program_.reactions[edge.reaction];
            const Instant at = edge.at + reaction.delay.value_or(reaction.least);
            first = std::min(first, at);
            if (at <= program_.until) {
                const Firing firing{edge.reaction, edge.time, edge.at};
                happenings_.push_back({at, firing});
                entries_.push_back(reaction.entry);
                entries_.back().at = at;
                entries_.back().firing = firing;
            }
        }
    }

    [[nodiscard]] Program unrolled() const {
        std::vector<TimelineEntry> entries = entries_;
        putInFileOrder(entries);
        return withTimeline(program_, std::move(entries), program_.until);
    }

    const Program& program_;
    Phases phases_;
    std::vector<TimelineEntry> entries_;
    std::vector<Happening> happenings_;
    std::size_t placed_ = 0;
    bool endless_ = false;
};

/// A part with what is chosen in the whole now of all that is open.
Program timedPart(const EstatePart& part, const Program& whole) {
    Program program = part.program;
    const auto take = [](TimelineEntry& entry, const TimelineEntry& from) {
        if (const Action* action = from.action()) {
            if (const auto delay = action::delayOf(*action)) {
                setDelay(entry, *delay);
            }
        }
    };
    for (const EntryId id : part.entries.ids()) {
        take(program.entries[id], whole.entries[part.entries[id]]);
    }
    for (std::size_t i = 0; i < part.reactions.size(); ++i) {
        const Reaction& from = whole.reactions[part.reactions[i]];
        program.reactions[i].delay = from.delay;
        take(program.reactions[i].entry, from.entry);
    }
    for (const ResourceId id : part.resources.ids()) {
        program.resources[id].ownClocks = whole.resources[part.resources[id]].ownClocks;
    }
    for (const IdentityId id : part.identities.ids()) {
        program.names.identities[id].tokenLife = whole.names.identities[part.identities[id]].tokenLife;
    }
    return program;
}

Phases phasesIn(const EstatePart& part, const Phases& whole) {
    Phases phases;
    for (const ResourceId id : part.resources) {
        phases.push_back(whole[id]);
    }
    for (const ResourceId id : part.resources.ids()) {
        if (const Duration rotation = whole.rotation(part.resources[id]); rotation != Duration::zero()) {
            phases.setRotation(id, rotation);
        }
        if (const Duration recovery = whole.recovery(part.resources[id]); recovery != Duration::zero()) {
            phases.setRecovery(id, recovery);
        }
    }
    return phases;
}

} // namespace

Reactor::Reactor(const Program& program) : parts_{partsWithTimeline(program)}, concerned_(program.resources.size()) {
    std::erase_if(parts_, [](const EstatePart& part) { return part.reactions.empty(); });
    for (const EstatePart& part : parts_) {
        for (const ResourceId id : part.resources) {
            concerned_[id.index()] = true;
        }
    }
}

bool Reactor::concerns(IdentityId id) const {
    return std::ranges::any_of(parts_, [&](const EstatePart& part) { return inPart(part.identities, id).valid(); });
}

Reacted Reactor::at(const Program& timed, const Phases& phases) const {
    std::vector<TimelineEntry> entries{timed.entries.begin(), timed.entries.end()};
    bool endless = false;
    for (const EstatePart& part : parts_) {
        const Program program = timedPart(part, timed);
        Reacting reacting{program, phasesIn(part, phases)};
        reacting.react();
        endless = endless || reacting.endless();
        for (const auto& [at, firing] : reacting.happenings()) {
            const std::uint32_t reaction = part.reactions[firing.reaction];
            entries.push_back(timed.reactions[reaction].entry);
            entries.back().at = at;
            entries.back().firing = Firing{reaction, firing.time, firing.noticed};
        }
    }
    putInFileOrder(entries);
    return {withTimeline(timed, std::move(entries), timed.until), endless};
}

Reacted react(const Program& program, const Phases& phases) { return Reactor{program}.at(program, phases); }

} // namespace cmksim::engine
