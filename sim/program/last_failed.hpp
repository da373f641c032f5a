// Which cases of a suite failed when it was run before, kept in a file that the command line names.
#pragma once

#include "base/diagnostics.hpp"
#include "scenario/parse.hpp"
#include "suite/result.hpp"
#include "suite/run_suite.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cmksim::program {

/// The cases that a file names; none where it is not there. Nothing, as reported, when it is no such file.
std::optional<std::vector<NamedCase>> readLastFailed(const std::string& path, FileReader& files,
                                                     Diagnostics& diagnostics);

/// The text of that file after a run. Cases that were not run stay in it.
std::string lastFailedText(const SuiteResult& suite, const std::vector<NamedCase>& before);

} // namespace cmksim::program
