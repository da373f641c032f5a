#include "analysis/base_variants.hpp"

#include "analysis/clock_offsets.hpp"
#include "engine/chosen_clocks.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <numeric>
#include <set>

namespace cmksim::analysis {

namespace {

/// Of one group; beyond, only the ends of ranges are looked at.
constexpr std::size_t mostVariants = 4'096;
constexpr std::size_t mostCuts = 4'096;

/// How many phases decide together: those of the bases, and the own one of a resource that stands on them.
std::size_t phasesIn(const Program& program, const BaseGroup& group) {
    const bool own = std::ranges::any_of(group.subjects, [&](ResourceId id) { return hasOpenPhase(program, id); });
    return group.open.size() + (own ? 1 : 0);
}

/// The offsets from a look of a base at which something comes to count for what stands on it, near or far.
class Offsets {
public:
    Offsets(const Program& program, const BaseGroup& group) {
        std::set<Duration> steps{Duration::zero()};
        const auto count = [&](ResourceId id) {
            const std::vector<Duration> own = clockOffsets(program, id);
            steps.insert(own.begin(), own.end());
        };
        std::ranges::for_each(group.open, count);
        std::ranges::for_each(group.subjects, count);
        for (const ResourceId id : group.subjects) {
            const ResourceRules rules = program.rulesOf(id);
            steps.insert(lengthOf(rules, withinClock(*rules.model)));
            steps.insert(lengthOf(rules, backWithinClock(*rules.model)));
        }
        all_ = {Duration::zero()};
        const std::size_t deep = steps.size() == 1 ? 0 : depthOf(program, group) + 1;
        for (std::size_t i = 0; i < deep && all_.size() <= mostCuts; ++i) {
            all_ = sums(all_, steps, false);
        }
        // Of several phases each is cut where another one is, and by their differences.
        const std::set<Duration> once = all_;
        for (std::size_t i = 1; i < phasesIn(program, group) && all_.size() <= mostCuts; ++i) {
            all_ = sums(sums(all_, once, false), once, true);
        }
    }

    [[nodiscard]] const std::set<Duration>& all() const { return all_; }

private:
    static std::set<Duration> sums(const std::set<Duration>& some, const std::set<Duration>& others, bool minus) {
        std::set<Duration> found;
        for (const Duration one : some) {
            for (const Duration other : others) {
                found.insert(minus ? one - other : one + other);
            }
        }
        return found;
    }

    /// The most resources of the group that stand on one another.
    static std::size_t depthOf(const Program& program, const BaseGroup& group) {
        const BaseGraph baseGraph{program};
        std::map<ResourceId, std::size_t> depths;
        std::size_t deepest = 0;
        for (const ResourceId id : group.subjects) { // bases first
            std::size_t depth = 1;
            for (const ResourceId base : baseGraph.basesOf(id)) {
                depth = std::max(depth, depths[base] + 1);
            }
            depths[id] = depth;
            deepest = std::max(deepest, depth);
        }
        return deepest;
    }

    std::set<Duration> all_;
};

/// Of all clocks of the group the time after which they stand to each other as before.
Duration commonMeasure(const Program& program, const BaseGroup& group) {
    std::int64_t measure = 0;
    const auto add = [&](ResourceId id) {
        if (everHasKey(program, id)) {
            const Model& model = program.modelOf(id);
            measure = std::gcd(measure, model.revalidation.nominal.count());
            if (model.recoveryClock) {
                measure = std::gcd(measure, model.recoveryClock->nominal.count());
            }
        }
    };
    std::ranges::for_each(group.open, add);
    std::ranges::for_each(group.subjects, add);
    return Duration{measure};
}

/// The classes of a base, cut where something of the group passes an instant.
std::vector<PhaseClass> cutClasses(const Program& program, const BaseGroup& group, ResourceId base,
                                   const std::vector<Instant>& instants, const Offsets& offsets,
                                   const std::vector<PhaseClass>& classes) {
    const Duration period = program.modelOf(base).revalidation.nominal;
    const Duration measure = commonMeasure(program, group);
    const auto steps = static_cast<std::int64_t>(phasesIn(program, group));
    std::set<Duration> starts;
    for (const NewResource* life : livesOf(program, base)) {
        Instant birth = scenarioStart;
        for (const OwnEntry& own : program.resources[base].entries) {
            const auto* creation = program.entries[own.entry].creation();
            if (creation != nullptr && creation->described.get() == life) {
                birth = program.entries[own.entry].at;
            }
        }
        for (const Instant instant : instants) {
            for (const Duration offset : offsets.all()) {
                const Duration first = ((instant - birth - offset) % measure + measure) % measure;
                for (Duration cut = first; cut < period; cut += measure) {
                    for (std::int64_t i = 0; i <= steps; ++i) {
                        starts.insert(cut + Duration{i});
                    }
                    if (starts.size() > mostCuts) {
                        return {};
                    }
                }
            }
        }
    }
    std::vector<PhaseClass> cut;
    for (const PhaseClass& one : classes) {
        Duration first = one.first;
        for (auto at = starts.upper_bound(first); at != starts.end() && *at <= one.last; ++at) {
            std::ranges::move(within(one, first, *at - Duration{1}), std::back_inserter(cut));
            first = *at;
        }
        std::ranges::move(within(one, first, one.last), std::back_inserter(cut));
    }
    return cut;
}

/// Both ends of each class, each with its part of what the class stands for.
std::vector<std::pair<OpenPhases, Ratio>> endsOf(const std::vector<PhaseClass>& classes) {
    std::int64_t all = 0;
    for (const PhaseClass& one : classes) {
        all += pairsIn(one);
    }
    std::vector<std::pair<OpenPhases, Ratio>> ends;
    for (const PhaseClass& one : classes) {
        const std::int64_t lean = leanOf(one);
        if (one.first == one.last && one.rotationSpan == Duration::zero()) {
            ends.emplace_back(one.firstPhases(), Ratio{1, all});
        } else {
            ends.emplace_back(one.firstPhases(), Ratio{pairsIn(one) * lean, 6 * all});
            ends.emplace_back(one.lastPhases(), Ratio{pairsIn(one) * (6 - lean), 6 * all});
        }
    }
    return ends;
}

} // namespace

std::vector<BaseGroup> baseGroups(const Program& program, const BaseGraph& baseGraph) {
    using Bases = std::vector<ResourceId>;
    std::map<std::pair<Bases, Bases>, std::vector<ResourceId>> groups; // by the open ones; without any, by all of them
    for (const ResourceId id : baseGraph.order()) {
        const Bases bases = baseGraph.allBasesOf(id);
        Bases open;
        std::ranges::copy_if(bases, std::back_inserter(open),
                             [&](ResourceId base) { return hasOpenPhase(program, base) && everHasKey(program, base); });
        if (!bases.empty()) {
            groups[{open, open.empty() ? bases : Bases{}}].push_back(id);
        }
    }
    std::vector<BaseGroup> all;
    for (const auto& [key, subjects] : groups) {
        std::set<ResourceId> below{subjects.begin(), subjects.end()};
        BaseGroup group{key.first, subjects, {}, {}};
        for (const ResourceId id : subjects) {
            std::ranges::copy(baseGraph.allBasesOf(id), std::back_inserter(group.bases));
        }
        std::ranges::sort(group.bases);
        const auto repeated = std::ranges::unique(group.bases);
        group.bases.erase(repeated.begin(), repeated.end());
        below.insert(group.bases.begin(), group.bases.end());
        std::ranges::copy_if(baseGraph.order(), std::back_inserter(group.walked),
                             [&](ResourceId id) { return below.contains(id) && !baseGraph.basesOf(id).empty(); });
        all.push_back(std::move(group));
    }
    return all;
}

BaseVariants baseVariants(const Program& program, const WorldHistory& history, const BaseGroup& group,
                          const std::function<std::vector<PhaseClass>(ResourceId)>& classesOf) {
    const std::vector<Instant> instants = instantsOfAll(program, history, group);
    const Offsets offsets{program, group};
    BaseVariants variants{{{{}, Ratio{1}}}, offsets.all().size() > mostCuts};
    for (const ResourceId base : group.open) {
        const std::vector<PhaseClass> classes = classesOf(base);
        std::vector<PhaseClass> cut = variants.cutShort ? std::vector<PhaseClass>{}
                                                        : cutClasses(program, group, base, instants, offsets, classes);
        if (cut.empty() || variants.all.size() * 2 * cut.size() > mostVariants) {
            variants.cutShort = true;
            cut = {classes.front(), classes.back()};
        }
        std::vector<BaseVariant> longer;
        for (const BaseVariant& variant : variants.all) {
            for (const auto& [phases, share] : endsOf(cut)) {
                BaseVariant& more = longer.emplace_back(variant);
                more.phases.emplace_back(base, phases);
                more.share *= share;
            }
        }
        variants.all = std::move(longer);
    }
    return variants;
}

std::vector<Instant> instantsOfAll(const Program& program, const WorldHistory& history, const BaseGroup& group) {
    std::vector<Instant> instants;
    const auto add = [&](ResourceId id) {
        const std::vector<Instant> own = instantsThatMatter(program, history, id);
        instants.insert(instants.end(), own.begin(), own.end());
    };
    std::ranges::for_each(group.subjects, add);
    std::ranges::for_each(group.bases, add);
    instants.push_back(scenarioStart);
    std::ranges::sort(instants);
    const auto repeated = std::ranges::unique(instants);
    instants.erase(repeated.begin(), repeated.end());
    return instants;
}

} // namespace cmksim::analysis
