#include "blast/blast.hpp"

#include "base/parallel.hpp"
#include "blast/quiet.hpp"
#include "engine/alike.hpp"
#include "engine/part.hpp"
#include "engine/replay.hpp"
#include "engine/timings.hpp"
#include "recovery/moved_on.hpp"
#include "recovery/plan.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace cmksim::blast {

namespace {

class Blaster {
public:
    Blaster(const Program& program, const Dependencies& dependencies)
        : program_{program}, dependencies_{dependencies}, single_{dependencies.singlePoints()},
          period_{longestPeriod(program)} {}

    Blast blast(BlastNode node) {
        Blast blast;
        blast.node = std::move(node);
        if (!blast.node.isLosable()) {
            const Quiet& quiet = quietUntil(scenarioStart + 2 * period_);
            for (const ResourceId id : resourcesOn(program_, dependencies_, blast.node)) {
                blast.users.push_back({id, quiet.of(id), false, false});
            }
            return blast;
        }
        TimelineEntry loss = entryOf(program_, blast.node.loss, scenarioStart);
        const Instant end = noticedBy(program_, {&loss, 1});
        const Quiet& quiet = quietUntil(end);
        for (const ResourceId id : dependencies_.resourcesOn(blast.node.vertex)) {
            const RestStatus atRest = quiet.of(id);
            blast.users.push_back({id, atRest, atRest == RestStatus::Up && quiet.changesLater(id), false});
        }
        if (blast.node.kind == BlastNodeKind::Grant && !single_[blast.node.vertex]) {
            return blast; // another one stands in for it
        }
        const Program lost = withTimeline(concernedBy(blast.node.vertex), {std::move(loss)}, end);
        for (const ResourceBounds& one : boundsOf(lost, OpenTimings::All).resources) {
            if (!one.outages.empty() && !quiet.isDownBy(one.resource, one.outages.front().start.instant.least)) {
                include(blast, one);
            } else if (auto impaired = impairmentBeside(program_, one, quiet)) {
                blast.exact = blast.exact && one.exact;
                blast.impaired.push_back(*std::move(impaired));
            }
        }
        if (blast.harms()) {
            const Program longer =
                withTimeline(lost, {lost.entries.begin(), lost.entries.end()}, scenarioStart + longestLookedAhead);
            blast.losses = lossesAtEnds(longer);
            std::erase_if(blast.losses, [&](const StateLoss& one) { return !blast.isHarmed(one.resource); });
            wayBack(lost, blast);
        }
        return blast;
    }

private:
    const Quiet& quietUntil(Instant end) {
        const auto known = quiet_.find(end);
        return known != quiet_.end() ? known->second
                                     : quiet_.emplace(end, withTimeline(program_, {}, end)).first->second;
    }

    /// The estate with those resources that stand on a node; its loss takes nothing from the others.
    [[nodiscard]] Program concernedBy(Dependencies::Vertex node) const {
        return withResources(program_, dependencies_.resourcesOn(node));
    }

    static void include(Blast& blast, const ResourceBounds& one) {
        const Extent<Instant>& start = one.outages.front().start.instant;
        const Duration least = start.least.time_since_epoch();
        const Duration most = start.most.time_since_epoch();
        blast.down = blast.resources.empty() ? Extent<Duration>{least, most} : blast.down;
        blast.down.include(least);
        blast.down.include(most);
        blast.exact = blast.exact && one.exact;
        blast.resources.push_back(one.resource);
        blast.downOf.push_back({least, most});
    }

    /// After the loss, what may put an end to a way back, and when it has come at every timing.
    struct Limit {
        Duration end;
        Duration past;

        friend auto operator<=>(const Limit&, const Limit&) = default;
    };

    /// By a plan made when all of them have noticed; and until when there is one.
    void wayBack(const Program& all, Blast& blast) const {
        std::vector<ResourceId> harmed = blast.resources;
        std::ranges::transform(blast.impaired, std::back_inserter(harmed), &BlastImpairment::resource);
        const Program lost = withResources(all, harmed);
        const Recovery recovery = planRecovery(lost, lost.until, {.goal = harmed});
        blast.recoverable = recovery.lost.empty();
        if (!blast.recoverable) {
            blast.until = Duration::zero();
            return;
        }
        blast.recovery = stepsOf(recovery);
        blast.ready = recovery.plans.front().proof.within;
        for (const Limit& limit : limitsOf(lost, blast.node.loss)) {
            const Recovery later = planRecovery(lost, scenarioStart + limit.past + Duration{1}, {.goal = harmed});
            if (!later.lost.empty()) {
                blast.until = limit.end;
                return;
            }
            if (!blast.stepsUntil && stepsOf(later) != blast.recovery) {
                blast.stepsUntil = limit.end;
            }
        }
    }

    /// When time alone takes something for good, or moves a resource on to a state out of which other ways lead.
    [[nodiscard]] std::set<Limit> limitsOf(const Program& lost, const Action& loss) const {
        std::set<Limit> limits;
        const auto include = [&](Duration end) { limits.insert({end, end}); };
        if (std::holds_alternative<IdentityDelete>(loss)) {
            include(program_.platform->identityRecovery); // at once where it cannot be
        }
        std::vector<TimelineEntry> entries{lost.entries.begin(), lost.entries.end()};
        const Program longer = withTimeline(lost, std::move(entries), scenarioStart + longestLookedAhead);
        // What falls due without the loss is due again once that is repaired: a key expires though it is deleted.
        const Program unharmed = withTimeline(lost, {}, scenarioStart + longestLookedAhead);
        for (const Program* program : {&longer, &unharmed}) {
            for (const Record& record : replay(*program, nominalPhases(*program)).records) {
                if (record.is<FactHappened>()) {
                    include(record.position.at.time_since_epoch());
                }
            }
        }
        for (const MovedOn& move : movedOn(longer)) {
            if (move.at.least > lost.until) { // else the plan knows of it
                limits.insert({move.at.least.time_since_epoch(), move.at.most.time_since_epoch()});
            }
        }
        return limits;
    }

    const Program& program_;
    const Dependencies& dependencies_;
    std::vector<bool> single_; // by vertex
    Duration period_;
    std::map<Instant, Quiet> quiet_; // by their ends
};

} // namespace

namespace {

/// The blasts of one part, in the ids of the whole.
std::vector<Blast> blastsOfPart(const EstatePart& part, const std::optional<std::string>& only) {
    std::vector<Blast> blasts;
    const Dependencies dependencies{part.program};
    std::optional<Blaster> blaster; // costs a replay, which a part without what is asked for can do without
    for (BlastNode& node : only ? nodesNamed(part.program, dependencies, *only) : nodesOf(part.program, dependencies)) {
        if (!blaster) {
            blaster.emplace(part.program, dependencies);
        }
        Blast blast = blaster->blast(std::move(node));
        blast.node.loss = part.inWhole(blast.node.loss);
        for (ResourceId& resource : blast.resources) {
            resource = part.resources[resource];
        }
        for (BlastImpairment& one : blast.impaired) {
            one.resource = part.resources[one.resource];
        }
        for (StateLoss& one : blast.losses) {
            one.resource = part.resources[one.resource];
        }
        for (NodeUser& user : blast.users) {
            user.resource = part.resources[user.resource];
        }
        blasts.push_back(std::move(blast));
    }
    return blasts;
}

} // namespace

bool Blast::isHarmed(ResourceId resource) const {
    return std::ranges::find(resources, resource) != resources.end() ||
           std::ranges::find(impaired, resource, &BlastImpairment::resource) != impaired.end();
}

namespace {

/// Those that have an identity attached and do not use it for their key, of the identity and of what it is granted. It
/// ties no parts of the estate together, so it is looked for in the whole.
void addAttached(const Program& program, std::vector<Blast>& blasts) {
    std::map<IdentityId, std::vector<ResourceId>> attached;
    for (const ResourceId id : program.resources.ids()) {
        if (const auto& described = program.resources[id].described) {
            for (const IdentityId identity : described->identities) {
                if (identity != described->identity) {
                    attached[identity].push_back(id);
                }
            }
        }
    }
    if (attached.empty()) {
        return;
    }
    std::map<ResourceId, RestStatus> statuses;
    for (const AtRest& trouble : troublesAtRest(program)) {
        statuses.emplace(trouble.resource, trouble.status);
    }
    for (Blast& blast : blasts) {
        const bool isGrant = blast.node.kind == BlastNodeKind::Grant;
        if (!isGrant && blast.node.kind != BlastNodeKind::Identity) {
            continue;
        }
        const IdentityId lost = identityOf(blast.node.loss);
        for (const auto& [identity, resources] : attached) {
            const bool isTheirs =
                isGrant ? program.names.granteeOf(identity) == lost : program.names.consistsOf(identity, lost);
            for (const ResourceId id : isTheirs ? resources : std::vector<ResourceId>{}) {
                if (std::ranges::find(blast.users, id, &NodeUser::resource) != blast.users.end()) {
                    continue; // by one of its keys
                }
                const auto known = statuses.find(id);
                blast.users.push_back({id, known != statuses.end() ? known->second : RestStatus::Up, false, true});
            }
        }
        std::ranges::sort(blast.users, {}, &NodeUser::resource);
    }
}

} // namespace

namespace {

/// What ties no parts together has users in several of them.
void joinUsers(std::vector<Blast>& blasts) {
    for (std::size_t i = 0; i < blasts.size(); ++i) {
        for (std::size_t j = i + 1; j < blasts.size();) {
            if (blasts[i].node.isLosable() || blasts[j].node.kind != blasts[i].node.kind ||
                blasts[j].node.name != blasts[i].node.name) {
                ++j;
                continue;
            }
            std::ranges::move(blasts[j].users, std::back_inserter(blasts[i].users));
            std::ranges::sort(blasts[i].users, {}, &NodeUser::resource);
            blasts.erase(blasts.begin() + static_cast<std::ptrdiff_t>(j));
        }
    }
}

} // namespace

std::vector<Blast> blastsOf(const Dependencies& estate, const std::optional<std::string>& only, unsigned jobs,
                            Progress* progress) {
    const Program& program = estate.estate();
    const std::vector<EstatePart> parts = partsOf(estate);
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
    if (only) {
        joinUsers(blasts);
    }
    if (only && blasts.empty() && (progress == nullptr || !progress->cancelled())) {
        // No part has what resources without a model alone name.
        for (BlastNode& node : nodesNamed(program, estate, *only)) {
            blasts.emplace_back().node = std::move(node);
        }
    }
    addAttached(program, blasts);
    std::ranges::stable_sort(blasts, {}, [](const Blast& one) {
        return std::tuple{one.resources.empty(),
                          !one.harms(),
                          one.recoverable,
                          -static_cast<std::int64_t>(one.resources.size()),
                          one.until.value_or(Duration::max()),
                          one.down.most,
                          one.node.name};
    });
    return blasts;
}

} // namespace cmksim::blast
