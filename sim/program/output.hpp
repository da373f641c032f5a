// Where a command's results go: standard output, and files that appear whole or not at all.
#pragma once

#include "base/output_file.hpp"
#include "program/command.hpp"

#include <iosfwd>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace cmksim::program {

inline constexpr OptionRule outputOption{"output", "FILE", "write there instead of to standard output",
                                         false,    "o",    FileRole::Written};

/// Writes a file as `writeOutputFile` does, and to its end, where the program is asked to end meanwhile. Tells of a
/// hard link that this cuts apart. Returns why it failed, or nothing.
std::optional<std::string> writeWhole(const std::string& path, std::string_view text, const OutputRules& rules,
                                      std::ostream& err);

/// Writes a finished text to a file, as `writeWhole` does; `-` is standard output. Says why that failed. A reader
/// of standard output who has gone away has had enough, and nothing has failed.
ExitCode writeFile(const std::string& text, const std::string& path, const Streams& streams);

/// Writes a finished text to `--output`, or to standard output where there is none.
ExitCode writeOutput(const std::string& text, const Arguments& arguments, const Streams& streams);

/// Flushes what was written to standard output piece by piece, and says how that went.
ExitCode finishOutput(const Streams& streams);

/// Whether the files that a command line has written are such that can be: no folder is missing, none is named twice,
/// and none is among those that it reads. Done, or what to exit with, as reported, before anything is computed.
ExitCode checkOutputs(const Arguments& arguments, std::ostream& err);

/// The same for files that a command finds or is referred to; `inputs` are their paths.
ExitCode checkOutputs(const Arguments& arguments, std::span<const std::string> inputs, std::ostream& err);

} // namespace cmksim::program
