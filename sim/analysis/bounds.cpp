#include "analysis/bounds.hpp"

#include "analysis/reaction_worlds.hpp"
#include "analysis/resource_bounds.hpp"
#include "analysis/verify.hpp"
#include "analysis/world_variants.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

namespace cmksim::analysis {

namespace {

/// How likely it is that a resource has one of these phases: of a fleet, the share of the members that have.
Ratio shareOf(const Program& program, ResourceId resource, const PhaseClass& phases) {
    const auto& fleet = program.resources[resource].fleet;
    if (fleet && fleet->phases) {
        return ratio(fleet->phases->before(phases.last + Duration{1}) - fleet->phases->before(phases.first),
                     fleet->members);
    }
    return ratio(phases.width().count(), program.modelOf(resource).revalidation.nominal.count());
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
        share *= ratio(width.count(), program.modelOf(other).revalidation.nominal.count());
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

namespace {

/// Adds what every world of a program without reactions comes to, `share` being the program's own probability.
void addWorlds(const Program& program, const Ratio& share, std::vector<ResourceBounder>& bounders) {
    for (const WorldVariant& variant : worldVariants(program)) {
        const WorldHistory history = simulateWorld(program, variant.phases);
        TellingHistory telling{program, variant.phases};
        for (const ResourceId id : program.resources.ids()) {
            bounders[id.index()].add(program, history, telling, variant.classesOf(program, history, id),
                                     share * shareOf(program, variant, id));
        }
    }
}

/// The expectations of several worlds, each as likely as any other, told as those of `shown`.
class ExpectationAverage {
public:
    explicit ExpectationAverage(const Program& shown) : shown_{shown} {}

    void add(const Program& world, const Ratio& share) {
        for (const ExpectationBounds& one : expectationBounds(world)) {
            const TimelineEntry& entry = world.entries[one.entry];
            Average& average = averages_[{entry.place, entry.firing ? entry.firing->time : 0, one.item}];
            average.probability += share * one.probability;
            average.weight += share;
            average.always = average.always && one.always;
        }
    }

    [[nodiscard]] std::vector<ExpectationBounds> finish() const {
        std::vector<ExpectationBounds> all;
        for (ExpectationBounds one : expectationBounds(shown_)) {
            const TimelineEntry& entry = shown_.entries[one.entry];
            const auto found = averages_.find({entry.place, entry.firing ? entry.firing->time : 0, one.item});
            if (found != averages_.end()) {
                one.always = found->second.always;
                one.probability = found->second.probability / found->second.weight;
                one.resource = {};
                one.holds.clear();
            }
            all.push_back(std::move(one));
        }
        return all;
    }

private:
    struct Average {
        Ratio probability;
        Ratio weight;
        bool always = true;
    };

    const Program& shown_;
    std::map<std::tuple<TextPlace, std::uint32_t, std::uint32_t>, Average> averages_;
};

} // namespace

ScenarioBounds boundsOf(const Program& program, const Program& shown, std::uint64_t mostReplays) {
    std::vector<ResourceBounder> bounders;
    for (const ResourceId id : program.resources.ids()) {
        bounders.emplace_back(shown, id, hasOpenPhase(program, id));
    }
    ScenarioBounds all;
    if (program.reactions.empty()) {
        addWorlds(program, 1, bounders);
        all.expectations = expectationBounds(program);
    } else {
        const ReactionWorlds worlds{program, mostReplays};
        const Ratio share = ratio(1, static_cast<std::int64_t>(worlds.count()));
        ExpectationAverage expectations{shown};
        for (std::uint64_t i = 0; i < worlds.count(); ++i) {
            const ReactionWorld world = worlds.world(i);
            addWorlds(world.program, share, bounders);
            expectations.add(world.program, share);
        }
        all.expectations = expectations.finish();
        all.worlds = worlds.count();
        all.exact = worlds.exact();
    }
    for (ResourceBounder& bounder : bounders) {
        if (auto one = bounder.finish()) {
            all.resources.push_back(std::move(*one));
        }
    }
    return all;
}

ScenarioBounds boundsOf(const Program& program) { return boundsOf(program, program, 1); }

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
        if (const auto* creation = entry.action<ResourceCreate>()) {
            entry.what = withPhase(*creation, std::nullopt);
        }
    }
    return free;
}

} // namespace cmksim::analysis
