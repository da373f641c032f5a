#include "analysis/outages.hpp"

#include <variant>

namespace cmksim::analysis {

namespace {

void end(ReplayedOutage& outage, const Position& interval, Instant at, bool atOnce) {
    outage.endSpell = interval;
    outage.end = at;
    outage.endAtOnce = atOnce;
    outage.over = true;
}

} // namespace

bool isDeletion(const Program& program, const Record& record) {
    if (record.kind != RecordKind::Action || record.refused) {
        return false;
    }
    return program.entries[record.entry].action<ResourceDelete>() != nullptr;
}

void readOutages(const Program& program, const WorldHistory& history, ResourceId resource,
                 const std::vector<Record>& records, std::span<const Position> intervals,
                 std::vector<ReplayedOutage>& outages) {
    const StateId ready = program.modelOf(resource).ready();
    outages.clear();
    if (history.born(resource).downSince != never) {
        outages.push_back({{scenarioStart, Stage::Facts, 0}, {}, scenarioStart, {}, true, false, false, Reason::None});
    }
    const auto down = [&outages] { return !outages.empty() && !outages.back().over; };
    for (const Record& record : records) {
        const Instant at = record.position.at;
        if (record.kind == RecordKind::Transition) {
            const Position interval = intervals.front();
            intervals = intervals.subspan(1);
            const bool atOnce = record.position.stage != Stage::Revalidations;
            if (record.to == ready) {
                end(outages.back(), interval, at, atOnce);
            } else if (!down()) {
                outages.push_back({interval, {}, at, {}, atOnce, false, false, record.reason});
            }
        } else if (down() && isDeletion(program, record)) {
            end(outages.back(), record.position, at, true);
        }
    }
    if (down()) {
        outages.back().end = program.until;
        outages.back().endSpell = afterAll;
    }
}

} // namespace cmksim::analysis
