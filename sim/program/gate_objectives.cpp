#include "program/gate_objectives.hpp"

#include "analysis/objectives.hpp"
#include "compile/objectives.hpp"
#include "document/mapping_reader.hpp"
#include "document/yaml.hpp"
#include "report/objective_report.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cmksim::program {

namespace {

constexpr std::string_view objectivesVersion = "cmksim-objectives";

/// Whether an objective fares worse with the change than without it.
bool isWorse(const ObjectiveResult& with, const ObjectiveResult& without) {
    if (without.held == Held::Always) {
        return with.held != Held::Always;
    }
    const auto longest = [](const ObjectiveResult& one) { return one.worst.value_or(Duration::zero()); };
    return longest(with) > longest(without) || (with.worstIsOpen && !without.worstIsOpen) ||
           (with.held == Held::Never && without.held != Held::Never) ||
           (with.held != Held::NotKnown && without.held == Held::NotKnown && with.held != Held::Always);
}

GateFinding findingOf(const Objective& objective, const ObjectiveResult& result, bool isWorse) {
    GateFinding finding;
    finding.kind = "objective";
    finding.subject = objective.name;
    finding.message = fmt::format("{}, {}: {}{}", objective.name, askedText(objective, result.kind), heldText(result),
                                  isWorse ? "" : "; the change does not make that worse");
    finding.level = !isWorse                        ? GateLevel::Reported
                    : result.held == Held::NotKnown ? GateLevel::Unknown
                                                    : GateLevel::Error;
    finding.id =
        fmt::format("objective:{}:{}", objective.name, objectiveKindNames[static_cast<std::size_t>(result.kind)]);
    return finding;
}

/// Outages of a resource are within its objective in every case.
void letPass(const std::string& resource, std::vector<GateFinding>& findings) {
    for (GateFinding& one : findings) {
        const bool isOutage = one.judged && one.judged->harm.is<OutageHarm>() && one.subject == resource;
        // Of a change that stops half way, or takes another order, the objective was not judged.
        if (isOutage && one.judged->harm.length && std::holds_alternative<AllAsWritten>(one.judged->course) &&
            one.level == GateLevel::Error) {
            one.level = GateLevel::Reported;
            one.message += "; its objective allows that";
        }
    }
}

} // namespace

std::optional<ObjectivesFile> readObjectivesFile(const std::string& path, FileReader& files, Diagnostics& diagnostics) {
    const auto source = files.read(path, {}, diagnostics);
    ObjectivesFile file{source ? parseDocument(source, diagnostics) : nullptr, {}};
    if (!file.document) {
        return std::nullopt;
    }
    MappingReader fields{file.document->root(), "a file of objectives", diagnostics};
    if (!fields.readable()) {
        return std::nullopt;
    }
    fields.require(objectivesVersion);
    static_cast<void>(fields.integer(objectivesVersion, 1, 1));
    file.written = scenario::readObjectives(fields.require(scenario::objectivesField), diagnostics);
    fields.finish();
    return diagnostics.hasErrors() ? std::nullopt : std::optional{std::move(file)};
}

bool applyObjectives(const ObjectivesFile& file, const Judgement& judgement, std::vector<GateFinding>& findings,
                     Diagnostics& diagnostics) {
    const Program& program = judgement.program;
    const std::vector<Objective> objectives = compileObjectives(file.written, program, diagnostics);
    if (diagnostics.hasErrors()) {
        return false;
    }
    const Program still = withTimeline(program, {}, program.until);
    const std::vector<ObjectiveResult> with = judgeObjectives(program, objectives, OpenTimings::All);
    const std::vector<ObjectiveResult> without = judgeObjectives(still, objectives, OpenTimings::All);
    for (std::size_t i = 0; i < with.size(); ++i) {
        const Objective& objective = objectives[with[i].objective];
        if (with[i].held != Held::Always) {
            findings.push_back(findingOf(objective, with[i], isWorse(with[i], without[i])));
        } else if (with[i].kind == ObjectiveKind::Rto && !objective.isJourney()) {
            letPass(objective.name, findings);
        }
    }
    return true;
}

} // namespace cmksim::program
