// Several keys of one resource, and old versions that are still needed (rules, section 5), of a model file.
#pragma once

#include "catalog/fact_reader.hpp"
#include "document/mapping_reader.hpp"
#include "model/model.hpp"

namespace cmksim::catalog {

/// Takes `keys` and `retains` from a model's fields, where they are there.
void readKeys(MappingReader& fields, Model& model, FactReader& facts);

} // namespace cmksim::catalog
