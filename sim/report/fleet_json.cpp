#include "report/fleet_json.hpp"

#include "engine/wording.hpp"
#include "report/csv.hpp"
#include "report/extent.hpp"
#include "report/tags.hpp"

#include <fmt/format.h>

#include <numeric>
#include <ostream>

namespace cmksim::report {

namespace {

JsonValue number(std::uint32_t value) { return std::int64_t{value}; }

JsonValue ratio(std::int64_t numerator, std::int64_t denominator) {
    const std::int64_t common = std::gcd(numerator, denominator);
    return JsonArray{numerator / common, denominator / common};
}

} // namespace

JsonValue membersJson(const Program& program, const Record& record) {
    const Members& members = record.on->members;
    JsonObject fields{{"count", number(members.count)}};
    if (record.is<ActionDone>()) {
        fields.emplace_back("refused", number(members.fellShort));
    } else if (record.is<OperationTried>()) {
        fields.emplace_back("denied", number(members.fellShort));
    } else if (record.is<Verdict>()) {
        fields.emplace_back("failed", number(members.fellShort));
    } else {
        const std::string& name = program.resources[record.on->resource].name;
        const std::uint32_t all = program.resources[record.on->resource].fleet->members;
        fields.emplace_back("first", memberName(name, members.first));
        fields.emplace_back("last", memberName(name, (members.first + members.count - 1) % all));
        fields.emplace_back("until", std::int64_t{members.until.time_since_epoch().count()});
    }
    return fields;
}

JsonValue fleetRowJson(const Program& program, const FleetRun& run) {
    const Model& model = program.modelOf(run.fleet);
    const std::vector<EndCount> ends = endsOf(run);
    JsonObject states;
    for (const EndCount& end : ends) {
        states.emplace_back(stateName(model, end.status), number(end.members));
    }
    std::uint32_t least = run.classes.front().firstEnd.outages;
    std::uint32_t most = least;
    bool recoverable = true;
    for (const MemberClass& one : run.classes) {
        least = std::min(least, one.firstEnd.outages);
        most = std::max(most, one.firstEnd.outages);
        recoverable = recoverable && one.firstEnd.recoverable;
    }
    const DowntimeDistribution downtime = downtimesOf(program, run);
    JsonObject row{
        {"name", program.resources[run.fleet].name},
        {"service", model.service},
        {"state", stateName(model, ends.front().status)},
        {"reason", nameOf(ends.front().status.reason)},
        {"downtime", JsonObject{{"min", seconds(downtime.min)},
                                {"median", seconds(downtime.median)},
                                {"p90", seconds(downtime.p90)},
                                {"p99", seconds(downtime.p99)},
                                {"max", seconds(downtime.max)},
                                {"mean", ratio(downtime.total.count(), run.members)},
                                {"total", seconds(downtime.total)}}},
        {"outages", JsonObject{{"min", number(least)}, {"max", number(most)}}},
        {"recoverable", recoverable},
        {"members", number(run.members)},
        {"states", std::move(states)},
    };
    if (JsonObject tags = tagsJson(program, run.fleet); !tags.empty()) {
        row.emplace_back("tags", std::move(tags));
    }
    return row;
}

void writeFleetCsvHead(std::ostream& out) { out << "scenario,resource,t,down,members\n"; }

void writeFleetCsv(const Program& program, const FleetRuns& fleets, std::ostream& out) {
    for (const FleetRun& run : fleets.runs) {
        const std::string who = csvField(program.name) + ',' + csvField(program.resources[run.fleet].name);
        std::int64_t down = run.downAtStart();
        const auto line = [&](Instant at) {
            out << fmt::format("{},{},{},{}\n", who, at.time_since_epoch().count(), down, run.members);
        };
        const std::vector<DownChange> changes = downChanges(program, run);
        if (changes.empty() || changes.front().at != scenarioStart) {
            line(scenarioStart);
        }
        for (const DownChange& change : changes) {
            down += change.more;
            line(change.at);
        }
    }
}

} // namespace cmksim::report
