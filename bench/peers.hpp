// What the same work costs when nothing about it is general, and when it is done as most simulators do it. Written for
// these two scenarios alone: the changes of each answer are given, not worked out.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <queue>
#include <span>
#include <vector>

namespace cmksim::bench {

inline constexpr std::int64_t hour = 3'600;

/// A counter and a mixing function.
inline std::uint64_t splitMix(std::uint64_t& counter) {
    std::uint64_t z = counter += 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31U);
}

/// When the answer of one resource turns: failing, passing, failing, … in seconds.
using Turns = std::span<const std::int64_t>;

/// Downtime of a resource that looks at its answer at `phase` and every hour after, up to `end`: only the first look
/// after each turn counts.
inline std::int64_t downtimeOf(Turns turns, std::int64_t phase, std::int64_t end) {
    std::int64_t total = 0;
    std::int64_t downSince = -1;
    for (std::size_t i = 0; i < turns.size(); ++i) {
        const std::int64_t turn = turns[i];
        const std::int64_t next = i + 1 < turns.size() ? turns[i + 1] : end + 1;
        const std::int64_t look = turn <= phase ? phase : turn + (phase - turn % hour + hour) % hour;
        if (look >= next) {
            continue;
        }
        if (i % 2 == 0 && downSince < 0) {
            downSince = look;
        } else if (i % 2 == 1 && downSince >= 0) {
            total += look - downSince;
            downSince = -1;
        }
    }
    return downSince < 0 ? total : total + end - downSince;
}

/// The same with every look an event in one queue for all resources.
inline std::int64_t downtimeByQueue(std::span<const Turns> resources, std::span<const std::int64_t> phases,
                                    std::int64_t end) {
    struct Event {
        std::int64_t at;
        std::uint32_t order;
        std::uint32_t resource;
        std::int32_t turn; // -1: a look
        bool operator<(const Event& other) const { return at != other.at ? at > other.at : order > other.order; }
    };
    std::priority_queue<Event> queue;
    std::uint32_t order = 0;
    std::vector<std::int64_t> downSince(resources.size(), -1);
    std::vector<std::uint8_t> fails(resources.size(), 0);
    for (std::uint32_t i = 0; i < resources.size(); ++i) {
        for (std::size_t turn = 0; turn < resources[i].size(); ++turn) {
            queue.push({resources[i][turn], order++, i, static_cast<std::int32_t>(turn)});
        }
    }
    for (std::uint32_t i = 0; i < resources.size(); ++i) {
        queue.push({phases[i], order++, i, -1});
    }
    std::int64_t total = 0;
    while (!queue.empty() && queue.top().at <= end) {
        Event event = queue.top();
        queue.pop();
        if (event.turn >= 0) {
            fails[event.resource] = event.turn % 2 == 0;
            continue;
        }
        std::int64_t& since = downSince[event.resource];
        if (fails[event.resource] != 0 && since < 0) {
            since = event.at;
        } else if (fails[event.resource] == 0 && since >= 0) {
            total += event.at - since;
            since = -1;
        }
        event.at += hour;
        event.order = order++;
        queue.push(event);
    }
    for (const std::int64_t since : downSince) {
        total += since < 0 ? 0 : end - since;
    }
    return total;
}

/// A transition of one of many resources.
struct Turned {
    std::int64_t at;
    std::uint32_t resource;
    std::uint32_t failing;
};

/// Every transition of resources on one key, in order; `phases` are sorted.
inline void listTurns(Turns turns, std::span<const std::int64_t> phases, std::vector<Turned>& list) {
    list.clear();
    for (std::size_t i = 0; i < turns.size(); ++i) {
        const std::int64_t within = turns[i] % hour;
        const std::int64_t base = turns[i] - within;
        const auto split = static_cast<std::uint32_t>(std::ranges::lower_bound(phases, within) - phases.begin());
        for (std::uint32_t resource = split; resource < phases.size(); ++resource) {
            list.push_back({base + phases[resource], resource, static_cast<std::uint32_t>(i % 2 == 0)});
        }
        for (std::uint32_t resource = 0; resource < split; ++resource) {
            list.push_back({base + hour + phases[resource], resource, static_cast<std::uint32_t>(i % 2 == 0)});
        }
    }
}

} // namespace cmksim::bench
