// The schema of what a command prints as JSON, of the fields of its records.
#pragma once

#include "base/shape.hpp"

#include <initializer_list>
#include <string_view>

namespace cmksim::schema {

/// An object with the fields of all of these and no others. `definitions` are those that the fields refer to.
JsonValue printedSchema(std::string_view title, std::initializer_list<shape::Properties> fields,
                        const shape::Properties& definitions = {});

/// The same of a body that is more than a list of fields.
JsonValue printedSchema(std::string_view title, const JsonValue& body, const shape::Properties& definitions = {});

} // namespace cmksim::schema
