// Where the parts of a command stand in the file that it was read from.
#pragma once

#include "scenario/ast.hpp"

#include <cstddef>
#include <map>
#include <string_view>
#include <vector>

namespace cmksim::az {

/// Finds parts of commands in the sources around them. Sources are looked through once, however many commands.
class CommandPlaces {
public:
    /// The place of `part`, a view into the text of `command`; that of the command where the file writes it otherwise,
    /// as in quotes with escapes.
    Mark find(const Name& command, std::string_view part);

private:
    [[nodiscard]] std::size_t offsetOf(const Mark& mark);
    [[nodiscard]] Mark markAt(const Source& source, std::size_t offset);

    std::map<const Source*, std::vector<std::size_t>> lineStarts_;
};

} // namespace cmksim::az
