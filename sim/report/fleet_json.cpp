#include "report/fleet_json.hpp"

#include "engine/wording.hpp"
#include "report/csv.hpp"
#include "report/shapes.hpp"
#include "report/tags.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <numeric>
#include <ostream>
#include <string>
#include <vector>

namespace cmksim::report {

namespace {

JsonValue ratio(std::int64_t numerator, std::int64_t denominator) {
    const std::int64_t common = std::gcd(numerator, denominator);
    return JsonArray{numerator / common, denominator / common};
}

class MembersShapes {
public:
    [[nodiscard]] JsonValue write(const Record& record, const Program& program) const {
        return (record.is<ActionDone>()       ? refused_
                : record.is<OperationTried>() ? denied_
                : record.is<Verdict>()        ? failed_
                                              : spread_)
            .write(record, program);
    }

    [[nodiscard]] JsonValue schema() const {
        return JsonObject{
            {"oneOf", JsonArray{spread_.schema(), refused_.schema(), denied_.schema(), failed_.schema()}}};
    }

private:
    using One = shape::Record<Record, Program>;

    static One counted() {
        return One{}.field("count", [](const Record& record) { return record.on->members.count; });
    }
    static One ofVerb(const std::string& how) {
        return counted().field(how, [](const Record& record) { return record.on->members.fellShort; });
    }
    static One spread() {
        return counted()
            .field("first",
                   [](const Record& record, const Program& of) {
                       return memberName(of.resources[record.on->resource].name, record.on->members.first);
                   })
            .field("last",
                   [](const Record& record, const Program& of) {
                       const Members& members = record.on->members;
                       const std::uint32_t all = of.resources[record.on->resource].fleet->members;
                       return memberName(of.resources[record.on->resource].name,
                                         (members.first + members.count - 1) % all);
                   })
            .field("until", [](const Record& record) { return record.on->members.until; });
    }

    One spread_ = spread();
    One refused_ = ofVerb("refused");
    One denied_ = ofVerb("denied");
    One failed_ = ofVerb("failed");
};

const MembersShapes& membersShapes() {
    static const MembersShapes all;
    return all;
}

/// A fleet with what its row adds up.
struct ReportedFleet {
    const FleetRun& run;
    std::vector<EndCount> ends;
    DowntimeDistribution downtime;
    std::uint32_t leastOutages = 0;
    std::uint32_t mostOutages = 0;
    bool recoverable = true;
};

ReportedFleet reportedFleet(const FleetRun& run, const Program& program) {
    ReportedFleet reported{run, endsOf(run), downtimesOf(program, run)};
    reported.leastOutages = run.classes.front().firstEnd.outages;
    reported.mostOutages = reported.leastOutages;
    for (const MemberClass& one : run.classes) {
        reported.leastOutages = std::min(reported.leastOutages, one.firstEnd.outages);
        reported.mostOutages = std::max(reported.mostOutages, one.firstEnd.outages);
        reported.recoverable = reported.recoverable && one.firstEnd.recoverable;
    }
    return reported;
}

JsonValue membersByState(const ReportedFleet& fleet, const Program& program) {
    JsonObject states;
    for (const EndCount& end : fleet.ends) {
        states.emplace_back(stateName(program.modelOf(fleet.run.fleet), end.status), std::int64_t{end.members});
    }
    return states;
}

shape::Record<ReportedFleet> fleetDowntimeShape() {
    using One = ReportedFleet;
    return shape::Record<One>{}
        .field("min", [](const One& one) { return one.downtime.min; })
        .field("median", [](const One& one) { return one.downtime.median; })
        .field("p90", [](const One& one) { return one.downtime.p90; })
        .field("p99", [](const One& one) { return one.downtime.p99; })
        .field("max", [](const One& one) { return one.downtime.max; })
        .field("mean", shape::as(ratioSchema()),
               [](const One& one) { return ratio(one.downtime.total.count(), one.run.members); })
        .field("total", [](const One& one) { return one.downtime.total; });
}

shape::Record<ReportedFleet, Program> reportedFleetShape(const RunWords& words) {
    using One = ReportedFleet;
    const auto outages = shape::Record<One>{}.field("min", &One::leastOutages).field("max", &One::mostOutages);
    const JsonValue counts = JsonObject{{"type", "object"}, {"additionalProperties", shape::countSchema()}};
    return shape::Record<One, Program>{}
        .field("name", resourceName(), [](const One& one) { return one.run.fleet; })
        .field("service", oneOfWords(words.services),
               [](const One& one, const Program& of) -> const auto& { return of.modelOf(one.run.fleet).service; })
        .field("state", anyStateName(words),
               [](const One& one, const Program& of) {
                   return stateName(of.modelOf(one.run.fleet), one.ends.front().status);
               })
        .field("reason", shape::word<Reason>(reasonNames),
               [](const One& one) { return one.ends.front().status.reason; })
        .field("downtime", fleetDowntimeShape(), std::identity{})
        .field("outages", outages, std::identity{})
        .field("recoverable", &One::recoverable)
        .field("members", [](const One& one) { return one.run.members; })
        .field("states", shape::as(counts), membersByState)
        .optional("tags", tagsShape(), [](const One& one, const Program& of) { return tagsOf(of, one.run.fleet); });
}

} // namespace

shape::Shape<Record, Program> membersShape() {
    return {shape::definitionSchema("members"),
            [](const Record& record, const Program& program) { return membersShapes().write(record, program); }};
}

JsonValue membersSchema() { return membersShapes().schema(); }

shape::Record<FleetRun, Program> fleetRowShape(const RunWords& words) {
    return shape::Record<FleetRun, Program>{}.include(reportedFleetShape(words), reportedFleet);
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
