// Ten thousand resources that look at one key every hour for thirty days, as timers of SimGrid: prints the seconds that
// it takes.

#include <simgrid/kernel/Timer.hpp>
#include <simgrid/s4u.hpp>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <vector>

namespace {

constexpr std::int64_t members = 10000;
constexpr double end = 720 * 3600;
const double turns[] = {360600, 374400, 1081500, 1112400, 1800000, 1809000};

std::vector<char> down(members, 0);
bool fails = false;
std::int64_t transitions = 0;

void look(std::size_t member, double at) {
    if ((down[member] != 0) != fails) {
        down[member] = fails ? 1 : 0;
        ++transitions;
    }
    if (at + 3600 <= end) {
        simgrid::kernel::timer::Timer::set(at + 3600, [member, at] { look(member, at + 3600); });
    }
}

} // namespace

int main(int count, char** words) {
    simgrid::s4u::Engine engine(&count, words);
    auto* zone = simgrid::s4u::create_full_zone("zone");
    auto* host = zone->create_host("host", 1e9)->seal();
    zone->seal();
    for (const double at : turns) {
        simgrid::kernel::timer::Timer::set(at, [] { fails = !fails; });
    }
    for (std::int64_t i = 0; i < members; ++i) {
        const auto at = static_cast<double>(i * 3600 / members);
        simgrid::kernel::timer::Timer::set(at, [i, at] { look(static_cast<std::size_t>(i), at); });
    }
    simgrid::s4u::Actor::create("clock", host, [] { simgrid::s4u::this_actor::sleep_until(end); });
    const auto begin = std::chrono::steady_clock::now();
    engine.run();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    std::printf("%.6f\n", took.count());
    return transitions == 6 * members ? 0 : 1;
}
