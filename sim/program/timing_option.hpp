// Which values a command takes for what the documents leave open: `--timing` and `--seed`.
#pragma once

#include "engine/program.hpp"
#include "engine/world_history.hpp"
#include "program/command.hpp"

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string_view>

namespace cmksim::program {

enum class TimingChoice : std::uint8_t { Nominal, Earliest, Latest, Sampled };

inline constexpr OptionRule seedOption = withNumbers({"seed", "N", "what the drawing starts from; default 0"}, 0);

std::uint64_t seedOf(const Arguments& arguments);

/// The choice of an option that takes some of `nominal|earliest|latest|sampled`; nominal where it is not there.
TimingChoice timingChoice(const Arguments& arguments, const OptionRule& option);

/// Gives a program that choice; returns the phases that go with it.
Phases choose(TimingChoice choice, std::uint64_t seed, Program& program);

} // namespace cmksim::program
