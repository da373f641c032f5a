// Reads the refusals of a model.
#pragma once

#include "catalog/fact_reader.hpp"
#include "document/document.hpp"
#include "model/model.hpp"

namespace cmksim::catalog {

/// Adds the rules that stand under `refusals` to a model whose states and properties are known already.
void readRefusals(Entry refusals, Model& model, FactReader& facts);

} // namespace cmksim::catalog
