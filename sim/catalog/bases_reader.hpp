// What a service's resources stand on, in a model file (rules, section 6).
#pragma once

#include "catalog/fact_reader.hpp"
#include "document/mapping_reader.hpp"
#include "model/model.hpp"

namespace cmksim::catalog {

/// Reads `stands-on` and `delete-needs-nothing-on-it`. The model has its states.
void readBases(MappingReader& fields, Model& model, FactReader& facts);

} // namespace cmksim::catalog
