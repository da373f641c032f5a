// What the analyses print.
#pragma once

#include "base/json_value.hpp"

namespace cmksim::schema {

JsonValue boundsSchema();
JsonValue sampleSchema();
JsonValue planSchema();
JsonValue blastSchema();
JsonValue exploreSchema();
JsonValue drillSchema();
JsonValue diagnoseSchema();
JsonValue lintSchema();
JsonValue gateSchema();

} // namespace cmksim::schema
