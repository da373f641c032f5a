// Work that is done again whenever a file changes that it read.
#pragma once

#include "program/command.hpp"

#include <functional>
#include <string>
#include <vector>

namespace cmksim::program {

/// Does the work, and again after each change of one of the files that it returns: in their text, or in which there
/// are. Until SIGINT, SIGTERM or the time limit asks for an end. `name` is what it tells that as. Looks twice a second.
ExitCode watchFiles(std::string_view name, const std::function<ExitCode()>& work,
                    const std::function<std::vector<std::string>()>& files, const Streams& streams);

} // namespace cmksim::program
