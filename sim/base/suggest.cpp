#include "base/suggest.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace cmksim {

namespace {

constexpr std::size_t longestCompared = 64;
constexpr std::size_t mostCompared = 10'000;
constexpr std::size_t fewKnown = 8;
constexpr std::size_t shortList = 100;

/// Costs are in tenths of an edit, so that a wrong letter case weighs less than a wrong letter.
constexpr std::uint32_t edit = 10;
constexpr std::uint32_t caseEdit = 1;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool equalButForCase(std::string_view a, std::string_view b) { return std::ranges::equal(a, b, {}, lower, lower); }

std::uint32_t substitution(char a, char b) {
    if (a == b) {
        return 0;
    }
    return lower(a) == lower(b) ? caseEdit : edit;
}

/// How many edits still make a likely slip in a name of this length.
std::uint32_t mostEdits(std::size_t length) {
    if (length <= 2) {
        return 0;
    }
    return length <= 5 ? 1 : std::min<std::uint32_t>(static_cast<std::uint32_t>(length) / 3, 5);
}

/// Insertions, deletions, substitutions and swaps of neighbours, no piece edited twice.
std::uint32_t distance(std::string_view a, std::string_view b) {
    using Row = std::array<std::uint32_t, longestCompared + 1>;
    std::array<Row, 3> rows{};
    for (std::size_t j = 0; j <= b.size(); ++j) {
        rows[0][j] = static_cast<std::uint32_t>(j) * edit;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        Row& row = rows[i % 3];
        const Row& above = rows[(i - 1) % 3];
        row[0] = static_cast<std::uint32_t>(i) * edit;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            row[j] = std::min({above[j] + edit, row[j - 1] + edit, above[j - 1] + substitution(a[i - 1], b[j - 1])});
            const bool swapped =
                i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]);
            if (swapped) {
                row[j] = std::min(row[j], rows[(i - 2) % 3][j - 2] + edit);
            }
        }
    }
    return rows[a.size() % 3][b.size()];
}

} // namespace

std::string_view nearestName(std::string_view name, std::span<const std::string_view> known) {
    const std::uint32_t most = mostEdits(name.size());
    std::uint32_t least = most * edit + edit; // room for letters in the wrong case on top
    std::string_view nearest;
    std::size_t compared = 0;
    for (const std::string_view candidate : known) {
        if (equalButForCase(name, candidate)) {
            return candidate;
        }
        const std::size_t apart = std::max(name.size(), candidate.size()) - std::min(name.size(), candidate.size());
        const bool comparable = std::max(name.size(), candidate.size()) <= longestCompared && apart <= most;
        if (!comparable || compared == mostCompared) {
            continue;
        }
        ++compared;
        const std::uint32_t cost = distance(name, candidate);
        if (cost < least) {
            least = cost;
            nearest = candidate;
        }
    }
    return nearest;
}

std::string suggestion(std::string_view name, std::span<const std::string_view> known) {
    if (const std::string_view nearest = nearestName(name, known); !nearest.empty()) {
        return fmt::format("did you mean {}?", inQuotes(nearest));
    }
    if (known.empty() || known.size() > fewKnown) {
        return {};
    }
    const std::string list = fmt::format("known: {}", fmt::join(known, ", "));
    return list.size() <= shortList ? list : std::string{};
}

std::string suggestionOrAll(std::string_view name, std::span<const std::string_view> known) {
    std::string near = suggestion(name, known);
    return near.empty() && !known.empty() ? fmt::format("known: {}", fmt::join(known, ", ")) : near;
}

std::string withSuggestion(std::string message, std::string_view name, std::span<const std::string_view> known,
                           std::string_view otherwise) {
    const std::string near = suggestion(name, known);
    const std::string_view help = near.empty() ? otherwise : std::string_view{near};
    return help.empty() ? message : message.append("; ").append(help);
}

} // namespace cmksim
