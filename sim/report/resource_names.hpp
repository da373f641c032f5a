// The names of resources, as texts list them.
#pragma once

#include "base/text.hpp"
#include "engine/program.hpp"

#include <ranges>
#include <span>
#include <string>

namespace cmksim::report {

/// `registry, ledger`.
inline std::string resourceNames(const Program& program, std::span<const ResourceId> resources) {
    return separated(
        resources | std::views::transform([&](ResourceId id) -> const auto& { return program.resources[id].name; }),
        ", ");
}

} // namespace cmksim::report
