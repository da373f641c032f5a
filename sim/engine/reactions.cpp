#include "engine/reactions.hpp"

#include "engine/expectation.hpp"
#include "engine/replay.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace cmksim::engine {

namespace {

/// A trigger came true.
struct Edge {
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
    std::vector<Edge> edges() {
        if (trace_.records.empty() || trace_.records.front().position.at > scenarioStart) {
            look(scenarioStart);
        }
        for (std::size_t i = 0; i < trace_.records.size();) {
            const Instant now = trace_.records[i].position.at;
            lookUntil(now, false);
            for (; i < trace_.records.size() && trace_.records[i].position.at == now; ++i) {
                if (trace_.records[i].resource.valid()) {
                    known_[trace_.records[i].resource] = {trace_.records[i].status, now};
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
    std::vector<Edge> edges_;
};

class Reacting {
public:
    Reacting(const Program& program, const Phases& phases)
        : program_{program}, phases_{phases}, entries_{program.entries.begin(), program.entries.end()} {}

    Reacted react() {
        Reacted reacted{unrolled(), false};
        for (;;) {
            const Trace trace = replay(reacted.program, phases_);
            const std::vector<Edge> edges = TriggerWatch{reacted.program, program_.reactions, trace}.edges();
            if (edges.size() == placed_) {
                return reacted;
            }
            if (edges.size() > mostFirings) {
                reacted.endless = true;
                return reacted;
            }
            place(edges);
            reacted.program = unrolled();
        }
    }

private:
    /// Places the edges that nothing placed with them can undo: all up to the first instant at which one of them acts.
    void place(const std::vector<Edge>& edges) {
        Instant first = never;
        while (placed_ < edges.size() && edges[placed_].at < first) {
            const Edge& edge = edges[placed_++];
            const Reaction& reaction = program_.reactions[edge.reaction];
            TimelineEntry entry = reaction.entry;
            entry.at = edge.at + reaction.delay.value_or(reaction.least);
            entry.firing = Firing{edge.reaction, edge.time, edge.at};
            first = std::min(first, entry.at);
            if (entry.at <= program_.until) {
                entries_.push_back(std::move(entry));
            }
        }
    }

    /// Equal instants in file order.
    [[nodiscard]] Program unrolled() const {
        std::vector<TimelineEntry> entries = entries_;
        std::ranges::stable_sort(entries, {}, [](const TimelineEntry& one) {
            return std::tuple{one.place.line, one.place.column};
        });
        return withTimeline(program_, std::move(entries), program_.until);
    }

    const Program& program_;
    const Phases& phases_;
    std::vector<TimelineEntry> entries_;
    std::size_t placed_ = 0;
};

} // namespace

Reacted react(const Program& program, const Phases& phases) { return Reacting{program, phases}.react(); }

} // namespace cmksim::engine
