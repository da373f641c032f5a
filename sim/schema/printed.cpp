#include "schema/printed.hpp"

#include "schema/parts.hpp"

#include <utility>

namespace cmksim::schema {

JsonValue printedSchema(std::string_view title, const JsonValue& body, const shape::Properties& definitions) {
    JsonObject all;
    for (const shape::Property& one : definitions) {
        all.emplace_back(one.name, one.schema);
    }
    return document(title, body, std::move(all));
}

JsonValue printedSchema(std::string_view title, std::initializer_list<shape::Properties> fields,
                        const shape::Properties& definitions) {
    return printedSchema(title, shape::recordSchema(shape::joined(fields)), definitions);
}

} // namespace cmksim::schema
