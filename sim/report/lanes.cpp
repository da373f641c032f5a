#include "report/lanes.hpp"

#include <algorithm>
#include <array>

namespace cmksim::report {

namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

/// Room for a label and a gap: `+1d12h`.
constexpr std::size_t tickRoom = 9;

constexpr std::array<Duration, 31> roundLengths{
    Duration{1},    Duration{5},     Duration{10},    Duration{30}, minutes{1},    minutes{2},    minutes{5},
    minutes{10},    minutes{15},     minutes{30},     hours{1},     hours{2},      hours{3},      hours{6},
    hours{12},      days{1},         days{2},         days{5},      days{10},      days{20},      days{30},
    days{60},       days{90},        days{180},       days{365},    days{2 * 365}, days{5 * 365}, days{10 * 365},
    days{50 * 365}, days{200 * 365}, days{1000 * 365}};

} // namespace

std::size_t Scale::edge(Instant at) const {
    if (whole_ <= Duration::zero()) {
        return at > scenarioStart ? columns_ : 0;
    }
    const auto columns = static_cast<Duration::rep>(columns_);
    const Duration::rep twice = at.time_since_epoch().count() * columns * 2 + whole_.count();
    return static_cast<std::size_t>(std::clamp<Duration::rep>(twice / (2 * whole_.count()), 0, columns));
}

std::size_t Scale::cell(Instant at) const { return std::min(edge(at), columns_ - 1); }

Duration Scale::tick() const {
    for (const Duration length : roundLengths) {
        if (length <= whole_ && edge(scenarioStart + length) >= tickRoom) {
            return length;
        }
    }
    return Duration::zero();
}

Duration Scale::step() const {
    const auto columns = static_cast<Duration::rep>(columns_);
    return Duration{(whole_.count() + columns - 1) / columns};
}

std::vector<std::size_t> laneOf(const std::vector<StateInterval>& intervals, const Scale& scale) {
    std::vector<std::size_t> lane(scale.columns(), 0);
    std::vector<std::size_t> widths(intervals.size(), 0);
    for (std::size_t i = 0; i < intervals.size(); ++i) {
        const std::size_t begin = scale.edge(intervals[i].from);
        const std::size_t end = i + 1 == intervals.size() ? scale.columns() : scale.edge(intervals[i].to);
        std::fill_n(lane.begin() + static_cast<std::ptrdiff_t>(begin), end - begin, i);
        widths[i] = end - begin;
    }
    const auto squeezeIn = [&](std::size_t i, bool always) {
        const std::size_t cell = scale.cell(intervals[i].from);
        if (!always && widths[lane[cell]] < 2) {
            return;
        }
        --widths[lane[cell]];
        ++widths[i];
        lane[cell] = i;
    };
    for (const bool down : {false, true}) {
        for (std::size_t i = 0; i < intervals.size(); ++i) {
            if (widths[i] == 0 && intervals[i].status.down == down) {
                squeezeIn(i, down && !intervals[lane[scale.cell(intervals[i].from)]].status.down);
            }
        }
    }
    return lane;
}

} // namespace cmksim::report
