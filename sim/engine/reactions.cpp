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
    TriggerWatch(const Program& program, const std::vector<Reaction>& reactions)
        : program_{program}, reactions_{reactions}, statuses_{program.resources.size()}, states_(reactions.size()) {
        for (const ResourceId id : program.resources.ids()) {
            if (const auto& described = program.resources[id].described) {
                statuses_[id].presence = Presence::Present;
                statuses_[id].state = described->state.value_or(program.modelOf(id).ready());
            }
        }
    }

    /// All edges of the trace, in order of time, those of one instant in the order of the reactions.
    std::vector<Edge> edgesOf(const Trace& trace) {
        for (std::size_t i = 0; i < trace.records.size();) {
            const Instant now = trace.records[i].position.at;
            if (i == 0 && now > scenarioStart) {
                look(scenarioStart);
            }
            for (; i < trace.records.size() && trace.records[i].position.at == now; ++i) {
                follow(trace.records[i]);
            }
            look(now);
        }
        return std::move(edges_);
    }

private:
    struct TriggerState {
        bool holds = false;
        std::uint32_t times = 0;
    };

    void follow(const Record& record) {
        if (!record.resource.valid()) {
            return;
        }
        ResourceStatus& status = statuses_[record.resource];
        if (record.kind == RecordKind::Transition) {
            status.state = record.to;
            status.reason = record.reason;
        } else if (record.kind == RecordKind::DataLost) {
            status.recoverable = false;
        } else if (record.kind == RecordKind::Action) {
            act(std::get<Action>(program_.entries[record.entry].what), record, status);
        }
    }

    void act(const Action& action, const Record& record, ResourceStatus& status) const {
        if (std::holds_alternative<ResourceDelete>(action) && !record.refused) {
            status = {};
            status.presence = Presence::Deleted;
            status.recoverable = false;
            return;
        }
        if (!std::holds_alternative<ResourceCreate>(action)) {
            return;
        }
        const Model& model = program_.modelOf(record.resource);
        const bool ofModel = record.refused && record.refusal.origin == Refusal::Origin::Model;
        const StateId leaves = ofModel ? model.refusals[record.refusal.model].leaves : StateId{};
        if (!record.refused || leaves.valid()) {
            status = {};
            status.presence = Presence::Present;
            status.state = record.refused ? leaves : model.ready();
            status.reason = record.refused ? record.refusal.reason : Reason::None;
        }
    }

    void look(Instant now) {
        for (std::uint32_t i = 0; i < reactions_.size(); ++i) {
            const bool holds = std::ranges::all_of(reactions_[i].trigger, [&](const Expectation& one) {
                return engine::holds(program_.modelOf(one.resource), one, statuses_[one.resource]);
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
    IdVector<ResourceId, ResourceStatus> statuses_;
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
            const std::vector<Edge> edges =
                TriggerWatch{reacted.program, program_.reactions}.edgesOf(replay(reacted.program, phases_));
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
