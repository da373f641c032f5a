#include "engine/chosen_clocks.hpp"

#include "engine/bases.hpp"

#include <algorithm>

namespace cmksim::engine {

std::vector<const Timing*> clocksOf(const Model& model) {
    std::vector<const Timing*> clocks;
    for (const Timing& clock : model.ownClocks) {
        clocks.push_back(&clock);
    }
    if (model.standsOn) {
        clocks.push_back(&model.standsOn->within);
        clocks.push_back(&model.standsOn->backWithin);
    }
    return clocks;
}

TimingId withinClock(const Model& model) { return TimingId{model.ownClocks.size()}; }
TimingId backWithinClock(const Model& model) { return TimingId{model.ownClocks.size() + 1}; }

bool isOfBases(const Model& model, TimingId clock) { return clock >= withinClock(model); }

bool standsOnAny(const Program& program, ResourceId resource) {
    return program.modelOf(resource).standsOn &&
           std::ranges::any_of(livesOf(program, resource), [](const NewResource* life) { return !life->on.empty(); });
}

Duration lengthOf(const ResourceRules& rules, TimingId clock) {
    if (rules.ownClocks.empty() && isOfBases(*rules.model, clock)) {
        const StandsOnRule& rule = *rules.model->standsOn;
        return (clock == withinClock(*rules.model) ? rule.within : rule.backWithin).nominal;
    }
    return rules.lengthOf(clock);
}

} // namespace cmksim::engine
