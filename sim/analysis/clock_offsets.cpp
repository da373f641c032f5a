#include "analysis/clock_offsets.hpp"

#include <algorithm>

namespace cmksim::analysis {

namespace {

/// How long `then`s take one after the other from any state on, and what is lost after that.
std::vector<Duration> alongStates(const ResourceRules& rules) {
    const Model& model = *rules.model;
    std::vector<Duration> sums{Duration::zero()};
    for (const StateId start : model.states.ids()) {
        Duration sum{};
        for (StateId at = start;;) {
            sums.push_back(sum);
            for (const LossRule& loss : model.states[at].losses) {
                sums.push_back(sum + rules.lengthOf(loss.after));
            }
            const auto& then = model.states[at].then;
            if (!then) {
                break;
            }
            sum += rules.lengthOf(then->after);
            at = then->to;
        }
    }
    return sums;
}

} // namespace

std::vector<Duration> clockOffsets(const Program& program, ResourceId resource) {
    const ResourceRules rules = program.rulesOf(resource);
    if (!rules.model->countsTime()) {
        return {Duration::zero()};
    }
    std::vector<Duration> offsets;
    const std::vector<Duration> sums = alongStates(rules);
    const auto addAfter = [&](Duration before) {
        for (const Duration sum : sums) {
            offsets.push_back(before + sum);
        }
    };
    addAfter(Duration::zero());
    for (const ReasonRule& reason : rules.model->reasons) {
        if (const auto* timing = reason.tolerated ? std::get_if<TimingId>(&*reason.tolerated) : nullptr) {
            addAfter(rules.lengthOf(*timing));
        }
    }
    if (rules.model->retains) {
        addAfter(rules.lengthOf(rules.model->retains->versions));
    }
    if (rules.model->recovery) {
        offsets.push_back(rules.lengthOf(rules.model->recovery->takes));
    }
    std::ranges::sort(offsets);
    const auto repeated = std::ranges::unique(offsets);
    offsets.erase(repeated.begin(), repeated.end());
    return offsets;
}

} // namespace cmksim::analysis
