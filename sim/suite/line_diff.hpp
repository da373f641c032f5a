// Two texts, line by line: what only the first has, what only the second has.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cmksim::suite {

struct DiffLine {
    enum class Side : char { Both = ' ', First = '-', Second = '+', Omitted = '~' } side{};
    std::string_view text; // of `Omitted`: empty, for lines that are the same and far from any difference
};

/// The shortest way from one text to the other, with up to `context` lines around each difference.
std::vector<DiffLine> lineDiff(std::string_view first, std::string_view second, std::size_t context);

/// A line of a difference as reports show it.
std::string shownLine(const DiffLine& line);

} // namespace cmksim::suite
