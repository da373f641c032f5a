// What resources stand on (rules, section 6).

#include "engine/bases.hpp"
#include "base/text.hpp"
#include "compile/compiler.hpp"

#include <algorithm>
#include <iterator>
#include <set>

namespace cmksim::compile {

void Compiler::standOn(ResourceId id, const Model& model, const ResourceSpec& spec, NewResource& resource) {
    if (spec.on.empty() || !isKnown(model)) {
        return;
    }
    if (!model.standsOn) {
        diagnostics_.error(spec.on.front().mark,
                           "a resource of service " + inQuotes(model.service) + " stands on no other",
                           "its model has no 'stands-on'");
        return;
    }
    const std::vector<std::string>& services = model.standsOn->services;
    for (const Name& name : spec.on) {
        if (names_.isUnmodelled(name.text)) {
            resource.onUnmodelled = true;
            onUnmodelled_.emplace(name.text, id);
            continue;
        }
        const ResourceId base = names_.resource(name);
        if (!base.valid()) {
            continue;
        }
        const Model& below = program_.modelOf(base);
        if (isKnown(below) && std::ranges::find(services, below.service) == services.end()) {
            std::string known;
            for (const std::string& service : services) {
                known += (known.empty() ? "" : ", ") + service;
            }
            diagnostics_.error(name.mark,
                               inQuotes(name.text) + " is of service " + inQuotes(below.service) +
                                   ", on which a resource of " + inQuotes(model.service) + " does not stand",
                               "known: " + known);
            continue;
        }
        baseMarks_.try_emplace({id, base}, name.mark);
        if (std::ranges::find(resource.on, base) == resource.on.end()) {
            resource.on.push_back(base);
        }
    }
}

void Compiler::reportCircles() {
    const BaseGraph baseGraph{program_};
    const std::vector<ResourceId>& circle = baseGraph.circle();
    if (circle.empty()) {
        return;
    }
    std::string way = inQuotes(program_.resources[circle.front()].name);
    for (std::size_t i = 1; i <= circle.size(); ++i) {
        way += (i == 1 ? " stands on " : ", which stands on ") +
               inQuotes(program_.resources[circle[i % circle.size()]].name);
    }
    const Mark at = baseMarks_.at({circle.front(), circle[1 % circle.size()]});
    diagnostics_.error(at, "resources stand on one another in a circle: " + way, "take one of them out of its 'on'");
}

void Compiler::tellWhatUnmodelledCarry() {
    for (Unmodelled& one : program_.unmodelled) {
        std::set<ResourceId> carried;
        const auto [first, last] = onUnmodelled_.equal_range(one.name);
        std::transform(first, last, std::inserter(carried, carried.end()),
                       [](const auto& stands) { return stands.second; });
        for (bool grew = !carried.empty(); grew;) {
            grew = false;
            for (const auto& [stands, place] : baseMarks_) {
                grew = (carried.contains(stands.second) && carried.insert(stands.first).second) || grew;
            }
        }
        one.carries.assign(carried.begin(), carried.end());
    }
}

} // namespace cmksim::compile
