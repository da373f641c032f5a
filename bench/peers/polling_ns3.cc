// Ten thousand resources that look at one key every hour for thirty days, as events of ns-3's default scheduler: prints
// the seconds that it takes. C++17, as ns-3's headers are.

#include <ns3/core-module.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <vector>

namespace {

constexpr std::int64_t members = 10000;
constexpr std::int64_t end = 720 * 3600;
const std::int64_t turns[] = {360600, 374400, 1081500, 1112400, 1800000, 1809000};

std::vector<char> down(members, 0);
bool fails = false;
std::int64_t transitions = 0;

void look(std::uint32_t member) {
    if ((down[member] != 0) != fails) {
        down[member] = fails ? 1 : 0;
        ++transitions;
    }
    ns3::Simulator::Schedule(ns3::Seconds(3600), &look, member);
}

void turn() { fails = !fails; }

} // namespace

int main() {
    for (const std::int64_t at : turns) {
        ns3::Simulator::Schedule(ns3::Seconds(static_cast<double>(at)), &turn);
    }
    for (std::int64_t i = 0; i < members; ++i) {
        ns3::Simulator::Schedule(ns3::Seconds(static_cast<double>(i * 3600 / members)), &look,
                                 static_cast<std::uint32_t>(i));
    }
    ns3::Simulator::Stop(ns3::Seconds(static_cast<double>(end)));
    const auto begin = std::chrono::steady_clock::now();
    ns3::Simulator::Run();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    ns3::Simulator::Destroy();
    std::printf("%.6f\n", took.count());
    return transitions == 6 * members ? 0 : 1;
}
