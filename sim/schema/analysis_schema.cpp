#include "schema/analysis_schema.hpp"

#include "base/shape.hpp"
#include "rehearsal/drill.hpp"
#include "report/at_rest.hpp"
#include "report/blast_report.hpp"
#include "report/bounds_report.hpp"
#include "report/diagnosis_report.hpp"
#include "report/exploration_report.hpp"
#include "report/gate_report.hpp"
#include "report/lint_report.hpp"
#include "report/objective_report.hpp"
#include "report/open_bounds_report.hpp"
#include "report/plan_report.hpp"
#include "report/readings.hpp"
#include "report/rests_on.hpp"
#include "report/retirement_report.hpp"
#include "report/sample_report.hpp"
#include "report/shapes.hpp"
#include "report/unmodelled.hpp"
#include "schema/parts.hpp"

#include <utility>

namespace cmksim::schema {

JsonValue boundsSchema() {
    const JsonValue open =
        shape::recordSchema(shape::joined({report::unmodelledProperties(), report::evidenceProperties(),
                                           report::readingsProperties(), report::openBoundsProperties()}));
    const JsonValue closed = shape::recordSchema(
        shape::joined({report::unmodelledProperties(), report::evidenceProperties(), report::readingsProperties(),
                       report::retirementProperties(), report::boundsProperties(), report::objectivesProperties()}));
    JsonObject definitions;
    for (const shape::Property& one : report::boundsDefinitions()) {
        definitions.emplace_back(one.name, one.schema);
    }
    return document(
        "A line of what cmksim bounds --format json prints",
        JsonObject{{"if", JsonObject{{"required", JsonArray{"openInstant"}}}}, {"then", open}, {"else", closed}},
        std::move(definitions));
}

JsonValue sampleSchema() {
    return document("A line of what cmksim sample --format json prints",
                    shape::joined({report::sampleProperties(), report::evidenceProperties(), report::scopeProperties(),
                                   report::unmodelledProperties()}),
                    report::sampleDefinitions());
}

JsonValue planSchema() {
    return document(
        "A line of what cmksim plan --format json prints",
        shape::joined({report::planProperties(), report::scopeProperties(), report::unmodelledProperties(),
                       report::evidenceProperties(), report::readingsProperties(), report::objectivesProperties()}),
        {{"step", report::planStepSchema()}, {"ratio", report::ratioSchema()}});
}

JsonValue blastSchema() {
    return document(
        "A line of what cmksim blast --format json prints",
        shape::joined({report::blastProperties(), report::atRestProperties(), report::lossPairsProperties(),
                       report::unmodelledProperties(), report::evidenceProperties(), report::readingsProperties(),
                       report::scopeProperties(), report::missedProperties()}),
        {{"ratio", report::ratioSchema()}});
}

JsonValue drillSchema() { return document("What cmksim drill --format json prints", rehearsal::drillProperties()); }

JsonValue exploreSchema() {
    return document(
        "A line of what cmksim explore --format json prints",
        shape::joined({report::explorationProperties(), report::atRestProperties(), report::unmodelledProperties(),
                       report::evidenceProperties(), report::readingsProperties(), report::scopeProperties()}));
}

JsonValue diagnoseSchema() {
    return document("A line of what cmksim diagnose --format json prints",
                    shape::joined({report::diagnosisProperties(), report::unmodelledProperties(),
                                   report::evidenceProperties(), report::scopeProperties()}));
}

JsonValue lintSchema() {
    return document(
        "A line of what cmksim lint --format json prints",
        shape::joined({report::lintProperties(), report::unmodelledProperties(), report::evidenceProperties(),
                       report::readingsProperties(), report::scopeProperties()}));
}

JsonValue gateSchema() {
    return document("What cmksim gate --format json prints",
                    shape::joined({report::gateProperties(), report::evidenceProperties(), report::scopeProperties()}));
}

} // namespace cmksim::schema
