#include "compile/deciding_readings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <map>
#include <optional>
#include <utility>

namespace cmksim::compile {

namespace {

/// With more readings than that a claim is told for all of them.
constexpr std::size_t mostToDecide = 4;

/// The values of some readings under a choice; `which` has a bit for each.
ReadingChoice partOf(const ReadingChoice& choice, std::span<const FactReading> readings, std::size_t which) {
    ReadingChoice part;
    for (std::size_t i = 0; i < readings.size(); ++i) {
        if ((which >> i & 1U) != 0) {
            const auto value = choice.find(readings[i].name);
            part.insert(*value);
        }
    }
    return part;
}

/// The values of those readings under which a claim holds; nothing where they do not decide.
std::optional<std::vector<ReadingChoice>> decidedBy(std::size_t which, std::span<const FactReading> readings,
                                                    std::span<const ReadingChoice> choices,
                                                    const std::vector<bool>& holds) {
    std::map<ReadingChoice, bool> verdicts;
    std::vector<ReadingChoice> under;
    for (std::size_t i = 0; i < choices.size(); ++i) {
        const ReadingChoice part = partOf(choices[i], readings, which);
        const auto [known, isNew] = verdicts.try_emplace(part, holds[i]);
        if (known->second != holds[i]) {
            return std::nullopt;
        }
        if (isNew && holds[i]) {
            under.push_back(part);
        }
    }
    return under;
}

} // namespace

std::vector<ReadingChoice> whereItHolds(std::span<const FactReading> readings, std::span<const ReadingChoice> choices,
                                        const std::vector<bool>& holds) {
    const std::size_t all = (std::size_t{1} << readings.size()) - 1;
    for (std::size_t few = 1; few < std::min(readings.size(), mostToDecide); ++few) {
        for (std::size_t which = 1; which < all; ++which) {
            if (static_cast<std::size_t>(std::popcount(which)) != few) {
                continue;
            }
            if (auto under = decidedBy(which, readings, choices, holds)) {
                return *std::move(under);
            }
        }
    }
    return *decidedBy(all, readings, choices, holds);
}

std::string whereText(const std::vector<ReadingChoice>& under) {
    std::string text;
    for (const ReadingChoice& choice : under) {
        text += text.empty() ? "" : ", or ";
        std::string part;
        for (const auto& [name, value] : choice) {
            part += fmt::format("{}{} is {}", part.empty() ? "" : " and ", name, value);
        }
        text += part;
    }
    return text;
}

} // namespace cmksim::compile
