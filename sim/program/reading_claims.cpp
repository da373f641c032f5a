#include "program/reading_claims.hpp"

#include "base/text.hpp"
#include "base/time.hpp"
#include "recovery/repairs.hpp"
#include "report/action_fields.hpp"
#include "report/bounds_report.hpp"
#include "report/extent.hpp"
#include "report/resource_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace cmksim::program {

namespace {

constexpr std::string_view wayBack = "the way back";

using report::between;

std::string takes(const Extent<Duration>& within) { return "takes " + between(within); }

std::string stepText(const Program& program, const Action& action) {
    const TimelineEntry entry = entryOf(program, action, {});
    return entry.name + ' ' + entry.target;
}

std::string stepsText(const Recovery& recovery, const RecoveryPlan& plan) {
    std::vector<std::string> steps;
    for (const PlannedStep& step : plan.steps) {
        steps.push_back(stepText(recovery.program, step.step->action));
    }
    return steps.empty() ? std::string{"to wait"} : separated(steps, ", then ");
}

/// The same with the arguments, as two updates of one vault are not the same step; and with the waits between them.
std::string stepInFull(const Program& program, const Action& action) {
    const std::string with = flowYaml(argumentsOf(program, entryOf(program, action, {})));
    return stepText(program, action) + (with.empty() ? "" : " " + with);
}

std::string stepsInFull(const Recovery& recovery, const RecoveryPlan& plan) {
    std::vector<std::string> steps;
    for (std::size_t i = 0; i < plan.steps.size(); ++i) {
        const PlannedStep& step = plan.steps[i];
        const Duration waited = i == 0 ? Duration::zero() : step.at - plan.steps[i - 1].at;
        if (waited > Duration::zero()) {
            steps.push_back("wait " + formatDuration(waited));
        }
        steps.push_back(stepInFull(recovery.program, step.step->action));
    }
    return steps.empty() ? std::string{"to wait"} : separated(steps, ", then ");
}

/// When another plan of the same steps, in whatever order, takes each step of one; nothing where it has others.
std::optional<std::vector<Instant>> whenTakenIn(const Recovery& other, const RecoveryPlan& instead,
                                                const Recovery& recovery, const RecoveryPlan& plan) {
    std::multimap<std::string, Instant> taken;
    for (const PlannedStep& step : instead.steps) {
        taken.emplace(stepInFull(other.program, step.step->action), step.at);
    }
    std::vector<Instant> when;
    for (const PlannedStep& step : plan.steps) {
        const auto same = taken.find(stepInFull(recovery.program, step.step->action));
        if (same == taken.end()) {
            return std::nullopt;
        }
        when.push_back(same->second);
        taken.erase(same);
    }
    return taken.empty() ? std::optional{std::move(when)} : std::nullopt;
}

std::vector<TimelineEntry> entriesOf(const Program& program, const RecoveryPlan& plan) {
    std::vector<TimelineEntry> entries;
    for (const PlannedStep& step : plan.steps) {
        entries.push_back(entryOf(program, step.step->action, step.at));
    }
    return entries;
}

/// `what is expected of orders in line 17`.
std::string expectationText(const Program& program, const ExpectationBounds& one) {
    const TimelineEntry& entry = program.entries[one.entry];
    const auto* list = std::get_if<std::vector<Expectation>>(&entry.what);
    const TextPlace& place = list != nullptr ? (*list)[one.item].place : entry.place;
    const std::string what = list != nullptr
                                 ? "what is expected of " + program.resources[(*list)[one.item].resource].name
                                 : fmt::format("what is expected of {} {}", entry.name, entry.target);
    return fmt::format("{} in line {}", what, place.line);
}

void addLosses(const Recovery& recovery, Claims& claims) {
    for (const ResourceId id : recovery.wanted) {
        claims.push_back({recovery.program.resources[id].name, "can be brought back, or is well"});
    }
    for (const Loss& loss : recovery.lost) {
        claims.push_back({recovery.program.resources[loss.resource].name, "no action that was tried brings it back"});
    }
}

} // namespace

Claims claimsOf(const Program& program, const ScenarioBounds& bounds, std::span<const Deadline> deadlines) {
    Claims claims;
    for (const ResourceBounds& one : bounds.resources) {
        const std::string& name = program.resources[one.resource].name;
        const bool never = one.downtime.extent.most == Duration::zero();
        claims.push_back(
            {name, never ? "is not down at these timings" : "is down for " + between(one.downtime.extent)});
        // The likelihood of a loss is over phases alone.
        claims.push_back({name, one.dataLost == 0   ? "loses no data while all but phases is nominal"
                                : one.dataLost == 1 ? "loses its data"
                                                    : "can lose its data"});
        const Model& model = program.modelOf(one.resource);
        for (const ImpairmentBounds& interval : one.impairments) {
            claims.push_back(
                {name,
                 fmt::format("is {} from {} to {} after the start", impairerName(model, interval.by),
                             between({interval.start.least.time_since_epoch(), interval.start.most.time_since_epoch()}),
                             between({interval.end.least.time_since_epoch(), interval.end.most.time_since_epoch()}))});
        }
    }
    for (const ExpectationBounds& one : bounds.expectations) {
        const TimelineEntry& entry = program.entries[one.entry];
        const bool never = !one.always && one.probability == 0;
        if (std::holds_alternative<Action>(entry.what) && !entry.result) { // nothing is expected of it but that
            claims.push_back({fmt::format("{} {} in line {}", entry.name, entry.target, entry.place.line),
                              one.always ? "is carried out"
                              : never    ? "is refused, which is not expected"
                                         : "is refused at some phases or timings, which is not expected"});
            continue;
        }
        const std::string subject = expectationText(program, one);
        claims.push_back({subject, one.always ? "holds"
                                   : never    ? "holds at no phase while all else is nominal"
                                              : "holds at some phases alone"});
    }
    for (const Deadline& one : deadlines) {
        const std::string when = between({one.earliest.time_since_epoch(), one.latest.time_since_epoch()});
        const std::string averted =
            one.averted ? "; averted at " + formatDuration(*one.averted - scenarioStart) : std::string{};
        claims.push_back({fmt::format("{} {}", nameOf(one.ending), report::targetOf(program, one)),
                          fmt::format("is a point of no return, {} after the start{}", when, averted)});
    }
    return claims;
}

Claims claimsOf(const Program& program, std::span<const Blast> blasts) {
    Claims claims;
    for (const Blast& one : blasts) {
        const std::string subject = "without " + one.node.name;
        claims.push_back({subject, one.resources.empty()
                                       ? std::string{"no resource goes down by it"}
                                       : fmt::format("down: {}, after {}", resourceNames(program, one.resources),
                                                     between(one.down))});
        for (const BlastImpairment& impaired : one.impaired) {
            claims.push_back({subject, fmt::format("impaired: {}, {}", program.resources[impaired.resource].name,
                                                   textOf(program.modelOf(impaired.resource), impaired.impairment))});
        }
        if (!one.harms()) {
            continue;
        }
        if (!one.recoverable) {
            claims.push_back({subject, "there is no way back"});
            continue;
        }
        claims.push_back(
            {subject, fmt::format("the way back: {}",
                                  one.recovery.empty() ? std::string{"to wait"} : separated(one.recovery, ", then "))});
        claims.push_back({subject, "the way back " + takes(one.ready)});
        claims.push_back({subject, one.until ? fmt::format("until {} after the loss", formatDuration(*one.until))
                                             : std::string{"no end to the way back was found"}});
    }
    return claims;
}

Claims claimsOf(const Exploration& found, const ExplorationOptions& options) {
    Claims claims;
    std::vector<bool> broken(options.invariants.size());
    for (const Violation& one : found.violations) {
        broken[one.invariant] = true;
        std::vector<std::string> steps;
        for (const CourseStep& step : one.steps) {
            if (step.by == CourseStep::By::Fault) {
                steps.push_back(stepText(found.program, step.action));
            }
        }
        claims.push_back({options.invariants[one.invariant].text,
                          fmt::format("broken for {} by {}", found.program.resources[one.resource].name,
                                      steps.empty() ? std::string{"time alone"} : separated(steps, ", then "))});
    }
    for (std::size_t i = 0; i < broken.size(); ++i) {
        if (!broken[i]) {
            claims.push_back({options.invariants[i].text, "not broken in what was searched"});
        }
    }
    return claims;
}

Claims claimsOf(std::span<const LintFinding> findings) {
    Claims claims;
    for (const LintFinding& one : findings) {
        claims.push_back(
            {one.subject, fmt::format("{}: {}", textOf(one).id, one.detail.empty() ? textOf(one).title : one.detail)});
    }
    return claims;
}

Claims claimsOf(const JudgedObjectives& judged) {
    Claims claims;
    for (const ObjectiveResult& one : judged.results) {
        const Objective& objective = judged.objectives[one.objective];
        claims.push_back(
            {fmt::format("the objective {}, {}", objective.name, askedText(objective, one.kind)), heldText(one)});
    }
    return claims;
}

namespace {

Claims claimsWith(const Recovery& recovery, const Proof& proof) {
    Claims claims;
    addLosses(recovery, claims);
    if (!proof.holds()) {
        claims.push_back({std::string{wayBack}, "is not proved"});
        return claims;
    }
    claims.push_back({std::string{wayBack}, "reaches the goal"});
    claims.push_back({std::string{wayBack}, takes(proof.within)});
    return claims;
}

Proof proofUnder(const Program& original, const Recovery& recovery, const RecoveryPlan& plan) {
    Program program = withKeyReferences(original);
    program.until = std::max(program.until, recovery.at);
    return prove(program, {recovery.at, recovery.wanted, plan.proof.over, {}, {}}, entriesOf(program, plan));
}

} // namespace

Claims claimsOf(const Recovery& recovery) {
    if (!recovery.plans.empty()) {
        return claimsWith(recovery, recovery.plans.front().proof);
    }
    Claims claims;
    addLosses(recovery, claims);
    return claims;
}

bool holdsUnder(const Program& original, const Recovery& recovery, const RecoveryPlan& plan) {
    return proofUnder(original, recovery, plan).holds();
}

Claims claimsUnder(const Program& original, const Recovery& recovery, const std::vector<ResourceId>& goal,
                   std::vector<Instant>* later) {
    if (!recovery.plans.empty() && recovery.lost.empty()) {
        if (const Proof proof = proofUnder(original, recovery, recovery.plans.front()); proof.holds()) {
            return claimsWith(recovery, proof); // how long it takes is of this reading
        }
    }
    const Recovery other = planRecovery(original, recovery.at, {goal, 1, true, true, OpenTimings::All, Doubt::Avoided});
    Claims claims;
    addLosses(other, claims);
    if (recovery.plans.empty()) {
        return claims;
    }
    const RecoveryPlan& plan = recovery.plans.front();
    const RecoveryPlan* instead = other.plans.empty() ? nullptr : &other.plans.front();
    const bool isSame = instead != nullptr && stepsInFull(other, *instead) == stepsInFull(recovery, plan);
    if (isSame && other.wanted == recovery.wanted) {
        return claimsOf(other);
    }
    claims.push_back({std::string{wayBack}, "does not reach the goal"});
    if (instead == nullptr || isSame || !instead->proof.holds() || other.wanted.empty()) {
        return claims;
    }
    const auto when = whenTakenIn(other, *instead, recovery, plan);
    if (when && later != nullptr) {
        later->resize(plan.steps.size(), recovery.at);
        for (std::size_t i = 0; i < plan.steps.size(); ++i) {
            (*later)[i] = std::max((*later)[i], (*when)[i]);
        }
    }
    const bool alike = stepsText(other, *instead) == stepsText(recovery, plan);
    const std::string whose =
        other.lost.empty() ? std::string{} : ", for " + resourceNames(other.program, other.wanted);
    claims.push_back(
        {std::string{wayBack},
         fmt::format("instead{}: {}", whose, alike ? stepsInFull(other, *instead) : stepsText(other, *instead))});
    return claims;
}

std::optional<RecoveryPlan> postponed(const Program& original, const Recovery& recovery,
                                      const std::vector<Instant>& later) {
    if (later.empty() || recovery.plans.empty()) {
        return std::nullopt;
    }
    RecoveryPlan plan = recovery.plans.front();
    for (std::size_t i = 0; i < plan.steps.size(); ++i) {
        plan.steps[i].at = std::max(plan.steps[i].at, later[i]);
    }
    std::ranges::stable_sort(plan.steps, {}, &PlannedStep::at);
    plan.proof = proofUnder(original, recovery, plan);
    return plan.proof.holds() ? std::optional{std::move(plan)} : std::nullopt;
}

} // namespace cmksim::program
