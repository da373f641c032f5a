#include "gate/harms.hpp"

#include "analysis/bounds.hpp"
#include "analysis/causes.hpp"
#include "analysis/deadlines.hpp"
#include "analysis/lost_bases.hpp"
#include "analysis/worlds.hpp"
#include "engine/replay.hpp"
#include "engine/resource_replay.hpp"
#include "engine/timings.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <span>
#include <tuple>
#include <utility>

namespace cmksim::gate {

namespace {

/// The latest action on a resource, of those that can be behind what was not brought about by others.
std::optional<EntryId> lastActionOn(const Program& program, ResourceId resource) {
    std::optional<EntryId> last;
    for (const EntryId id : program.entries.ids()) {
        const Action* action = program.entries[id].resourceAction();
        last = action != nullptr && resourceOf(*action) == resource ? std::optional{id} : last;
    }
    return last;
}

/// The action that began what a fact ends: the deletion before the end of a retention, what set an expiry.
std::optional<EntryId> actionBehind(const Program& program, const FactHappened& fact, Instant at,
                                    const std::vector<Deadline>& deadlines) {
    const auto deadline = std::ranges::find_if(deadlines, [&](const Deadline& one) {
        const auto* end = std::get_if<RetentionEnd>(&one.ending);
        return fact.kind == FactKind::RetentionElapsed && end != nullptr && one.at == at &&
               fact.target == (end->key ? FactTarget{*end->key} : FactTarget{end->vault});
    });
    if (deadline != deadlines.end()) {
        return deadline->created;
    }
    std::optional<EntryId> last;
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
        const bool onVault =
            entry.action<VaultCreate>() != nullptr && vault.valid() && vaultOf(*entry.action()) == vault;
        last = (onKey && sets) || onVault ? std::optional{id} : last;
    }
    return last;
}

/// Where a harm stands among all: what names no resource or no step behind those that do.
auto placeOf(const Harm& harm) {
    const std::optional<ResourceId> resource = harm.resource();
    return std::tuple{harm.what.index(), !resource, resource, !harm.step, harm.step};
}
using HarmPlace = decltype(placeOf(std::declval<Harm>()));

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
            world.forEachEnd(id, [&](const OpenPhases& phases) { include(world, id, phases); });
        }
    }

    [[nodiscard]] std::vector<Harm> finish() const {
        std::vector<Harm> harms;
        for (const auto& [key, seen] : seen_) {
            harms.push_back(seen.harm);
            const std::optional<ResourceId> resource = seen.harm.resource();
            const std::size_t all = resource ? cases_[resource->index()] : worlds_;
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
        for (const Record& record : records) {
            noteRefusal(record);
            if (record.is<DataLost>() || record.is<Deleted>()) {
                noteLoss(world, record);
            }
        }
    }

    void noteLoss(const PossibleWorld& world, const Record& record) {
        const Position& cause = record.position;
        std::optional<EntryId> step;
        std::optional<FactHappened> fact;
        if (cause.stage == Stage::Actions) {
            step = EntryId{cause.cause};
        } else {
            const auto records = world.history().records();
            const auto found = std::ranges::find(records, cause, &Record::position);
            if (found != records.end() && found->is<FactHappened>()) {
                fact = found->as<FactHappened>();
                step = actionBehind(program_, *fact, cause.at, deadlines_);
            }
        }
        note(record.is<DataLost>() ? Harm::What{DataLossHarm{record.on->resource, fact}}
                                   : DeletionHarm{record.on->resource},
             step, cause.at);
    }

    void noteRefusal(const Record& record) {
        if (!record.is<ActionDone>() || !record.refused()) {
            return;
        }
        const auto& expected = program_.entries[record.entry()].result;
        if (expected && expected->denied) {
            return;
        }
        const auto on = record.on ? std::optional{record.on->resource} : std::nullopt;
        note(RefusalHarm{on, *record.refusal()}, record.entry(), record.position.at);
    }

    void note(Harm::What what, std::optional<EntryId> step, Instant at) {
        const Harm harm{std::move(what), step, false, {at, at}, {}};
        Seen& seen = seen_.try_emplace(placeOf(harm), Seen{harm, 0}).first->second;
        seen.harm.start.include(at);
        ++seen.count;
    }

    const Program& program_;
    const std::vector<Deadline>& deadlines_;
    std::size_t worlds_ = 0;
    std::vector<std::size_t> cases_; // replays of each resource
    std::map<HarmPlace, Seen> seen_;
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
            Harm harm{ImpairmentHarm{bounds.resource, one.by},
                      actionBehind(bounds.resource, one.by),
                      one.always,
                      one.start,
                      {},
                      bounds.exact};
            if (one.over) {
                harm.length = Extent<Duration>{std::max(Duration::zero(), one.end.least - one.start.most),
                                               one.end.most - one.start.least};
            }
            merge(std::move(harm), first);
        }
        addLosses(bounds, first);
    }

private:
    /// A state brings losses while it lasts.
    void addLosses(const ResourceBounds& bounds, std::size_t first) {
        for (Harm& harm : std::span{harms_}.subspan(first)) {
            std::ranges::copy_if(bounds.losses, std::back_inserter(harm.losses), [&](const StateLoss& loss) {
                return harm.start.least <= loss.at.most &&
                       (!harm.length || loss.at.least <= harm.start.most + harm.length->most);
            });
        }
    }

    void add(const ResourceBounds& bounds, const OutageBounds& outage, const TurnCause& cause, std::size_t first) {
        OutageHarm what{bounds.resource, {}, outage.reason()};
        if (const auto* fact = std::get_if<FactHappened>(&cause.what)) {
            what.fact = *fact;
        }
        Harm harm{what,
                  stepBehind(bounds.resource, cause),
                  bounds.downtime.extent.least > Duration::zero() && bounds.outages.size() == 1,
                  outage.start.instant,
                  {},
                  bounds.exact};
        if (outage.over) {
            harm.length = outage.length.extent;
        }
        merge(std::move(harm), first);
    }

    [[nodiscard]] std::optional<EntryId> stepBehind(ResourceId resource, const TurnCause& cause) const {
        if (const auto* entry = std::get_if<EntryId>(&cause.what)) {
            return *entry;
        }
        const auto* fact = std::get_if<FactHappened>(&cause.what);
        return fact != nullptr && *fact != ownLapse ? gate::actionBehind(program_, *fact, cause.at.least, deadlines_)
                                                    : lastActionOn(program_, resource);
    }

    /// Whether two harms of one resource are the same, as far as their reasons go.
    static bool isSameButReason(const Harm::What& one, const Harm::What& other) {
        const auto* first = std::get_if<OutageHarm>(&one);
        const auto* second = std::get_if<OutageHarm>(&other);
        return first != nullptr && second != nullptr ? first->fact == second->fact : one == other;
    }

    /// Several outages that one step can bring about are told as one.
    void merge(Harm harm, std::size_t first) {
        const auto found =
            std::find_if(harms_.begin() + static_cast<std::ptrdiff_t>(first), harms_.end(), [&](const Harm& one) {
                return one.step == harm.step && isSameButReason(one.what, harm.what);
            });
        if (found == harms_.end()) {
            harms_.push_back(std::move(harm));
            return;
        }
        if (harm.start.least < found->start.least) {
            found->what = harm.what;
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
    std::optional<EntryId> actionBehind(ResourceId resource, const Impairer& impairer) {
        for (const TimingEnd end : {TimingEnd::Nominal, TimingEnd::Latest}) {
            Program timed = program_;
            setDelays(timed, end);
            const Phases phases = end == TimingEnd::Nominal ? nominalPhases(timed) : phasesAt(timed, end);
            const Trace trace = replay(timed, phases);
            const Causes causes{timed, phases, trace};
            for (const Record& record : trace.records) {
                const bool isIt = record.isOn(resource) && begins(record, impairer);
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

/// What stands on data that is lost, and cannot come back without it, is lost with it.
void addLossesOnLost(const Program& program, std::vector<Harm>& harms) {
    const BaseGraph baseGraph{program};
    for (const ResourceId id : baseGraph.order()) {
        const LeantOn leant = leantOn(program, baseGraph, id);
        std::vector<Harm> own; // of its bases, told as its own
        bool always = true;
        std::size_t lost = 0;
        for (const ResourceId base : leant.bases) {
            const std::size_t before = own.size();
            std::ranges::copy_if(harms, std::back_inserter(own),
                                 [&](const Harm& harm) { return harm.is<DataLossHarm>() && harm.resource() == base; });
            lost += own.size() > before ? 1U : 0U;
            always = always && own.size() > before && own.back().always;
        }
        const auto latest = std::ranges::max_element(own, {}, [](const Harm& one) { return one.start.most; });
        if (!leant.all && (own.empty() || lost < leant.bases.size())) {
            continue;
        }
        if (!leant.all) {
            own = {*latest};
            own.front().always = always;
        }
        for (Harm& harm : own) {
            std::get<DataLossHarm>(harm.what).resource = id;
            const bool isKnown = std::ranges::any_of(
                harms, [&](const Harm& one) { return one.what == harm.what && one.step == harm.step; });
            if (!isKnown) {
                harms.push_back(std::move(harm));
            }
        }
    }
}

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
    addLossesOnLost(program, found.harms);
    found.cutShort = visited.cutShort;
    const ScenarioBounds bounds = boundsOf(program, OpenTimings::All);
    found.exact = bounds.exact();
    BoundsReader reader{program, ends, found.harms};
    for (const ResourceBounds& one : bounds.resources) {
        reader.read(one);
    }
    std::ranges::stable_sort(found.harms, {}, placeOf);
    return found;
}

std::vector<Harm> harmsOfSteps(std::vector<Harm> with, const std::vector<Harm>& without) {
    std::erase_if(with, [&](const Harm& harm) {
        return std::ranges::any_of(without, [&](const Harm& other) {
            const bool endsAsSoon = !other.length || (harm.length && harm.length->most <= other.length->most);
            // What may happen anyway is no excuse for what the steps make certain.
            const bool isAsSure = other.always || !harm.always;
            return other.what == harm.what && isAsSure && other.start.least <= harm.start.least && endsAsSoon;
        });
    });
    return with;
}

} // namespace cmksim::gate
