// What a tool, or the service behind it, refuses an option's value for, whatever the estate is like.
#pragma once

#include "catalog/fact_reader.hpp"
#include "model/azure.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace cmksim::az {

/// Whether a value is one that a refusal speaks of; whether other options are given is not asked.
inline bool speaksOf(const CommandRefusal& refusal, std::string_view value) {
    const auto isIn = [&](const std::vector<std::string>& values) {
        return std::ranges::any_of(
            values, [&](const std::string& one) { return catalog::lowerCase(one) == catalog::lowerCase(value); });
    };
    return (refusal.is.empty() || isIn(refusal.is)) && !isIn(refusal.isNot);
}

} // namespace cmksim::az
