#include "engine/objective.hpp"

#include <algorithm>

namespace cmksim::engine {

std::vector<ResourceId> resourcesOf(const Need& need) {
    if (const auto* resource = std::get_if<ResourceId>(&need.of)) {
        return {*resource};
    }
    std::vector<ResourceId> all;
    for (const Need& part : std::get<NeedOfSeveral>(need.of).parts) {
        for (const ResourceId id : resourcesOf(part)) {
            if (std::ranges::find(all, id) == all.end()) {
                all.push_back(id);
            }
        }
    }
    return all;
}

} // namespace cmksim::engine
