#include "analysis/clock_offsets.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace cmksim::analysis {

namespace {

/// What a rule's time is taken to be: one length, or several.
using LengthsOf = std::function<std::vector<Duration>(TimingId)>;

void sortOnce(std::vector<Duration>& lengths) {
    std::ranges::sort(lengths);
    const auto repeated = std::ranges::unique(lengths);
    lengths.erase(repeated.begin(), repeated.end());
}

std::vector<Duration> sumsOf(const std::vector<Duration>& some, const std::vector<Duration>& others) {
    std::vector<Duration> sums;
    for (const Duration one : some) {
        for (const Duration other : others) {
            sums.push_back(one + other);
        }
    }
    sortOnce(sums);
    return sums;
}

/// How long `then`s take one after the other from any state on, and what is lost after that.
std::vector<Duration> alongStates(const Model& model, const LengthsOf& lengthsOf) {
    std::vector<Duration> all{Duration::zero()};
    const auto add = [&](const std::vector<Duration>& sums) { all.insert(all.end(), sums.begin(), sums.end()); };
    for (const StateId start : model.states.ids()) {
        std::vector<Duration> sums{Duration::zero()};
        for (StateId at = start;;) {
            add(sums);
            for (const LossRule& loss : model.states[at].losses) {
                add(sumsOf(sums, lengthsOf(loss.after)));
            }
            const auto& then = model.states[at].then;
            if (!then) {
                break;
            }
            sums = sumsOf(sums, lengthsOf(then->after));
            at = then->to;
        }
    }
    sortOnce(all);
    return all;
}

std::vector<Duration> offsetsOf(const Model& model, const LengthsOf& lengthsOf, bool byHand = true) {
    if (!model.countsTime()) {
        return {Duration::zero()};
    }
    const std::vector<Duration> sums = alongStates(model, lengthsOf);
    std::vector<Duration> offsets = sums;
    const auto add = [&](const std::vector<Duration>& more) {
        offsets.insert(offsets.end(), more.begin(), more.end());
    };
    for (const ReasonRule& reason : model.reasons) {
        if (const auto* timing = reason.tolerated ? std::get_if<TimingId>(&*reason.tolerated) : nullptr) {
            add(sumsOf(lengthsOf(*timing), sums));
        }
    }
    for (const StateRule& state : model.states) {
        if (state.heals) {
            add(sumsOf(lengthsOf(state.heals->takes), sums));
        }
    }
    if (model.retains) {
        add(sumsOf(lengthsOf(model.retains->versions), sums));
    }
    if (model.recovery && byHand) {
        add(lengthsOf(model.recovery->takes));
    }
    sortOnce(offsets);
    return offsets;
}

std::vector<Duration> endsOf(const Timing& timing) { return {timing.earliest, timing.nominal, timing.latest}; }

} // namespace

std::vector<Duration> clockOffsets(const Program& program, ResourceId resource, bool byHand) {
    const ResourceRules rules = program.rulesOf(resource);
    return offsetsOf(
        *rules.model, [&](TimingId clock) { return std::vector{rules.lengthOf(clock)}; }, byHand);
}

std::vector<Duration> clockOffsetsAtFirst(const Program& program, ResourceId resource) {
    const ResourceRules rules = program.rulesOf(resource);
    const Model& model = *rules.model;
    std::vector<Duration> offsets{Duration::zero()};
    for (const ReasonRule& reason : model.reasons) {
        if (const auto* timing = reason.tolerated ? std::get_if<TimingId>(&*reason.tolerated) : nullptr) {
            offsets.push_back(rules.lengthOf(*timing));
        }
    }
    for (const StateRule& state : model.states) {
        if (state.heals) {
            offsets.push_back(rules.lengthOf(state.heals->takes));
        }
    }
    if (model.retains) {
        offsets.push_back(rules.lengthOf(model.retains->versions));
    }
    sortOnce(offsets);
    return offsets;
}

std::vector<Duration> clockOffsetsAtEnds(const Program& program, ResourceId resource, bool byHand) {
    const Model& model = program.modelOf(resource);
    std::vector<Duration> offsets = offsetsOf(
        model, [&](TimingId clock) { return endsOf(model.ownClocks[clock]); }, byHand);
    std::vector<const Timing*> more;
    if (model.renewal) {
        more.push_back(&model.renewal->lapse);
    }
    if (model.standsOn) {
        more.insert(more.end(), {&model.standsOn->within, &model.standsOn->backWithin});
    }
    for (const Timing* timing : more) {
        const std::vector<Duration> ends = endsOf(*timing);
        offsets.insert(offsets.end(), ends.begin(), ends.end());
    }
    sortOnce(offsets);
    return offsets;
}

} // namespace cmksim::analysis
