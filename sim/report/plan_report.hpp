// A recovery as a runbook, for people and programs.
#pragma once

#include "base/shape.hpp"
#include "model/azure.hpp"
#include "recovery/plan.hpp"
#include "report/az_commands.hpp"
#include "report/layout.hpp"
#include "report/scope.hpp"

#include <cstdint>
#include <iosfwd>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::report {

/// How the steps of its plans are spelt, to be run. What a step makes anew has ids that are not known yet.
AzCommands commandsToBeRun(const Recovery& recovery, const std::vector<AzureTerms>& terms);

/// Its fields, apart from what every result has; and what `$defs` say of a step of it.
shape::Properties planProperties();
JsonValue planStepSchema();
/// `terms` give each step its command of the Azure CLI, and who may do it.
JsonValue planJson(const Recovery& recovery, const std::vector<AzureTerms>& terms);

/// Whether documents that disagree, read otherwise, lead to another plan: its own sentences must say so, too.
enum class ReadingsSay : std::uint8_t { TheSame, Otherwise };

void writePlanText(const Recovery& recovery, const std::vector<AzureTerms>& terms, std::string_view file,
                   const TextStyle& style, std::ostream& out, ReadingsSay readings = ReadingsSay::TheSame);

/// Fleets whose members differ in when they look for newer versions of their keys: a plan looks at one member of each.
std::vector<ResourceId> judgedByOneMember(const Program& program);
/// That their other members are not looked at, a phrase each.
std::vector<std::string> membersLeftOut(const Program& program);

/// What ends what a resource needs: `kv1/cmk expires`.
std::string endText(const Program& program, const Risk& risk);

/// `every timing that is open`.
std::string_view timingsText(OpenTimings open);

/// What was looked at for it, with `open` timings, and what not.
Scope planScope(const Recovery& recovery, OpenTimings open);

/// `a, b and c are Ready`: each resource in the first state of its model, and nothing that it allows denied.
std::string wholeText(const Program& program, std::span<const ResourceId> resources);

/// The same, and how soon: `contosoreg is Ready and unimpaired after 1s to 1h10m`.
std::string wholeAfter(const Program& program, std::span<const ResourceId> resources, const Proof& proof);

/// What is said of steps that only hold while grants count at once.
inline constexpr std::string_view provedByPhasesAlone =
    "proved for grants that count at once; where one takes longer, the steps after it have to wait until it counts";

} // namespace cmksim::report
