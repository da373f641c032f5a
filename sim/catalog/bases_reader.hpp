// What a service's resources stand on, in a model file (rules, section 6).
#pragma once

#include "catalog/fact_reader.hpp"
#include "document/mapping_reader.hpp"
#include "model/model.hpp"

#include <span>
#include <string_view>

namespace cmksim::catalog {

/// Reads `stands-on` and `delete-needs-nothing-on-it`. The model has its states.
void readBases(MappingReader& fields, Model& model, FactReader& facts);

/// Reports what a model says its resources stand on and that is no service among the known ones. A model can be read
/// before those that it names, so this is asked once all of them are there.
void checkBases(Node model, std::span<const std::string_view> known, FactReader& facts);

} // namespace cmksim::catalog
