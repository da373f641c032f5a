#include "schema/schema.hpp"

#include "schema/analysis_schema.hpp"
#include "schema/estate_schema.hpp"
#include "schema/known_words.hpp"
#include "schema/model_schema.hpp"
#include "schema/run_schema.hpp"
#include "schema/scenario_schema.hpp"
#include "schema/suite_schema.hpp"

#include <cassert>

namespace cmksim::schema {

namespace {

JsonValue schemaOf(SchemaKind kind, const KnownWords& words) {
    switch (kind) {
    case SchemaKind::Scenario: return scenarioSchema(words);
    case SchemaKind::Estate: return estateSchema(words);
    case SchemaKind::Model: return modelSchema(words);
    case SchemaKind::Platform: return platformSchema();
    case SchemaKind::Azure: return azureSchema();
    case SchemaKind::Run: return runSchema(words);
    case SchemaKind::Test: return testSchema();
    case SchemaKind::Coverage: return coverageSchema();
    case SchemaKind::Diff: return diffSchema();
    case SchemaKind::Bounds: return boundsSchema();
    case SchemaKind::Sample: return sampleSchema();
    case SchemaKind::Plan: return planSchema();
    case SchemaKind::Blast: return blastSchema();
    case SchemaKind::Explore: return exploreSchema();
    case SchemaKind::Drill: return drillSchema();
    case SchemaKind::Diagnose: return diagnoseSchema();
    case SchemaKind::Lint: return lintSchema();
    case SchemaKind::Gate: return gateSchema();
    }
    assert(false && "every kind has a schema");
    return false;
}

} // namespace

std::string schemaText(SchemaKind kind, Catalog& catalog, Diagnostics& diagnostics) {
    return schemaOf(kind, knownWords(catalog, diagnostics)).print() + "\n";
}

} // namespace cmksim::schema
