// The models as a person reads them: what each service does, and which document says so.
#pragma once

#include "catalog/readings.hpp"
#include "model/model.hpp"
#include "model/platform.hpp"

#include <iosfwd>
#include <span>

namespace cmksim::catalog {

class Catalog;

/// One line a model: service, version, title. Those that a scenario gets when it does not choose are marked.
void listModels(const Catalog& catalog, std::ostream& out);

/// Everything that a model says, in text for a terminal, with numbered references to its sources at the end.
void describeModel(const Model& model, const Platform& platform, std::span<const FactReading> readings,
                   std::ostream& out);

} // namespace cmksim::catalog
