// The tags of resources in what is printed for programs.
#pragma once

#include "base/json_value.hpp"
#include "engine/program.hpp"

namespace cmksim::report {

/// `{"env": "prod"}`.
inline JsonObject tagsJson(const Tags& tags) {
    JsonObject fields;
    for (const Tag& tag : tags) {
        fields.emplace_back(tag.name, tag.value);
    }
    return fields;
}

/// Those of a resource; empty where it has none.
inline JsonObject tagsJson(const Program& program, ResourceId resource) {
    const auto found = program.tags.find(resource);
    return found != program.tags.end() ? tagsJson(found->second) : JsonObject{};
}

} // namespace cmksim::report
