#include "blast/blast.hpp"

#include "base/parallel.hpp"
#include "engine/bases.hpp"
#include "engine/part.hpp"
#include "engine/replay.hpp"
#include "recovery/plan.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <tuple>

namespace cmksim::blast {

namespace {

/// No retention and no recovery of an identity is longer.
constexpr Duration longEnough = std::chrono::hours{24} * 120;

/// What becomes of resources when nothing is done.
class Quiet {
public:
    explicit Quiet(const Program& program) {
        for (const AtRest& trouble : troublesAtRest(program)) {
            atRest_.emplace(trouble.resource, trouble.standing);
        }
        for (const ResourceBounds& one : boundsOf(program, OpenTimings::All).resources) {
            if (!one.outages.empty()) {
                atRest_.insert_or_assign(one.resource, Standing::Down);
            }
        }
    }
    [[nodiscard]] Standing of(ResourceId id) const {
        const auto known = atRest_.find(id);
        return known != atRest_.end() ? known->second : Standing::Up;
    }
    [[nodiscard]] bool goesDown(ResourceId id) const { return of(id) == Standing::Down; }

private:
    std::map<ResourceId, Standing> atRest_;
};

/// The estate with those resources alone that `isKept` says, and what they stand on.
template <class IsKept>
Program withResources(const Program& program, IsKept isKept) {
    const Standings standings{program};
    IdVector<ResourceId, bool> kept{program.resources.size()};
    for (const ResourceId id : program.resources.ids()) {
        if (isKept(id)) {
            kept[id] = true;
            for (const ResourceId base : standings.allBasesOf(id)) {
                kept[base] = true;
            }
        }
    }
    Program fewer = program;
    for (const ResourceId id : fewer.resources.ids()) {
        if (!kept[id]) {
            fewer.resources[id].described.reset();
        }
    }
    return fewer;
}

class Blaster {
public:
    Blaster(const Program& program, const Dependencies& dependencies)
        : program_{program}, dependencies_{dependencies}, single_{dependencies.singlePoints()},
          period_{longestPeriod(program)},
          quiet_{withTimeline(program, {}, scenarioStart + 2 * longestPeriod(program))} {}

    Blast blast(BlastNode node) {
        Blast blast{std::move(node), {}, {}, true, {}, {}, {}, {}};
        for (const ResourceId id : dependencies_.resourcesOn(blast.node.vertex)) {
            blast.users.push_back({id, quiet_.of(id)});
        }
        if (blast.node.kind == BlastNodeKind::Grant && !single_[blast.node.vertex]) {
            return blast; // another one stands in for it
        }
        TimelineEntry loss = entryOf(program_, blast.node.loss, scenarioStart);
        const Program lost = withTimeline(concernedBy(blast.node.vertex), {loss}, scenarioStart + 2 * period_);
        for (const ResourceBounds& one : boundsOf(lost, OpenTimings::All).resources) {
            if (!one.outages.empty() && !quiet_.goesDown(one.resource)) {
                include(blast, one);
            }
        }
        if (!blast.resources.empty()) {
            wayBack(withResources(
                        lost,
                        [&](ResourceId id) { return std::ranges::find(blast.resources, id) != blast.resources.end(); }),
                    blast);
        }
        return blast;
    }

private:
    /// The estate with those resources that stand on a node; its loss takes nothing from the others.
    [[nodiscard]] Program concernedBy(Dependencies::Vertex node) const {
        const std::vector<ResourceId> concerned = dependencies_.resourcesOn(node);
        return withResources(program_, [&](ResourceId id) { return std::ranges::binary_search(concerned, id); });
    }

    static void include(Blast& blast, const ResourceBounds& one) {
        const Extent<Instant>& start = one.outages.front().start.instant;
        const Duration least = start.least.time_since_epoch();
        const Duration most = start.most.time_since_epoch();
        blast.down = blast.resources.empty() ? Extent<Duration>{least, most} : blast.down;
        blast.down.include(least);
        blast.down.include(most);
        blast.resources.push_back(one.resource);
    }

    /// By a plan made when all of them have gone down; and until when there is one.
    void wayBack(const Program& lost, Blast& blast) const {
        const Recovery recovery = planRecovery(lost, scenarioStart + 2 * period_, {.goal = blast.resources});
        blast.recoverable = recovery.lost.empty();
        if (!blast.recoverable) {
            blast.until = Duration::zero();
            return;
        }
        for (const PlannedStep& step : recovery.plans.front().steps) {
            const TimelineEntry entry = entryOf(recovery.program, step.step->action, step.at);
            blast.recovery.push_back(entry.name + ' ' + entry.target);
        }
        blast.ready = recovery.plans.front().proof.within;
        for (const Duration end : deadlinesOf(lost, blast.node.loss)) {
            if (!planRecovery(lost, scenarioStart + end + Duration{1}, {.goal = blast.resources}).lost.empty()) {
                blast.until = end;
                return;
            }
        }
    }

    /// When time alone takes something for good.
    [[nodiscard]] std::vector<Duration> deadlinesOf(const Program& lost, const Action& loss) const {
        std::set<Duration> ends;
        if (std::holds_alternative<IdentityDelete>(loss)) {
            ends.insert(program_.platform->identityRecovery); // at once where it cannot be
        }
        std::vector<TimelineEntry> entries{lost.entries.begin(), lost.entries.end()};
        const Program longer = withTimeline(lost, std::move(entries), scenarioStart + longEnough);
        for (const Record& record : replay(longer, nominalPhases(longer)).records) {
            if (record.is<FactHappened>()) {
                ends.insert(record.position.at.time_since_epoch());
            }
        }
        return {ends.begin(), ends.end()};
    }

    const Program& program_;
    const Dependencies& dependencies_;
    std::vector<bool> single_; // by vertex
    Duration period_;
    Quiet quiet_;
};

} // namespace

namespace {

/// The blasts of one part, in the ids of the whole.
std::vector<Blast> blastsOfPart(const EstatePart& part, const std::optional<std::string>& only) {
    std::vector<Blast> blasts;
    const Dependencies dependencies{part.program};
    std::optional<Blaster> blaster; // costs a replay, which a part without what is asked for can do without
    for (BlastNode& node : nodesOf(part.program, dependencies)) {
        if (only && node.name != *only) {
            continue;
        }
        if (!blaster) {
            blaster.emplace(part.program, dependencies);
        }
        Blast blast = blaster->blast(std::move(node));
        blast.node.loss = part.inWhole(blast.node.loss);
        for (ResourceId& resource : blast.resources) {
            resource = part.resources[resource];
        }
        for (NodeUser& user : blast.users) {
            user.resource = part.resources[user.resource];
        }
        blasts.push_back(std::move(blast));
    }
    return blasts;
}

} // namespace

std::vector<Blast> blastsOf(const Program& program, const std::optional<std::string>& only, unsigned jobs,
                            Progress* progress) {
    const std::vector<EstatePart> parts = partsOf(program);
    std::vector<std::vector<Blast>> found(parts.size());
    forEachIndex(parts.size(), jobs, [&](std::size_t i) {
        if (progress == nullptr || !progress->cancelled()) {
            found[i] = blastsOfPart(parts[i], only);
        }
        if (progress != nullptr) {
            progress->advance(1);
        }
    });
    std::vector<Blast> blasts;
    for (std::vector<Blast>& of : found) {
        std::ranges::move(of, std::back_inserter(blasts));
    }
    std::ranges::stable_sort(blasts, {}, [](const Blast& one) {
        return std::tuple{one.resources.empty(),
                          one.recoverable,
                          -static_cast<std::int64_t>(one.resources.size()),
                          one.until.value_or(Duration::max()),
                          one.down.most,
                          one.node.name};
    });
    return blasts;
}

} // namespace cmksim::blast
