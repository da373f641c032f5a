#include "blast/blast.hpp"

#include "engine/replay.hpp"
#include "recovery/plan.hpp"

#include <algorithm>
#include <set>
#include <tuple>

namespace cmksim {

namespace {

/// No retention and no recovery of an identity is longer.
constexpr Duration longEnough = std::chrono::hours{24} * 120;

/// How resources go down when nobody acts, from the start on.
class Quiet {
public:
    explicit Quiet(const Program& program) {
        for (const ResourceBounds& one : boundsOf(program).resources) {
            if (!one.outages.empty()) {
                down_.insert(one.resource);
            }
        }
    }
    [[nodiscard]] bool goesDown(ResourceId id) const { return down_.contains(id); }

private:
    std::set<ResourceId> down_;
};

class Blaster {
public:
    explicit Blaster(const Program& program)
        : program_{program}, period_{longestPeriod(program)},
          quiet_{withTimeline(program, {}, scenarioStart + 2 * longestPeriod(program))} {}

    Blast blast(DependencyNode node) {
        Blast blast{std::move(node), {}, {}, true, {}, {}, {}};
        TimelineEntry loss = entryOf(program_, {blast.node.loss, {}, Reason::None}, scenarioStart);
        const Program lost = withTimeline(program_, {loss}, scenarioStart + 2 * period_);
        for (const ResourceBounds& one : boundsOf(lost).resources) {
            if (!one.outages.empty() && !quiet_.goesDown(one.resource)) {
                include(blast, one);
            }
        }
        if (!blast.resources.empty()) {
            wayBack(lost, blast);
        }
        return blast;
    }

private:
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
        const Recovery recovery = planRecovery(lost, scenarioStart + 2 * period_, blast.resources, 1);
        blast.recoverable = recovery.lost.empty();
        if (!blast.recoverable) {
            blast.until = Duration::zero();
            return;
        }
        for (const auto& step : recovery.plans.front().steps) {
            const TimelineEntry entry = entryOf(recovery.program, *step, recovery.at);
            blast.recovery.push_back(entry.name + ' ' + entry.target);
        }
        blast.ready = recovery.plans.front().proof.within;
        for (const Duration end : deadlinesOf(lost)) {
            if (!planRecovery(lost, scenarioStart + end + Duration{1}, blast.resources, 1).lost.empty()) {
                blast.until = end;
                return;
            }
        }
    }

    /// When time alone takes something for good.
    [[nodiscard]] std::vector<Duration> deadlinesOf(const Program& lost) const {
        std::set<Duration> ends{program_.platform->identityRecovery};
        std::vector<TimelineEntry> entries{lost.entries.begin(), lost.entries.end()};
        const Program longer = withTimeline(lost, std::move(entries), scenarioStart + longEnough);
        for (const Record& record : replay(longer, nominalPhases(longer)).records) {
            if (record.kind == RecordKind::Fact) {
                ends.insert(record.position.at.time_since_epoch());
            }
        }
        return {ends.begin(), ends.end()};
    }

    const Program& program_;
    Duration period_;
    Quiet quiet_;
};

} // namespace

std::vector<Blast> blastsOf(const Program& program, const std::optional<std::string>& only) {
    Blaster blaster{program};
    std::vector<Blast> blasts;
    for (DependencyNode& node : nodesOf(program)) {
        if (!only || node.name == *only) {
            blasts.push_back(blaster.blast(std::move(node)));
        }
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

} // namespace cmksim
