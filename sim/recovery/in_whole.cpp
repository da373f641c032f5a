#include "recovery/in_whole.hpp"

#include "base/overloaded.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace cmksim::recovery {

InWhole::InWhole(const Program& whole, EstatePart part) : part_{std::move(part)} {
    // Repairs speak of keys by references that every program has beyond its own.
    for (const KeyId key : part_.keys) {
        part_.references.push_back(KeyReferenceId{whole.keys.size() + key.index()});
    }
}

Recovery InWhole::operator()(Recovery found) const {
    translate(found.wanted);
    translate(found.undecided);
    for (ImpairedResource& one : found.impaired) {
        one.resource = part_.resources[one.resource];
    }
    for (Loss& one : found.lost) {
        one.resource = part_.resources[one.resource];
        translate(one.ended);
    }
    for (Risk& one : found.risks) {
        one.resource = part_.resources[one.resource];
        translate(one.fact);
    }
    std::ranges::for_each(found.plans, [this](RecoveryPlan& plan) { translate(plan); });
    if (found.inDoubt) {
        translate(*found.inDoubt);
    }
    return found;
}

void InWhole::translate(std::vector<ResourceId>& ids) const {
    std::ranges::transform(ids, ids.begin(), [this](ResourceId id) { return part_.resources[id]; });
}

void InWhole::translate(std::optional<Record>& record) const {
    if (!record) {
        return;
    }
    const auto put = [](auto& id, const auto& ids) { id = id.valid() ? ids[id] : id; };
    if (record->on) {
        put(record->on->resource, part_.resources);
    }
    if (auto* fact = std::get_if<FactHappened>(&record->what)) {
        std::visit(Overloaded{[](std::monostate) {}, [&](VaultId& vault) { put(vault, part_.vaults); },
                              [&](KeyId& key) { put(key, part_.keys); },
                              [&](VersionOfKey& version) { put(version.key, part_.keys); }},
                   fact->target);
    } else if (auto* done = std::get_if<ActionDone>(&record->what)) {
        put(done->entry, part_.entries);
    }
}

void InWhole::translate(RecoveryPlan& plan) const {
    for (PlannedStep& step : plan.steps) {
        Candidate whole = *step.step;
        whole.action = part_.inWhole(std::move(whole.action));
        whole.helps = part_.resources[whole.helps];
        step.step = std::make_shared<const Candidate>(std::move(whole));
    }
}

} // namespace cmksim::recovery
