#include "schema/printed.hpp"

#include "base/shape.hpp"
#include "report/rests_on.hpp"
#include "report/shapes.hpp"
#include "report/tags.hpp"
#include "report/unmodelled.hpp"

#include <utility>

namespace cmksim::schema::printed {

JsonValue text() { return shape::textSchema(); }
JsonValue flag() { return shape::flagSchema(); }
JsonValue count() { return shape::countSchema(); }
JsonValue line() { return shape::lineSchema(); }
JsonValue timestamp() { return report::timestampShape().schema<std::string>(); }
JsonValue ratio() { return report::ratioSchema(); }
JsonValue list(JsonValue item) { return shape::listSchema(std::move(item)); }
JsonValue oneOf(const std::vector<std::string>& words) { return shape::wordSchema(words); }

JsonValue record(JsonObject required, JsonObject optional) {
    shape::Properties fields;
    for (auto& [name, schema] : required) {
        fields.push_back({name, std::move(schema)});
    }
    for (auto& [name, schema] : optional) {
        fields.push_back({name, std::move(schema), false});
    }
    return shape::recordSchema(std::move(fields));
}

JsonValue evidence() { return report::restsOnShape().schema(); }

JsonValue tags() { return report::tagsShape().schema<Tags>(); }

JsonValue unmodelled() { return report::unmodelledProperties().front().schema; }

} // namespace cmksim::schema::printed
