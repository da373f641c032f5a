#include "analysis/bounds.hpp"

#include "analysis/outages.hpp"
#include "analysis/verify.hpp"
#include "analysis/world_variants.hpp"
#include "engine/replay.hpp"
#include "engine/walk.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace cmksim {

namespace {

/// An outage of all the phases that have it, as they are added.
struct Gathered {
    OutageBounds bounds;
    WeightedMean length;
    WeightedMean latent;
};

/// Whether the timeline creates it, so that it may have several lives.
bool isCreated(const Program& program, ResourceId id) {
    return std::ranges::any_of(program.resources[id].entries, [&program](const OwnEntry& own) {
        const auto* action = std::get_if<ResourceAction>(&program.entries[own.entry].what);
        return action != nullptr && action->newResource;
    });
}

/// What one resource comes to, class by class.
class ResourceBounder {
public:
    ResourceBounder(const Program& program, ResourceId resource) : program_{program} {
        bounds_.resource = resource;
        bounds_.period = program.modelOf(resource).revalidation.nominal;
        bounds_.open = cmksim::hasOpenPhase(program, resource);
        created_ = isCreated(program, resource);
    }

    /// `share` is the probability of the world as far as other resources decide it.
    void add(const History& history, const std::vector<PhaseClass>& classes, const Ratio& share) {
        const auto& fleet = program_.resources[bounds_.resource].fleet;
        const bool known = fleet && fleet->phases;
        for (const PhaseClass& one : known ? phasesOf(*fleet, classes) : classes) {
            const Ratio weight = known          ? share * Ratio{fleet->phases->at(one.first), fleet->members}
                                 : bounds_.open ? share * Ratio{one.width().count(), bounds_.period.count()}
                                                : share;
            const Passage passed = walk(history, one.first, first_);
            present_ = present_ || passed.present;
            bounds_.dataLost += passed.dataLost ? weight : Ratio{};
            const Duration first = passed.downtime;
            Duration last = first;
            if (created_) {
                last = walk(history, one.last, last_).downtime;
            } else {
                last += shift(one.last - one.first);
            }
            for (std::size_t i = 0; i < first_.size(); ++i) {
                addOutage(history, first_[i], last_[i], weight);
            }
            include(bounds_.downtime.extent, first, last, downtime_.weight() == 0);
            downtime_.add(first, last, weight);
            ++bounds_.classes;
        }
    }

    /// Nothing for a resource that is never there.
    std::optional<ResourceBounds> finish(const History& history) {
        if (!present_) {
            return std::nullopt;
        }
        bounds_.downtime.mean = downtime_.mean();
        for (auto& [spells, gathered] : outages_) {
            gathered.bounds.probability = gathered.length.weight();
            gathered.bounds.length.mean = gathered.length.mean();
            gathered.bounds.latent.mean = gathered.latent.mean();
            tellCause(history, gathered.bounds.start);
            tellCause(history, gathered.bounds.end);
            bounds_.outages.push_back(std::move(gathered.bounds));
        }
        std::ranges::stable_sort(bounds_.outages, {}, [](const OutageBounds& one) {
            return std::tuple{one.start.instant.least, one.start.instant.most, one.end.instant.least};
        });
        return std::move(bounds_);
    }

private:
    struct Passage {
        Duration downtime{};
        bool present = false;
        bool dataLost = false;
    };

    Passage walk(const History& history, Duration phase, std::vector<Outage>& outages) {
        records_.clear();
        Walk walk{program_, history, bounds_.resource, phase, records_};
        spells_.clear();
        walk.tellSpells(spells_);
        walk.finish();
        readOutages(program_, history, bounds_.resource, records_, spells_, outages);
        const bool lost =
            std::ranges::any_of(records_, [](const Record& record) { return record.kind == RecordKind::DataLost; });
        return {walk.resource().statusAt(program_.until).downtime, walk.appeared().valid(), lost};
    }

    /// The phases that members of a fleet have, one by one: not every phase of a class has as many of them.
    static std::vector<PhaseClass> phasesOf(const Fleet& fleet, const std::vector<PhaseClass>& classes) {
        std::vector<PhaseClass> phases;
        for (const PhaseClass& one : classes) {
            for (Duration phase = one.first; phase <= one.last; ++phase) {
                if (fleet.phases->at(phase) > 0) {
                    phases.push_back({phase, phase});
                }
            }
        }
        return phases;
    }

    /// The outages of a phase that is later by so much, in the same class, and how much longer they are in total: what
    /// a revalidation sees is later too.
    Duration shift(Duration by) {
        last_ = first_;
        Duration longer{};
        for (Outage& outage : last_) {
            const Duration start = outage.startAtOnce ? Duration::zero() : by;
            const Duration end = outage.over && !outage.endAtOnce ? by : Duration::zero();
            outage.start += start;
            outage.end += end;
            longer += end - start;
        }
        return longer;
    }

    static void tellCause(const History& history, Turn& turn) {
        if (turn.spell == afterAll) {
            return;
        }
        const Position cause = causeOf(history, turn.spell);
        if (cause.stage == Stage::Actions) {
            turn.entry = EntryId{cause.cause};
            return;
        }
        const auto fact = std::ranges::find(history.records(), turn.spell, &Record::position);
        if (fact != history.records().end()) {
            turn.fact = *fact;
        }
    }

    /// Where what began a spell happened: where it began, or where the action stands that took until then to count.
    static Position causeOf(const History& history, const Position& spell) {
        const MomentId moment = history.find(spell);
        return moment.valid() ? history.position(history.causeOf(moment)) : spell;
    }

    template <class T>
    static void include(Extent<T>& extent, T first, T last, bool isNew) {
        if (isNew) {
            extent = {first, first};
        }
        extent.include(first);
        extent.include(last);
    }

    void addOutage(const History& history, const Outage& first, const Outage& last, const Ratio& weight) {
        const auto [found, isNew] = outages_.try_emplace({first.startSpell, first.endSpell});
        Gathered& gathered = found->second;
        OutageBounds& bounds = gathered.bounds;
        if (isNew || first.start < bounds.start.instant.least) {
            bounds.reason = first.reason;
        }
        bounds.over = first.over;
        bounds.start.spell = first.startSpell;
        bounds.start.atOnce = first.startAtOnce;
        bounds.end.spell = first.endSpell;
        bounds.end.atOnce = first.endAtOnce;
        include(bounds.start.instant, first.start, last.start, isNew);
        include(bounds.end.instant, first.end, last.end, isNew);
        include(bounds.length.extent, first.end - first.start, last.end - last.start, isNew);
        gathered.length.add(first.end - first.start, last.end - last.start, weight);
        const Instant caused = causeOf(history, first.startSpell).at;
        const Duration latentFirst = first.start - caused;
        const Duration latentLast = last.start - caused;
        include(bounds.latent.extent, latentFirst, latentLast, isNew);
        gathered.latent.add(latentFirst, latentLast, weight);
    }

    const Program& program_;
    ResourceBounds bounds_;
    WeightedMean downtime_;
    std::map<std::pair<Position, Position>, Gathered> outages_;
    bool present_ = false;
    bool created_ = false; // of several lives only the last one's downtime counts, and each may pin its phase
    std::vector<Record> records_;
    std::vector<Position> spells_;
    std::vector<Outage> first_; // of a class's first phase
    std::vector<Outage> last_;  // of its last
};

/// How likely it is that a resource has one of these phases: of a fleet, the share of the members that have.
Ratio shareOf(const Program& program, ResourceId resource, const PhaseClass& phases) {
    const auto& fleet = program.resources[resource].fleet;
    if (fleet && fleet->phases) {
        return {fleet->phases->before(phases.last + Duration{1}) - fleet->phases->before(phases.first), fleet->members};
    }
    return {phases.width().count(), program.modelOf(resource).revalidation.nominal.count()};
}

/// The probability of a world as far as resources other than `resource` decide it.
Ratio shareOf(const Program& program, const WorldVariant& variant, ResourceId resource) {
    Ratio share = 1;
    for (const auto& [other, classes] : variant.allowed) {
        if (other == resource) {
            continue;
        }
        Duration width{};
        for (const PhaseClass& one : classes) {
            width += one.width();
        }
        share *= Ratio{width.count(), program.modelOf(other).revalidation.nominal.count()};
    }
    return share;
}

std::vector<PhaseClass> complement(const std::vector<PhaseClass>& phases, Duration period) {
    std::vector<PhaseClass> rest;
    Duration next{};
    for (const PhaseClass& one : phases) {
        if (next < one.first) {
            rest.push_back({next, one.first - Duration{1}});
        }
        next = one.last + Duration{1};
    }
    if (next < period) {
        rest.push_back({next, period - Duration{1}});
    }
    return rest;
}

/// Every expectation of the timeline, as `shortfalls` leave it.
std::vector<ExpectationBounds> expectationBounds(const Program& program) {
    std::map<std::pair<EntryId, std::uint32_t>, Shortfall> shortfalls;
    for (Shortfall& shortfall : verify(program, PhaseScope::Every).shortfalls) {
        shortfalls.emplace(std::pair{shortfall.entry, shortfall.item}, std::move(shortfall));
    }
    std::vector<ExpectationBounds> all;
    const auto add = [&](EntryId entry, std::uint32_t item) {
        ExpectationBounds one{entry, item, {}, {}, true, 1};
        if (const auto found = shortfalls.find({entry, item}); found != shortfalls.end()) {
            one.always = false;
            one.resource = found->second.resource;
            one.probability = 0;
            if (one.resource.valid()) {
                const Duration period = program.modelOf(one.resource).revalidation.nominal;
                one.holds = complement(found->second.phases, period);
                for (const PhaseClass& phases : one.holds) {
                    one.probability += shareOf(program, one.resource, phases);
                }
            }
        }
        all.push_back(std::move(one));
    };
    for (const EntryId id : program.entries.ids()) {
        const TimelineEntry& entry = program.entries[id];
        if (const auto* expectations = std::get_if<std::vector<Expectation>>(&entry.what)) {
            for (std::uint32_t item = 0; item < expectations->size(); ++item) {
                add(id, item);
            }
        } else if (entry.result || shortfalls.contains({id, 0})) {
            add(id, 0);
        }
    }
    return all;
}

} // namespace

ScenarioBounds boundsOf(const Program& program) {
    std::vector<ResourceBounder> bounders;
    for (const ResourceId id : program.resources.ids()) {
        bounders.emplace_back(program, id);
    }
    for (const WorldVariant& variant : worldVariants(program)) {
        const History history = unfold(program, variant.phases);
        for (const ResourceId id : program.resources.ids()) {
            bounders[id.index()].add(history, variant.classesOf(program, history, id), shareOf(program, variant, id));
        }
    }
    const History nominal = unfold(program, nominalPhases(program));
    ScenarioBounds all;
    for (ResourceBounder& bounder : bounders) {
        if (auto one = bounder.finish(nominal)) {
            all.resources.push_back(std::move(*one));
        }
    }
    all.expectations = expectationBounds(program);
    return all;
}

Program withFreePhases(const Program& program) {
    Program free = program;
    for (ResourceProgram& resource : free.resources) {
        if (resource.described) {
            resource.described->phase.reset();
        }
        if (resource.fleet) {
            resource.fleet->drawn = false;
            resource.fleet->phases.reset();
        }
    }
    for (TimelineEntry& entry : free.entries) {
        if (auto* action = std::get_if<ResourceAction>(&entry.what); action != nullptr && action->newResource) {
            action->newResource->phase.reset();
        }
    }
    return free;
}

} // namespace cmksim
