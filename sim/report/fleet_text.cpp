// Fleets in a run's text report: how many members were down when, and for how long.

#include "analysis/fleet_totals.hpp"
#include "base/time.hpp"
#include "engine/impairment.hpp"
#include "engine/wording.hpp"
#include "report/all_clear.hpp"
#include "report/run_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cmksim::report {

namespace {

std::string many(std::uint32_t members) {
    std::string text = std::to_string(members);
    for (std::size_t i = text.size(); i > 3; i -= 3) {
        text.insert(i - 3, ",");
    }
    return text;
}

/// The most members that are down at some time in each column.
std::vector<std::int64_t> worstOf(const RunView& run, const FleetRun& fleet, const Scale& scale) {
    std::vector<std::int64_t> worst(scale.columns(), 0);
    std::int64_t down = fleet.downAtStart();
    std::size_t column = 0;
    for (const DownChange& change : downChanges(run.program, fleet)) {
        const std::size_t next = scale.cell(change.at);
        for (; column < next; ++column) {
            worst[column] = std::max(worst[column], down);
        }
        down += change.more;
        worst[column] = std::max(worst[column], down);
    }
    for (; column < scale.columns(); ++column) {
        worst[column] = std::max(worst[column], down);
    }
    return worst;
}

} // namespace

Phrase fleetLane(const RunView& run, const FleetRun& fleet, const Scale& scale) {
    Phrase lane;
    for (const std::int64_t down : worstOf(run, fleet, scale)) {
        if (down == 0) {
            lane.add(run.signs.ready, Paint::Good);
            continue;
        }
        const auto levels = static_cast<std::int64_t>(run.signs.shares.size());
        const std::int64_t level = (down * levels + fleet.members - 1) / fleet.members;
        lane.add(run.signs.shares[static_cast<std::size_t>(level - 1)], Paint::Bad);
    }
    return lane;
}

void writeFleet(const RunView& run, const FleetRun& fleet, Page& page) {
    const Model& model = run.program.modelOf(fleet.fleet);
    Phrase head{run.nameOf(fleet.fleet), Paint::Strong};
    head.add(fmt::format(" ({} {}, {} members): ", model.service, model.version, many(fleet.members)), Paint::Quiet);
    const std::vector<EndCount> ends = endsOf(fleet);
    for (const EndCount& end : ends) {
        const bool ready = end.status.presence == Presence::Present && !isDown(model, end.status.state) &&
                           !model.states[end.status.state].terminal;
        head.add(&end == &ends.front() ? "" : ", ");
        head.add(ends.size() == 1 ? "all " : fmt::format("{} ", many(end.members)));
        head.add(stateName(model, end.status), ready ? Paint::Good : Paint::Bad);
    }
    page.paragraph(Phrase{}, head);

    const DowntimeDistribution downtime = downtimesOf(run.program, fleet);
    if (downtime.max == Duration::zero()) {
        page.paragraph(Phrase{"  "}, Phrase{textOf(AllClear::NoMemberDown), Paint::Quiet});
        return;
    }
    const auto fact = [&](std::string_view label, const Phrase& body) {
        page.paragraph(Phrase{"    "}.add(label, Paint::Quiet).padTo(13), body);
    };
    fact("down",
         Phrase{fmt::format("{} to {}; half of the members at most {}, 90 % at most {}, 99 % at most {}",
                            formatDuration(downtime.min), formatDuration(downtime.max), formatDuration(downtime.median),
                            formatDuration(downtime.p90), formatDuration(downtime.p99))});
    fact("in all", Phrase{fmt::format("{:.1f} resource-hours", static_cast<double>(downtime.total.count()) / 3600.0)});
    const bool recoverable =
        std::ranges::all_of(fleet.classes, [](const MemberClass& one) { return one.firstEnd.recoverable; });
    if (!recoverable) {
        page.paragraph(Phrase{"    "}, Phrase{"DATA LOST", Paint::Bad});
    }
}

} // namespace cmksim::report
