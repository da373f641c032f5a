#include "schema/suite_schema.hpp"

#include "report/rests_on.hpp"
#include "schema/parts.hpp"
#include "suite/coverage_report.hpp"
#include "suite/report_diff.hpp"
#include "suite/report_formats.hpp"

namespace cmksim::schema {

namespace {

/// It is always there where JSON has been asked for.
shape::Properties evidence() { return {{"evidence", report::restsOnShape().schema()}}; }

} // namespace

JsonValue testSchema() {
    return document("What cmksim test --format json prints", shape::joined({suite::suiteProperties(), evidence()}),
                    suite::suiteDefinitions());
}

JsonValue diffSchema() {
    return document("What cmksim diff --format json prints", shape::joined({suite::diffProperties(), evidence()}),
                    suite::diffDefinitions());
}

JsonValue coverageSchema() { return document("What cmksim test --coverage json prints", suite::coverageProperties()); }

} // namespace cmksim::schema
