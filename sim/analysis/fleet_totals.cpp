#include "analysis/fleet_totals.hpp"

#include "analysis/roster.hpp"
#include "trace/intervals.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace cmksim::analysis {

std::vector<EndCount> endsOf(const FleetRun& run) {
    std::map<std::pair<ResourceStatus::Presence, StateId>, EndCount> byState;
    for (const MemberClass& one : run.classes) {
        EndCount& count = byState[{one.firstEnd.presence, one.firstEnd.state}];
        count.status = count.members == 0 ? one.firstEnd : count.status;
        count.members += one.count;
    }
    std::vector<EndCount> ends;
    for (const auto& [state, count] : byState) {
        ends.push_back(count);
    }
    std::ranges::stable_sort(ends, std::ranges::greater{}, &EndCount::members);
    return ends;
}

Duration totalDowntime(const Program& program, const FleetRun& run) {
    const auto& phases = program.resources[run.fleet].fleet->phases;
    Duration total{};
    for (const MemberClass& one : run.classes) {
        total += one.firstEnd.downtime * one.count;
        if (phases && one.phases.first < one.phases.last) {
            const auto slope = (one.lastEnd.downtime - one.firstEnd.downtime) / (one.phases.last - one.phases.first);
            total += slope * (phases->sumOfPhases(one.phases.first, one.phases.last) - one.phases.first * one.count);
        }
    }
    return total;
}

void forEachMember(const Program& program, const FleetRun& run,
                   const std::function<void(Member, const ResourceStatus&)>& see) {
    const Roster roster{program, run.fleet};
    for (const MemberClass& one : run.classes) {
        roster.forEachPhase(one.phases, [&](Duration phase, Member first, std::uint32_t count) {
            const ResourceStatus end = one.endAt(phase);
            for (Member member = first; member < first + count; ++member) {
                see(member, end);
            }
        });
    }
}

DowntimeDistribution downtimesOf(const Program& program, const FleetRun& run) {
    const Roster roster{program, run.fleet};
    std::map<Duration, std::uint64_t> members; // by downtime
    DowntimeDistribution distribution;
    distribution.total = totalDowntime(program, run);
    for (const MemberClass& one : run.classes) {
        roster.forEachPhase(one.phases, [&](Duration phase, Member, std::uint32_t count) {
            const Duration downtime = one.endAt(phase).downtime;
            members[downtime] += count;
        });
    }
    // The least downtime that so large a share of the members does not exceed.
    const auto quantile = [&](std::uint64_t percent) {
        const std::uint64_t rank = (std::uint64_t{run.members} * percent + 99) / 100;
        std::uint64_t seen = 0;
        for (const auto& [downtime, count] : members) {
            seen += count;
            if (seen >= rank) {
                return downtime;
            }
        }
        return members.rbegin()->first;
    };
    distribution.min = members.begin()->first;
    distribution.median = quantile(50);
    distribution.p90 = quantile(90);
    distribution.p99 = quantile(99);
    distribution.max = members.rbegin()->first;
    return distribution;
}

std::vector<DownChange> downChanges(const Program& program, const FleetRun& run) {
    const Roster roster{program, run.fleet};
    std::map<Instant, std::int64_t> changes;
    const auto change = [&](const MemberSpan& span, std::int64_t sign) {
        roster.forEachPhase(span.phases, [&](Duration phase, Member, std::uint32_t count) {
            const Duration later = span.shifted ? phase - span.phases.first : Duration::zero();
            changes[span.record.position.at + later] += sign * std::int64_t{count};
        });
    };
    DownWatch watch{run.start};
    std::uint32_t of = 0;
    for (const MemberSpan& span : run.spans) {
        if (span.memberClass != of) {
            watch = DownWatch{run.start};
            of = span.memberClass;
        }
        const DownWatch::Turn turn = watch.follow(span.record);
        if (turn != DownWatch::Turn::None) {
            change(span, turn == DownWatch::Turn::Down ? 1 : -1);
        }
    }
    std::vector<DownChange> list;
    for (const auto& [at, more] : changes) {
        if (more != 0) {
            list.push_back({at, more});
        }
    }
    return list;
}

} // namespace cmksim::analysis
