// Reads the refusals of a model.
#pragma once

#include "catalog/fact_reader.hpp"
#include "document/document.hpp"
#include "model/model.hpp"
#include "model/platform.hpp"

namespace cmksim::catalog {

/// Adds the rules that stand under `refusals` to a model whose states and properties are known already.
void readRefusals(Entry refusals, const Platform& platform, Model& model, FactReader& facts);

/// Lets a model refuse keys whose vault is not set up so: before its first refusal by a check, in each list.
void requireOfVaults(EnumSet<VaultRequirement> requirements, Model& model);

} // namespace cmksim::catalog
