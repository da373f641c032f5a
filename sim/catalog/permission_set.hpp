// Key permissions in a file of models/, by the names that the platform has for them.
#pragma once

#include "catalog/fact_reader.hpp"
#include "model/platform.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

namespace cmksim::catalog {

/// One permission or a list of them, in any case, by their places in Platform::keyPermissions. Unknown ones are
/// reported and left out.
inline std::uint32_t readPermissionSet(Node node, const Platform& platform, FactReader& facts) {
    const std::vector<std::string>& known = platform.keyPermissions;
    std::uint32_t set = 0;
    for (const Node permission : facts.oneOrMore(node, "a permission")) {
        const auto found = std::ranges::find_if(
            known, [&](const std::string& one) { return lowerCase(one) == lowerCase(permission.text()); });
        if (found == known.end()) {
            facts.reportUnknown(permission, "key permission",
                                std::vector<std::string_view>(known.begin(), known.end()));
        } else if (found - known.begin() < std::numeric_limits<std::uint32_t>::digits) {
            // A platform that knows more is told of.
            set |= std::uint32_t{1} << (found - known.begin());
        }
    }
    return set;
}

} // namespace cmksim::catalog
