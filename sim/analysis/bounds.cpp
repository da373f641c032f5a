#include "analysis/bounds.hpp"

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

/// One outage in one phase.
struct Outage {
    Position startSpell;
    Position endSpell; // of one that is not over: after everything
    Instant start{};
    Instant end{};
    bool startAtOnce = false;
    bool endAtOnce = false;
    bool over = false;
    Reason reason = Reason::None;
};

constexpr Position afterAll{never, Stage::Observations, 0};

/// The outages that the records of one resource tell of, in order.
class OutageReader {
public:
    OutageReader(const Program& program, const History& history, ResourceId resource)
        : program_{program}, history_{history}, resource_{resource}, ready_{program.modelOf(resource).ready()} {}

    std::vector<Outage> read(const std::vector<Record>& records) {
        outages_.clear();
        down_ = false;
        if (const ResourceState& born = history_.born(resource_); born.downSince != never) {
            begin({{scenarioStart, Stage::Facts, 0}, {}, scenarioStart, {}, true, false, false, Reason::None});
        }
        for (const Record& record : records) {
            if (record.kind == RecordKind::Transition) {
                turn(record);
            } else if (down_ && isDeletion(record)) {
                end(record.position, record.position.at, true);
            }
        }
        if (down_) {
            outages_.back().end = program_.until;
            outages_.back().endSpell = afterAll;
        }
        return std::move(outages_);
    }

private:
    void turn(const Record& record) {
        const bool atOnce = record.position.stage != Stage::Revalidations;
        if (record.to == ready_) {
            end(record.spell, record.position.at, atOnce);
        } else if (!down_) {
            begin({record.spell, {}, record.position.at, {}, atOnce, false, false, record.reason});
        }
    }

    void begin(const Outage& outage) {
        outages_.push_back(outage);
        down_ = true;
    }

    void end(const Position& spell, Instant at, bool atOnce) {
        Outage& outage = outages_.back();
        outage.endSpell = spell;
        outage.end = at;
        outage.endAtOnce = atOnce;
        outage.over = true;
        down_ = false;
    }

    [[nodiscard]] bool isDeletion(const Record& record) const {
        if (record.kind != RecordKind::Action || record.refused) {
            return false;
        }
        const auto* action = std::get_if<ResourceAction>(&program_.entries[record.entry].what);
        return action != nullptr && action->kind == ResourceActionKind::Delete;
    }

    const Program& program_;
    const History& history_;
    ResourceId resource_;
    StateId ready_;
    std::vector<Outage> outages_;
    bool down_ = false;
};

/// An outage of all the phases that have it, as they are added.
struct Gathered {
    OutageBounds bounds;
    WeightedMean length;
    WeightedMean latent;
};

/// What one resource comes to, class by class.
class ResourceBounder {
public:
    ResourceBounder(const Program& program, ResourceId resource) : program_{program} {
        bounds_.resource = resource;
        bounds_.period = program.modelOf(resource).revalidation.nominal;
        bounds_.open = cmksim::hasOpenPhase(program, resource);
    }

    /// `share` is the probability of the world as far as other resources decide it.
    void add(const History& history, const std::vector<PhaseClass>& classes, const Ratio& share) {
        OutageReader reader{program_, history, bounds_.resource};
        for (const PhaseClass& one : classes) {
            const Ratio weight = bounds_.open ? share * Ratio{one.width().count(), bounds_.period.count()} : share;
            const Passage first = walk(history, one.first);
            const Passage last = one.first == one.last ? first : walk(history, one.last);
            present_ = present_ || first.present;
            include(bounds_.downtime.extent, first.downtime, last.downtime, downtime_.weight() == 0);
            downtime_.add(first.downtime, last.downtime, weight);
            bounds_.dataLost += first.dataLost ? weight : Ratio{};
            ++bounds_.classes;
            const std::vector<Outage> outages = reader.read(first.records);
            const std::vector<Outage> atLast = reader.read(last.records);
            for (std::size_t i = 0; i < outages.size(); ++i) {
                addOutage(outages[i], atLast[i], weight);
            }
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
        std::vector<Record> records;
        Duration downtime{};
        bool present = false;
        bool dataLost = false;
    };

    Passage walk(const History& history, Duration phase) const {
        Passage passage;
        Walk walk{program_, history, bounds_.resource, phase, passage.records};
        walk.finish();
        passage.downtime = walk.resource().statusAt(program_.until).downtime;
        passage.present = walk.appeared().valid();
        passage.dataLost = std::ranges::any_of(
            passage.records, [](const Record& record) { return record.kind == RecordKind::DataLost; });
        return passage;
    }

    static void tellCause(const History& history, Turn& turn) {
        if (turn.spell == afterAll) {
            return;
        }
        if (turn.spell.stage == Stage::Actions) {
            turn.entry = EntryId{turn.spell.cause};
            return;
        }
        const auto fact = std::ranges::find(history.records(), turn.spell, &Record::position);
        if (fact != history.records().end()) {
            turn.fact = *fact;
        }
    }

    template <class T>
    static void include(Extent<T>& extent, T first, T last, bool isNew) {
        if (isNew) {
            extent = {first, first};
        }
        extent.include(first);
        extent.include(last);
    }

    void addOutage(const Outage& first, const Outage& last, const Ratio& weight) {
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
        const Duration latentFirst = first.start - first.startSpell.at;
        const Duration latentLast = last.start - first.startSpell.at;
        include(bounds.latent.extent, latentFirst, latentLast, isNew);
        gathered.latent.add(latentFirst, latentLast, weight);
    }

    const Program& program_;
    ResourceBounds bounds_;
    WeightedMean downtime_;
    std::map<std::pair<Position, Position>, Gathered> outages_;
    bool present_ = false;
};

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
                    one.probability += Ratio{phases.width().count(), period.count()};
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
    }
    for (TimelineEntry& entry : free.entries) {
        if (auto* action = std::get_if<ResourceAction>(&entry.what); action != nullptr && action->newResource) {
            action->newResource->phase.reset();
        }
    }
    return free;
}

} // namespace cmksim
