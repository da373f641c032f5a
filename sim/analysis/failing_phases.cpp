#include "analysis/failing_phases.hpp"

#include "engine/expectation.hpp"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <utility>

namespace cmksim::analysis {

namespace {

/// From which to which offset a line stays within a limit; `end` is the greatest offset. Empty: from after to.
std::pair<Duration, Duration> fittingOffsets(Duration start, std::int64_t slope, const Range<Duration>& limit,
                                             Duration end) {
    const std::int64_t steepness = std::abs(slope);
    // The least offset at which the line has come `way` far, and the greatest at which it has not gone further.
    const auto notBefore = [&](Duration way) {
        return way <= Duration::zero() ? Duration::zero() : (way + Duration{steepness - 1}) / steepness;
    };
    const auto notAfter = [&](Duration way) { return way < Duration::zero() ? Duration{-1} : way / steepness; };
    Duration from{};
    Duration to = end;
    if (const auto& near = slope > 0 ? limit.least : limit.most) {
        from = std::max(from, notBefore(slope > 0 ? *near - start : start - *near));
    }
    if (const auto& far = slope > 0 ? limit.most : limit.least) {
        to = std::min(to, notAfter(slope > 0 ? *far - start : start - *far));
    }
    return {from, to};
}

/// What is left of a class without the offsets that fit.
std::vector<PhaseClass> cutOut(const PhaseClass& all, const std::pair<Duration, Duration>& fitting) {
    const auto [from, to] = fitting;
    if (from > to) {
        return {all};
    }
    std::vector<PhaseClass> left = within(all, all.first, all.first + from - Duration{1});
    std::ranges::move(within(all, all.first + to + Duration{1}, all.last), std::back_inserter(left));
    return left;
}

} // namespace

std::vector<PhaseClass> failingPhases(const Program& program, const Record& first, const Record& last,
                                      const PhaseClass& all) {
    if (!first.isFailedVerdict() && !last.isFailedVerdict()) {
        return {};
    }
    const auto* expectations = std::get_if<std::vector<Expectation>>(&program.entries[first.entry()].what);
    if (expectations == nullptr || first.on->status.downtime == last.on->status.downtime) {
        return {all};
    }
    Expectation others = (*expectations)[first.item()];
    const Range<Duration> limit = others.downtime;
    others.downtime = {};
    if (!holds(program.modelOf(first.on->resource), others, first.on->status)) {
        return {all};
    }
    const std::int64_t slope = (last.on->status.downtime - first.on->status.downtime) / (all.last - all.first);
    return cutOut(all, fittingOffsets(first.on->status.downtime, slope, limit, all.last - all.first));
}

} // namespace cmksim::analysis
