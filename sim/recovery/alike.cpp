#include "recovery/alike.hpp"

#include "engine/action_ids.hpp"
#include "engine/alike.hpp"
#include "engine/replay.hpp"
#include "recovery/repairs.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

namespace cmksim::recovery {

namespace {

/// So many that are alike may each go a way of its own.
constexpr std::size_t fewAlike = 8;

std::vector<ResourceId> askedIn(const Program& program, const PlanOptions& options) {
    if (!options.goal.empty()) {
        return options.goal;
    }
    const auto ids = program.resources.ids();
    return {ids.begin(), ids.end()};
}

/// An action as another resource's.
Action onOther(const Program& program, Action action, ResourceId one, ResourceId other) {
    struct {
        const Program& program;
        ResourceId one;
        ResourceId other;
        ResourceId operator()(ResourceId id) const { return id == one ? other : id; }
        IdentityId operator()(IdentityId id) const {
            return id == program.resources[one].ownIdentity ? program.resources[other].ownIdentity : id;
        }
    } const renamed{program, one, other};
    return engine::IdMapper{renamed}.mapped(std::move(action));
}

} // namespace

OneOfEachKind::OneOfEachKind(const Program& program, const PlanOptions& options)
    : whole_{program}, options_{options}, asked_{askedIn(program, options)}, kept_{program.resources.size()},
      standsFor_{program.resources.size()} {
    if (options.allowed || asked_.size() <= fewAlike) {
        return; // what is allowed may speak of single ones
    }
    const ResourceClasses classes = alikeResources(program, nominalPhases(program));
    std::map<std::uint32_t, std::vector<ResourceId>> alike;
    for (const ResourceId id : asked_) {
        kept_[id] = id;
        standsFor_[id] = {id};
        if (program.resources[id].entries.empty() && program.resources[id].described) {
            alike[classes[id]].push_back(id);
        }
    }
    std::erase_if(alike, [](const auto& of) { return of.second.size() <= fewAlike; });
    if (alike.empty()) {
        return;
    }
    std::vector<bool> leftOut(program.resources.size());
    std::ranges::for_each(alike, [&](const auto& of) { leaveOut(of.second, leftOut); });
    inWhole_.emplace(program, withoutResources(program, leftOut));
    options_.goal.clear();
    for (const ResourceId id : options.goal) {
        if (kept_[id] == id) {
            options_.goal.push_back(inPart(inWhole_->part().resources, id));
        }
    }
}

/// All but the first.
void OneOfEachKind::leaveOut(const std::vector<ResourceId>& members, std::vector<bool>& leftOut) {
    for (const ResourceId id : members) {
        kept_[id] = members.front();
        if (id != members.front()) {
            leftOut[id.index()] = true;
            standsFor_[id].clear();
        }
    }
    standsFor_[members.front()] = members;
}

Recovery OneOfEachKind::ofAll(Recovery few) const {
    const Instant until = few.program.until;
    Recovery recovery = (*inWhole_)(std::move(few));
    const auto itself = [](ResourceId& id) -> ResourceId& { return id; };
    const auto itsResource = [](auto& item) -> ResourceId& { return item.resource; };
    spread(recovery.wanted, itself);
    spread(recovery.lost, itsResource);
    spread(recovery.impaired, itsResource);
    spread(recovery.risks, itsResource);
    spread(recovery.undecided, itself);
    recovery.alikeTogether = std::ranges::any_of(recovery.plans, [this](const auto& plan) { return actsOnMany(plan); });
    std::ranges::for_each(recovery.plans, [this](RecoveryPlan& plan) { spread(plan); });
    if (recovery.inDoubt) {
        spread(*recovery.inDoubt);
    }
    recovery.program = withKeyReferences(whole_);
    recovery.program.until = until;
    return recovery;
}

/// Each item for all that its resource stands for, in the order in which they are asked for.
template <class Item, class Member>
void OneOfEachKind::spread(std::vector<Item>& items, Member resource) const {
    std::map<ResourceId, Item> of;
    for (Item& item : items) {
        of.emplace(resource(item), item);
    }
    items.clear();
    for (const ResourceId id : asked_) {
        if (const auto found = of.find(kept_[id]); found != of.end()) {
            resource(items.emplace_back(found->second)) = id;
        }
    }
}

bool OneOfEachKind::actsOnMany(const RecoveryPlan& plan) const {
    return std::ranges::any_of(plan.steps, [this](const PlannedStep& one) {
        const ResourceId on = resourceOf(one.step->action);
        return on.valid() && standsFor_[on].size() > 1;
    });
}

/// They share nothing that a step on one of them changes: what is proved of one is proved of all.
void OneOfEachKind::spread(RecoveryPlan& plan) const {
    std::vector<PlannedStep> steps;
    for (const PlannedStep& planned : plan.steps) {
        const ResourceId on = resourceOf(planned.step->action);
        if (!on.valid() || standsFor_[on].empty()) {
            steps.push_back(planned);
            continue;
        }
        for (const ResourceId id : standsFor_[on]) {
            Candidate step = *planned.step;
            step.action = onOther(whole_, std::move(step.action), on, id);
            step.helps = step.helps == on ? id : step.helps;
            steps.push_back({std::make_shared<const Candidate>(std::move(step)), planned.at});
        }
    }
    plan.steps = std::move(steps);
}

} // namespace cmksim::recovery
