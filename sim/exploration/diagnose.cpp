#include "exploration/diagnose.hpp"

#include "engine/part.hpp"
#include "exploration/causes.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace cmksim::exploration {

namespace {

/// The symptoms of a part, in its own ids.
std::vector<Symptom> symptomsIn(const EstatePart& part, const std::vector<Symptom>& symptoms) {
    std::vector<Symptom> own;
    for (const ResourceId id : part.resources.ids()) {
        for (Symptom symptom : symptoms) {
            if (symptom.seen.resource == part.resources[id]) {
                symptom.seen.resource = id;
                own.push_back(std::move(symptom));
            }
        }
    }
    return own;
}

/// Told in the whole's ids.
Diagnosis inWhole(Diagnosis diagnosis, const EstatePart& part) {
    for (SuspectedFault& step : diagnosis.steps) {
        step.action = part.inWhole(std::move(step.action));
    }
    for (std::vector<ResourceId>* also : {&diagnosis.alsoDown, &diagnosis.alsoImpaired}) {
        for (ResourceId& id : *also) {
            id = part.resources[id];
        }
    }
    return diagnosis;
}

/// One of each: what explains the symptoms of two parts.
Diagnosis joined(Diagnosis one, const Diagnosis& other) {
    std::ranges::copy(other.steps, std::back_inserter(one.steps));
    std::ranges::copy(other.at, std::back_inserter(one.at));
    std::ranges::copy(other.alsoDown, std::back_inserter(one.alsoDown));
    std::ranges::copy(other.alsoImpaired, std::back_inserter(one.alsoImpaired));
    return one;
}

} // namespace

std::vector<Diagnosis> diagnose(const Program& estate, const std::vector<Symptom>& symptoms, unsigned faults,
                                Progress* progress) {
    Instant last{};
    for (const Symptom& symptom : symptoms) {
        last = std::max(last, symptom.at);
    }
    std::vector<Diagnosis> found(1);
    Diagnosis elsewhere; // what stands in parts without symptoms as no fault made it
    for (const EstatePart& part : partsOf(estate)) {
        const std::vector<Symptom> own = symptomsIn(part, symptoms);
        if (own.empty() && !found.empty()) {
            elsewhere = joined(std::move(elsewhere), inWhole(withoutFaults(part.program, last), part));
        }
        if (own.empty() || found.empty()) {
            continue; // what happens in one part does not show in another
        }
        if (progress != nullptr && progress->cancelled()) {
            return {}; // nothing that explains all of them is known
        }
        const auto used = static_cast<unsigned>(found.front().steps.size());
        std::vector<Diagnosis> both;
        for (const Diagnosis& more : causesIn(part.program, own, last, faults - used, progress)) {
            for (const Diagnosis& one : found) {
                both.push_back(joined(one, inWhole(more, part)));
            }
        }
        found = std::move(both);
    }
    for (Diagnosis& one : found) {
        one = joined(std::move(one), elsewhere);
        std::ranges::sort(one.alsoDown);
        std::ranges::sort(one.alsoImpaired);
    }
    std::ranges::stable_sort(found, {}, [](const Diagnosis& one) { return one.alsoDown.size(); });
    return found;
}

} // namespace cmksim::exploration
