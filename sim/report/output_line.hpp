// What a command printed, as it stands in a report.
#pragma once

#include "report/layout.hpp"

#include <algorithm>
#include <string_view>

namespace cmksim::report {

/// A line of it, as wide as it is; a tab is four blanks.
inline Phrase outputLine(std::string_view line, std::size_t indent) {
    Phrase phrase;
    phrase.padTo(indent);
    for (std::size_t at = 0; at <= line.size();) {
        const std::size_t tab = std::min(line.find('\t', at), line.size());
        phrase.add(line.substr(at, tab - at)).add(tab < line.size() ? "    " : "");
        at = tab + 1;
    }
    return phrase;
}

} // namespace cmksim::report
