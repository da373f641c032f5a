#include "page/compared_services.hpp"

#include "catalog/compare.hpp"

#include <algorithm>
#include <vector>

namespace cmksim::page {

JsonValue comparedServices(const Program& program) {
    std::vector<const Model*> models;
    for (const ResourceId id : program.resources.ids()) {
        const Model* model = &program.modelOf(id);
        if (std::ranges::find(models, model) == models.end()) {
            models.push_back(model);
        }
    }
    return models.size() < 2 ? JsonValue{nullptr} : catalog::compareAsJson(models, *program.platform);
}

} // namespace cmksim::page
