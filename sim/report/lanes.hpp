// Swim lanes as plain data: which state fills which column.
#pragma once

#include "trace/intervals.hpp"

#include <cstddef>
#include <vector>

namespace cmksim::report {

/// Between a name and its lane, and the least room that a name has.
inline constexpr std::size_t laneGap = 2;
inline constexpr std::size_t shortestNameRoom = 12;

/// A run's time laid out over `columns` columns.
class Scale {
public:
    Scale(Duration whole, std::size_t columns) : whole_{whole}, columns_{columns} {}

    [[nodiscard]] std::size_t columns() const { return columns_; }
    /// The column at which `at` falls, `columns()` at most.
    [[nodiscard]] std::size_t edge(Instant at) const;
    /// The column in which something that happens at `at` is drawn.
    [[nodiscard]] std::size_t cell(Instant at) const;
    /// How far apart ticks stand so that their labels have room: a round length of time, zero for no ticks.
    [[nodiscard]] Duration tick() const;
    /// How much time one column stands for, rounded up.
    [[nodiscard]] Duration step() const;

private:
    Duration whole_;
    std::size_t columns_;
};

/// Which of the intervals is drawn in each column. Every outage has a column at least, however short it is, unless it
/// shares that with another; other short intervals have one where that hides no outage.
std::vector<std::size_t> laneOf(const std::vector<StateInterval>& intervals, const Scale& scale);

} // namespace cmksim::report
