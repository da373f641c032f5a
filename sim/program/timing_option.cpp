#include "program/timing_option.hpp"

#include "engine/draws.hpp"
#include "engine/timings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <ostream>

namespace cmksim::program {

namespace {

constexpr std::array<std::string_view, 4> timingNames{"nominal", "earliest", "latest", "sampled"};

} // namespace

std::uint64_t seedOf(const Arguments& arguments) { return arguments.number(seedOption.name).value_or(0); }

TimingChoice timingChoice(const Arguments& arguments, const OptionRule& option) {
    const std::string text = arguments.value(option.name).value_or("nominal");
    return static_cast<TimingChoice>(std::ranges::find(timingNames, text) - timingNames.begin());
}

Phases choose(TimingChoice choice, std::uint64_t seed, Program& program) {
    for (const ResourceId id : program.resources.ids()) {
        if (auto& fleet = program.resources[id].fleet) {
            drawPhases(*fleet, id, program.modelOf(id), Draws{seed, 0});
        }
    }
    if (choice == TimingChoice::Sampled) {
        Phases phases(program.resources.size(), Duration::zero());
        const Draws draws{seed, 0};
        drawDelays(draws, program);
        drawPhases(draws, program, phases);
        return phases;
    }
    const auto end = static_cast<TimingEnd>(choice);
    setDelays(program, end);
    return phasesAt(program, end);
}

} // namespace cmksim::program
