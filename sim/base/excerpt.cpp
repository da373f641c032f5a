#include "base/excerpt.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace cmksim {

namespace {

constexpr std::string_view ellipsis = "…";

/// The start of the character that ends before `at`.
std::size_t stepBack(std::string_view line, std::size_t at) {
    for (std::size_t bytes = 1; bytes <= 4 && bytes <= at; ++bytes) {
        const CodePoint point = codePointAt(line, at - bytes);
        if (point.valid && point.bytes == bytes) {
            return at - bytes;
        }
    }
    return at - 1;
}

/// How far left of `from` one can go within `columns`, and how many columns that takes.
struct Reach {
    std::size_t at = 0;
    std::size_t columns = 0;
};

Reach reachLeft(std::string_view line, std::size_t from, std::size_t columns) {
    Reach reach{from, 0};
    while (reach.at > 0) {
        const std::size_t before = stepBack(line, reach.at);
        const std::size_t width = shownWidth(codePointAt(line, before));
        if (reach.columns + width > columns) {
            break;
        }
        reach = {before, reach.columns + width};
    }
    return reach;
}

Reach reachRight(std::string_view line, std::size_t from, std::size_t columns) {
    Reach reach{from, 0};
    while (reach.at < line.size()) {
        const CodePoint point = codePointAt(line, reach.at);
        const std::size_t width = shownWidth(point);
        if (reach.columns + width > columns) {
            break;
        }
        reach = {reach.at + point.bytes, reach.columns + width};
    }
    return reach;
}

} // namespace

Excerpt excerptAround(std::string_view line, std::size_t offset) {
    offset = std::min(offset, line.size());
    constexpr std::size_t room = excerptColumns - 2; // for an ellipsis at both ends
    const std::size_t right = reachRight(line, offset, room).columns;
    const Reach left = reachLeft(line, offset, room - std::min(right, room / 2));
    const Reach end = reachRight(line, offset, room - left.columns);

    Excerpt excerpt;
    if (left.at > 0) {
        excerpt.line += ellipsis;
        ++excerpt.caret;
    }
    excerpt.line += printable(line.substr(left.at, end.at - left.at));
    excerpt.caret += left.columns;
    if (end.at < line.size()) {
        excerpt.line += ellipsis;
    }
    return excerpt;
}

} // namespace cmksim
