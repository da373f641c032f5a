// Does one work of RESULTS.md so many times, for a counter of its instructions: count_work NAME TIMES.

#include "works.hpp"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <string_view>

namespace {

/// What is counted.
[[gnu::noinline]] void countedWork(const cmksim::bench::Work& work, int times) {
    for (int i = 0; i < times; ++i) {
        work();
    }
}

} // namespace

int main(int count, char** words) {
    const auto all = cmksim::bench::works();
    const std::string_view name = count == 3 ? words[1] : "";
    const auto found = std::ranges::find(all, name, &cmksim::bench::NamedWork::name);
    if (found == all.end()) {
        std::cerr << "usage: count_work NAME TIMES\n";
        return 2;
    }
    countedWork(found->prepare(), std::atoi(words[2]));
    return 0;
}
