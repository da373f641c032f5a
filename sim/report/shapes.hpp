// Shapes of what many results have: names, extents, ratios, impairments.
#pragma once

#include "analysis/exact.hpp"
#include "analysis/extent.hpp"
#include "base/shape.hpp"
#include "engine/impairment.hpp"
#include "engine/program.hpp"

#include <string>
#include <vector>

namespace cmksim::shape {

template <class T>
struct ByType<analysis::Extent<T>> {
    static JsonValue write(const analysis::Extent<T>& value) {
        return JsonObject{{"min", ByType<T>::write(value.least)}, {"max", ByType<T>::write(value.most)}};
    }
    static JsonValue schema() { return recordSchema({{"min", ByType<T>::schema()}, {"max", ByType<T>::schema()}}); }
};

/// `[numerator, denominator]`, by its name among `$defs`.
template <>
struct ByType<analysis::Ratio> {
    static JsonValue write(const analysis::Ratio& value) {
        return JsonArray{JsonNumber{value.numerator()}, JsonNumber{value.denominator()}};
    }
    static JsonValue schema() { return definitionSchema("ratio"); }
};

} // namespace cmksim::shape

namespace cmksim::report {

/// What `$defs` say of a ratio.
inline JsonValue ratioSchema() {
    return JsonObject{{"type", "array"},
                      {"prefixItems", JsonArray{shape::countSchema(), shape::lineSchema()}},
                      {"items", false},
                      {"minItems", 2}};
}

/// An instant of the calendar: `2026-01-01T00:00:00Z`.
inline shape::Shape<std::string> timestampShape() {
    return {JsonObject{{"type", "string"}, {"pattern", "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"}},
            [](const std::string& text, const shape::Free&) { return JsonValue{text}; }};
}

/// A stretch of time, both ends in.
inline shape::Record<analysis::Extent<Instant>> fromToShape() {
    using Stretch = analysis::Extent<Instant>;
    return shape::Record<Stretch>{}.field("from", &Stretch::least).field("to", &Stretch::most);
}

/// The name of a resource.
inline shape::Shape<ResourceId, Program> resourceName() {
    return {shape::textSchema(), [](ResourceId id, const Program& of) { return JsonValue{of.resources[id].name}; }};
}

/// The operations that an impairment denies a resource.
inline std::vector<std::string> deniedNames(const Program& program, ResourceId resource, const Impairment& impairment) {
    const Model& model = program.modelOf(resource);
    std::vector<std::string> names;
    for (const OperationId operation : impairment.denied) {
        names.push_back(model.operations[operation].name);
    }
    return names;
}

} // namespace cmksim::report
