#include "exploration/fault_timings.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace cmksim::exploration {

void addOtherEnds(const Program& program, const SimulationState& simulation, Instant end, std::vector<Action>& faults) {
    const std::size_t nominal = faults.size();
    for (std::size_t i = 0; i < nominal; ++i) {
        const Timing* timing = openTiming(program, faults[i]);
        if (timing == nullptr) {
            continue;
        }
        for (const Duration length : {timing->earliest, timing->latest}) {
            if (length != timing->nominal && simulation.now() + length <= end) {
                Action other = faults[i];
                setDelay(other, length);
                faults.push_back(std::move(other));
            }
        }
    }
}

std::optional<TakenTiming> takenBy(const Program& program, const Action& action) {
    const Timing* timing = openTiming(program, action);
    const std::optional<Duration> chosen = action::delayOf(action);
    return timing != nullptr && chosen && *chosen != timing->nominal ? std::optional{TakenTiming{timing, *chosen}}
                                                                     : std::nullopt;
}

std::vector<TakenTiming> takenAt(const Program& estate, TimingEnd end) {
    std::vector<TakenTiming> all;
    for (const OpenDelay& delay : openDelays(estate)) {
        if (const Duration length = lengthAt(*delay.timing, end); length != delay.timing->nominal) {
            include(all, {delay.timing, length});
        }
    }
    return all;
}

std::vector<Duration> lengthsOfAnswers(const Program& program) {
    std::set<Duration> lengths;
    for (const Timing* timing : {&program.platform->roleEffect, &program.platform->policyEffect}) {
        lengths.insert({timing->nominal, timing->earliest, timing->latest});
    }
    return {lengths.begin(), lengths.end()};
}

void include(std::vector<TakenTiming>& all, const TakenTiming& one) {
    if (std::ranges::find(all, one) == all.end()) {
        all.push_back(one);
    }
}

} // namespace cmksim::exploration
