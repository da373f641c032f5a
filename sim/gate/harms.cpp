#include "gate/harms.hpp"

#include "analysis/bounds.hpp"
#include "analysis/causes.hpp"
#include "analysis/deadlines.hpp"
#include "analysis/worlds.hpp"
#include "engine/replay.hpp"
#include "engine/resource_replay.hpp"
#include "engine/timings.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace cmksim::gate {

namespace {

/// The latest action on a resource, of those that can be behind what was not brought about by others.
EntryId lastActionOn(const Program& program, ResourceId resource) {
    EntryId last;
    for (const EntryId id : program.entries.ids()) {
        const Action* action = program.entries[id].resourceAction();
        last = action != nullptr && resourceOf(*action) == resource ? id : last;
    }
    return last;
}

/// The action that began what a fact ends: the deletion before the end of a retention, what set an expiry.
EntryId actionBehind(const Program& program, const FactHappened& fact, Instant at,
                     const std::vector<Deadline>& deadlines) {
    const auto deadline = std::ranges::find_if(deadlines, [&](const Deadline& one) {
        const auto* end = std::get_if<RetentionEnd>(&one.ending);
        return fact.kind == FactKind::RetentionElapsed && end != nullptr && one.at == at &&
               fact.target == (end->key ? FactTarget{*end->key} : FactTarget{end->vault});
    });
    if (deadline != deadlines.end()) {
        return deadline->created.value_or(EntryId{});
    }
    EntryId last;
    const std::optional<KeyId> key = keyOf(fact.target);
    const auto* ofVault = std::get_if<VaultId>(&fact.target);
    const VaultId vault = key ? program.names.keys[*key].vault : ofVault != nullptr ? *ofVault : VaultId{};
    for (const EntryId id : program.entries.ids()) {
        const TimelineEntry& entry = program.entries[id];
        if (entry.at > at || entry.action() == nullptr || isOnResource(*entry.action())) {
            continue;
        }
        const bool onKey = key && keyOf(*entry.action()) == *key;
        const bool sets = entry.action<KeyUpdate>() != nullptr || entry.action<KeyCreate>() != nullptr;
        const bool onVault = entry.action<VaultCreate>() != nullptr && vault.valid() && vaultOf(*entry.action()) == vault;
        last = (onKey && sets) || onVault ? id : last;
    }
    return last;
}

/// What bounds do not tell: when data is lost or deleted, and which steps are refused, in which of the cases.
class CaseWalk {
public:
    explicit CaseWalk(const Program& program, const std::vector<Deadline>& deadlines)
        : program_{program}, deadlines_{deadlines}, cases_(program.resources.size(), 0) {}

    void include(const PossibleWorld& world) {
        ++worlds_;
        for (const Record& record : world.history().records()) {
            noteRefusal(record);
        }
        for (const ResourceId id : world.program().resources.ids()) {
            for (const PhaseClass& phases : world.classesOf(id)) {
                include(world, id, phases.firstPhases());
                include(world, id, phases.lastPhases());
            }
        }
    }

    [[nodiscard]] std::vector<Harm> finish() const {
        std::vector<Harm> harms;
        for (const auto& [key, seen] : seen_) {
            harms.push_back(seen.harm);
            const std::size_t all = seen.harm.resource.valid() ? cases_[seen.harm.resource.index()] : worlds_;
            harms.back().always = seen.count == all;
        }
        return harms;
    }

private:
    struct Seen {
        Harm harm;
        std::size_t count = 0;
    };

    void include(const PossibleWorld& world, ResourceId id, const OpenPhases& phases) {
        ++cases_[id.index()];
        std::vector<Record> records;
        ResourceReplay walk{world.program(), world.history(), id, phases, records};
        walk.finish();
        for (Record& record : records) {
            record.resource = id;
            noteRefusal(record);
            if (record.is<DataLost>() || record.is<Deleted>()) {
                noteLoss(world, record);
            }
        }
    }

    void noteLoss(const PossibleWorld& world, const Record& record) {
        Harm harm;
        harm.kind = record.is<DataLost>() ? HarmKind::DataLoss : HarmKind::Deletion;
        harm.resource = record.resource;
        const Position& cause = record.position;
        if (cause.stage == Stage::Actions) {
            harm.step = EntryId{cause.cause};
        } else {
            const auto records = world.history().records();
            const auto fact = std::ranges::find(records, cause, &Record::position);
            if (fact != records.end() && fact->is<FactHappened>()) {
                harm.fact = fact->as<FactHappened>();
                harm.step = actionBehind(program_, *harm.fact, cause.at, deadlines_);
            }
        }
        note(std::move(harm), cause.at);
    }

    void noteRefusal(const Record& record) {
        if (!record.is<ActionDone>() || !record.refused()) {
            return;
        }
        const auto& expected = program_.entries[record.entry()].result;
        if (expected && expected->denied) {
            return;
        }
        Harm harm;
        harm.kind = HarmKind::Refusal;
        harm.resource = record.resource;
        harm.step = record.entry();
        harm.refusal = record.refusal();
        note(std::move(harm), record.position.at);
    }

    void note(Harm harm, Instant at) {
        const auto [found, isNew] = seen_.try_emplace(std::tuple{harm.kind, harm.resource, harm.step});
        Seen& seen = found->second;
        if (isNew) {
            harm.start = {at, at};
            seen.harm = std::move(harm);
        }
        seen.harm.start.include(at);
        ++seen.count;
    }

    const Program& program_;
    const std::vector<Deadline>& deadlines_;
    std::size_t worlds_ = 0;
    std::vector<std::size_t> cases_; // replays of each resource
    std::map<std::tuple<HarmKind, ResourceId, EntryId>, Seen> seen_;
};

/// Outages and impairments, from the bounds.
class BoundsReader {
public:
    BoundsReader(const Program& program, const std::vector<Deadline>& deadlines, std::vector<Harm>& harms)
        : program_{program}, deadlines_{deadlines}, harms_{harms} {}

    void read(const ResourceBounds& bounds) {
        const std::size_t first = harms_.size();
        for (const OutageBounds& outage : bounds.outages) {
            add(bounds, outage, outage.start.cause, first);
            for (const TurnCause& other : outage.start.others) {
                add(bounds, outage, other, first);
            }
        }
        for (const ImpairmentBounds& one : bounds.impairments) {
            Harm harm;
            harm.kind = HarmKind::Impairment;
            harm.resource = bounds.resource;
            harm.impairer = one.by;
            harm.step = actionBehind(bounds.resource, one.by);
            harm.always = one.always;
            harm.start = one.start;
            if (one.over) {
                harm.length = Extent<Duration>{std::max(Duration::zero(), one.end.least - one.start.most),
                                               one.end.most - one.start.least};
            }
            merge(std::move(harm), first);
        }
    }

private:
    void add(const ResourceBounds& bounds, const OutageBounds& outage, const TurnCause& cause, std::size_t first) {
        Harm harm;
        harm.kind = HarmKind::Outage;
        harm.resource = bounds.resource;
        harm.step = cause.entry;
        harm.fact = cause.fact;
        harm.lapse = cause.lapse;
        harm.reason = outage.reason();
        harm.always = bounds.downtime.extent.least > Duration::zero() && bounds.outages.size() == 1;
        harm.start = outage.start.instant;
        if (outage.over) {
            harm.length = outage.length.extent;
        }
        if (!harm.step.valid() && harm.fact) {
            harm.step = gate::actionBehind(program_, *harm.fact, cause.at.least, deadlines_);
        } else if (!harm.step.valid()) {
            harm.step = lastActionOn(program_, harm.resource);
        }
        merge(std::move(harm), first);
    }

    /// Several outages that one step can bring about are told as one.
    void merge(Harm harm, std::size_t first) {
        const auto found =
            std::find_if(harms_.begin() + static_cast<std::ptrdiff_t>(first), harms_.end(), [&](const Harm& one) {
                return one.kind == harm.kind && one.step == harm.step && one.fact == harm.fact &&
                       one.lapse == harm.lapse && one.impairer == harm.impairer;
            });
        if (found == harms_.end()) {
            harms_.push_back(std::move(harm));
            return;
        }
        if (harm.start.least < found->start.least) {
            found->reason = harm.reason;
        }
        found->always = found->always || harm.always;
        found->start.include(harm.start.least);
        found->start.include(harm.start.most);
        if (found->length && harm.length) {
            found->length->include(harm.length->least);
            found->length->include(harm.length->most);
        } else {
            found->length.reset();
        }
    }

    static bool begins(const Record& record, const Impairer& impairer) {
        const auto* change = record.asIf<ConditionChanged>();
        const auto* moved = record.asIf<Transition>();
        if (const auto* state = std::get_if<StateId>(&impairer)) {
            return moved != nullptr && moved->to == *state;
        }
        return change != nullptr && change->raised && change->condition == std::get<ConditionId>(impairer);
    }

    /// The cause of an impairment's first beginning, where it begins at nominal timings or at the latest ones.
    EntryId actionBehind(ResourceId resource, const Impairer& impairer) {
        for (const TimingEnd end : {TimingEnd::Nominal, TimingEnd::Latest}) {
            Program timed = program_;
            setDelays(timed, end);
            const Phases phases = end == TimingEnd::Nominal ? nominalPhases(timed) : phasesAt(timed, end);
            const Trace trace = replay(timed, phases);
            const Causes causes{timed, phases, trace};
            for (const Record& record : trace.records) {
                const bool isIt = record.resource == resource && begins(record, impairer);
                const Record* cause = isIt ? causes.of(record) : nullptr;
                if (cause != nullptr && cause->is<ActionDone>()) {
                    return cause->entry();
                }
            }
        }
        return {};
    }

    const Program& program_;
    const std::vector<Deadline>& deadlines_;
    std::vector<Harm>& harms_;
};

} // namespace

FoundHarms findHarms(const Program& program) {
    FoundHarms found;
    const std::vector<Deadline> ends = deadlines(program);
    CaseWalk walk{program, ends};
    const WorldsVisited visited = forEachWorld(program, OpenTimings::All, [&](const PossibleWorld& world) {
        walk.include(world);
        return true;
    });
    found.harms = walk.finish();
    found.everyCase = visited.cutShort.empty();
    const ScenarioBounds bounds = boundsOf(program, OpenTimings::All);
    found.exact = bounds.exact();
    BoundsReader reader{program, ends, found.harms};
    for (const ResourceBounds& one : bounds.resources) {
        reader.read(one);
    }
    std::ranges::stable_sort(found.harms, {}, [](const Harm& one) {
        return std::tuple{one.kind, one.resource, one.step};
    });
    return found;
}

std::vector<Harm> harmsOfSteps(std::vector<Harm> with, const std::vector<Harm>& without) {
    std::erase_if(with, [&](const Harm& harm) {
        return std::ranges::any_of(without, [&](const Harm& other) {
            const bool isSame = other.kind == harm.kind && other.resource == harm.resource && other.fact == harm.fact &&
                                other.lapse == harm.lapse && other.impairer == harm.impairer &&
                                other.reason == harm.reason;
            const bool endsAsSoon = !other.length || (harm.length && harm.length->most <= other.length->most);
            // What may happen anyway is no excuse for what the steps make certain.
            const bool isAsSure = other.always || !harm.always;
            return isSame && isAsSure && other.start.least <= harm.start.least && endsAsSoon;
        });
    });
    return with;
}

} // namespace cmksim::gate
