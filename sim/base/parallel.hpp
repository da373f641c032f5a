// Work on many things at once, whose results do not depend on how many.
#pragma once

#include "base/folders.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace cmksim {

/// Calls `work(i)` for every `i` below `count`, up to `jobs` of them at a time; the caller's thread is one of them.
template <class Work>
void forEachIndex(std::size_t count, unsigned jobs, Work work) {
    std::atomic<std::size_t> next = 0;
    const auto take = [&] {
        for (std::size_t i = next++; i < count; i = next++) {
            work(i);
        }
    };
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < std::min<std::size_t>(jobs, count); ++i) {
        others.emplace_back(take);
    }
    take();
}

} // namespace cmksim
