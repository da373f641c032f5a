// What an author wants to know of a model before it is shipped.
#pragma once

#include "program/command.hpp"

namespace cmksim::program {

inline constexpr OptionRule checkOption{"check",
                                        "FILE",
                                        "say all that is wrong with a model file, what no story shows, "
                                        "and what is assumed in it",
                                        false,
                                        {},
                                        FileRole::Read};
inline constexpr OptionRule storiesOption{"stories", "PATH", "a scenario, or a folder of them, that plays the model",
                                          true};

/// Checks the file of `--check`; exits 2 where it is no sound model.
ExitCode checkModel(const Arguments& arguments, const Streams& streams);

} // namespace cmksim::program
