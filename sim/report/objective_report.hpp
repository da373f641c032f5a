// What became of objectives, for a person and for programs.
#pragma once

#include "analysis/objectives.hpp"
#include "base/shape.hpp"
#include "engine/objective.hpp"
#include "report/layout.hpp"

#include <iosfwd>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::report {

/// Objectives, and what they came to.
struct JudgedObjectives {
    std::vector<Objective> objectives;
    std::vector<ObjectiveResult> results;

    /// Whether any does not hold in every case, and whether of any it is not known.
    [[nodiscard]] bool anyBroken() const;
    [[nodiscard]] bool anyUnknown() const;
};

/// The objectives that something breaks, or of which that is not known.
struct MissedBy {
    std::string node; // that is lost
    std::string loss; // how: `key.delete contoso-kv/acr-cmk`
    JudgedObjectives judged;
};

/// Those of a program, over the timings that are open. `program` as it was compiled: of one with reactions it is not
/// known, but at nominal timings.
JudgedObjectives judgedObjectives(const Program& program, OpenTimings open);

/// `holds in every case that was looked at`, `does not hold in 27.8 % of the phases: the longest outage is 1h30m`.
std::string heldText(const ObjectiveResult& result);

/// What breaks one that does not hold in every case: `an outage of 1h30m`, `a loss of data`.
std::string brokenBy(const ObjectiveResult& result);

/// The section of a text report; nothing where there are none.
void writeObjectivesText(const JudgedObjectives& judged, const TextStyle& style, std::ostream& out,
                         std::string_view heading = "Objectives");

/// The same of losses.
void writeMissedText(std::span<const MissedBy> losses, const TextStyle& style, std::ostream& out);
JsonValue missedJson(std::span<const MissedBy> losses);

/// The list of them.
JsonValue objectivesJson(const JudgedObjectives& judged);

/// The field `objectives`; of losses another.
shape::Properties objectivesProperties();
shape::Properties missedProperties();

/// The report with the field `objectives`; as it is where there are none.
JsonValue withObjectives(JsonValue report, const JudgedObjectives& judged);

} // namespace cmksim::report
