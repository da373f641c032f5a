#include "report/plan_wording.hpp"

#include "base/overloaded.hpp"
#include "engine/wording.hpp"
#include "report/clock.hpp"
#include "report/plan_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace cmksim::report {

namespace {

/// What a step opens more than it must, and what would be narrower.
std::string_view opening(const Action& action) {
    const auto* update = std::get_if<VaultUpdate>(&action);
    if (update == nullptr || update->settings.allowByDefault != true) {
        return {};
    }
    return update->settings.perimeter.has_value()
               ? " This opens the vault's network to all: adding the resource to the vault's perimeter is narrower."
               : " This opens the vault's network to all: an address rule is narrower, where the estate says the "
                 "resource's outboundIp, and so is an identity that the vault trusts.";
}

std::string whyWithoutReason(const Program& program, std::string_view name, const Candidate& step) {
    const Action& action = step.action;
    if (creationIn(action) != nullptr) {
        return fmt::format("{} is made as its creation describes it{}", name,
                           step.empty ? ", and empty: what it held was deleted with it" : "");
    }
    if (std::holds_alternative<ResourceDelete>(action)) {
        return fmt::format("{} never becomes well again and is in the way; whatever it holds goes with it", name);
    }
    if (std::holds_alternative<VaultUpdate>(action)) {
        return fmt::format("the service of {} asks for such a vault", name);
    }
    if (const RecoveryRule* byHand = ruleByHand(program, action); byHand != nullptr && !byHand->fix.empty()) {
        return fmt::format("{} does not come back by itself. {}", name, byHand->fix);
    }
    return fmt::format("for {}", name);
}

/// What a resource is left without by a step that takes a key away.
std::string keysGivenUp(const Program& program, const Action& action) {
    const auto* update = std::get_if<ResourceUpdate>(&action);
    std::string text;
    for (const SlotChange& change : update != nullptr ? update->slots : std::vector<SlotChange>{}) {
        if (change.removed && change.slot.valid()) { // plans name the slot
            text +=
                fmt::format(" No step that was tried makes its {} key usable again. It goes on without one, and what "
                            "only that key opens stays out of reach.",
                            program.names.slots[change.slot]);
        }
    }
    return text;
}

/// The role of a grant is the least that will do, and so is its scope.
std::string leastRole(const Program& program, const Action& action) {
    const auto* grant = std::get_if<RoleAssign>(&action);
    if (grant == nullptr) {
        return {};
    }
    return fmt::format(" {} is the least role that lets an identity use a key, and {} the narrowest scope at which it "
                       "can be given here.",
                       program.platform->roles[grant->role.index()].name,
                       std::holds_alternative<OnKey>(grant->scope) ? "the key" : "the vault");
}

/// What a creation is refused with, and the documented way past it.
std::string refusalText(const Program& program, ResourceId resource, const Refusal& refusal) {
    const auto withFix = [](const auto& rule) { return rule.error + ". " + rule.fix; };
    const Model& model = program.modelOf(resource);
    return std::visit(Overloaded{[](CommonRefusal common) {
                                     return std::string{commonRefusalNames[static_cast<std::size_t>(common)]};
                                 },
                                 [&](const ModelRefusal& one) { return withFix(model.refusals[one.rule]); },
                                 [&](const RecoveryRefusal&) { return withFix(*model.recovery); }},
                      refusal);
}

} // namespace

std::string factText(const Program& program, const Record& fact) {
    return fmt::format("{} {}", nameOf(fact.as<FactHappened>().kind), factTarget(program, fact));
}

std::string whyOf(const Program& program, const Candidate& step) {
    if (!step.helps.valid()) {
        return "the estate describes it; no resource of it uses it";
    }
    const std::string& name = program.resources[step.helps].name;
    if (step.reason == Reason::None) {
        return whyWithoutReason(program, name, step);
    }
    const Wording wording = wordingOf(program, step.helps, step.reason, step.action);
    std::string why =
        fmt::format("{}: {}{}. {}", name, nameOf(step.reason),
                    step.due == never ? "" : fmt::format(" from {} on", Clock::sinceStart(step.due)), wording.fix);
    why += keysGivenUp(program, step.action);
    why += leastRole(program, step.action);
    why += opening(step.action);
    return why;
}

std::vector<std::string> sourcesOf(const Program& program, const Candidate& step) {
    const Wording wording = wordingOf(program, step.helps, step.reason, step.action);
    return wording.provenance != nullptr ? wording.provenance->sources : std::vector<std::string>{};
}

std::string becauseOf(const Recovery& recovery, const Loss& loss) {
    std::string text = loss.materialGone ? "the material that wraps its data is gone, in every key and backup"
                       : loss.refusal
                           ? "its creation is refused " + refusalText(recovery.program, loss.resource, *loss.refusal)
                       : loss.up ? "no action on what is there gives it back what it denies"
                                 : "no action on what is there helps";
    if (loss.reason != Reason::None) {
        text = fmt::format("{}: {}", nameOf(loss.reason), text);
    }
    if (loss.ended) {
        const bool action = loss.ended->is<ActionDone>();
        text += action ? fmt::format("; since {} {}", recovery.program.entries[loss.ended->entry()].name,
                                     recovery.program.entries[loss.ended->entry()].target)
                       : "; since " + factText(recovery.program, *loss.ended);
    }
    return text;
}

std::string becauseOf(const Recovery& recovery, const Risk& risk) {
    return endText(recovery.program, risk) + ", and no action on what is there averts it";
}

Extent<Duration> waitAfter(const Recovery& recovery, const RecoveryPlan& plan, std::size_t step) {
    const Instant at = plan.steps[step].at;
    if (step + 1 < plan.steps.size()) {
        const Duration pause = plan.steps[step + 1].at - at;
        return {pause, pause};
    }
    const Duration waited = at - recovery.at;
    return {std::max(Duration::zero(), plan.proof.within.least - waited),
            std::max(Duration::zero(), plan.proof.within.most - waited)};
}

} // namespace cmksim::report
