#include "explanation/exposure.hpp"

#include "engine/replay.hpp"

#include <algorithm>
#include <set>
#include <string>

namespace cmksim::explanation {

namespace {

bool comesFromElsewhere(Reason reason, const Model& model) {
    return reason == Reason::IdentityInactive ? model.renewal.has_value() : !notesOn(reason).ownSettings;
}

bool contains(const auto& list, const auto& one) { return std::ranges::find(list, one) != list.end(); }

} // namespace

std::vector<Exposed> exposedTo(const Program& program, const std::vector<Reason>& causes,
                               const std::vector<std::string>& services) {
    std::vector<Exposed> exposed;
    const Trace trace = replay(program, nominalPhases(program));
    for (const ResourceEnd& end : trace.ends) {
        const ResourceProgram& resource = program.resources[end.resource];
        const Model& model = program.modelOf(end.resource);
        const bool hasKey = resource.described && resource.described->key.valid();
        if (!hasKey || (!services.empty() && !contains(services, model.service))) {
            continue;
        }
        Exposed one;
        one.resource = resource.name;
        one.service = model.service;
        std::set<std::string> identities; // each once
        resource.described->eachKey([&](const KeyUse& use) {
            one.key += (one.key.empty() ? "" : ", ") + program.keys[use.key].text;
            if (use.identity.valid() && identities.insert(program.names.identities[use.identity].text).second) {
                one.identity += (one.identity.empty() ? "" : ", ") + program.names.identities[use.identity].text;
            }
        });
        one.now = contains(causes, end.status.reason) ? end.status.reason : Reason::None;
        std::ranges::copy_if(causes, std::back_inserter(one.could),
                             [&](Reason reason) { return reason != one.now && comesFromElsewhere(reason, model); });
        if (one.now != Reason::None || !one.could.empty()) {
            exposed.push_back(std::move(one));
        }
    }
    std::ranges::stable_partition(exposed, [](const Exposed& one) { return one.now != Reason::None; });
    return exposed;
}

} // namespace cmksim::explanation
