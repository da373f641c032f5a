// The tags of resources in what is printed for programs.
#pragma once

#include "base/shape.hpp"
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

/// The same; null where it has none.
inline const Tags* tagsOf(const Program& program, ResourceId resource) {
    const auto found = program.tags.find(resource);
    return found != program.tags.end() && !found->second.empty() ? &found->second : nullptr;
}

/// Their fields with the schema.
inline shape::Shape<Tags> tagsShape() {
    return {JsonObject{{"type", "object"}, {"additionalProperties", shape::textSchema()}},
            [](const Tags& tags, const shape::Free&) { return JsonValue{tagsJson(tags)}; }};
}

} // namespace cmksim::report
