#include "suite/line_diff.hpp"

#include "base/text.hpp"
#include "suite/report_shared.hpp"

#include <algorithm>
#include <cstdint>

namespace cmksim::suite {

namespace {

using Lines = std::vector<std::string_view>;

/// How many lines the ends of two texts have in common, from each place in them on.
class CommonLines {
public:
    CommonLines(const Lines& first, const Lines& second)
        : width_{second.size() + 1}, counts_((first.size() + 1) * width_) {
        for (std::size_t i = first.size(); i-- > 0;) {
            for (std::size_t j = second.size(); j-- > 0;) {
                at(i, j) = first[i] == second[j] ? at(i + 1, j + 1) + 1 : std::max(at(i + 1, j), at(i, j + 1));
            }
        }
    }

    [[nodiscard]] std::uint32_t& at(std::size_t i, std::size_t j) { return counts_[i * width_ + j]; }

private:
    std::size_t width_;
    std::vector<std::uint32_t> counts_;
};

std::vector<DiffLine> wholeDiff(const Lines& first, const Lines& second) {
    CommonLines common{first, second};
    std::vector<DiffLine> diff;
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < first.size() || j < second.size()) {
        if (i < first.size() && j < second.size() && first[i] == second[j]) {
            diff.push_back({DiffLine::Side::Both, first[i]});
            ++i;
            ++j;
        } else if (j == second.size() || (i < first.size() && common.at(i + 1, j) >= common.at(i, j + 1))) {
            diff.push_back({DiffLine::Side::First, first[i++]});
        } else {
            diff.push_back({DiffLine::Side::Second, second[j++]});
        }
    }
    return diff;
}

} // namespace

std::vector<DiffLine> lineDiff(std::string_view first, std::string_view second, std::size_t context) {
    const std::vector<DiffLine> whole = wholeDiff(linesOf(first), linesOf(second));
    std::vector<bool> near(whole.size());
    for (std::size_t i = 0; i < whole.size(); ++i) {
        if (whole[i].side != DiffLine::Side::Both) {
            const std::size_t end = std::min(i + context + 1, whole.size());
            std::fill(near.begin() + static_cast<std::ptrdiff_t>(i - std::min(i, context)),
                      near.begin() + static_cast<std::ptrdiff_t>(end), true);
        }
    }
    std::vector<DiffLine> diff;
    for (std::size_t i = 0; i < whole.size(); ++i) {
        if (near[i]) {
            diff.push_back(whole[i]);
        } else if (diff.empty() || diff.back().side != DiffLine::Side::Omitted) {
            diff.push_back({DiffLine::Side::Omitted, {}});
        }
    }
    return diff;
}

std::string shownLine(const DiffLine& line) {
    if (line.side == DiffLine::Side::Omitted) {
        return "...";
    }
    return std::string{static_cast<char>(line.side)} + ' ' + printable(line.text);
}

} // namespace cmksim::suite
