// One run and everything around it that the parts of its text report read.
#pragma once

#include "analysis/causes.hpp"
#include "analysis/event_ranges.hpp"
#include "analysis/fleet_run.hpp"
#include "engine/program.hpp"
#include "reads/read_outputs.hpp"
#include "report/az_commands.hpp"
#include "report/clock.hpp"
#include "report/lanes.hpp"
#include "report/layout.hpp"
#include "report/signs.hpp"
#include "trace/intervals.hpp"
#include "trace/record.hpp"

#include <string_view>

namespace cmksim::report {

struct RunView {
    const Program& program;
    const Trace& trace;
    const Causes& causes;
    const IdVector<ResourceId, ResourceStory>& stories;
    const Clock& clock;
    const Signs& signs;
    std::string_view file;
    const FleetRuns& fleets;
    const AzCommands* commands = nullptr;        // where actions are shown as commands too
    const EventRanges* ranges = nullptr;         // where events have when else they could happen
    const reads::ReadOutputs* outputs = nullptr; // what commands that read print; null: it is not shown

    [[nodiscard]] std::string_view nameOf(ResourceId id) const { return program.resources[id].name; }
};

/// An action or fact in a few words, `key.delete contoso-kv/acr-cmk`.
std::string eventName(const Program& program, const Record& event);

/// The part of a run's report in which everything stands that happened, a line each.
void writeTimeline(const RunView& run, Page& page);

/// Each resource's states over time, side by side.
void writeLanes(const RunView& run, Page& page);

/// What became of each resource: its outages, what was behind them, and the way back.
void writeResources(const RunView& run, Page& page);

/// The lane of a fleet: for each of so many columns, which share of its members was down at worst.
Phrase fleetLane(const RunView& run, const FleetRun& fleet, const Scale& scale);

/// What became of a fleet, in a paragraph.
void writeFleet(const RunView& run, const FleetRun& fleet, Page& page);

/// How many expectations held, and what fell short.
void writeVerdict(const RunView& run, Page& page);

} // namespace cmksim::report
